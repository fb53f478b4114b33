//! A fleet, as a host holds it.

use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::room::read_filter;
use super::tasks::Tasks;
use super::{HostRoom, Mailbox, Payload, Token};
use crate::driver::Shared;
use crate::engine::{SubscriptionId, Taken};
use crate::error::{Error, Result};
use crate::fleet::{Consumer, Fleet, FleetOptions, Key, Merge, Results, Selection, rooms_json};
use crate::health::error_json;
use crate::options::Options;
use crate::text::Text;

/// A fleet for a host. Cheap to clone.
#[derive(Clone)]
pub struct HostFleet {
    fleet: Fleet,
    tasks: Tasks,
}

/// A command for many rooms, as a host asks for it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Command<'a> {
    method: String,
    #[serde(borrow)]
    params: &'a RawValue,
    rooms: Option<Vec<String>>,
    limit: Option<usize>,
    timeout: Option<f64>,
}

impl HostFleet {
    /// A fleet without rooms.
    ///
    /// # Errors
    /// [`Error::Usage`] for options that cannot work, and after a fork.
    pub fn new(mailbox: &Arc<Mailbox>, options_json: &str) -> Result<Self> {
        let options = FleetOptions::from_json(options_json)?;
        let tasks = Tasks::new(mailbox)?;
        let fleet = {
            let _inside = tasks.enter();
            Fleet::new(options)?
        };
        Ok(Self { fleet, tasks })
    }

    /// Adds a room, which does nothing until [`HostRoom::begin`].
    ///
    /// # Errors
    /// As [`Fleet::add`].
    pub fn add(&self, key: &str, options_json: &str) -> Result<HostRoom> {
        let options = Options::from_json(options_json)?;
        let _inside = self.tasks.enter();
        HostRoom::member(self.fleet.prepare(key, options)?, self.tasks.mailbox())
    }

    /// Takes a room out; `token` completes with whether there was one, when it is closed.
    pub fn remove(&self, token: Token, key: &str) {
        let (fleet, key) = (self.fleet.clone(), key.to_owned());
        self.tasks.spawn(token, async move {
            let removed = fleet.remove(&key).await;
            Ok(Payload::Json(Text::from(removed.to_string())))
        });
    }

    /// Sends the command that the JSON text tells: `{"method", "params", "rooms", "limit",
    /// "timeout"}`, the last three optional, the time in milliseconds. `token` completes with an
    /// object that has `{"answer"}` or `{"error"}` for each room.
    pub fn command(&self, token: Token, command_json: &str) {
        let fleet = self.fleet.clone();
        let command = read_command(command_json);
        self.tasks.spawn(token, async move {
            let (method, params, selection) = command?;
            let results = fleet.command_in(&method, &params, selection).await?;
            Ok(Payload::Json(Text::from(results_json(&results))))
        });
    }

    /// `token` completes with the rooms that are not ready, as [`HostFleet::health`] shows them,
    /// when all are or have ended, or after `timeout`.
    pub fn wait_ready(&self, token: Token, timeout: Option<Duration>) {
        let fleet = self.fleet.clone();
        self.tasks.spawn(token, async move {
            let late = fleet.wait_ready(timeout).await;
            Ok(Payload::Json(Text::from(rooms_json(&late))))
        });
    }

    /// How every room is doing: a list of objects, as JSON text.
    pub fn health(&self) -> String {
        rooms_json(&self.fleet.health().rooms)
    }

    /// One subscription to all rooms, those added later included. The filter is that of
    /// [`HostRoom::subscribe`], the capacity that of each room.
    ///
    /// # Errors
    /// [`Error::Usage`] for another filter.
    pub fn subscribe(&self, filter_json: &str, capacity: Option<usize>) -> Result<HostMerge> {
        let filter = read_filter(filter_json)?;
        let id = Shared::subscription_id();
        let consumer = Consumer::Host(self.tasks.mailbox().clone(), id);
        let merge = self.fleet.merge(filter, capacity, consumer);
        Ok(HostMerge { merge, id })
    }

    /// Gives something up that a token was given for.
    pub fn cancel(&self, token: Token) {
        self.tasks.cancel(token);
    }

    /// Closes all rooms and ends all streams; `token` completes when that is done.
    pub fn close(&self, token: Token) {
        let fleet = self.fleet.clone();
        self.tasks.spawn(token, async move {
            fleet.close().await;
            Ok(Payload::Json(Text::from("null".to_owned())))
        });
    }
}

fn read_command(json: &str) -> Result<(String, Box<RawValue>, Selection)> {
    let wrong = |error: &dyn std::fmt::Display| Error::Usage(format!("fleet command: {error}"));
    let command: Command<'_> = serde_json::from_str(json).map_err(|error| wrong(&error))?;
    let timeout = command.timeout.map(|time| time / 1000.0);
    let timeout = timeout.map(Duration::try_from_secs_f64).transpose();
    let selection = Selection {
        rooms: command.rooms,
        limit: command.limit,
        timeout: timeout.map_err(|error| wrong(&error))?,
    };
    Ok((command.method, command.params.to_owned(), selection))
}

fn results_json(results: &Results) -> String {
    let mut text = String::from("{");
    for (key, outcome) in results.iter() {
        if text.len() > 1 {
            text.push(',');
        }
        text.push_str(&Value::from(key).to_string());
        match outcome {
            // The terminal's own text, not read and written again.
            Ok(answer) => text.extend([":{\"answer\":", answer.as_str(), "}"]),
            Err(error) => text.extend([":{\"error\":", &error_json(error).to_string(), "}"]),
        }
    }
    text.push('}');
    text
}

/// A subscriber's place in the streams of all rooms. Dropping it gives it up.
pub struct HostMerge {
    merge: Arc<Merge>,
    id: SubscriptionId,
}

impl HostMerge {
    /// What [`super::Drained::ready`] calls it.
    pub fn id(&self) -> SubscriptionId {
        self.id
    }

    /// Takes up to `max` items with the keys of their rooms, as [`super::HostSubscription::take`]
    /// does. Fewer than `max` mean that there are no more, and the mailbox will tell when there are.
    pub fn take(&self, max: usize) -> Vec<(Key, Taken)> {
        std::iter::from_fn(|| self.merge.take()).take(max).collect()
    }

    /// True when the fleet was closed or this was.
    pub fn is_closed(&self) -> bool {
        self.merge.is_closed()
    }

    /// Gives the place up. May be called again.
    pub fn close(&self) {
        self.merge.close();
    }
}

impl Drop for HostMerge {
    fn drop(&mut self) {
        self.close();
    }
}
