//! Records: what the terminal says, as Python objects that read their text when asked.
//!
//! A record holds the text of its message. The first field that is asked for makes an index of the
//! top level; a value becomes a Python object when it is asked for. That beats making dicts of
//! messages of which a program reads a field or two.

mod classes;
mod made;
mod message;
mod names;
mod shape;
mod value;

use std::borrow::Cow;
use std::cell::{Cell, UnsafeCell};

use pyo3::exceptions::{PyAttributeError, PyKeyError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyType};
use pyo3::{PyTraverseError, PyVisit, ffi};
use trueroom::Text;
use trueroom::host::Layout;

use self::message::Message;
use self::shape::{Meaning, Name, Shape};

pub(crate) use self::classes::{Class, class, event_class};
pub(crate) use self::made::Made;
pub(crate) use self::names::{to_snake, to_wire};

/// The base of all records; see `trueroom._record`.
#[pyclass(frozen, subclass, module = "trueroom._native", name = "Fields")]
pub(crate) struct Record(UnsafeCell<State>);

struct State {
    shape: Py<Shape>,
    content: Content,
}

// Safety: the state is changed by `renew` only, while nobody else has a reference to the record.
// Everything in it may be shared and sent.
#[allow(unsafe_code)]
unsafe impl Sync for Record {}

enum Content {
    Message(Message),
    /// Given as a mapping.
    Plain(Py<PyDict>),
    /// The fields of another record, which is no view itself, under another class.
    View(Py<Record>),
}

thread_local! {
    /// What the next record of this thread is made of: a class is called without arguments, since
    /// there is no Python object for this.
    static NEXT: Cell<Option<(Py<Shape>, Content)>> = const { Cell::new(None) };
}

#[pymethods]
impl Record {
    #[new]
    #[classmethod]
    #[pyo3(signature = (content = None, /))]
    fn new(class: &Bound<'_, PyType>, content: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        let Some(content) = content else {
            let (shape, content) = NEXT.take().ok_or_else(|| {
                PyTypeError::new_err("a record needs content: JSON text or a mapping")
            })?;
            return Ok(Self::new_of(shape, content));
        };
        let content = if let Ok(text) = content.cast::<PyString>() {
            match text.to_str() {
                Ok(text) => Content::Message(Message::new(text)),
                // Half a surrogate pair has no UTF-8 form.
                Err(_) => Content::Plain(classes::parse(text)?.unbind()),
            }
        } else if let Ok(record) = content.cast::<Self>() {
            match &record.get().state().content {
                Content::View(root) => Content::View(root.clone_ref(class.py())),
                _ => Content::View(record.clone().unbind()),
            }
        } else {
            Content::Plain(classes::wrap(content)?.unbind())
        };
        let shape = Shape::of(class)?.unbind();
        Ok(Self::new_of(shape, content))
    }

    fn __getattribute__<'py>(
        slf: &Bound<'py, Self>,
        name: &Bound<'py, PyString>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        let this = slf.get();
        let known = this.state().shape.get().name(slf, name)?;
        let unknown;
        let meaning = if let Some(known) = known {
            if let Some(value) = this.value_found(py, known)? {
                return Ok(value);
            }
            &known.meaning
        } else {
            unknown = Meaning::of(slf, name)?;
            &unknown
        };
        let (key, value) = match meaning {
            Meaning::Class => return generic(slf, name),
            Meaning::Exact(name) => match this.value(py, name)? {
                Some(value) => (Cow::Borrowed(&**name), value),
                None => return Err(PyAttributeError::new_err(name.to_string())),
            },
            Meaning::Field { name, wire } => match this.field(py, name, wire)? {
                Some(found) => found,
                None => return Ok(py.None().into_bound(py)),
            },
        };
        if let Some(kind) = this.state().shape.get().kind(&key) {
            return classes::as_kind(kind.bind(py), value);
        }
        if let Some(known) = known {
            this.set_found(known, &key);
        }
        Ok(value)
    }

    fn __getitem__<'py>(&self, name: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let value = self.item(name)?;
        value.ok_or_else(|| PyKeyError::new_err(name.clone().unbind()))
    }

    fn __contains__(&self, name: &Bound<'_, PyAny>) -> PyResult<bool> {
        self.all(name.py())?.contains(name)
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(self.all(py)?.as_any().try_iter()?.into_any())
    }

    fn __len__(&self, py: Python<'_>) -> PyResult<usize> {
        Ok(self.all(py)?.len())
    }

    #[allow(clippy::unused_self)] // Python gives it.
    fn __bool__(&self) -> bool {
        // An answer without fields is still an answer.
        true
    }

    /// The field with this wire name, or ``default`` when it was not sent.
    #[pyo3(signature = (name, default = None))]
    fn get<'py>(
        &self,
        name: &Bound<'py, PyAny>,
        default: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        Ok(self.item(name)?.or(default))
    }

    /// All fields as a dict. It is the record's own.
    fn _all<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        Ok(self.all(py)?.clone())
    }

    /// The JSON text; None where there is none, or where the values are not quite those of the text.
    fn _text(&self) -> Option<&str> {
        match self.root() {
            Content::Message(message) if !message.is_converted() => Some(message.as_str()),
            _ => None,
        }
    }

    /// Whether the fields were made into Python objects, so that the text may not tell all.
    fn _is_made(&self, py: Python<'_>) -> bool {
        match self.root() {
            Content::Message(message) => message.made(py).is_some(),
            _ => true,
        }
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        match &self.state().content {
            Content::Message(message) => message.traverse(visit),
            Content::Plain(all) => visit.call(all),
            Content::View(root) => visit.call(root),
        }
    }
}

