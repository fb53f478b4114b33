//! The virtual terminal.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use pyo3::prelude::*;
use serde_json::{Value, json};
use trueroom::host::{self, Payload};
use trueroom::{Error, Text};
use trueroom_simulator::{Simulator as Terminal, SimulatorError, SimulatorOptions};

use crate::guard;
use crate::mailbox::Mailbox;

type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A virtual terminal that is starting, running or stopped. Dropping it stops it.
#[pyclass(frozen, module = "trueroom._native")]
pub(crate) struct Simulator(Arc<Mutex<Option<Arc<Terminal>>>>);

#[pymethods]
impl Simulator {
    /// Starts one; the token completes with its addresses.
    #[staticmethod]
    fn start(py: Python<'_>, mailbox: &Mailbox, token: u64, options: &str) -> PyResult<Self> {
        guard::enter(py, || {
            let usage = |error: String| guard::to_py(py, &Error::Usage(error));
            let options =
                serde_json::from_str(options).map_err(|error| usage(error.to_string()))?;
            let options =
                SimulatorOptions::from_json(options).map_err(|error| usage(error.to_string()))?;
            let runtime = host::runtime().map_err(|error| guard::to_py(py, &error))?;
            let place = Arc::new(Mutex::new(None));
            let (target, mailbox) = (place.clone(), mailbox.host.clone());
            runtime.spawn(boxed(async move {
                let outcome = match Terminal::start(options).await {
                    Ok(terminal) => {
                        let info = json!(terminal.info());
                        *target.lock().unwrap_or_else(PoisonError::into_inner) =
                            Some(Arc::new(terminal));
                        Ok(answer(&info))
                    }
                    Err(error) => refusal("start", &error),
                };
                mailbox.complete(token, outcome);
            }));
            Ok(Self(place))
        })
    }

    /// Performs an operation; the token completes with its result.
    fn perform(
        &self,
        py: Python<'_>,
        mailbox: &Mailbox,
        token: u64,
        operation: &str,
    ) -> PyResult<()> {
        guard::enter(py, || {
            let operation: Value = serde_json::from_str(operation)
                .map_err(|error| guard::to_py(py, &Error::Usage(error.to_string())))?;
            let Some(terminal) = self.terminal() else {
                let stopped = Error::Usage("the simulator is not running".to_owned());
                return Err(guard::to_py(py, &stopped));
            };
            let runtime = host::runtime().map_err(|error| guard::to_py(py, &error))?;
            let mailbox = mailbox.host.clone();
            runtime.spawn(boxed(async move {
                let name = operation["op"].as_str().unwrap_or_default().to_owned();
                let outcome = match terminal.perform(operation).await {
                    Ok(value) => Ok(answer(&value)),
                    Err(error) => refusal(&name, &error),
                };
                mailbox.complete(token, outcome);
            }));
            Ok(())
        })
    }

    /// Stops it; the token completes when everything is closed. Stopping twice is no error.
    fn stop(&self, py: Python<'_>, mailbox: &Mailbox, token: u64) -> PyResult<()> {
        guard::enter(py, || {
            let runtime = host::runtime().map_err(|error| guard::to_py(py, &error))?;
            let terminal = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
            let mailbox = mailbox.host.clone();
            runtime.spawn(boxed(async move {
                // An operation that still runs keeps it; then it is closed when that ends.
                if let Some(terminal) = terminal.and_then(Arc::into_inner) {
                    terminal.close().await;
                }
                mailbox.complete(token, Ok(answer(&Value::Null)));
            }));
            Ok(())
        })
    }
}

/// All work is of one type: the runtime makes much code for each type of task.
fn boxed(work: impl Future<Output = ()> + Send + 'static) -> Work {
    Box::pin(work)
}

impl Simulator {
    fn terminal(&self) -> Option<Arc<Terminal>> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        if guard::is_forked() {
            std::mem::forget(self.0.clone());
        }
    }
}

type Outcome = Result<Payload, String>;

fn answer(value: &Value) -> Payload {
    Payload::Json(Text::from(value.to_string()))
}

fn refusal(operation: &str, error: &SimulatorError) -> Outcome {
    let kind = match error {
        SimulatorError::Timeout { .. } => "CommandTimeout",
        _ => "UsageError",
    };
    let message = format!("simulator: {error}");
    Err(json!({"kind": kind, "message": message, "method": operation}).to_string())
}
