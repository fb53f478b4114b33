//! Rooms and their queues.

use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use napi::bindgen_prelude::{Buffer, Float64ArraySlice};
use napi::{Env, JsString, Result};
use napi_derive::napi;
use trueroom::host::{HostRoom, HostSubscription};

use crate::error::thrown;
use crate::exact;
use crate::mailbox::{Mailbox, Shared, comma, js_string};
use crate::server::Server;

/// A connection to a terminal.
#[napi]
pub struct Room {
    inner: AssertUnwindSafe<HostRoom>,
    shared: AssertUnwindSafe<Arc<Shared>>,
    server: AssertUnwindSafe<Option<Rc<Server>>>,
    /// The token it was opened with: its name in the mailbox.
    name: u64,
}

/// Starts to connect. The token completes with the status, or with the error.
#[napi(catch_unwind)]
#[allow(clippy::needless_pass_by_value)]
pub(crate) fn open_room(mailbox: &Mailbox, token: i64, options: String) -> Result<Room> {
    let name = token.unsigned_abs();
    let shared = mailbox.shared.0.clone();
    let room = HostRoom::open(&shared.host, name, &options).map_err(|error| thrown(&error))?;
    Ok(Room::keep(room, mailbox, name))
}

impl Room {
    /// A room that is closed with the JavaScript thread.
    pub(crate) fn keep(room: HostRoom, mailbox: &Mailbox, name: u64) -> Self {
        mailbox.shared.keep(name, room.clone());
        Self {
            inner: AssertUnwindSafe(room),
            shared: AssertUnwindSafe(mailbox.shared.0.clone()),
            server: AssertUnwindSafe(mailbox.server.0.clone()),
            name,
        }
    }
}

#[napi]
#[allow(clippy::needless_pass_by_value)] // Node-API hands over owned values.
impl Room {
    /// Starts to connect a room of a fleet.
    #[napi(catch_unwind)]
    pub fn begin(&self) {
        self.inner.begin();
    }

    /// Sends a command. The token completes with the answer. True asks for `endTurn`.
    #[napi(catch_unwind)]
    pub fn call(&self, token: i64, method: String, params: String, timeout: Option<f64>) -> bool {
        let timeout = timeout.map(|ms| Duration::try_from_secs_f64(ms / 1e3).unwrap_or_default());
        let token = token.unsigned_abs();
        let is_kept = self.inner.call(token, &method, &params, timeout);
        let server = self.server.as_ref();
        is_kept && !server.is_some_and(|server| server.keep(&self.inner))
    }

    /// The program has done what it was doing: the commands that it gave go out together.
    #[napi(catch_unwind)]
    pub fn end_turn(&self) {
        self.inner.end_turn();
    }

    /// Starts an operation. The token completes with its result.
    #[napi(catch_unwind)]
    pub fn operate(&self, token: i64, operation: String) {
        self.inner.operate(token.unsigned_abs(), &operation);
    }

    /// Starts an operation that sends these bytes.
    #[napi(catch_unwind)]
    pub fn upload_bytes(&self, token: i64, operation: String, bytes: Buffer) {
        self.inner
            .upload_bytes(token.unsigned_abs(), &operation, bytes.to_vec());
    }

    /// Stops a call or an operation; the token completes at once.
    #[napi(catch_unwind)]
    pub fn cancel(&self, token: i64) {
        self.inner.cancel(token.unsigned_abs());
    }

    /// Opens a queue.
    #[napi(catch_unwind)]
    pub fn subscribe(&self, filter: String, capacity: Option<u32>) -> Result<Subscription> {
        let capacity = capacity.and_then(|capacity| usize::try_from(capacity).ok());
        let subscription = self
            .inner
            .subscribe(&filter, capacity)
            .map_err(|error| thrown(&error))?;
        Ok(Subscription {
            inner: AssertUnwindSafe(subscription),
            shared: AssertUnwindSafe(self.shared.0.clone()),
        })
    }

    /// Puts an event into the queues of all who want it.
    #[napi(catch_unwind)]
    pub fn publish(&self, name: String, event: String) {
        self.inner.publish(&name, &event);
    }

