//! A room and its subscriptions, as a host holds them.

use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;

use super::operation::Operation;
use super::tasks::Tasks;
use super::{Mailbox, Payload, Token};
use crate::driver::{Listener, Shared, Waiter};
use crate::engine::{Filter, SubscriptionId, Taken};
use crate::error::{Error, Result};
use crate::options::Options;
use crate::room::Room;
use crate::text::Text;

/// A room for a host. Cheap to clone.
#[derive(Clone)]
pub struct HostRoom {
    room: Room,
    tasks: Tasks,
}

impl HostRoom {
    /// Begins to connect. `token` completes with the status of the room, or with the error.
    ///
    /// # Errors
    /// [`Error::Usage`] for options that cannot work, and after a fork.
    pub fn open(mailbox: &Arc<Mailbox>, token: Token, options_json: &str) -> Result<Self> {
        let options = Options::from_json(options_json)?;
        let tasks = Tasks::new(mailbox)?;
        let room = {
            let _inside = tasks.enter();
            Room::prepare(options, None)?
        };
        let host = Self::member(room, mailbox)?;
        host.begin();
        let room = host.room.clone();
        host.tasks.spawn(token, async move {
            room.wait_connected().await?;
            Ok(Payload::Json(Text::from(room.status())))
        });
        Ok(host)
    }

    /// A room that has not begun.
    pub(super) fn member(room: Room, mailbox: &Arc<Mailbox>) -> Result<Self> {
        let tasks = Tasks::new(mailbox)?;
        room.shared().set_host(mailbox);
        Ok(Self { room, tasks })
    }

    /// Begins to connect a room that came from [`super::HostFleet::add`]; until then its host can
    /// subscribe to what is to come. Does nothing when it has begun.
    pub fn begin(&self) {
        self.room.begin();
    }

    /// Sends a command; `token` completes with the answer's text. True asks for
    /// [`HostRoom::end_turn`] when the host has done what it is doing now: the commands that it
    /// gives until then go out together.
    pub fn call(
        &self,
        token: Token,
        method: &str,
        params_json: &str,
        timeout: Option<Duration>,
    ) -> bool {
        let waiter = Waiter::Host {
            mailbox: self.tasks.mailbox().clone(),
            token,
        };
        self.shared().submit_with_others(waiter, |engine, now| {
            engine.call(now, method, params_json, timeout)
        })
    }

    /// Sends what [`HostRoom::call`] has kept.
    pub fn end_turn(&self) {
        self.shared().end_turn();
    }

    /// Starts an operation described by JSON text; `token` completes with what comes of it.
    pub fn operate(&self, token: Token, operation_json: &str) {
        self.start(token, Operation::from_json(operation_json, None));
    }

    /// [`HostRoom::operate`] for an upload or send of bytes in memory.
    pub fn upload_bytes(&self, token: Token, operation_json: &str, bytes: Vec<u8>) {
        self.start(token, Operation::from_json(operation_json, Some(bytes)));
    }

    fn start(&self, token: Token, operation: Result<Operation>) {
        let room = self.room.clone();
        let mailbox = self.tasks.mailbox().clone();
        self.tasks.spawn(token, async move {
            let progress =
                Arc::new(move |done: u64, total: u64| mailbox.progress(token, done, total));
            operation?.run(&room, progress).await
        });
    }

    /// Gives a call or an operation up; it completes with the kind `Cancelled`, unless it has
    /// completed already.
    pub fn cancel(&self, token: Token) {
        if !self.tasks.cancel(token) {
            self.shared().cancel_host(self.tasks.mailbox(), token);
        }
    }

    /// Adds a subscriber. The filter is `{"events": [names]}`, `{"events": "*"}`,
    /// `{"files": "requests"}` or `{"files": "changes"}`.
    ///
    /// # Errors
    /// [`Error::Usage`] for another filter.
    pub fn subscribe(
        &self,
        filter_json: &str,
        capacity: Option<usize>,
    ) -> Result<HostSubscription> {
        let filter = read_filter(filter_json)?;
        let listener = Listener::Host(self.tasks.mailbox().clone());
        let id = self.shared().subscribe(filter, capacity, listener);
        Ok(HostSubscription {
            shared: self.shared().clone(),
            id,
        })
    }

    /// Puts an event of the host's own into every subscriber's stream.
    pub fn publish(&self, name: &str, json: &str) {
        self.shared()
            .with(|engine, _| engine.publish(name, Text::from(json.to_owned())));
    }