/// A record of a message that the core has read.
pub(crate) fn make<'py>(
    py: Python<'py>,
    class: &Class,
    text: &Text,
) -> PyResult<Bound<'py, PyAny>> {
    Record::make(py, class, Content::Message(Message::read_by_core(text)))
}

/// Makes a record that nobody else has a reference to another one of the same class, which spares
/// its memory the way out and in; false when it cannot be done.
#[allow(unsafe_code)]
pub(crate) fn renew(record: &Bound<'_, PyAny>, class: &Class, text: &Text) -> bool {
    // Safety: it is a live object, and the thread is attached.
    let references = unsafe { ffi::Py_REFCNT(record.as_ptr()) };
    // Without the interpreter's lock a reference could be made while the state changes.
    if cfg!(Py_GIL_DISABLED) || references != 1 {
        return false;
    }
    let Ok(record) = record.cast::<Record>() else {
        return false;
    };
    // Safety: the caller's reference is the only one, so no method of the record runs and nobody has
    // a reference to its state. None can be made before this ends: the thread is attached, and
    // nothing here runs Python code, not even by making or dropping an object.
    let state = unsafe { &mut *record.get().0.get() };
    match &mut state.content {
        Content::Message(message) if state.shape.is(&class.shape) => message.renew(text),
        _ => false,
    }
}

