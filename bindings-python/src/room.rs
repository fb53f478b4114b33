//! A room and its subscriptions.

use std::sync::Arc;
use std::time::Duration;

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString, PyType};
use trueroom::Error;
use trueroom::host::{HostRoom, HostSubscription};

use crate::answer::Answer;
use crate::batch::Batch;
use crate::guard;
use crate::mailbox::Mailbox;
use crate::record;

/// Nobody waits for this token.
const NOBODY: u64 = 0;

/// One connection. Dropping it closes the connection.
#[pyclass(frozen, module = "trueroom._native")]
pub(crate) struct Room {
    pub(crate) host: HostRoom,
    mailbox: Py<Mailbox>,
}

impl Room {
    pub(crate) fn new(host: HostRoom, mailbox: &Bound<'_, Mailbox>) -> Self {
        Self {
            host,
            mailbox: mailbox.clone().unbind(),
        }
    }
}

#[pymethods]
impl Room {
    /// Starts to connect; the token completes with the status.
    #[staticmethod]
    fn open(mailbox: &Bound<'_, Mailbox>, token: u64, options: &str) -> PyResult<Self> {
        guard::enter(mailbox.py(), || {
            let room = HostRoom::open(&mailbox.get().host, token, options);
            let room = room.map_err(|error| guard::to_py(mailbox.py(), &error))?;
            Ok(Self::new(room, mailbox))
        })
    }

    /// Starts to connect a room of a fleet.
    fn begin(&self, py: Python<'_>) -> PyResult<()> {
        guard::enter(py, || {
            self.host.begin();
            Ok(())
        })
    }

    /// Sends a command; the token completes with the answer.
    fn call(
        &self,
        token: u64,
        method: &Bound<'_, PyAny>,
        params: &str,
        timeout: Option<f64>,
    ) -> PyResult<bool> {
        let py = method.py();
        guard::enter(py, || {
            let timeout = timeout.map(seconds).transpose();
            let timeout = timeout.map_err(|error| guard::to_py(py, &error))?;
            Ok(self.host.call(token, method_name(method)?, params, timeout))
        })
    }

    /// Sends the commands that wait for others to go out with them.
    fn end_turn(&self, py: Python<'_>) -> PyResult<()> {
        guard::enter(py, || {
            self.host.end_turn();
            Ok(())
        })
    }

    /// Sends a command, whose answer is a record of the class. `host` knows which loop runs.
    fn send(
        slf: &Bound<'_, Self>,
        host: &Bound<'_, PyAny>,
        method: &Bound<'_, PyAny>,
        params: &str,
        timeout: Option<f64>,
        class: &Bound<'_, PyType>,
    ) -> PyResult<Py<Answer>> {
        let py = slf.py();
        guard::enter(py, || {
            let method = method_name(method)?;
            let timeout = timeout.map(seconds).transpose();
            let timeout = timeout.map_err(|error| guard::to_py(py, &error))?;
            let mailbox = slf.get().mailbox.bind(py);
            let event_loop = mailbox.get().event_loop(host)?;
            let command = (slf.clone().unbind(), record::class(class)?);
            let answer = Answer::new(mailbox, &event_loop, Some(command))?;
            let host = &slf.get().host;
            if host.call(answer.get().token(), method, params, timeout) {
                // The commands that the loop gives until then go out together.
                let end_turn = slf.getattr(pyo3::intern!(py, "end_turn"))?;
                event_loop.call_method1(pyo3::intern!(py, "call_soon"), (end_turn,))?;
            }
            Ok(answer)
        })
    }

    /// Starts a file operation, or waits for a state.
    fn operate(&self, py: Python<'_>, token: u64, operation: &str) -> PyResult<()> {
        guard::enter(py, || {
            self.host.operate(token, operation);
            Ok(())
        })
    }

    /// Starts an upload of bytes.
    fn upload_bytes(
        &self,
        py: Python<'_>,
        token: u64,
        operation: &str,
        data: &Bound<'_, PyBytes>,
    ) -> PyResult<()> {
        guard::enter(py, || {
            self.host
                .upload_bytes(token, operation, data.as_bytes().to_vec());
            Ok(())
        })
    }

    /// Gives a token up.
    fn cancel(&self, py: Python<'_>, token: u64) -> PyResult<()> {
        guard::enter(py, || {
            self.host.cancel(token);
            Ok(())
        })
    }