    /// State, counters and what else is known without asking, as JSON text.
    pub fn status(&self) -> String {
        self.room.status()
    }

    /// The live mirror as JSON text; none unless the option `live` is set.
    pub fn live(&self) -> Option<String> {
        let now = self.shared().now();
        let live = self.shared().read(|engine| engine.live(now));
        live.map(|fields| serde_json::Value::Object(fields).to_string())
    }

    /// A file request as JSON text.
    pub fn file(&self, id: &str) -> Option<String> {
        self.shared()
            .read(|engine| engine.file(id).map(crate::engine::FileRequest::to_json))
    }

    /// The file requests that the terminal has, newest first, as JSON text.
    pub fn files(&self) -> String {
        let files: Vec<String> = self.shared().read(|engine| {
            engine
                .files()
                .into_iter()
                .map(crate::engine::FileRequest::to_json)
                .collect()
        });
        format!("[{}]", files.join(","))
    }

    /// Ends the room; `token` completes when the connection is closed.
    pub fn close(&self, token: Token) {
        // At once, not when the task gets its turn: what follows must find the room closed.
        self.shared().with(|engine, _| engine.close());
        let room = self.room.clone();
        self.tasks.spawn(token, async move {
            room.close().await;
            Ok(Payload::Json(Text::from("null".to_owned())))
        });
    }

    fn shared(&self) -> &Arc<Shared> {
        self.room.shared()
    }
}

/// A subscriber's place in the room's stream. Dropping it gives it up.
pub struct HostSubscription {
    shared: Arc<Shared>,
    id: SubscriptionId,
}

impl HostSubscription {
    /// What [`super::Drained::ready`] calls it.
    pub fn id(&self) -> SubscriptionId {
        self.id
    }

    /// Takes up to `max` items: events as the terminal sent them, or file requests as they stand
    /// now. Fewer than `max` mean that the queue is empty and the mailbox will tell when it no
    /// longer is.
    pub fn take(&self, max: usize) -> Vec<Taken> {
        let mut taken = Vec::new();
        self.shared
            .read(|engine| engine.take_many(self.id, max, |item| taken.push(item)));
        taken
    }

    /// [`HostSubscription::take`] for one who only wants the JSON text of each.
    pub fn take_texts(&self, max: usize) -> Vec<Text> {
        self.shared.read(|engine| {
            let mut taken = Vec::with_capacity(engine.waiting_for(self.id).min(max));
            engine.take_many(self.id, max, |item| taken.push(item.into_text()));
            taken
        })
    }

    /// A second subscriber for one who no longer keeps step: what waits for this one waits for that
    /// one as well. It is not told of that, and has to take it.
    #[must_use]
    pub fn fork(&self) -> Self {
        Self {
            shared: self.shared.clone(),
            id: self.shared.fork(self.id),
        }
    }

    /// True when nothing waits, so that another consumer may share it from now on.
    pub fn is_empty(&self) -> bool {
        self.shared.read(|engine| engine.waiting_for(self.id)) == 0
    }

    /// Gives the place up. May be called again.
    pub fn close(&self) {
        self.shared.unsubscribe(self.id);
    }
}

impl Drop for HostSubscription {
    fn drop(&mut self) {
        self.close();
    }
}

/// Reads what [`HostRoom::subscribe`] takes.
pub(super) fn read_filter(json: &str) -> Result<Filter> {
    let filter: FilterJson = serde_json::from_str(json)
        .map_err(|error| Error::Usage(format!("subscription filter: {error}")))?;
    Ok(filter.into())
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum FilterJson {
    Events(Names),
    Files(FileFilter),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Names {
    All(String),
    Some(std::collections::HashSet<String>),
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum FileFilter {
    Requests,
    Changes,
}

impl From<FilterJson> for Filter {
    fn from(filter: FilterJson) -> Self {
        match filter {
            FilterJson::Events(Names::All(name)) => Self::named([name].into()),
            // No name at all is none, not all.
            FilterJson::Events(Names::Some(names)) if names.is_empty() => Self::Events(names),
            FilterJson::Events(Names::Some(names)) => Self::named(names),
            FilterJson::Files(FileFilter::Requests) => Self::Requests,
            FilterJson::Files(FileFilter::Changes) => Self::Changes,
        }
    }
}
