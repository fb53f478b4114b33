//! A room and its subscriptions.

use std::sync::Arc;
use std::time::Duration;

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyType};
use trueroom::Error;
use trueroom::host::{HostRoom, HostSubscription};

use crate::batch::Batch;
use crate::guard;
use crate::mailbox::Mailbox;
use crate::record;

/// Nobody waits for this token.
const NOBODY: u64 = 0;

/// One connection. Dropping it closes the connection.
#[pyclass(frozen, module = "trueroom._native")]
pub(crate) struct Room(pub(crate) HostRoom);

#[pymethods]
impl Room {
    /// Starts to connect; the token completes with the status.
    #[staticmethod]
    fn open(py: Python<'_>, mailbox: &Mailbox, token: u64, options: &str) -> PyResult<Self> {
        guard::enter(py, || {
            let room = HostRoom::open(&mailbox.host, token, options);
            Ok(Self(room.map_err(|error| guard::to_py(py, &error))?))
        })
    }

    /// Starts to connect a room of a fleet.
    fn begin(&self, py: Python<'_>) -> PyResult<()> {
        guard::enter(py, || {
            self.0.begin();
            Ok(())
        })
    }

    /// Sends a command; the token completes with the answer. True asks for `end_turn`, soon.
    fn call(
        &self,
        py: Python<'_>,
        token: u64,
        method: &str,
        params: &str,
        timeout: Option<f64>,
    ) -> PyResult<bool> {
        guard::enter(py, || {
            let timeout = timeout.map(seconds).transpose();
            let timeout = timeout.map_err(|error| guard::to_py(py, &error))?;
            Ok(self.0.call(token, method, params, timeout))
        })
    }

    /// Sends the commands that wait for others to go out with them.
    fn end_turn(&self, py: Python<'_>) -> PyResult<()> {
        guard::enter(py, || {
            self.0.end_turn();
            Ok(())
        })
    }

    /// Sends a command; the future gets the answer as a record of the class. True asks for
    /// `end_turn`, soon.
    #[allow(clippy::too_many_arguments)] // What a command has, in one call.
    fn send(
        &self,
        py: Python<'_>,
        mailbox: &Mailbox,
        future: Py<PyAny>,
        answer: &Bound<'_, PyType>,
        method: &str,
        params: &str,
        timeout: Option<f64>,
    ) -> PyResult<bool> {
        guard::enter(py, || {
            let timeout = timeout.map(seconds).transpose();
            let timeout = timeout.map_err(|error| guard::to_py(py, &error))?;
            let class = record::class(answer)?;
            let token = mailbox.waiting.add(future, Some(class));
            Ok(self.0.call(token, method, params, timeout))
        })
    }

    /// Starts a file operation, or waits for a state.
    fn operate(&self, py: Python<'_>, token: u64, operation: &str) -> PyResult<()> {
        guard::enter(py, || {
            self.0.operate(token, operation);
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
            self.0
                .upload_bytes(token, operation, data.as_bytes().to_vec());
            Ok(())
        })
    }

    /// Gives a token up.
    fn cancel(&self, py: Python<'_>, token: u64) -> PyResult<()> {
        guard::enter(py, || {
            self.0.cancel(token);
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
            let subscription = self.0.subscribe(filter, capacity);
            let subscription = subscription.map_err(|error| guard::to_py(py, &error))?;
            Ok(Subscription(Arc::new(subscription)))
        })
    }

    /// Puts an event of the library's own into the queues.
    fn publish(&self, py: Python<'_>, name: &str, text: &str) -> PyResult<()> {
        guard::enter(py, || {
            self.0.publish(name, text);
            Ok(())
        })
    }

    /// State, counters and what else is known, as JSON.
    fn status(&self, py: Python<'_>) -> PyResult<String> {
        guard::enter(py, || Ok(self.0.status()))
    }

    /// The live mirror as JSON, if the room keeps one.
    fn live(&self, py: Python<'_>) -> PyResult<Option<String>> {
        guard::enter(py, || Ok(self.0.live()))
    }

    /// A file request as JSON, if it is known.
    fn file(&self, py: Python<'_>, id: &str) -> PyResult<Option<String>> {
        guard::enter(py, || Ok(self.0.file(id)))
    }

    /// All file requests as a JSON array.
    fn files(&self, py: Python<'_>) -> PyResult<String> {
        guard::enter(py, || Ok(self.0.files()))
    }

    /// Closes the connection; the token completes when that is done.
    fn close(&self, py: Python<'_>, token: u64) -> PyResult<()> {
        guard::enter(py, || {
            self.0.close(token);
            Ok(())
        })
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        if guard::is_forked() {
            // The locks inside may be held by threads that do not exist here: leak it.
            std::mem::forget(self.0.clone());
        } else {
            self.0.close(NOBODY);
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

pub(crate) fn seconds(value: f64) -> Result<Duration, Error> {
    Duration::try_from_secs_f64(value).map_err(|_| {
        Error::Usage(format!(
            "timeout must be a number of seconds >= 0, not {value}"
        ))
    })
}