    /// A new queue of events or file requests.
    fn subscribe(
        &self,
        py: Python<'_>,
        filter: &str,
        capacity: Option<usize>,
    ) -> PyResult<Subscription> {
        guard::enter(py, || {
            let subscription = self.host.subscribe(filter, capacity);
            let subscription = subscription.map_err(|error| guard::to_py(py, &error))?;
            Ok(Subscription(Arc::new(subscription)))
        })
    }

    /// Puts an event of the library's own into the queues.
    fn publish(&self, py: Python<'_>, name: &str, text: &str) -> PyResult<()> {
        guard::enter(py, || {
            self.host.publish(name, text);
            Ok(())
        })
    }

    /// State, counters and what else is known, as JSON.
    fn status(&self, py: Python<'_>) -> PyResult<String> {
        guard::enter(py, || Ok(self.host.status()))
    }

    /// The live mirror as JSON, if the room keeps one.
    fn live(&self, py: Python<'_>) -> PyResult<Option<String>> {
        guard::enter(py, || Ok(self.host.live()))
    }

    /// A file request as JSON, if it is known.
    fn file(&self, py: Python<'_>, id: &str) -> PyResult<Option<String>> {
        guard::enter(py, || Ok(self.host.file(id)))
    }

    /// All file requests as a JSON array.
    fn files(&self, py: Python<'_>) -> PyResult<String> {
        guard::enter(py, || Ok(self.host.files()))
    }

    /// Closes the connection; the token completes when that is done.
    fn close(&self, py: Python<'_>, token: u64) -> PyResult<()> {
        guard::enter(py, || {
            self.host.close(token);
            Ok(())
        })
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        if guard::is_forked() {
            // The locks inside may be held by threads that do not exist here: leak it.
            std::mem::forget(self.host.clone());
        } else {
            self.host.close(NOBODY);
        }
    }
}

/// A bounded queue of events or file requests. Dropping it unsubscribes.
#[pyclass(frozen, module = "trueroom._native")]
pub(crate) struct Subscription(Arc<HostSubscription>);

#[pymethods]
impl Subscription {
    /// Unique in the process.
    #[getter]
    fn id(&self) -> u64 {
        self.0.id()
    }

    /// Up to `max` items; fewer when the queue is empty now, and then the doorbell tells of more.
    fn take(&self, py: Python<'_>, max: usize) -> PyResult<Batch> {
        guard::enter(py, || Batch::new(py, self.0.take(max), max))
    }

    /// Nothing waits.
    #[getter]
    fn is_empty(&self, py: Python<'_>) -> PyResult<bool> {
        guard::enter(py, || Ok(self.0.is_empty()))
    }

    /// A second subscription, in which waits what waits in this one. The doorbell tells of what comes
    /// later only.
    fn fork(&self, py: Python<'_>) -> PyResult<Self> {
        guard::enter(py, || Ok(Self(Arc::new(self.0.fork()))))
    }

    /// Unsubscribes.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        guard::enter(py, || {
            self.0.close();
            Ok(())
        })
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        if guard::is_forked() {
            // As for a room.
            std::mem::forget(self.0.clone());
        }
    }
}

/// The name of a command; `UsageError` for what is none.
fn method_name<'a>(method: &'a Bound<'_, PyAny>) -> PyResult<&'a str> {
    let name = method.cast::<PyString>().ok();
    let name = name.map(|name| name.to_str()).transpose().ok().flatten();
    name.filter(|name| name.is_ascii() && !name.is_empty())
        .ok_or_else(|| {
            let found = method
                .repr()
                .map_or_else(|error| error.to_string(), |text| text.to_string());
            let message = format!("the method must be a command's name, not {found}");
            guard::to_py(method.py(), &Error::Usage(message))
        })
}

/// [`method_name`] for a command that goes another way.
#[pyfunction]
pub(crate) fn check_method(method: &Bound<'_, PyAny>) -> PyResult<()> {
    method_name(method).map(drop)
}

pub(crate) fn seconds(value: f64) -> Result<Duration, Error> {
    Duration::try_from_secs_f64(value).map_err(|_| {
        Error::Usage(format!(
            "timeout must be a number of seconds >= 0, not {value}"
        ))
    })
}
