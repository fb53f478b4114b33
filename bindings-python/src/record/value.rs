//! Python objects from the JSON text of one value, as `json.loads` makes them; objects inside become
//! records.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyFloat, PyInt, PyList, PyNone, PyString};

use trueroom::host::{Kind, Member};

use super::scan;

/// Arrays within arrays beyond this are left to Python, which has a limit of its own.
const DEPTH: usize = 128;

/// Makes the object for an object's text.
pub(super) type MakeRecord<'a, 'py> = &'a dyn Fn(&str) -> PyResult<Bound<'py, PyAny>>;

/// The Python object for a value.
pub(super) fn read<'py>(
    py: Python<'py>,
    text: &str,
    record: MakeRecord<'_, 'py>,
) -> PyResult<Bound<'py, PyAny>> {
    nested(py, text, record, DEPTH)
}

fn nested<'py>(
    py: Python<'py>,
    text: &str,
    record: MakeRecord<'_, 'py>,
    depth: usize,
) -> PyResult<Bound<'py, PyAny>> {
    match (text.as_bytes().first(), depth) {
        (Some(b'{'), _) => record(text),
        (Some(b'['), 1..) => {
            let Some(items) = scan::items(text.as_bytes()) else {
                return by_python(py, text);
            };
            let list = PyList::empty(py);
            for item in items {
                let item = text.get(item).unwrap_or_default();
                list.append(nested(py, item, record, depth - 1)?)?;
            }
            Ok(list.into_any())
        }
        _ => scalar(py, text),
    }
}

/// The Python object for the value of a member; none for an array or an object.
pub(super) fn of_member<'py>(
    py: Python<'py>,
    text: &str,
    member: &Member,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let value = member.value(text);
    match member.kind() {
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

/// The Python object for a value that is neither an array nor an object.
fn scalar<'py>(py: Python<'py>, text: &str) -> PyResult<Bound<'py, PyAny>> {
    match text.as_bytes() {
        [b'"', ..] => string(py, text),
        [b'-' | b'0'..=b'9', ..] => number(py, text),
        b"true" => Ok(PyBool::new(py, true).to_owned().into_any()),
        b"false" => Ok(PyBool::new(py, false).to_owned().into_any()),
        b"null" => Ok(PyNone::get(py).to_owned().into_any()),
        _ => by_python(py, text),
    }
}

/// The Python string for a string with its quotes.
fn string<'py>(py: Python<'py>, text: &str) -> PyResult<Bound<'py, PyAny>> {
    let inside = text
        .get(1..text.len().saturating_sub(1))
        .unwrap_or_default();
    if !inside.as_bytes().contains(&b'\\') {
        return Ok(PyString::new(py, inside).into_any());
    }
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
