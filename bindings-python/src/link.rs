//! A connection that an event loop serves by itself.

use std::sync::Arc;

use pyo3::prelude::*;
use trueroom::host::HostLink;

use crate::guard;
use crate::mailbox::{Delivered, Mailbox};

/// An open connection. The loop watches its descriptor, and has to stop before this is dropped.
#[pyclass(frozen, module = "trueroom._native")]
pub(crate) struct Link(Arc<HostLink>);

impl Link {
    pub(crate) fn new(link: HostLink) -> Self {
        Self(Arc::new(link))
    }
}

#[pymethods]
impl Link {
    /// The descriptor.
    fn fileno(&self) -> i64 {
        self.0.descriptor()
    }

    /// Reads and writes what can be without waiting, and delivers what came. Returns None when that
    /// is all, else whether the connection is still open, and the rest for Python, which then has to
    /// call `settle`.
    fn serve(&self, py: Python<'_>, mailbox: &Mailbox) -> PyResult<Option<(bool, Delivered)>> {
        let open = guard::enter(py, || Ok(self.0.serve(&mailbox.host)))?;
        let rest = mailbox.deliver(py)?;
        if open && rest.0.is_empty() && rest.1.is_empty() && rest.2.is_empty() {
            mailbox.settle(py)?;
            return Ok(None);
        }
        Ok(Some((open, rest)))
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        if guard::is_forked() {
            // The locks inside may be held by threads that do not exist here: leak it.
            std::mem::forget(self.0.clone());
        }
    }
}
