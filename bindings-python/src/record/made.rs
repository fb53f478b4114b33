//! Records that nobody has kept.

use pyo3::prelude::*;
use trueroom::Text;

use super::{Class, make, renew};
use crate::attached::Attached;

/// The last two records that were given, the older one first. When its turn comes again, who was
/// given it has mostly let go of it, and it becomes the next: most of what a record costs is to come
/// and to go. There are two, as a program's variable holds one until it gets the next.
#[derive(Default)]
pub(crate) struct Made(Attached<[Option<Py<PyAny>>; 2]>);

impl Made {
    /// A record of the class, of a message that the core has read.
    pub(crate) fn record<'py>(
        &self,
        py: Python<'py>,
        class: &Class,
        text: &Text,
    ) -> PyResult<Bound<'py, PyAny>> {
        let older = self.take_older(py).map(|older| older.into_bound(py));
        let record = match older {
            Some(older) if renew(&older, class, text) => older,
            _ => make(py, class, text)?,
        };
        let left = self.add(py, record.clone().unbind());
        // Only now, as what an object does when it goes is not known.
        drop(left);
        Ok(record)
    }

    fn take_older(&self, py: Python<'_>) -> Option<Py<PyAny>> {
        let [older, newer] = self.0.take(py);
        self.0.replace(py, [None, newer]);
        older
    }

    /// Puts in the newest, and gives the one that has to go.
    fn add(&self, py: Python<'_>, record: Py<PyAny>) -> Option<Py<PyAny>> {
        let [older, newer] = self.0.take(py);
        self.0.replace(py, [newer, Some(record)]);
        older
    }
}
