//! What has come for one event loop.

use std::sync::Arc;
use std::thread::{self, ThreadId};

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyString};
use trueroom::host::{self, Completion};

use crate::answer::Answer;
use crate::attached::Attached;
use crate::dispatch::{self, Bell};
use crate::guard;
use crate::link::Link;
use crate::record::Made;
use crate::waiting::Waiting;

/// Completions, progress and ready subscriptions of one event loop, in order. A loop registers the
/// answers that are waited for and calls `deliver`; a program without one keeps its own account
/// and calls `drain`.
#[pyclass(frozen, module = "trueroom._native")]
pub(crate) struct Mailbox {
    pub(crate) host: Arc<host::Mailbox>,
    pub(crate) waiting: Waiting,
    /// Outcomes that were taken out, and not yet handed on.
    came: Attached<Vec<Completion>>,
    /// Records of answers.
    pub(crate) made: Made,
    /// The loop, and its thread, while it lets tasks go on.
    running: Attached<Option<(ThreadId, Py<PyAny>)>>,
}

/// `(token, done, total)`, ids of subscriptions, connections to serve.
pub(crate) type Delivered = (Vec<(u64, u64, u64)>, Vec<u64>, Vec<Link>);

type Drained<'py> = (Bound<'py, PyList>, Vec<(u64, u64, u64)>, Vec<u64>);

#[pymethods]
impl Mailbox {
    /// A mailbox that calls `doorbell` on the dispatch thread when something has come, and not again
    /// until it was emptied. `serving` has connections offered to it.
    #[new]
    #[pyo3(signature = (doorbell, serving = false))]
    fn new(py: Python<'_>, doorbell: Py<PyAny>, serving: bool) -> PyResult<Self> {
        guard::enter(py, || {
            let ringer = dispatch::ringer(py)?;
            let bell = Bell::new(doorbell);
            let ring = move || ringer.ring(&bell);
            Ok(Self {
                host: if serving {
                    host::Mailbox::serving(ring)
                } else {
                    host::Mailbox::new(ring)
                },
                waiting: Waiting::default(),
                came: Attached::default(),
                made: Made::default(),
                running: Attached::default(),
            })
        })
    }

    /// A token that no call of this mailbox has had, for which nobody waits.
    fn token(&self) -> u64 {
        self.waiting.token()
    }

    /// What a task of the loop waits for: text, bytes or an error.
    fn expect(slf: &Bound<'_, Self>, event_loop: &Bound<'_, PyAny>) -> PyResult<Py<Answer>> {
        Answer::new(slf, event_loop, None)
    }

    /// How many answers are waited for.
    #[getter]
    fn waiting(&self, py: Python<'_>) -> usize {
        self.waiting.len(py)
    }

    /// Takes everything out. `settle` is to follow, when the rest has been seen to.
    pub(crate) fn deliver(&self, py: Python<'_>) -> PyResult<Delivered> {
        guard::enter(py, || Ok(self.take_in(py)))
    }

    /// Lets the tasks go on whose answers were taken out.
    pub(crate) fn settle(&self, py: Python<'_>) -> PyResult<()> {
        guard::enter(py, || {
            let came = self.came.take(py);
            let settled = self.settle_all(py, came);
            drop(self.running.take(py));
            settled
        })
    }

    /// Takes everything out: `(token, succeeded, payload or error text)`, `(token, done, total)`, ids.
    fn drain<'py>(&self, py: Python<'py>) -> PyResult<Drained<'py>> {
        guard::enter(py, || {
            let drained = self.host.drain();
            let completions = PyList::empty(py);
            for completion in drained.completions {
                let (fine, payload) = match completion.outcome {
                    Ok(host::Payload::Json(text)) => {
                        (true, PyString::new(py, text.as_str()).into_any())
                    }
                    Ok(host::Payload::Bytes(bytes)) => (true, PyBytes::new(py, &bytes).into_any()),
                    Err(error) => (false, PyString::new(py, &error).into_any()),
                };
                completions.append((completion.token, fine, payload))?;
            }
            Ok((completions, drained.progress, drained.ready))
        })
    }
}

impl Mailbox {
    fn take_in(&self, py: Python<'_>) -> Delivered {
        let drained = self.host.drain();
        let mut came = self.came.take(py);
        if came.is_empty() {
            came = drained.completions;
        } else {
            came.extend(drained.completions);
        }
        self.came.replace(py, came);
        let links = drained.links.into_iter().map(Link::new).collect();
        (drained.progress, drained.ready, links)
    }

    fn settle_all(&self, py: Python<'_>, came: Vec<Completion>) -> PyResult<()> {
        let thread = thread::current().id();
        let mut came = came.into_iter();
        while let Some(Completion { token, outcome }) = came.next() {
            let Some(answer) = self.waiting.remove(py, token) else {
                continue;
            };
            let answer = answer.bind(py);
            let event_loop = answer.get().event_loop().clone_ref(py);
            let before = self.running.replace(py, Some((thread, event_loop)));
            drop(before);
            if let Err(error) = Answer::settle(answer, outcome) {
                // Ctrl-C may break in; nobody else must miss anything by it.
                self.host.put_back(host::Drained {
                    completions: came.collect(),
                    ..host::Drained::default()
                });
                return Err(error);
            }
        }
        Ok(())
    }

    /// The running loop; `host` finds it, or tells what is wrong. It need not be asked by a task that
    /// goes on because of us.
    pub(crate) fn event_loop<'py>(&self, host: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let py = host.py();
        let running = self.running.take(py);
        let known = running.as_ref().and_then(|(thread, event_loop)| {
            (*thread == thread::current().id()).then(|| event_loop.clone_ref(py))
        });
        self.running.replace(py, running);
        match known {
            Some(event_loop) => Ok(event_loop.into_bound(py)),
            None => host.call_method0(pyo3::intern!(py, "loop")),
        }
    }
}
