//! What a task of an event loop waits for.

use std::ptr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use pyo3::exceptions::PyRuntimeError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{IntoPyDict, PyBytes, PyString};
use trueroom::host::{Payload, Token};

use crate::attached::Attached;
use crate::guard;
use crate::mailbox::Mailbox;
use crate::record::{self, Class};
use crate::room::Room;

/// What becomes of something that was asked for: a future that one task awaits, where it was made.
///
/// A future of asyncio has its loop call the task later. This one has the task go on at once, when
/// the loop delivers what came, which spares half of what it costs to wait.
#[pyclass(frozen, module = "trueroom._native")]
pub(crate) struct Answer {
    mailbox: Py<Mailbox>,
    event_loop: Py<PyAny>,
    /// For an answer to a command: whom to tell that nobody waits any more, and the record to make.
    command: Option<(Py<Room>, Arc<Class>)>,
    token: Token,
    state: Attached<State>,
    /// A task has to set this to false, as a sign that it knows what it got.
    blocking: AtomicBool,
}

/// Answers beyond this many bytes get records of their own, which do not stay.
const REUSED: usize = 4096;

pub(crate) type Outcome = Result<Payload, String>;

#[derive(Default)]
enum State {
    /// Nothing has come, and perhaps a task waits.
    Open(Option<Wakeup>),
    Settled(Outcome),
    /// With what was said of it.
    Cancelled(Option<Py<PyAny>>),
    /// It was given to the one who waited.
    #[default]
    Taken,
}

/// How to have the task go on, and the context that it runs in.
struct Wakeup {
    callback: Py<PyAny>,
    context: Py<PyAny>,
}

impl Wakeup {
    #[allow(unsafe_code)]
    fn call(self, answer: &Bound<'_, Answer>) -> PyResult<()> {
        let py = answer.py();
        let run = pyo3::intern!(py, "run");
        // Safety: all of these are objects, which live until it returns, and a null pointer ends them.
        // It returns a reference of its own, or null with an error set.
        unsafe {
            // Without this, a tuple and a bound method are made for each call.
            let done = ffi::PyObject_CallMethodObjArgs(
                self.context.as_ptr(),
                run.as_ptr(),
                self.callback.as_ptr(),
                answer.as_ptr(),
                ptr::null_mut::<ffi::PyObject>(),
            );
            Bound::from_owned_ptr_or_err(py, done).map(drop)
        }
    }
}

impl Answer {
    pub(crate) fn new(
        mailbox: &Bound<'_, Mailbox>,
        event_loop: &Bound<'_, PyAny>,
        command: Option<(Py<Room>, Arc<Class>)>,
    ) -> PyResult<Py<Self>> {
        let waiting = &mailbox.get().waiting;
        let token = waiting.token();
        let answer = Self {
            mailbox: mailbox.clone().unbind(),
            event_loop: event_loop.clone().unbind(),
            command,
            token,
            state: Attached::new(State::Open(None)),
            blocking: AtomicBool::new(false),
        };
        let answer = Py::new(mailbox.py(), answer)?;
        waiting.insert(mailbox.py(), token, answer.clone_ref(mailbox.py()));
        Ok(answer)
    }

    /// It has come. The task that waits goes on, until it waits again.
    pub(crate) fn settle(slf: &Bound<'_, Self>, outcome: Outcome) -> PyResult<()> {
        let state = slf.get().state.replace(slf.py(), State::Settled(outcome));
        let State::Open(Some(wakeup)) = state else {
            return Ok(());
        };
        wakeup.call(slf)
    }

    /// Ends the wait. Tells whether it went on, and who waited.
    fn give_up(&self, py: Python<'_>, message: Option<Py<PyAny>>) -> (bool, Option<Wakeup>) {
        let wakeup = match self.state.take(py) {
            State::Open(wakeup) => wakeup,
            over => {
                self.state.replace(py, over);
                return (false, None);
            }
        };
        self.state.replace(py, State::Cancelled(message));
        self.mailbox.get().waiting.remove(py, self.token);
        if let Some((room, _)) = &self.command {
            room.get().host.cancel(self.token);
        }
        (true, wakeup)
    }

    pub(crate) fn event_loop(&self) -> &Py<PyAny> {
        &self.event_loop
    }

    fn object<'py>(&self, py: Python<'py>, payload: Payload) -> PyResult<Bound<'py, PyAny>> {
        match (payload, &self.command) {
            (Payload::Json(text), Some((_, class))) if text.as_str().len() > REUSED => {
                record::make(py, class, &text)
            }
            (Payload::Json(text), Some((_, class))) => {
                self.mailbox.get().made.record(py, class, &text)
            }
            (Payload::Json(text), None) => Ok(PyString::new(py, text.as_str()).into_any()),
            (Payload::Bytes(bytes), _) => Ok(PyBytes::new(py, &bytes).into_any()),
        }
    }
}

