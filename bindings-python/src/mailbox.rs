//! What has come for one event loop.

use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyString};
use trueroom::host;

use crate::dispatch::{self, Bell};
use crate::guard;
use crate::link::Link;
use crate::waiting::Waiting;

/// Completions, progress and ready subscriptions of one event loop, in order. A loop registers the
/// futures that wait for something and calls `deliver`; a program without one keeps its own account
/// and calls `drain`.
#[pyclass(frozen, module = "trueroom._native")]
pub(crate) struct Mailbox {
    pub(crate) host: Arc<host::Mailbox>,
    pub(crate) waiting: Waiting,
}

/// `(token, done, total)`, ids of subscriptions, connections to serve.
pub(crate) type Delivered = (Vec<(u64, u64, u64)>, Vec<u64>, Vec<Link>);

type Drained<'py> = (Bound<'py, PyList>, Vec<(u64, u64, u64)>, Vec<u64>);

#[pymethods]
impl Mailbox {
    /// A mailbox that calls `doorbell` on the dispatch thread when something has come, and not again
    /// until it was emptied. `serving` has connections offered to it.
    #[new]
    #[pyo3(signature = (doorbell, serving = false))]
    fn new(py: Python<'_>, doorbell: Py<PyAny>, serving: bool) -> PyResult<Self> {
        guard::enter(py, || {
            let ringer = dispatch::ringer(py)?;
            let bell = Bell::new(doorbell);
            let ring = move || ringer.ring(&bell);
            Ok(Self {
                host: if serving {
                    host::Mailbox::serving(ring)
                } else {
                    host::Mailbox::new(ring)
                },
                waiting: Waiting::default(),
            })
        })
    }

    /// A token that no call of this mailbox has had, for which nobody waits.
    fn token(&self) -> u64 {
        self.waiting.nobody()
    }

    /// A new token, the outcome of which the future gets: text, bytes or an error.
    fn expect(&self, future: Py<PyAny>) -> u64 {
        self.waiting.add(future, None)
    }

    /// The future no longer waits. Its token, if it did.
    fn give_up(&self, future: &Bound<'_, PyAny>) -> Option<u64> {
        self.waiting.give_up(future)
    }

    /// How many futures wait.
    #[getter]
    fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Takes everything out and resolves the futures.
    pub(crate) fn deliver(&self, py: Python<'_>) -> PyResult<Delivered> {
        guard::enter(py, || {
            let mut drained = self.host.drain();
            let mut completions = std::mem::take(&mut drained.completions).into_iter();
            while let Some(done) = completions.next() {
                if let Err(error) = self.waiting.settle(py, done.token, done.outcome) {
                    // Ctrl-C may break in; nobody else must miss anything by it.
                    drained.completions = completions.collect();
                    self.host.put_back(drained);
                    return Err(error);
                }
            }
            let links = drained.links.into_iter().map(Link::new).collect();
            Ok((drained.progress, drained.ready, links))
        })
    }

    /// Takes everything out: `(token, succeeded, payload or error text)`, `(token, done, total)`, ids.
    fn drain<'py>(&self, py: Python<'py>) -> PyResult<Drained<'py>> {
        guard::enter(py, || {
            let drained = self.host.drain();
            let completions = PyList::empty(py);
            for completion in drained.completions {
                let (fine, payload) = match completion.outcome {
                    Ok(host::Payload::Json(text)) => {
                        (true, PyString::new(py, text.as_str()).into_any())
                    }
                    Ok(host::Payload::Bytes(bytes)) => (true, PyBytes::new(py, &bytes).into_any()),
                    Err(error) => (false, PyString::new(py, &error).into_any()),
                };
                completions.append((completion.token, fine, payload))?;
            }
            Ok((completions, drained.progress, drained.ready))
        })
    }
}
