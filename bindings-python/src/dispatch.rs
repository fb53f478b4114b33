//! The dispatch thread: the only foreign thread that ever attaches to the interpreter.
//!
//! Rung doorbells reach it through a channel. An `atexit` hook stops and joins it before the
//! interpreter takes itself apart, so that it is never caught inside of a finalizing interpreter.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use pyo3::prelude::*;
use trueroom::Error;

use crate::guard;

/// Longest time that the end of the interpreter waits for the core's threads.
const SHUTDOWN: Duration = Duration::from_secs(1);

/// Something in Python to call when there is something to fetch.
pub(crate) struct Bell(Py<PyAny>);

/// Where bells are rung, from any thread and without blocking.
#[derive(Clone)]
pub(crate) struct Ringer(Sender<Job>);

enum Job {
    Ring(Arc<Bell>),
    Stop,
}

struct Dispatch {
    sender: Sender<Job>,
    thread: JoinHandle<()>,
}

static DISPATCH: Mutex<Option<Dispatch>> = Mutex::new(None);

impl Bell {
    pub(crate) fn new(callable: Py<PyAny>) -> Arc<Self> {
        Arc::new(Self(callable))
    }
}

impl Ringer {
    /// Asks the dispatch thread to ring. Once it has stopped nobody hears anything.
    pub(crate) fn ring(&self, bell: &Arc<Bell>) {
        drop(self.0.send(Job::Ring(bell.clone())));
    }
}

/// The ringer of this process; starts the thread when first asked for.
pub(crate) fn ringer(py: Python<'_>) -> PyResult<Ringer> {
    let (ringer, started) = start().map_err(|error| guard::to_py(py, &error))?;
    if started {
        let hook = py.import("trueroom._native")?.getattr("shutdown")?;
        py.import("atexit")?.call_method1("register", (hook,))?;
    }
    Ok(ringer)
}

fn start() -> Result<(Ringer, bool), Error> {
    let mut dispatch = DISPATCH.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(dispatch) = &*dispatch {
        return Ok((Ringer(dispatch.sender.clone()), false));
    }
    let (sender, receiver) = channel();
    let thread = std::thread::Builder::new()
        .name("trueroom-dispatch".into())
        .spawn(move || run(&receiver))
        .map_err(|error| Error::Usage(format!("no thread could be started: {error}")))?;
    guard::own_process();
    *dispatch = Some(Dispatch {
        sender: sender.clone(),
        thread,
    });
    Ok((Ringer(sender), true))
}

fn run(receiver: &Receiver<Job>) {
    while let Ok(Job::Ring(first)) = receiver.recv() {
        // None: the interpreter is going away, and nobody can be told anything any more.
        let going_on = Python::try_attach(|py| {
            ring(py, &first);
            // What was rung meanwhile needs no further switch of threads.
            loop {
                match receiver.try_recv() {
                    Ok(Job::Ring(next)) => ring(py, &next),
                    Ok(Job::Stop) | Err(TryRecvError::Disconnected) => return false,
                    Err(TryRecvError::Empty) => return true,
                }
            }
        });
        if going_on != Some(true) {
            return;
        }
    }
}

fn ring(py: Python<'_>, bell: &Bell) {
    // A bell is our own Python code and does not raise; if it does, the thread must outlive it.
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        if let Err(error) = bell.0.call0(py) {
            error.write_unraisable(py, None);
        }
    }));
    drop(outcome);
}

/// Stops the dispatch thread and the core's threads. Called at exit; a later call to anything
/// else of this module starts them anew.
#[pyfunction]
pub(crate) fn shutdown(py: Python<'_>) {
    if guard::is_forked() {
        return;
    }
    // The thread may be waiting for the interpreter.
    py.detach(|| {
        let dispatch = DISPATCH
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(Dispatch { sender, thread }) = dispatch {
            drop(sender.send(Job::Stop));
            drop(thread.join());
        }
        trueroom::host::shutdown(SHUTDOWN);
    });
}
