//! Many terminals in one program.
//!
//! The rooms of a fleet are ordinary rooms. The fleet adds what one room cannot have: one stream
//! of all their events, a command for all of them, one look at how they are doing, and connects
//! that are spread over time.
//!
//! ```no_run
//! use trueroom::{Fleet, Options, fleet::FleetOptions};
//!
//! # async fn example() -> trueroom::Result<()> {
//! let fleet = Fleet::new(FleetOptions::default())?;
//! for (key, host) in [("lobby", "192.168.1.20"), ("hall", "192.168.1.21")] {
//!     fleet.add(key, Options { pin: Some("1234".into()), ..Options::new(host) })?;
//! }
//! let mut events = fleet.events(["connection", "receivedFileRequest"]);
//! while let Some((key, event)) = events.next().await {
//!     println!("{key}: {}", event.text.as_str());
//! }
//! # Ok(())
//! # }
//! ```

mod entrance;
mod gate;
mod health;
mod merge;
mod results;
mod stream;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use futures_util::future::join_all;
use futures_util::{StreamExt, stream as futures};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

pub(crate) use entrance::Entrance;
pub use health::Health;
pub(crate) use health::rooms_json;
pub(crate) use merge::{Consumer, Merge};
pub use results::{Results, Selection};
pub use stream::{FleetEvents, FleetRequests};

use crate::engine::{Filter, State};
use crate::error::{Error, Result};
use crate::health::RoomHealth;
use crate::options::Options;
use crate::room::Room;

/// The name of a room in its fleet.
pub type Key = Arc<str>;

/// Settings of a fleet.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct FleetOptions {
    /// Attempts to connect that may be made in a second, over all rooms, first ones and
    /// reconnects. Rooms whose last attempt failed have as many again for themselves.
    /// Default 100.
    pub connect_rate: f64,
    /// Rooms that a command is sent to at once. Default 64.
    pub concurrency: usize,
}

impl Default for FleetOptions {
    fn default() -> Self {
        Self {
            connect_rate: 100.0,
            concurrency: 64,
        }
    }
}

impl FleetOptions {
    /// Reads options from JSON.
    pub fn from_json(json: &str) -> Result<Self> {
        serde_json::from_str(json).map_err(|error| Error::Usage(format!("fleet options: {error}")))
    }

    fn check(&self) -> Result<()> {
        let wrong = |what: &str| Err(Error::Usage(format!("fleet options: {what}")));
        if !(self.connect_rate.is_finite() && self.connect_rate > 0.0) {
            return wrong("connectRate must be more than zero");
        }
        if self.concurrency == 0 {
            return wrong("concurrency must be at least 1");
        }
        Ok(())
    }
}

/// Many rooms by key. Cheap to clone; the rooms are closed when the last clone is dropped and
/// nobody else holds them.
#[derive(Clone)]
pub struct Fleet {
    inner: Arc<Inner>,
}

struct Inner {
    options: FleetOptions,
    entrance: Arc<Entrance>,
    members: Mutex<Members>,
}

#[derive(Default)]
struct Members {
    rooms: BTreeMap<Key, Room>,
    streams: Vec<Weak<Merge>>,
    closed: bool,
}

impl Drop for Members {
    fn drop(&mut self) {
        for stream in self.streams.iter().filter_map(Weak::upgrade) {
            stream.close();
        }
    }
}

impl Fleet {
    /// A fleet without rooms. Must be called within a tokio runtime, as everything here.
    ///
    /// # Errors
    /// [`Error::Usage`] for options that cannot work.
    pub fn new(options: FleetOptions) -> Result<Self> {
        options.check()?;
        Ok(Self {
            inner: Arc::new(Inner {
                entrance: Arc::new(Entrance::new(options.connect_rate)),
                options,
                members: Mutex::default(),
            }),
        })
    }

    fn members(&self) -> MutexGuard<'_, Members> {
        // Nothing half-made is left behind by a panic that another call could trip over.
        self.inner
            .members
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a room and begins to connect it. It does not wait: a terminal that is off is tried
    /// again and again, until the room is removed. Only what trying again does not mend ends it,
    /// such as a wrong PIN.
    ///
    /// # Errors
    /// [`Error::Usage`] for options that cannot work, an empty key or one that is taken, and
    /// after [`Fleet::close`].
    pub fn add(&self, key: &str, options: Options) -> Result<Room> {
        let room = self.prepare(key, options)?;
        room.begin();
        Ok(room)
    }

    /// [`Fleet::add`] of a room that does not begin by itself, so that handlers can be there first.
    pub(crate) fn prepare(&self, key: &str, options: Options) -> Result<Room> {
        let wrong = |what: String| Err(Error::Usage(what));
        let mut members = self.members();
        if members.closed {
            return wrong("the fleet is closed".into());
        }
        if key.is_empty() {
            return wrong("the key of a room must not be empty".into());
        }
        if members.rooms.contains_key(key) {
            return wrong(format!("there is a room '{key}' already; remove it first"));
        }
        let room = Room::prepare(options, Some(self.inner.entrance.clone()))?;
        let key: Key = key.into();
        members.streams.retain(|stream| stream.strong_count() > 0);
        for stream in members.streams.iter().filter_map(Weak::upgrade) {
            stream.add(&key, room.shared());
        }
        members.rooms.insert(key, room.clone());
        Ok(room)
    }

