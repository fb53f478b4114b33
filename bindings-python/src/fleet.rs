//! Many rooms, and one subscription to all of them.

use std::sync::Arc;

use pyo3::prelude::*;
use trueroom::host::{HostFleet, HostMerge};

use crate::batch::Batch;
use crate::guard;
use crate::mailbox::Mailbox;
use crate::room::{Room, seconds};

/// Rooms by key. Dropping it closes those that nobody else holds.
#[pyclass(frozen, module = "trueroom._native")]
pub(crate) struct Fleet {
    fleet: HostFleet,
    mailbox: Py<Mailbox>,
}

#[pymethods]
impl Fleet {
    /// A fleet without rooms.
    #[new]
    fn new(mailbox: &Bound<'_, Mailbox>, options: &str) -> PyResult<Self> {
        guard::enter(mailbox.py(), || {
            let fleet = HostFleet::new(&mailbox.get().host, options);
            Ok(Self {
                fleet: fleet.map_err(|error| guard::to_py(mailbox.py(), &error))?,
                mailbox: mailbox.clone().unbind(),
            })
        })
    }

    /// Adds a room, which does nothing until its `begin`.
    fn add(&self, py: Python<'_>, key: &str, options: &str) -> PyResult<Room> {
        guard::enter(py, || {
            let room = self.fleet.add(key, options);
            let room = room.map_err(|error| guard::to_py(py, &error))?;
            Ok(Room::new(room, self.mailbox.bind(py)))
        })
    }

    /// Closes a room and takes it out; the token completes with whether there was one.
    fn remove(&self, py: Python<'_>, token: u64, key: &str) -> PyResult<()> {
        guard::enter(py, || {
            self.fleet.remove(token, key);
            Ok(())
        })
    }

    /// Sends a command to many rooms; the token completes with the results by key.
    fn command(&self, py: Python<'_>, token: u64, command: &str) -> PyResult<()> {
        guard::enter(py, || {
            self.fleet.command(token, command);
            Ok(())
        })
    }

    /// The token completes with the rooms that are not ready, after `timeout` at the latest.
    fn wait_ready(&self, py: Python<'_>, token: u64, timeout: Option<f64>) -> PyResult<()> {
        guard::enter(py, || {
            let timeout = timeout.map(seconds).transpose();
            let timeout = timeout.map_err(|error| guard::to_py(py, &error))?;
            self.fleet.wait_ready(token, timeout);
            Ok(())
        })
    }

    /// How every room is doing, as a JSON array.
    fn health(&self, py: Python<'_>) -> PyResult<String> {
        guard::enter(py, || Ok(self.fleet.health()))
    }

    /// One queue for all rooms.
    fn subscribe(&self, py: Python<'_>, filter: &str, capacity: Option<usize>) -> PyResult<Merge> {
        guard::enter(py, || {
            let merge = self.fleet.subscribe(filter, capacity);
            let merge = merge.map_err(|error| guard::to_py(py, &error))?;
            Ok(Merge(Arc::new(merge)))
        })
    }

    /// Gives a token up.
    fn cancel(&self, py: Python<'_>, token: u64) -> PyResult<()> {
        guard::enter(py, || {
            self.fleet.cancel(token);
            Ok(())
        })
    }

    /// Closes all rooms; the token completes when that is done.
    fn close(&self, py: Python<'_>, token: u64) -> PyResult<()> {
        guard::enter(py, || {
            self.fleet.close(token);
            Ok(())
        })
    }
}

impl Drop for Fleet {
    fn drop(&mut self) {
        if guard::is_forked() {
            // The locks inside may be held by threads that do not exist here: leak it.
            std::mem::forget(self.fleet.clone());
        }
    }
}

/// What comes from all rooms. Dropping it unsubscribes.
#[pyclass(frozen, module = "trueroom._native")]
pub(crate) struct Merge(Arc<HostMerge>);

#[pymethods]
impl Merge {
    /// Unique in the process, among subscriptions as well.
    #[getter]
    fn id(&self) -> u64 {
        self.0.id()
    }

    /// Up to `max` pairs of key and item; fewer when there are no more now.
    fn take(&self, py: Python<'_>, max: usize) -> PyResult<Batch> {
        guard::enter(py, || Batch::keyed(py, self.0.take(max), max))
    }

    /// True when the fleet was closed, or this was.
    #[getter]
    fn closed(&self) -> bool {
        self.0.is_closed()
    }

    /// Unsubscribes.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        guard::enter(py, || {
            self.0.close();
            Ok(())
        })
    }
}

impl Drop for Merge {
    fn drop(&mut self) {
        if guard::is_forked() {
            // As for a fleet.
            std::mem::forget(self.0.clone());
        }
    }
}
