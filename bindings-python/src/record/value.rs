//! Python objects from the JSON text of one value, as `json.loads` makes them; objects inside become
//! records.

use std::sync::Arc;

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyFloat, PyInt, PyList, PyNone, PyString};
use trueroom::host::{self, Item, Kind, Layout, Member};

use super::classes;

/// Arrays within arrays beyond this are left to Python, which has a limit of its own.
const DEPTH: usize = 128;

/// Makes the record for an object's text, with its layout where that is known.
pub(super) type MakeRecord<'a, 'py> =
    &'a dyn Fn(&str, Option<Arc<Layout>>) -> PyResult<Bound<'py, PyAny>>;

/// The Python object for the value of a member.
pub(super) fn read<'py>(
    py: Python<'py>,
    text: &str,
    member: &Member,
    record: MakeRecord<'_, 'py>,
) -> PyResult<Bound<'py, PyAny>> {
    let value = member.value(text);
    match plain(py, value, member.kind())? {
        Some(object) => Ok(object),
        None if value.starts_with('{') => record(value, None),
        None => list(py, value, record, DEPTH),
    }
}

/// The Python object for the value of a member; none for an array or an object.
pub(super) fn of_member<'py>(
    py: Python<'py>,
    text: &str,
    member: &Member,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    plain(py, member.value(text), member.kind())
}

fn list<'py>(
    py: Python<'py>,
    text: &str,
    record: MakeRecord<'_, 'py>,
    depth: usize,
) -> PyResult<Bound<'py, PyAny>> {
    let items = if depth > 0 { host::items(text) } else { None };
    let Some(items) = items else {
        return classes::parse_list(&PyString::new(py, text));
    };
    let list = PyList::empty(py);
    for Item {
        place,
        kind,
        layout,
    } in items
    {
        let item = text.get(place).unwrap_or_default();
        list.append(match plain(py, item, kind)? {
            Some(object) => object,
            None if layout.is_some() => record(item, layout)?,
            None => self::list(py, item, record, depth - 1)?,
        })?;
    }
    Ok(list.into_any())
}

/// The Python object for a value of this kind; none for an array or an object.
fn plain<'py>(py: Python<'py>, value: &str, kind: Kind) -> PyResult<Option<Bound<'py, PyAny>>> {
    match kind {
        Kind::Plain => {
            let inside = value.get(1..value.len().saturating_sub(1));
            Ok(PyString::new(py, inside.unwrap_or_default()).into_any())
        }
        Kind::Escaped => string(py, value),
        Kind::Number => number(py, value),
        Kind::True => Ok(PyBool::new(py, true).to_owned().into_any()),
        Kind::False => Ok(PyBool::new(py, false).to_owned().into_any()),
        Kind::Null => Ok(PyNone::get(py).to_owned().into_any()),
        Kind::Nested => return Ok(None),
    }
    .map(Some)
}

/// The Python string for a string with its quotes, and escapes.
fn string<'py>(py: Python<'py>, text: &str) -> PyResult<Bound<'py, PyAny>> {
    // Halves of surrogate pairs, which Python keeps, are an error.
    match serde_json::from_str::<String>(text) {
        Ok(string) => Ok(PyString::new(py, &string).into_any()),
        Err(_) => by_python(py, text),
    }
}

fn number<'py>(py: Python<'py>, text: &str) -> PyResult<Bound<'py, PyAny>> {
    if let Ok(number) = text.parse::<i64>() {
        return Ok(PyInt::new(py, number).into_any());
    }
    if text.contains(['.', 'e', 'E']) {
        return match text.parse::<f64>() {
            Ok(number) => Ok(PyFloat::new(py, number).into_any()),
            Err(_) => by_python(py, text),
        };
    }
    match by_python(py, text) {
        // CPython refuses integers of more than 4300 digits; a hostile peer may send one.
        Err(_) if text.len() > 4300 => py.get_type::<PyFloat>().call1((text,)).map(Bound::into_any),
        other => other,
    }
}

/// What is rare is left to Python, which is sure to do as Python does: escapes with halves of
/// surrogate pairs, long integers, deep nesting, and what is no JSON.
fn by_python<'py>(py: Python<'py>, text: &str) -> PyResult<Bound<'py, PyAny>> {
    py.import(intern!(py, "json"))?
        .getattr(intern!(py, "loads"))?
        .call1((text,))
}