    /// Closes a room and takes it out; nothing of it comes in any stream any more. False when
    /// there is none of this key.
    pub async fn remove(&self, key: &str) -> bool {
        let room = self.take_out(key);
        if let Some(room) = &room {
            room.close().await;
        }
        room.is_some()
    }

    fn take_out(&self, key: &str) -> Option<Room> {
        let mut members = self.members();
        let room = members.rooms.remove(key)?;
        for stream in members.streams.iter().filter_map(Weak::upgrade) {
            stream.remove(key);
        }
        Some(room)
    }

    /// A room.
    pub fn get(&self, key: &str) -> Option<Room> {
        self.members().rooms.get(key).cloned()
    }

    /// All rooms in the order of their keys.
    pub fn rooms(&self) -> BTreeMap<Key, Room> {
        self.members().rooms.clone()
    }

    /// Events of these names, or all without any, of all rooms, those added later included.
    /// Every room keeps as many as its option `queue_size` says for a reader that is slower.
    pub fn events<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> FleetEvents {
        let filter = Filter::named(names.into_iter().map(str::to_owned).collect());
        FleetEvents(self.merge(filter, None, Consumer::Task(None)))
    }

    /// Each incoming file request of any room that waits for an answer, exactly once, those that
    /// wait already included.
    pub fn offers(&self) -> FleetRequests {
        FleetRequests(self.merge(Filter::Requests, None, Consumer::Task(None)))
    }

    pub(crate) fn merge(
        &self,
        filter: Filter,
        capacity: Option<usize>,
        consumer: Consumer,
    ) -> Arc<Merge> {
        let merge = Merge::new(filter, capacity, consumer);
        let mut members = self.members();
        if members.closed {
            merge.close();
        }
        for (key, room) in &members.rooms {
            merge.add(key, room.shared());
        }
        members.streams.retain(|stream| stream.strong_count() > 0);
        members.streams.push(Arc::downgrade(&merge));
        merge
    }

    /// Sends a command to every room and waits for all answers. The result of a room that fails
    /// is its error.
    ///
    /// # Errors
    /// [`Error::Usage`] for parameters that have no JSON form.
    pub async fn command(&self, method: &str, params: impl Serialize) -> Result<Results> {
        self.command_in(method, params, Selection::default()).await
    }

    /// [`Fleet::command`] for some rooms, with limits of its own.
    ///
    /// # Errors
    /// [`Error::Usage`] also for a key that no room has; nothing was sent then.
    pub async fn command_in(
        &self,
        method: &str,
        params: impl Serialize,
        selection: Selection,
    ) -> Result<Results> {
        let params = serde_json::value::to_raw_value(&params)
            .map_err(|error| Error::Usage(format!("{method}: parameters: {error}")))?;
        let rooms = match selection.rooms {
            None => self.rooms(),
            Some(keys) => self.some(&keys)?,
        };
        let limit = selection.limit.unwrap_or(self.inner.options.concurrency);
        let params = &params;
        let calls = rooms.into_iter().map(|(key, room)| async move {
            let outcome = room.command_within(method, params, selection.timeout);
            (key, outcome.await)
        });
        let results = futures::iter(calls).buffer_unordered(limit.max(1));
        Ok(Results(results.collect().await))
    }

    fn some(&self, keys: &[String]) -> Result<BTreeMap<Key, Room>> {
        let members = self.members();
        keys.iter()
            .map(|key| match members.rooms.get_key_value(key.as_str()) {
                Some((key, room)) => Ok((key.clone(), room.clone())),
                None => Err(Error::Usage(format!("there is no room '{key}'"))),
            })
            .collect()
    }

    /// Waits until every room that the fleet has now is ready or has ended.
    ///
    /// Returns the rooms that are not ready, after `timeout` at the latest.
    pub async fn wait_ready(&self, timeout: Option<Duration>) -> BTreeMap<Key, RoomHealth> {
        let rooms = self.rooms();
        let all = join_all(rooms.values().map(Room::wait_connected));
        // Who is not ready shows below, for whatever reason.
        match timeout.and_then(|timeout| Instant::now().checked_add(timeout)) {
            Some(end) => drop(tokio::time::timeout_at(end, all).await),
            None => drop(all.await),
        }
        let health = rooms.iter().map(|(key, room)| (key.clone(), room.health()));
        health
            .filter(|(_, health)| health.state != State::Ready)
            .collect()
    }

    /// How every room is doing, without asking the terminals.
    pub fn health(&self) -> Health {
        let rooms = self.rooms();
        let rooms = rooms.iter().map(|(key, room)| (key.clone(), room.health()));
        Health {
            rooms: rooms.collect(),
        }
    }

    /// Closes all rooms, side by side, and ends all streams. May be called again.
    pub async fn close(&self) {
        let (rooms, streams) = {
            let mut members = self.members();
            members.closed = true;
            let rooms = std::mem::take(&mut members.rooms);
            (rooms, std::mem::take(&mut members.streams))
        };
        for stream in streams.iter().filter_map(Weak::upgrade) {
            stream.close();
        }
        join_all(rooms.values().map(Room::close)).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn streams_that_were_given_up_leave_nothing_behind() {
        let fleet = Fleet::new(FleetOptions::default()).unwrap();
        for _ in 0..100 {
            drop(fleet.events(["probe"]));
        }
        assert!(fleet.members().streams.len() <= 1);
    }
}
