//! What the native records need of the package's own modules.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyString, PyType};

use super::shape::Shape;

/// A class of records.
pub(crate) struct Class {
    pub(super) object: Py<PyType>,
    pub(super) shape: Py<Shape>,
}

impl Class {
    pub(super) fn of(class: &Bound<'_, PyType>) -> PyResult<Self> {
        Ok(Self {
            object: class.clone().unbind(),
            shape: Shape::of(class)?.unbind(),
        })
    }
}

/// The class `Record`, of objects that the catalogue does not know.
pub(super) fn record(py: Python<'_>) -> PyResult<&Arc<Class>> {
    static CLASS: PyOnceLock<Arc<Class>> = PyOnceLock::new();
    CLASS.get_or_try_init(py, || {
        let class = py.import("trueroom._record")?.getattr("Record")?;
        Class::of(class.cast()?).map(Arc::new)
    })
}

/// A class that Python names.
pub(crate) fn class(object: &Bound<'_, PyType>) -> PyResult<Arc<Class>> {
    // By address: a class that is kept here is not freed, and no other can have its place.
    static CLASSES: Mutex<BTreeMap<usize, Arc<Class>>> = Mutex::new(BTreeMap::new());
    let classes = || CLASSES.lock().unwrap_or_else(PoisonError::into_inner);
    let place = object.as_ptr() as usize;
    if let Some(class) = classes().get(&place) {
        return Ok(class.clone());
    }
    let class = Arc::new(Class::of(object)?);
    classes().insert(place, class.clone());
    Ok(class)
}

/// The class of an event by its main name; none for a name that only the terminal knows.
pub(crate) fn event_class(py: Python<'_>, name: Option<&'static str>) -> PyResult<Arc<Class>> {
    static CLASSES: Mutex<BTreeMap<&'static str, Arc<Class>>> = Mutex::new(BTreeMap::new());
    static EVENT_CLASS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let classes = || CLASSES.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(name) = name else {
        return Ok(record(py)?.clone());
    };
    if let Some(class) = classes().get(name) {
        return Ok(class.clone());
    }
    let find = EVENT_CLASS.import(py, "trueroom._area", "event_class")?;
    let class = Arc::new(Class::of(find.call1((name,))?.cast()?)?);
    classes().insert(name, class.clone());
    Ok(class)
}

/// The fields of a JSON text that only Python can read, or a `ValueError`.
pub(super) fn parse<'py>(text: &Bound<'py, PyString>) -> PyResult<Bound<'py, PyDict>> {
    static PARSE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let parse = PARSE.import(text.py(), "trueroom._record", "parse")?;
    Ok(parse.call1((text,))?.cast_into()?)
}

/// An array that only Python can read, or a `ValueError`.
pub(super) fn parse_list<'py>(text: &Bound<'py, PyString>) -> PyResult<Bound<'py, PyAny>> {
    static PARSE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let parse = PARSE.import(text.py(), "trueroom._record", "parse_list")?;
    parse.call1((text,))
}

/// The fields of a mapping.
pub(super) fn wrap<'py>(mapping: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyDict>> {
    static WRAP: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let wrap = WRAP.import(mapping.py(), "trueroom._record", "wrap")?;
    Ok(wrap.call1((mapping,))?.cast_into()?)
}

/// A value as the code or object that the catalogue says it is.
pub(super) fn as_kind<'py>(
    kind: &Bound<'py, PyAny>,
    value: Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    static AS_KIND: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let as_kind = AS_KIND.import(kind.py(), "trueroom._record", "as_kind")?;
    as_kind.call1((kind, value))
}
