//! The boundary: errors become the package's classes, panics become errors, forks are refused.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use pyo3::prelude::*;
use pyo3::types::PyString;
use trueroom::Error;

/// The process in which the first mailbox was made; 0 before.
static OWNER: AtomicU32 = AtomicU32::new(0);

/// This is a fork of that process. Asking for the number of the process at each call would cost as
/// much as many calls do.
static FORKED: AtomicBool = AtomicBool::new(false);

/// Runs native code. Raises `UsageError` in a forked child, where our threads do not exist and
/// everything would hang; and an error instead of Rust's panic, which no `except Exception` sees.
pub(crate) fn enter<T>(py: Python<'_>, run: impl FnOnce() -> PyResult<T>) -> PyResult<T> {
    if FORKED.load(Ordering::Relaxed) {
        let owner = OWNER.load(Ordering::Relaxed);
        return Err(raise(py, &forked(owner, std::process::id()).to_json()));
    }
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| {
        let message = "internal error in the native module; please report this";
        Err(raise(
            py,
            &serde_json::json!({"kind": "Internal", "message": message}).to_string(),
        ))
    })
}

/// Raises `UsageError` in a forked child.
#[pyfunction]
pub(crate) fn check_process(py: Python<'_>) -> PyResult<()> {
    enter(py, || Ok(()))
}

/// Remembers this process as the one that may use the module.
pub(crate) fn own_process() {
    OWNER.store(std::process::id(), Ordering::Relaxed);
}

/// Called in each fork of the process.
#[pyfunction]
pub(crate) fn after_fork() {
    // Before the module was used there is nothing that a fork could lack.
    FORKED.store(OWNER.load(Ordering::Relaxed) != 0, Ordering::Relaxed);
}

/// Whether this is a fork of the process that started the module.
pub(crate) fn is_forked() -> bool {
    FORKED.load(Ordering::Relaxed)
}

fn forked(owner: u32, pid: u32) -> Error {
    Error::Usage(format!(
        "trueroom was started in process {owner} and cannot be used in its fork, process {pid}; \
         connect after the fork, or start the process anew (multiprocessing: 'spawn')"
    ))
}

/// The Python exception for a core error.
pub(crate) fn to_py(py: Python<'_>, error: &Error) -> PyErr {
    raise(py, &error.to_json())
}

/// The Python exception for the JSON text of an error.
pub(crate) fn raise(py: Python<'_>, json: &str) -> PyErr {
    let make = || -> PyResult<PyErr> {
        let class = py.import("trueroom.errors")?.getattr("from_json")?;
        Ok(PyErr::from_value(class.call1((PyString::new(py, json),))?))
    };
    make().unwrap_or_else(|error| error)
}