impl Record {
    /// A record that the library makes, of any class of records.
    fn make<'py>(py: Python<'py>, class: &Class, content: Content) -> PyResult<Bound<'py, PyAny>> {
        NEXT.set(Some((class.shape.clone_ref(py), content)));
        class.object.bind(py).call0().inspect_err(|_| {
            NEXT.take();
        })
    }

    fn new_of(shape: Py<Shape>, content: Content) -> Self {
        Self(UnsafeCell::new(State { shape, content }))
    }

    #[allow(unsafe_code)]
    fn state(&self) -> &State {
        // Safety: it changes only while there is no reference but that of `renew`'s caller, and who
        // calls a method has another one.
        unsafe { &*self.0.get() }
    }

    /// Where the fields are.
    fn root(&self) -> &Content {
        match &self.state().content {
            Content::View(root) => &root.get().state().content,
            content => content,
        }
    }

    fn all<'py>(&self, py: Python<'py>) -> PyResult<&Bound<'py, PyDict>> {
        match self.root() {
            Content::Message(message) => message.all(py),
            Content::Plain(all) => Ok(all.bind(py)),
            Content::View(root) => root.get().all(py),
        }
    }

    /// The value with this wire name.
    fn value<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Option<Bound<'py, PyAny>>> {
        if let Some((message, layout)) = self.unmade(py) {
            let index = position(layout, message.as_str(), name);
            let Some(member) = index.and_then(|index| layout.members().get(index)) else {
                return Ok(None);
            };
            if let Some(value) = value::of_member(py, message.as_str(), member)? {
                return Ok(Some(value));
            }
            // An array or an object may be changed, so there has to be one only.
        }
        self.all(py)?.get_item(name)
    }

    /// The value of a field that was found before in a message of the same form; none where it may
    /// be changed.
    fn value_found<'py>(
        &self,
        py: Python<'py>,
        name: &Name,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let Some((message, layout)) = self.unmade(py) else {
            return Ok(None);
        };
        let member = name.member(layout);
        match member.and_then(|index| layout.members().get(index)) {
            Some(member) => value::of_member(py, message.as_str(), member),
            None => Ok(None),
        }
    }

    fn set_found(&self, name: &Name, key: &str) {
        if let Content::Message(message) = self.root()
            && let Some(layout) = message.layout()
            && let Some(index) = position(layout, message.as_str(), key)
        {
            name.set_member(layout, index);
        }
    }

    /// The text to read values from, as long as no Python objects were made of all of it.
    fn unmade(&self, py: Python<'_>) -> Option<(&Message, &Layout)> {
        match self.root() {
            Content::Message(message) if message.made(py).is_none() => {
                Some((message, message.layout()?))
            }
            _ => None,
        }
    }

    fn item<'py>(&self, name: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
        match name.cast::<PyString>().map(|name| name.to_str()) {
            Ok(Ok(text)) => self.value(name.py(), text),
            _ => self.all(name.py())?.get_item(name),
        }
    }

    /// The wire name and the value of a field by its Python name; none when it was not sent.
    fn field<'a, 'py>(
        &'a self,
        py: Python<'py>,
        name: &'a str,
        wire: &'a str,
    ) -> PyResult<Option<(Cow<'a, str>, Bound<'py, PyAny>)>> {
        for key in [name, wire] {
            if let Some(value) = self.value(py, key)? {
                return Ok(Some((key.into(), value)));
            }
        }
        if let Some(key) = self.key_named(py, name)?
            && let Some(value) = self.value(py, &key)?
        {
            return Ok(Some((key.into(), value)));
        }
        for key in self.state().shape.get().spellings(name) {
            if let Some(value) = self.value(py, key)? {
                return Ok(Some((key.into(), value)));
            }
        }
        Ok(None)
    }

    /// The first wire name that is this name in Python.
    fn key_named(&self, py: Python<'_>, name: &str) -> PyResult<Option<String>> {
        if let Content::Message(message) = self.root()
            && let Some(layout) = message.layout()
        {
            let members = layout.members().iter();
            let mut keys = members.map(|member| member.key(message.as_str()));
            return Ok(keys
                .find(|key| names::is_named(key, name))
                .map(str::to_owned));
        }
        for key in self.all(py)?.keys() {
            if let Ok(Ok(key)) = key.cast::<PyString>().map(|key| key.to_str())
                && names::is_named(key, name)
            {
                return Ok(Some(key.to_owned()));
            }
        }
        Ok(None)
    }
}

/// The number of the member with this key; the last one where there are several, as in Python.
fn position(layout: &Layout, text: &str, key: &str) -> Option<usize> {
    let mut members = layout.members().iter();
    members.rposition(|member| member.key(text) == key)
}

/// The attribute as Python itself finds it.
#[allow(unsafe_code)]
fn generic<'py>(
    record: &Bound<'py, Record>,
    name: &Bound<'py, PyString>,
) -> PyResult<Bound<'py, PyAny>> {
    // Safety: both are live objects, the thread is attached, and the result is a new reference, or
    // null with an exception set.
    unsafe {
        let found = ffi::PyObject_GenericGetAttr(record.as_ptr(), name.as_ptr());
        Bound::from_owned_ptr_or_err(record.py(), found)
    }
}
