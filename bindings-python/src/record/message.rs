//! The text of an object, indexed when a field is first asked for.

use std::ops::Range;
use std::sync::OnceLock;

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use pyo3::{PyTraverseError, PyVisit};
use serde::de::IgnoredAny;

use super::scan::{self, Field, Known};
use super::{Content, Record, classes, value};

/// How the library's own connection events begin. They carry durations in milliseconds on their way
/// through the core, and `_record.parse` turns them into seconds.
const CONNECTION: &str = r#"{"method":"event","event":"connection""#;

/// An object's text and what was made of it.
pub(super) struct Message {
    /// A copy: a text that was just read keeps the whole buffer that it was read into.
    text: String,
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
    pub(super) fn checked(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            checked: true,
            index: OnceLock::new(),
            all: OnceLock::new(),
        }
    }

    /// Any text.
    pub(super) fn unchecked(text: &str) -> Self {
        Self {
            checked: false,
            ..Self::checked(text)
        }
    }

    /// Makes this another message that the core has read, in the same memory. Not if there are
    /// Python objects in it, since what they do when they go is not known. It is quicker if another
    /// message is much `like` it.
    pub(super) fn renew(&mut self, text: &str, like: Option<&Self>) -> bool {
        if self.all.get().is_some() {
            return false;
        }
        self.text.clear();
        self.text.push_str(text);
        self.checked = true;
        let fields = self.index.take().flatten().unwrap_or_default();
        self.index = OnceLock::from(self.indexed(fields, like));
        true
    }

    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the values are not quite those of the text.
    pub(super) fn is_converted(&self) -> bool {
        self.text.starts_with(CONNECTION)
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
            None => classes::parse(&PyString::new(py, &self.text))?,
        };
        Ok(self.all.get_or_init(|| all.unbind()).bind(py))
    }

    fn read<'py>(&self, py: Python<'py>, index: &[Field]) -> PyResult<Bound<'py, PyDict>> {
        let all = PyDict::new(py);
        for field in index {
            let value = value::read(py, self.part(field.value()), &|object| {
                let content = Content::Message(Self::checked(object));
                Record::make(py, classes::record(py)?, content)
            })?;
            all.set_item(PyString::new(py, self.part(field.key())), value)?;
        }
        Ok(all)
    }

    pub(super) fn traverse(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        self.all.get().map_or(Ok(()), |all| visit.call(all))
    }

    /// Where the fields are; none where that cannot be told.
    pub(super) fn index(&self) -> Option<&[Field]> {
        let index = self.index.get_or_init(|| self.indexed(Vec::new(), None));
        index.as_deref()
    }

    fn indexed(&self, mut fields: Vec<Field>, like: Option<&Self>) -> Option<Vec<Field>> {
        let readable = self.checked || serde_json::from_str::<IgnoredAny>(&self.text).is_ok();
        if !readable || self.is_converted() {
            return None;
        }
        fields.clear();
        fields.reserve(16);
        let known = like.and_then(|like| {
            Some(Known {
                text: like.text.as_bytes(),
                fields: like.index.get()?.as_deref()?,
            })
        });
        scan::fields(self.text.as_bytes(), known, &mut fields)?;
        Some(fields)
    }

    /// The value with this wire name; the last one where there are several, as in Python.
    pub(super) fn find(&self, index: &[Field], name: &str) -> Option<&str> {
        let (text, name) = (self.text.as_bytes(), name.as_bytes());
        let field = index.iter().rev().find(|field| field.is(text, name))?;
        Some(self.part(field.value()))
    }

    pub(super) fn part(&self, range: Range<usize>) -> &str {
        self.text.get(range).unwrap_or_default()
    }
}
