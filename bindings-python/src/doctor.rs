//! The doctor.

use pyo3::prelude::*;
use trueroom::host::HostDoctor;

use crate::guard;
use crate::mailbox::Mailbox;

/// An examination of a terminal.
#[pyclass(frozen, module = "trueroom._native")]
pub(crate) struct Doctor(HostDoctor);

#[pymethods]
impl Doctor {
    /// Starts to examine; the token completes with the report.
    #[staticmethod]
    fn start(py: Python<'_>, mailbox: &Mailbox, token: u64, request: &str) -> PyResult<Self> {
        guard::enter(py, || {
            let doctor = HostDoctor::start(&mailbox.host, token, request);
            Ok(Self(doctor.map_err(|error| guard::to_py(py, &error))?))
        })
    }

    /// Gives it up.
    fn cancel(&self, py: Python<'_>, token: u64) -> PyResult<()> {
        guard::enter(py, || {
            self.0.cancel(token);
            Ok(())
        })
    }
}

/// What a user is told before.
#[pyfunction]
pub(crate) fn doctor_notice() -> &'static str {
    trueroom::doctor::NOTICE
}
