//! The tokio runtime that all rooms of a host process share.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::runtime::{Builder, Handle, Runtime};

use crate::error::{Error, Result};

struct Shared {
    runtime: Runtime,
    pid: u32,
}

static SHARED: Mutex<Option<Shared>> = Mutex::new(None);

/// The process's runtime, started when first asked for.
///
/// # Errors
/// [`Error::Usage`] in a process that was forked from the one that started it: threads do not
/// survive a fork, so everything would hang there.
pub fn runtime() -> Result<Handle> {
    let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
    let pid = std::process::id();
    if let Some(shared) = &*shared {
        if shared.pid == pid {
            return Ok(shared.runtime.handle().clone());
        }
        return Err(Error::Usage(format!(
            "trueroom was started in process {} and cannot be used in its fork, process {pid}; \
             connect after the fork, or start the process anew (multiprocessing: 'spawn')",
            shared.pid
        )));
    }
    let runtime = Builder::new_multi_thread()
        // One moves messages; the other keeps them moving while TLS or a file is slow.
        .worker_threads(2)
        // Names are looked up and files are written on these; a thousand rooms must not become a
        // thousand threads.
        .max_blocking_threads(16)
        .thread_name("trueroom")
        .enable_all()
        .build()
        .map_err(|error| Error::Usage(format!("no threads could be started: {error}")))?;
    let handle = runtime.handle().clone();
    *shared = Some(Shared { runtime, pid });
    Ok(handle)
}

/// Stops the runtime within `limit`, for the end of the process. A later [`runtime`] starts anew.
pub fn shutdown(limit: Duration) {
    let shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(shared) = shared {
        if shared.pid == std::process::id() {
            shared.runtime.shutdown_timeout(limit);
        } else {
            // Its threads are in another process; there is nothing to join here.
            std::mem::forget(shared.runtime);
        }
    }
}
