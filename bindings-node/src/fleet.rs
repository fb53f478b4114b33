//! Many rooms, and one queue for all of them.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use napi::bindgen_prelude::Float64ArraySlice;
use napi::{Env, JsString, Result};
use napi_derive::napi;
use trueroom::host::{HostFleet, HostMerge};

use crate::error::thrown;
use crate::exact;
use crate::mailbox::{Mailbox, comma, js_string};
use crate::room::{Room, exact_text};

/// Rooms by key.
#[napi]
pub struct Fleet {
    inner: AssertUnwindSafe<HostFleet>,
}

/// Makes a fleet without rooms.
#[napi(catch_unwind)]
#[allow(clippy::needless_pass_by_value)]
pub(crate) fn open_fleet(mailbox: &Mailbox, options: String) -> Result<Fleet> {
    let fleet = HostFleet::new(&mailbox.shared.host, &options).map_err(|error| thrown(&error))?;
    Ok(Fleet {
        inner: AssertUnwindSafe(fleet),
    })
}

#[napi]
#[allow(clippy::needless_pass_by_value)] // Node-API hands over owned values.
impl Fleet {
    /// Adds a room, which does nothing until its `begin`. The token is its name in the mailbox.
    #[napi(catch_unwind)]
    pub fn add(&self, mailbox: &Mailbox, token: i64, key: String, options: String) -> Result<Room> {
        let room = self
            .inner
            .add(&key, &options)
            .map_err(|error| thrown(&error))?;
        Ok(Room::keep(room, mailbox, token.unsigned_abs()))
    }

    /// Closes a room and takes it out. The token completes with whether there was one.
    #[napi(catch_unwind)]
    pub fn remove(&self, token: i64, key: String) {
        self.inner.remove(token.unsigned_abs(), &key);
    }

    /// Sends a command to many rooms. The token completes with the results by key.
    #[napi(catch_unwind)]
    pub fn command(&self, token: i64, command: String) {
        self.inner.command(token.unsigned_abs(), &command);
    }

    /// The token completes with the rooms that are not ready, after `timeout` at the latest.
    #[napi(catch_unwind)]
    pub fn wait_ready(&self, token: i64, timeout: Option<f64>) {
        let timeout = timeout.map(|ms| Duration::try_from_secs_f64(ms / 1e3).unwrap_or_default());
        self.inner.wait_ready(token.unsigned_abs(), timeout);
    }

    /// How every room is doing, as a JSON array.
    #[napi(catch_unwind)]
    pub fn health(&self) -> String {
        exact_text(&self.inner.health())
    }

    /// Opens one queue for all rooms.
    #[napi(catch_unwind)]
    pub fn subscribe(&self, filter: String, capacity: Option<u32>) -> Result<Merge> {
        let capacity = capacity.and_then(|capacity| usize::try_from(capacity).ok());
        let merge = self
            .inner
            .subscribe(&filter, capacity)
            .map_err(|error| thrown(&error))?;
        Ok(Merge {
            inner: AssertUnwindSafe(merge),
        })
    }

    /// Stops what a token was given for; it completes at once.
    #[napi(catch_unwind)]
    pub fn cancel(&self, token: i64) {
        self.inner.cancel(token.unsigned_abs());
    }

    /// Closes all rooms. The token completes when nothing is left of them.
    #[napi(catch_unwind)]
    pub fn close(&self, token: i64) {
        self.inner.close(token.unsigned_abs());
    }
}

/// What comes from all rooms.
#[napi]
pub struct Merge {
    inner: AssertUnwindSafe<HostMerge>,
}

#[napi]
impl Merge {
    /// The number by which the mailbox says that there is something to take.
    #[napi(getter, catch_unwind)]
    pub fn id(&self) -> f64 {
        // As for a subscription.
        #[allow(clippy::cast_precision_loss)]
        let id = self.inner.id() as f64;
        id
    }

    /// Takes at most `max` items, as a JSON array of pairs of key and item; null if there are
    /// none. `rows` are those of a subscription; pairs never come as columns.
    #[napi(catch_unwind)]
    #[allow(unsafe_code)]
    pub fn take<'env>(
        &self,
        env: &'env Env,
        max: u32,
        rows: Option<Float64ArraySlice<'_>>,
    ) -> Result<Option<JsString<'env>>> {
        let items = self.inner.take(usize::try_from(max).unwrap_or(usize::MAX));
        if items.is_empty() {
            return Ok(None);
        }
        if let Some(mut rows) = rows {
            // SAFETY: as for a subscription; the array is the package's own, and JavaScript does
            // not run before this returns.
            if let Some(count) = unsafe { rows.as_mut() }.first_mut() {
                *count = 0.0;
            }
        }
        let mut text = String::from("[");
        for (key, item) in items {
            comma(&mut text, '[');
            text.push('[');
            text.push_str(&serde_json::Value::from(&*key).to_string());
            text.push(',');
            exact::push(&mut text, item.into_text().as_str());
            text.push(']');
        }
        text.push(']');
        js_string(env, &text).map(Some)
    }

    /// Ends it. What is still in the queue is dropped.
    #[napi(catch_unwind)]
    pub fn close(&self) {
        self.inner.close();
    }
}
