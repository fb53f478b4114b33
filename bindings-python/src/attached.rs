//! What only the thread that is attached to the interpreter uses.

use std::cell::UnsafeCell;
use std::mem;

use pyo3::prelude::*;

/// A place for a value that threads attached to the interpreter put in and take out. It costs no
/// lock: the interpreter lets one thread in at a time, as the module asks for (`gil_used`).
#[derive(Default)]
pub(crate) struct Attached<T>(UnsafeCell<T>);

// Safety: what is inside is used by `replace` only. Its thread is attached to the interpreter, so it is
// alone, and it runs no Python code and drops nothing, so that nobody else gets in meanwhile.
#[allow(unsafe_code)]
unsafe impl<T: Send> Sync for Attached<T> {}

impl<T> Attached<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self(UnsafeCell::new(value))
    }

    /// Puts in another value, and gives the one that was there.
    #[allow(unsafe_code)]
    pub(crate) fn replace(&self, _: Python<'_>, value: T) -> T {
        // Safety: see above.
        mem::replace(unsafe { &mut *self.0.get() }, value)
    }

    /// Takes the value out and leaves the default one.
    pub(crate) fn take(&self, py: Python<'_>) -> T
    where
        T: Default,
    {
        self.replace(py, T::default())
    }
}
