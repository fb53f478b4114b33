//! What has come for one JavaScript thread, and the bell that tells it.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use napi::bindgen_prelude::{Buffer, Either, Float64Array, Function};
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};
use napi::{Env, JsString, Result, Status};
use napi_derive::napi;
use trueroom::host::{self, Completion, HostRoom, Payload};

use crate::columns::Forms;
use crate::exact;
use crate::logs::Inbox;
use crate::server::Server;

/// Weak: waiting for the bell does not keep the process alive. One ring in the queue is enough,
/// since everything is taken at once.
type Bell = ThreadsafeFunction<(), (), (), Status, false, true, 1>;

/// JavaScript threads that have a mailbox.
static THREADS: AtomicUsize = AtomicUsize::new(0);

/// How long the end of the last of them may wait for files being written.
const SHUTDOWN_LIMIT: Duration = Duration::from_millis(500);

/// The text, or the text and the buffers it speaks of.
pub(crate) type Drained<'env> = Either<JsString<'env>, Vec<Either<JsString<'env>, Buffer>>>;

/// One for each JavaScript thread that has loaded the package.
#[napi]
pub struct Mailbox {
    pub(crate) shared: AssertUnwindSafe<Arc<Shared>>,
    pub(crate) server: AssertUnwindSafe<Option<Rc<Server>>>,
    rows: AssertUnwindSafe<Rc<Rows>>,
}

/// Where the rows of columns go: an array that JavaScript made and reads.
pub(crate) struct Rows(RefCell<Float64Array>);

impl Rows {
    /// The first of them, which is to be how many rows there are, and the others.
    #[allow(unsafe_code)]
    fn with<T>(&self, write: impl FnOnce(&mut f64, &mut [f64]) -> T) -> Option<T> {
        let mut array = self.0.borrow_mut();
        // SAFETY: the package makes the array and gives it to nobody else. Both sides use it on
        // this thread only, and JavaScript does not run meanwhile.
        let (count, rows) = unsafe { array.as_mut() }.split_first_mut()?;
        Some(write(count, rows))
    }
}

/// What the thread, its rooms and the runtime's threads share.
pub(crate) struct Shared {
    pub(crate) host: Arc<host::Mailbox>,
    pub(crate) logs: Arc<Inbox>,
    /// Forms of events that the thread has code for.
    forms: Mutex<Forms>,
    /// Rooms that are not closed, to be closed with the thread.
    rooms: Mutex<HashMap<u64, HostRoom>>,
}

impl Shared {
    pub(crate) fn keep(&self, token: u64, room: HostRoom) {
        self.rooms
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(token, room);
    }

    pub(crate) fn forget(&self, token: u64) {
        self.rooms
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&token);
    }

    pub(crate) fn forms(&self) -> MutexGuard<'_, Forms> {
        self.forms.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes out everything that has come.
    pub(crate) fn gather(&self) -> Gathered {
        Gathered {
            host: self.host.drain(),
            logs: self.logs.take(),
        }
    }

    /// The thread ends: a worker was terminated, or the process exits.
    fn end(&self) {
        self.logs.close();
        let rooms = std::mem::take(&mut *self.rooms.lock().unwrap_or_else(PoisonError::into_inner));
        for (token, room) in rooms {
            room.close(token);
        }
        if THREADS.fetch_sub(1, Ordering::AcqRel) == 1 {
            // Nothing may run on while the process takes itself apart. Another thread that loads
            // the package later starts the runtime anew.
            host::shutdown(SHUTDOWN_LIMIT);
        }
    }
}

#[napi]
impl Mailbox {
    /// Makes the mailbox of this thread. The bell is rung once, then not again until `drain`.
    ///
    /// Where that is possible and `serves` allows it, the thread serves its connections by itself.
    /// The bell is then also rung with what `drain` would give. `rows` are for columns.
    #[napi(constructor, catch_unwind)]
    pub fn new(
        env: Env,
        doorbell: Function<'_, (), ()>,
        serves: bool,
        rows: Float64Array,
    ) -> Result<Self> {
        let bell: Bell = doorbell
            .build_threadsafe_function::<()>()
            .callee_handled::<false>()
            .weak::<true>()
            .max_queue_size::<1>()
            .build()?;
        let open = Arc::new(AtomicBool::new(true));
        let listening = open.clone();
        let ring: Arc<dyn Fn() + Send + Sync> = Arc::new(move || {
            if listening.load(Ordering::Acquire) {
                // A full queue means that the bell is about to be heard anyway.
                bell.call((), ThreadsafeFunctionCallMode::NonBlocking);
            }
        });
        let logs = Inbox::new(ring.clone());
        let shared = Arc::new(Shared {
            host: if serves {
                host::Mailbox::serving(move || ring())
            } else {
                host::Mailbox::new(move || ring())
            },
            logs,
            forms: Mutex::default(),
            rooms: Mutex::default(),
        });
        THREADS.fetch_add(1, Ordering::AcqRel);
        env.add_env_cleanup_hook((shared.clone(), open), |(shared, open)| {
            open.store(false, Ordering::Release);
            shared.end();
        })?;
        let rows = Rc::new(Rows(RefCell::new(rows)));
        let server = if serves {
            Server::new(&env, shared.clone(), rows.clone(), doorbell.create_ref()?)?
        } else {
            None
        };
        Ok(Self {
            shared: AssertUnwindSafe(shared),
            server: AssertUnwindSafe(server),
            rows: AssertUnwindSafe(rows),
        })
    }

