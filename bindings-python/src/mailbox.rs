//! What has come for one event loop.

use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyString};
use trueroom::host;

use crate::dispatch::{self, Bell};
use crate::guard;
use crate::link::Link;

/// Completions, progress and ready subscriptions of one event loop, in order.
#[pyclass(frozen, module = "trueroom._native")]
pub(crate) struct Mailbox(pub(crate) Arc<host::Mailbox>);

type Drained<'py> = (
    Bound<'py, PyList>,
    Vec<(u64, u64, u64)>,
    Vec<u64>,
    Vec<Link>,
);

#[pymethods]
impl Mailbox {
    /// A mailbox that calls `doorbell` on the dispatch thread when something has come, and not again
    /// until `drain` was called. `serving` has connections offered to it.
    #[new]
    #[pyo3(signature = (doorbell, serving = false))]
    fn new(py: Python<'_>, doorbell: Py<PyAny>, serving: bool) -> PyResult<Self> {
        guard::enter(py, || {
            let ringer = dispatch::ringer(py)?;
            let bell = Bell::new(doorbell);
            let ring = move || ringer.ring(&bell);
            Ok(Self(if serving {
                host::Mailbox::serving(ring)
            } else {
                host::Mailbox::new(ring)
            }))
        })
    }

    /// Takes everything out: `(token, succeeded, payload or error text)`, `(token, done, total)`, ids
    /// of subscriptions, connections to serve.
    fn drain<'py>(&self, py: Python<'py>) -> PyResult<Drained<'py>> {
        guard::enter(py, || {
            let drained = self.0.drain();
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
            let links = drained.links.into_iter().map(Link::new).collect();
            Ok((completions, drained.progress, drained.ready, links))
        })
    }
}
