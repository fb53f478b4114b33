//! What the names of attributes mean to the records of one class.

use std::collections::HashMap;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use pyo3::prelude::*;
use pyo3::types::{PyString, PyType};
use trueroom::host::Layout;

use super::names;

/// Names remembered by a class, a power of two. More than the fields of any message; the names
/// beyond are worked out each time.
const NAMES: usize = 128;
/// Places in which a name is looked for.
const STEPS: usize = 8;

/// One for each class of records, made when the first record of the class is.
#[pyclass(frozen, module = "trueroom._native")]
pub(super) struct Shape {
    /// What the catalogue says that a field holds, by wire name; see `_record.as_kind`.
    kinds: HashMap<String, Py<PyString>>,
    /// Other names that terminals use for a field, by its Python name.
    spellings: HashMap<String, Vec<String>>,
    /// Only ever added to, so that threads need no lock.
    names: Box<[OnceLock<Name>]>,
}

/// A name of an attribute.
pub(super) struct Name {
    text: Py<PyString>,
    hash: isize,
    pub(super) meaning: Meaning,
    /// Where the field was last found: the form of the layout and the member's number, in one.
    found: AtomicU64,
}

/// Members of a layout that a name can remember.
const MEMBERS: u64 = 1 << 8;

/// What it stands for.
pub(super) enum Meaning {
    /// Something that the class has, or that no record has.
    Class,
    /// Only a field that has exactly this name on the wire.
    Exact(Box<str>),
    /// A field by its Python name.
    Field {
        /// The name itself, which is a wire name as well.
        name: Box<str>,
        /// By the rule.
        wire: Box<str>,
    },
}

impl Shape {
    /// The shape of a class; the class keeps it.
    pub(super) fn of<'py>(class: &Bound<'py, PyType>) -> PyResult<Bound<'py, Self>> {
        let py = class.py();
        let own = class.getattr("__dict__")?;
        if let Ok(shape) = own.get_item("_shape") {
            return Ok(shape.cast_into::<Self>()?);
        }
        let spellings: HashMap<String, Vec<String>> = class.getattr("_spellings")?.extract()?;
        let shape = Self {
            kinds: class.getattr("_kinds")?.extract()?,
            spellings: spellings
                .into_iter()
                .map(|(key, others)| (names::to_snake(&key), others))
                .collect(),
            names: (0..NAMES).map(|_| OnceLock::new()).collect(),
        };
        let shape = Bound::new(py, shape)?;
        class.setattr("_shape", &shape)?;
        Ok(shape)
    }

    /// A name as it is remembered here; none if there is no place for it.
    pub(super) fn name(
        &self,
        record: &Bound<'_, PyAny>,
        name: &Bound<'_, PyString>,
    ) -> PyResult<Option<&Name>> {
        // Python keeps the hash in the string.
        let hash = name.hash()?;
        for step in 0..STEPS {
            let place = hash.cast_unsigned().wrapping_add(step) % NAMES;
            let Some(place) = self.names.get(place) else {
                break;
            };
            match place.get() {
                Some(known) if known.is(name, hash) => return Ok(Some(known)),
                Some(_) => {}
                None => {
                    let new = Name {
                        text: name.clone().unbind(),
                        hash,
                        meaning: Meaning::of(record, name)?,
                        found: AtomicU64::new(0),
                    };
                    // Another thread may have taken the place; that costs the next one some time.
                    let _ = place.set(new);
                    return Ok(place.get().filter(|known| known.is(name, hash)));
                }
            }
        }
        Ok(None)
    }

    /// What the catalogue says that the field with this wire name holds.
    pub(super) fn kind(&self, key: &str) -> Option<&Py<PyString>> {
        if self.kinds.is_empty() {
            return None;
        }
        self.kinds.get(key)
    }

    /// Other wire names of the field with this Python name.
    pub(super) fn spellings(&self, name: &str) -> &[String] {
        self.spellings.get(name).map_or(&[], Vec::as_slice)
    }
}

impl Name {
    /// The number of the member that the field is in a message of this layout, if that is known.
    pub(super) fn member(&self, layout: &Layout) -> Option<usize> {
        let found = self.found.load(Ordering::Relaxed);
        // Below the number of members, which is small.
        #[allow(clippy::cast_possible_truncation)]
        (found / MEMBERS == layout.form()).then_some((found % MEMBERS) as usize)
    }

    /// Remembers it.
    pub(super) fn set_member(&self, layout: &Layout, member: usize) {
        let member = member as u64;
        if member < MEMBERS {
            let found = layout.form().saturating_mul(MEMBERS) | member;
            self.found.store(found, Ordering::Relaxed);
        }
    }

    fn is(&self, name: &Bound<'_, PyString>, hash: isize) -> bool {
        // Names in a program's text are the same object each time.
        self.text.is(name)
            || (self.hash == hash
                && matches!(
                    (self.text.bind(name.py()).to_str(), name.to_str()),
                    (Ok(known), Ok(name)) if known == name
                ))
    }
}

impl Meaning {
    pub(super) fn of(record: &Bound<'_, PyAny>, name: &Bound<'_, PyString>) -> PyResult<Self> {
        let Ok(text) = name.to_str() else {
            return Ok(Self::Class);
        };
        for class in record.get_type().mro() {
            if class.getattr("__dict__")?.contains(name)? {
                return Ok(Self::Class);
            }
        }
        Ok(if text.starts_with("__") {
            Self::Class
        } else if text.starts_with('_') || !names::is_field_name(text) {
            Self::Exact(text.into())
        } else {
            Self::Field {
                name: text.into(),
                wire: names::to_wire(text).into(),
            }
        })
    }
}
