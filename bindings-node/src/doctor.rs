//! The doctor.

use std::panic::AssertUnwindSafe;

use napi::Result;
use napi_derive::napi;
use trueroom::host::HostDoctor;

use crate::error::thrown;
use crate::mailbox::Mailbox;

/// An examination of a terminal.
#[napi]
pub struct Doctor {
    inner: AssertUnwindSafe<HostDoctor>,
}

/// Starts to examine. The token completes with the report and its text.
#[napi(catch_unwind)]
#[allow(clippy::needless_pass_by_value)] // Node-API hands over owned values.
pub(crate) fn start_doctor(mailbox: &Mailbox, token: i64, request: String) -> Result<Doctor> {
    let doctor = HostDoctor::start(&mailbox.shared.0.host, token.unsigned_abs(), &request);
    Ok(Doctor {
        inner: AssertUnwindSafe(doctor.map_err(|error| thrown(&error))?),
    })
}

#[napi]
impl Doctor {
    /// Gives it up; the token completes at once.
    #[napi(catch_unwind)]
    pub fn cancel(&self, token: i64) {
        self.inner.cancel(token.unsigned_abs());
    }
}

/// What a user is told before.
#[napi(catch_unwind)]
pub(crate) fn doctor_notice() -> &'static str {
    trueroom::doctor::NOTICE
}
