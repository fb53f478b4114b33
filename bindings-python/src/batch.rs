//! What was taken from a subscription, made into Python objects one by one.
//!
//! An object that is made when its turn comes is used while it is in the processor's cache. And when
//! nobody has kept it, it becomes one of the next: most of what a record costs is to come and to go.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use pyo3::prelude::*;
use pyo3::types::{PyString, PyTuple};
use trueroom::Text;
use trueroom::fleet::Key;
use trueroom::host::Taken;

use crate::record::{self, Class, Made};

/// An iterator over events, as records of their classes, or file requests, as JSON text. Threads may
/// share it.
#[pyclass(frozen, module = "trueroom._native")]
pub(crate) struct Batch {
    items: Box<[Item]>,
    /// Those of the events.
    classes: Vec<Arc<Class>>,
    /// The room that each item is of, where they come from many; then it is part of the item.
    keys: Option<Box<[Key]>>,
    next: AtomicUsize,
    made: Made,
    /// There was nothing to take.
    #[pyo3(get)]
    empty: bool,
    /// There may be more where this came from, and nobody will be told of it.
    #[pyo3(get)]
    more: bool,
    /// All are events of the terminal's own, which need no second look.
    #[pyo3(get)]
    plain: bool,
    /// The room may have ended: there is nothing, or the last event tells of the connection.
    #[pyo3(get)]
    ends: bool,
}

#[derive(Clone)]
enum Item {
    /// The number of its class.
    Event(usize, Text),
    Request(String),
}

impl Batch {
    /// What was taken, at most `max` items.
    pub(crate) fn new(py: Python<'_>, taken: Vec<Taken>, max: usize) -> PyResult<Self> {
        let more = taken.len() >= max;
        let mut plain = true;
        let mut ends = taken.is_empty();
        // Events of one kind often come in a row.
        let mut last = None;
        let mut classes = Vec::new();
        let mut items = Vec::with_capacity(taken.len());
        for taken in taken {
            items.push(match taken {
                Taken::Event(event) => {
                    ends = event.name == "connection";
                    plain &= !matches!(&*event.name, "connection" | "lagged" | "error");
                    if last.as_ref() != Some(&event.name) {
                        classes.push(record::event_class(py, main_name(&event.name))?);
                        last = Some(event.name);
                    }
                    Item::Event(classes.len() - 1, event.text)
                }
                Taken::Request(request) => {
                    ends = false;
                    plain = false;
                    Item::Request(request.to_json())
                }
            });
        }
        Ok(Self {
            empty: items.is_empty(),
            items: items.into(),
            classes,
            keys: None,
            next: AtomicUsize::new(0),
            more,
            plain,
            ends,
            made: Made::default(),
        })
    }
}

impl Batch {
    /// What was taken from many rooms, as pairs of key and item.
    pub(crate) fn keyed(py: Python<'_>, taken: Vec<(Key, Taken)>, max: usize) -> PyResult<Self> {
        let (keys, taken): (Vec<_>, Vec<_>) = taken.into_iter().unzip();
        let batch = Self::new(py, taken, max)?;
        Ok(Self {
            keys: Some(keys.into()),
            plain: false,
            // The end of a room is not the end of all.
            ends: batch.empty,
            ..batch
        })
    }
}

/// The name of an event that the catalogue has, or of one of the library's own.
#[allow(clippy::ptr_arg)] // Which of the two it is tells.
fn main_name(name: &Cow<'static, str>) -> Option<&'static str> {
    match name {
        Cow::Borrowed(name) => Some(name),
        Cow::Owned(_) => None,
    }
}

#[pymethods]
impl Batch {
    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        // Not in one step, since no other thread is attached meanwhile, see `Made`.
        let next = self.next.load(Ordering::Relaxed);
        self.next.store(next.saturating_add(1), Ordering::Relaxed);
        let item = match self.items.get(next) {
            Some(Item::Event(class, text)) => {
                let Some(class) = self.classes.get(*class) else {
                    return Ok(None);
                };
                self.made.record(py, class, text)?
            }
            Some(Item::Request(json)) => PyString::new(py, json).into_any(),
            None => return Ok(None),
        };
        match self.keys.as_ref().and_then(|keys| keys.get(next)) {
            None => Ok(Some(item)),
            Some(key) => {
                let pair = [PyString::new(py, key).into_any(), item];
                PyTuple::new(py, pair).map(|pair| Some(pair.into_any()))
            }
        }
    }

    /// What is still to come, for a consumer that goes on by itself.
    fn rest(&self) -> Self {
        let from = self.next.load(Ordering::Relaxed).min(self.items.len());
        Self {
            items: self.items.get(from..).unwrap_or_default().into(),
            classes: self.classes.clone(),
            keys: self
                .keys
                .as_ref()
                .map(|keys| keys.get(from..).unwrap_or_default().into()),
            next: AtomicUsize::new(0),
            empty: self.empty,
            more: self.more,
            plain: self.plain,
            ends: self.ends,
            made: Made::default(),
        }
    }

    /// Nobody wants the rest.
    fn close(&self) {
        self.next.store(self.items.len(), Ordering::Relaxed);
    }
}