    /// Takes everything that has come, as `[completions, progress, ready, logs]`: flat arrays, in
    /// one JSON text. Bytes of files follow the text as buffers, and their index stands in it. Many
    /// answers come as columns, whose text is a fifth item then, and their index stands there.
    #[napi(catch_unwind)]
    pub fn drain<'env>(&self, env: &'env Env) -> Result<Option<Drained<'env>>> {
        let gathered = self.shared.gather();
        gathered.into_js(env, &self.shared, &self.rows, self.server.as_ref())
    }
}

/// What has come.
pub(crate) struct Gathered {
    host: host::Drained,
    logs: String,
}

impl Gathered {
    pub(crate) fn is_empty(&self) -> bool {
        self.is_silent() && self.host.links.is_empty()
    }

    /// There is nothing that JavaScript has to know.
    fn is_silent(&self) -> bool {
        self.host.completions.is_empty()
            && self.host.progress.is_empty()
            && self.host.ready.is_empty()
            && self.logs.is_empty()
    }

    /// For JavaScript; connections are taken over by the server.
    pub(crate) fn into_js<'env>(
        self,
        env: &'env Env,
        shared: &Shared,
        rows: &Rows,
        server: Option<&Rc<Server>>,
    ) -> Result<Option<Drained<'env>>> {
        let is_silent = self.is_silent();
        if let Some(server) = server {
            server.take(self.host.links);
        }
        if is_silent {
            return Ok(None);
        }
        let mut text = String::with_capacity(1024);
        text.push_str("[[");
        let mut buffers = Vec::new();
        let columns = columns_of(&self.host.completions, shared, rows);
        let mut answers = 0;
        for completion in self.host.completions {
            comma(&mut text, '[');
            // Writing to a string cannot fail.
            let _ = write!(text, "{}", completion.token);
            match completion.outcome {
                Err(error) => {
                    text.push_str(",0,");
                    exact::push(&mut text, &error);
                }
                Ok(Payload::Json(_)) if columns.is_some() => {
                    let _ = write!(text, ",3,{answers}");
                    answers += 1;
                }
                Ok(Payload::Json(json)) => {
                    text.push_str(",1,");
                    exact::push(&mut text, json.as_str());
                }
                Ok(Payload::Bytes(bytes)) => {
                    buffers.push(Either::B(Buffer::from(bytes)));
                    let _ = write!(text, ",2,{}", buffers.len());
                }
            }
        }
        text.push_str("],[");
        for (token, done, total) in self.host.progress {
            comma(&mut text, '[');
            let _ = write!(text, "{token},{done},{total}");
        }
        text.push_str("],[");
        for id in self.host.ready {
            comma(&mut text, '[');
            let _ = write!(text, "{id}");
        }
        text.push_str("],[");
        text.push_str(&self.logs);
        text.push(']');
        if let Some(columns) = columns {
            text.push(',');
            text.push_str(&columns);
        }
        text.push(']');
        let text = js_string(env, &text)?;
        if buffers.is_empty() {
            return Ok(Some(Either::A(text)));
        }
        buffers.insert(0, Either::A(text));
        Ok(Some(Either::B(buffers)))
    }
}

/// Writes the answers into the rows, if they are many, and gives the text that belongs to them.
fn columns_of(completions: &[Completion], shared: &Shared, rows: &Rows) -> Option<String> {
    let answers = || {
        let outcomes = completions.iter().map(|completion| &completion.outcome);
        outcomes.filter_map(|outcome| match outcome {
            Ok(Payload::Json(json)) => Some(json),
            _ => None,
        })
    };
    let total = answers().count();
    rows.with(|count, rows| {
        let mut forms = shared.forms();
        let mut batch = forms.begin(rows, total)?;
        for answer in answers() {
            forms.encode(answer, &mut batch);
        }
        *count = f64::from(u32::try_from(total).unwrap_or(u32::MAX));
        Some(batch.finish())
    })?
}

/// The status of a function of Node-API as a result.
pub(crate) fn check(status: napi::sys::napi_status) -> Result<()> {
    match Status::from(status) {
        Status::Ok => Ok(()),
        status => Err(napi::Error::from_status(status)),
    }
}

/// Puts a comma between items.
pub(crate) fn comma(text: &mut String, open: char) {
    if !text.ends_with(open) {
        text.push(',');
    }
}

/// Text for JavaScript; ASCII, which most messages are, without decoding.
pub(crate) fn js_string<'env>(env: &'env Env, text: &str) -> Result<JsString<'env>> {
    if text.is_ascii() {
        env.create_string_latin1(text)
    } else {
        env.create_string(text)
    }
}
