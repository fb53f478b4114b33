//! A connection that an event loop serves by itself.

use std::sync::Arc;

use pyo3::prelude::*;
use trueroom::host::HostLink;

use crate::guard;
use crate::mailbox::Mailbox;

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

    /// Reads and writes what can be without waiting, and delivers what came. Calls `rest` with the
    /// link, whether it is still open, and what is for Python, where that is more than answers; `rest`
    /// then has to call `settle`.
    fn serve(
        slf: &Bound<'_, Self>,
        mailbox: &Bound<'_, Mailbox>,
        rest: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        let (py, link, mailbox) = (slf.py(), &slf.get().0, mailbox.get());
        let open = guard::enter(py, || Ok(link.serve(&mailbox.host)))?;
        let (progress, ready, links) = mailbox.deliver(py)?;
        if open && progress.is_empty() && ready.is_empty() && links.is_empty() {
            return mailbox.settle(py);
        }
        rest.call1((slf, open, progress, ready, links)).map(drop)
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
