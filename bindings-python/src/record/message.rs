//! The text of an object, and where its fields are.

use std::sync::{Arc, OnceLock};

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use pyo3::{PyTraverseError, PyVisit};
use trueroom::Text;
use trueroom::host::{self, Layout};

use super::{Content, Record, classes, value};

/// How the library's own connection events begin. They carry durations in milliseconds on their way
/// through the core, and `_record.parse` turns them into seconds.
const CONNECTION: &str = r#"{"method":"event","event":"connection""#;

/// An object's text and what was made of it.
pub(super) struct Message {
    /// A copy: a text that was just read keeps the whole buffer that it was read into.
    text: String,
    /// Where the fields are; none where only Python can read it: what is rare, and what is no JSON.
    layout: OnceLock<Option<Arc<Layout>>>,
    /// All fields as Python objects. Made when first needed; then it is the truth, because there
    /// are lists in it.
    all: OnceLock<Py<PyDict>>,
}

impl Message {
    /// A message that the core has read.
    pub(super) fn read_by_core(text: &Text) -> Self {
        Self::with_layout(text.as_str(), layout_by_core(text).cloned())
    }

    /// Any text.
    pub(super) fn new(text: &str) -> Self {
        Self::with_layout(text, None)
    }

    /// A text, and where the fields are, if that is known.
    fn with_layout(text: &str, layout: Option<Arc<Layout>>) -> Self {
        Self {
            text: text.to_owned(),
            layout: layout.map_or_else(OnceLock::new, |layout| OnceLock::from(Some(layout))),
            all: OnceLock::new(),
        }
    }

    /// Makes this another message that the core has read, in the same memory. Not if there are
    /// Python objects in it, since what they do when they go is not known.
    pub(super) fn renew(&mut self, text: &Text) -> bool {
        if self.all.get().is_some() {
            return false;
        }
        self.text.clear();
        self.text.push_str(text.as_str());
        match (self.layout.get_mut(), layout_by_core(text)) {
            (Some(Some(old)), Some(new)) if Arc::ptr_eq(old, new) => {}
            (_, None) => self.layout = OnceLock::new(),
            (_, new) => self.layout = OnceLock::from(new.cloned()),
        }
        true
    }

    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the values are not quite those of the text.
    pub(super) fn is_converted(&self) -> bool {
        is_converted(&self.text)
    }

    /// All fields, where they were made before.
    pub(super) fn made<'py>(&self, py: Python<'py>) -> Option<&Bound<'py, PyDict>> {
        self.all.get().map(|all| all.bind(py))
    }

    /// All fields as Python objects.
    pub(super) fn all<'py>(&self, py: Python<'py>) -> PyResult<&Bound<'py, PyDict>> {
        if let Some(all) = self.made(py) {
            return Ok(all);
        }
        // Made outside of the cell, which must not be held while Python runs.
        let all = match self.layout() {
            Some(layout) => self.read(py, layout)?,
            None => classes::parse(&PyString::new(py, &self.text))?,
        };
        Ok(self.all.get_or_init(|| all.unbind()).bind(py))
    }

    fn read<'py>(&self, py: Python<'py>, layout: &Layout) -> PyResult<Bound<'py, PyDict>> {
        let all = PyDict::new(py);
        for member in layout.members() {
            let value = value::read(py, &self.text, member, &|object, layout| {
                let content = Content::Message(Self::with_layout(object, layout));
                Record::make(py, classes::record(py)?, content)
            })?;
            all.set_item(PyString::new(py, member.key(&self.text)), value)?;
        }
        Ok(all)
    }

    pub(super) fn traverse(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        self.all.get().map_or(Ok(()), |all| visit.call(all))
    }

    /// Where the fields are; none where that cannot be told.
    pub(super) fn layout(&self) -> Option<&Layout> {
        let layout = self.layout.get_or_init(|| {
            let readable = !self.is_converted();
            readable
                .then(|| host::layout(&self.text).map(Arc::new))
                .flatten()
        });
        layout.as_deref()
    }
}

/// What the core found, of a text whose values are those of the record.
fn layout_by_core(text: &Text) -> Option<&Arc<Layout>> {
    text.layout().filter(|_| !is_converted(text.as_str()))
}

fn is_converted(text: &str) -> bool {
    text.starts_with(CONNECTION)
}
