//! The virtual terminal.

use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use napi_derive::napi;
use trueroom::host::{self, Payload};
use trueroom_simulator::{Simulator as Terminal, SimulatorError, SimulatorOptions};

use crate::error::{error_json, thrown};
use crate::mailbox::{Mailbox, Shared};

/// A virtual terminal; None before it has started and after it was closed.
type Slot = Arc<Mutex<Option<Arc<Terminal>>>>;

/// A virtual terminal.
#[napi]
pub struct Simulator {
    terminal: AssertUnwindSafe<Slot>,
    shared: AssertUnwindSafe<Arc<Shared>>,
}

/// Starts a terminal. The token completes with its addresses.
#[napi(catch_unwind)]
#[allow(clippy::needless_pass_by_value)] // Node-API hands over owned values.
pub(crate) fn start_simulator(
    mailbox: &Mailbox,
    token: i64,
    options: String,
) -> napi::Result<Simulator> {
    let shared = mailbox.shared.0.clone();
    let simulator = Simulator {
        terminal: AssertUnwindSafe(Slot::default()),
        shared: AssertUnwindSafe(shared.clone()),
    };
    let slot = simulator.terminal.0.clone();
    let start = async move {
        let options = serde_json::from_str(&options).map_err(|error| usage(&error))?;
        let options = SimulatorOptions::from_json(options).map_err(|error| usage(&error))?;
        let terminal = Terminal::start(options)
            .await
            .map_err(|error| usage(&error))?;
        let info = serde_json::to_string(&terminal.info()).map_err(|error| usage(&error))?;
        *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(terminal));
        Ok(info)
    };
    shared.run(token, start).map_err(|error| thrown(&error))?;
    Ok(simulator)
}

#[napi]
impl Simulator {
    /// Performs an operation. The token completes with what it gives.
    #[napi(catch_unwind)]
    #[allow(clippy::needless_pass_by_value)]
    pub fn perform(&self, token: i64, operation: String) -> napi::Result<()> {
        let terminal = self
            .terminal
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let work = async move {
            let Some(terminal) = terminal else {
                return Err(usage(&"the simulator is closed"));
            };
            let operation = serde_json::from_str(&operation).map_err(|error| usage(&error))?;
            let done = terminal
                .perform(operation)
                .await
                .map_err(|error| failed(&error))?;
            Ok(done.to_string())
        };
        self.shared.run(token, work).map_err(|error| thrown(&error))
    }

    /// Stops it. The token completes when it has stopped.
    #[napi(catch_unwind)]
    pub fn close(&self, token: i64) -> napi::Result<()> {
        let terminal = self
            .terminal
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let work = async move {
            // An operation under way may have it still; then it ends with that.
            if let Some(terminal) = terminal.and_then(Arc::into_inner) {
                terminal.close().await;
            }
            Ok("null".to_owned())
        };
        self.shared.run(token, work).map_err(|error| thrown(&error))
    }
}

impl Shared {
    /// Runs something whose outcome is JSON text; the token completes with it.
    fn run(
        &self,
        token: i64,
        work: impl Future<Output = Result<String, String>> + Send + 'static,
    ) -> Result<(), trueroom::Error> {
        let mailbox = self.host.clone();
        // All of one type: the runtime makes much code for each type of task.
        let work: Pin<Box<dyn Future<Output = _> + Send>> = Box::pin(work);
        host::runtime()?.spawn(async move {
            let outcome = work.await.map(|text| Payload::Json(text.into()));
            mailbox.complete(token.unsigned_abs(), outcome);
        });
        Ok(())
    }
}

fn usage(error: &impl std::fmt::Display) -> String {
    error_json("UsageError", error)
}

fn failed(error: &SimulatorError) -> String {
    match error {
        SimulatorError::Timeout { .. } => error_json("CommandTimeout", error),
        _ => usage(error),
    }
}