/// What asyncio asks of a future that it awaits.
#[pymethods]
impl Answer {
    /// What the native side calls it.
    #[getter]
    pub(crate) fn token(&self) -> Token {
        self.token
    }

    #[getter(_asyncio_future_blocking)]
    fn is_blocking(&self) -> bool {
        self.blocking.load(Ordering::Relaxed)
    }

    #[setter(_asyncio_future_blocking)]
    fn set_blocking(&self, blocking: bool) {
        self.blocking.store(blocking, Ordering::Relaxed);
    }

    fn get_loop(&self, py: Python<'_>) -> Py<PyAny> {
        self.event_loop.clone_ref(py)
    }

    #[pyo3(signature = (callback, *, context))]
    fn add_done_callback(
        &self,
        py: Python<'_>,
        callback: Py<PyAny>,
        context: Py<PyAny>,
    ) -> PyResult<()> {
        match self.state.take(py) {
            State::Open(None) => {
                let wakeup = Wakeup { callback, context };
                self.state.replace(py, State::Open(Some(wakeup)));
                Ok(())
            }
            other => {
                self.state.replace(py, other);
                Err(PyRuntimeError::new_err("one task awaits it, once"))
            }
        }
    }

    /// Stops waiting. False when there was nothing to wait for any more.
    #[pyo3(signature = (msg = None))]
    fn cancel(slf: &Bound<'_, Self>, msg: Option<Py<PyAny>>) -> PyResult<bool> {
        let (py, this) = (slf.py(), slf.get());
        guard::enter(py, || {
            let (waited, wakeup) = this.give_up(py, msg);
            if let Some(Wakeup { callback, context }) = wakeup {
                // In the loop's next turn, as another task is running.
                let context = [("context", context)].into_py_dict(py)?;
                let event_loop = this.event_loop.bind(py);
                event_loop.call_method("call_soon", (callback, slf), Some(&context))?;
            }
            Ok(waited)
        })
    }

    /// Nobody waits any more, and nobody has to be told.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        if guard::is_forked() {
            return Ok(());
        }
        guard::enter(py, || {
            drop(self.give_up(py, None));
            Ok(())
        })
    }

    /// Whether it was given up before anything came.
    fn cancelled(&self, py: Python<'_>) -> bool {
        let state = self.state.take(py);
        let cancelled = matches!(state, State::Cancelled(_));
        self.state.replace(py, state);
        cancelled
    }

    /// Raises what went wrong. That is all that a task asks.
    fn result(&self, py: Python<'_>) -> PyResult<()> {
        let state = self.state.take(py);
        let error = match &state {
            State::Cancelled(message) => Some(cancelled_error(py, message.as_ref())?),
            State::Settled(Err(json)) => Some(guard::raise(py, json)),
            _ => None,
        };
        self.state.replace(py, state);
        error.map_or(Ok(()), Err)
    }

    /// What came, once: text, bytes or a record. Raises what went wrong.
    fn value<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match self.state.take(py) {
            State::Settled(Ok(payload)) => self.object(py, payload),
            other => {
                self.state.replace(py, other);
                self.result(py)?;
                Err(PyRuntimeError::new_err("it has not come, or was taken"))
            }
        }
    }

    fn __await__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    /// Gives itself to the task, to be waited for. When it has come, `value` gives it: a value that an
    /// iterator ends with has to be made an exception first.
    fn __next__(slf: &Bound<'_, Self>) -> PyResult<Option<Py<Self>>> {
        let (py, this) = (slf.py(), slf.get());
        match this.state.take(py) {
            State::Open(None) => {
                this.state.replace(py, State::Open(None));
                this.blocking.store(true, Ordering::Relaxed);
                Ok(Some(slf.clone().unbind()))
            }
            State::Open(Some(wakeup)) => {
                this.state.replace(py, State::Open(Some(wakeup)));
                Err(PyRuntimeError::new_err("another task awaits it"))
            }
            over => {
                this.state.replace(py, over);
                Ok(None)
            }
        }
    }
}

fn cancelled_error(py: Python<'_>, message: Option<&Py<PyAny>>) -> PyResult<PyErr> {
    let class = py.import("asyncio")?.getattr("CancelledError")?;
    let error = match message {
        Some(message) => class.call1((message,))?,
        None => class.call0()?,
    };
    Ok(PyErr::from_value(error))
}