    /// The status as JSON.
    #[napi(catch_unwind)]
    pub fn status(&self) -> String {
        self.inner.status()
    }

    /// The live mirror as JSON, if the room keeps one.
    #[napi(catch_unwind)]
    pub fn live(&self) -> Option<String> {
        self.inner.live()
    }

    /// A file request as JSON, from memory.
    #[napi(catch_unwind)]
    pub fn file(&self, id: String) -> Option<String> {
        self.inner.file(&id).map(|text| exact_text(&text))
    }

    /// All file requests as a JSON array, from memory.
    #[napi(catch_unwind)]
    pub fn files(&self) -> String {
        exact_text(&self.inner.files())
    }

    /// The room has ended: it need not be closed with the thread.
    #[napi(catch_unwind)]
    pub fn release(&self) {
        self.shared.forget(self.name);
    }

    /// Closes the room. The token completes when nothing is left of it.
    #[napi(catch_unwind)]
    pub fn close(&self, token: i64) {
        self.inner.close(token.unsigned_abs());
        self.shared.forget(self.name);
    }
}

pub(crate) fn exact_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    exact::push(&mut out, text);
    out
}

/// A bounded queue of events or file requests.
#[napi]
pub struct Subscription {
    inner: AssertUnwindSafe<HostSubscription>,
    shared: AssertUnwindSafe<Arc<Shared>>,
}

#[napi]
impl Subscription {
    /// The number by which the mailbox says that there is something to take.
    #[napi(getter, catch_unwind)]
    pub fn id(&self) -> f64 {
        // Numbers are given out one by one: 2^53 of them last for longer than any process.
        #[allow(clippy::cast_precision_loss)]
        let id = self.inner.id() as f64;
        id
    }

    /// Takes at most `max` items as JSON text; null if there are none. If there are several and
    /// there is room for them in `rows`, they come as columns; else the text is an array of them,
    /// and the first of `rows` is 0.
    #[napi(catch_unwind)]
    #[allow(unsafe_code)]
    pub fn take<'env>(
        &self,
        env: &'env Env,
        max: u32,
        rows: Option<Float64ArraySlice<'_>>,
    ) -> Result<Option<JsString<'env>>> {
        let items = self
            .inner
            .take_texts(usize::try_from(max).unwrap_or(usize::MAX));
        if items.is_empty() {
            return Ok(None);
        }
        if let Some(mut rows) = rows {
            // SAFETY: the array belongs to the JavaScript thread, which is in this call and runs
            // no code of its own until it returns. The package makes it and gives it to nobody
            // else, so that no other thread has it either.
            if let Some((count, rows)) = unsafe { rows.as_mut() }.split_first_mut() {
                let mut forms = self.shared.forms();
                if let Some(mut batch) = forms.begin(rows, items.len()) {
                    for item in &items {
                        forms.encode(item, &mut batch);
                    }
                    *count = f64::from(u32::try_from(items.len()).unwrap_or(u32::MAX));
                    return js_string(env, &batch.finish()).map(Some);
                }
                *count = 0.0;
            }
        }
        let length: usize = items.iter().map(|item| item.as_str().len() + 1).sum();
        let mut text = String::with_capacity(length + 1);
        text.push('[');
        for item in items {
            comma(&mut text, '[');
            exact::push(&mut text, item.as_str());
        }
        text.push(']');
        js_string(env, &text).map(Some)
    }

    /// Nothing waits in it.
    #[napi(getter, catch_unwind)]
    pub fn is_empty(&self) -> bool {
        self.inner.is_empty()
    }

    /// A second queue, in which waits what waits in this one. Nobody is told of that.
    #[napi(catch_unwind)]
    pub fn fork(&self) -> Self {
        Self {
            inner: AssertUnwindSafe(self.inner.fork()),
            shared: AssertUnwindSafe(self.shared.0.clone()),
        }
    }

    /// Ends it. What is still in the queue is dropped.
    #[napi(catch_unwind)]
    pub fn close(&self) {
        self.inner.close();
    }
}
