//! The text of an object, indexed when a field is first asked for.

use std::ops::Range;
use std::sync::OnceLock;

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use pyo3::{PyTraverseError, PyVisit};
use serde::de::IgnoredAny;
use trueroom::Text;

use super::scan::{self, Field};
use super::value;
use super::{Content, Record, classes};

/// How the library's own connection events begin. They carry durations in milliseconds on their way
/// through the core, and `_record.parse` turns them into seconds.
const CONNECTION: &str = r#"{"method":"event","event":"connection""#;

/// Texts up to here are copied, as a text that was just read keeps the whole buffer it was read into.
const COPIED: usize = 16 * 1024;

/// An object within a text. Objects in it share the text.
pub(super) struct Message {
    text: Text,
    range: Range<usize>,
    /// The core has read all of it.
    checked: bool,
    /// None where only Python can read it: what is rare, and what is no JSON.
    index: OnceLock<Option<Vec<Field>>>,
    /// All fields as Python objects. Made when first needed; then it is the truth, because there
    /// are lists in it.
    all: OnceLock<Py<PyDict>>,
}

impl Message {
    /// A message that the core has read.
    pub(super) fn checked(text: &Text) -> Self {
        let text = if text.as_str().len() <= COPIED {
            Text::from(text.as_str().to_owned())
        } else {
            text.clone()
        };
        Self::new(text, true)
    }

    /// Any text.
    pub(super) fn unchecked(text: &str) -> Self {
        Self::new(Text::from(text.to_owned()), false)
    }

    fn new(text: Text, checked: bool) -> Self {
        let range = 0..text.as_str().len();
        let index = if text.as_str().starts_with(CONNECTION) {
            OnceLock::from(None)
        } else {
            OnceLock::new()
        };
        Self {
            text,
            range,
            checked,
            index,
            all: OnceLock::new(),
        }
    }

    pub(super) fn as_str(&self) -> &str {
        self.text
            .as_str()
            .get(self.range.clone())
            .unwrap_or_default()
    }

    /// Whether the values are not quite those of the text.
    pub(super) fn is_converted(&self) -> bool {
        self.as_str().starts_with(CONNECTION)
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
        let all = match self.index() {
            Some(index) => self.read(py, index)?,
            None => classes::parse(&PyString::new(py, self.as_str()))?,
        };
        Ok(self.all.get_or_init(|| all.unbind()).bind(py))
    }

    fn read<'py>(&self, py: Python<'py>, index: &[Field]) -> PyResult<Bound<'py, PyDict>> {
        let all = PyDict::new(py);
        for field in index {
            let value = value::read(py, self.part(field.value()), &|object| {
                let class = classes::record(py)?;
                Record::make(py, class, Content::Message(self.within(object)))
            })?;
            all.set_item(PyString::new(py, self.part(field.key())), value)?;
        }
        Ok(all)
    }

    /// The object in a part of this text.
    fn within(&self, part: &str) -> Self {
        let start = part.as_ptr().addr() - self.text.as_str().as_ptr().addr();
        Self {
            text: self.text.clone(),
            range: start..start + part.len(),
            checked: true,
            index: OnceLock::new(),
            all: OnceLock::new(),
        }
    }

    pub(super) fn traverse(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        self.all.get().map_or(Ok(()), |all| visit.call(all))
    }

    /// Where the fields are; none where that cannot be told.
    pub(super) fn index(&self) -> Option<&[Field]> {
        let index = self.index.get_or_init(|| {
            let text = self.as_str();
            if self.checked || serde_json::from_str::<IgnoredAny>(text).is_ok() {
                scan::fields(text)
            } else {
                None
            }
        });
        index.as_deref()
    }

    /// The value with this wire name; the last one where there are several, as in Python.
    pub(super) fn find(&self, index: &[Field], name: &str) -> Option<&str> {
        let mut fields = index.iter().rev();
        let field = fields.find(|field| self.part(field.key()) == name)?;
        Some(self.part(field.value()))
    }

    pub(super) fn part(&self, range: Range<usize>) -> &str {
        self.as_str().get(range).unwrap_or_default()
    }
}
