//! A connection to a terminal.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde_json::json;
use tokio::sync::oneshot;

use crate::driver::{self, Finish, Shared, Waiter};
use crate::engine::{Counters, Engine, Filter, State, Time};
use crate::error::{Error, Result};
use crate::files::Files;
use crate::fleet::Entrance;
use crate::health::{RoomHealth, error_json};
use crate::options::Options;
use crate::subscription::{Events, Subscription};
use crate::text::Text;

/// How long `connect` waits for the first lists of file requests before it goes on without.
const SYNC_PATIENCE: Duration = Duration::from_secs(4);

/// A connection to a terminal. Cheap to clone; the connection is closed when the last clone is
/// dropped.
#[derive(Clone)]
pub struct Room {
    inner: Arc<Inner>,
}

struct Inner {
    shared: Arc<Shared>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.shared.with(|engine, _| engine.close());
    }
}

impl Room {
    /// Connects and authorizes. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// [`Error::Connect`] with everything that was tried, [`Error::Auth`] when the terminal
    /// refuses, [`Error::Usage`] for options that cannot work.
    pub async fn connect(options: Options) -> Result<Self> {
        let room = Self::open(options)?;
        room.wait_connected().await?;
        Ok(room)
    }

    /// Begins to connect.
    pub(crate) fn open(options: Options) -> Result<Self> {
        let room = Self::prepare(options, None)?;
        room.begin();
        Ok(room)
    }

    /// A room that does nothing until [`Room::begin`]. One of a fleet is given its entrance.
    pub(crate) fn prepare(options: Options, entrance: Option<Arc<Entrance>>) -> Result<Self> {
        let shared = Arc::new(Shared::new(options, entrance)?);
        let finish = Finish(shared.clone());
        tokio::spawn(async move { driver::run(&finish.0).await });
        Ok(Self {
            inner: Arc::new(Inner { shared }),
        })
    }

    /// Begins to connect, unless it has begun already.
    pub(crate) fn begin(&self) {
        self.shared().with(Engine::start);
    }

    /// Waits until the room is ready and knows the terminal's file requests.
    pub(crate) async fn wait_connected(&self) -> Result<()> {
        self.wait_ready().await?;
        let settled = self.shared().wait_for(|engine| {
            (engine.is_settled() || engine.state() != State::Ready).then_some(())
        });
        // A terminal that does not list file requests is still good for everything else.
        drop(tokio::time::timeout(SYNC_PATIENCE, settled).await);
        Ok(())
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.inner.shared
    }

    /// Sends any command, known to the catalogue or not, and waits for its answer: the whole
    /// message, as JSON text.
    ///
    /// # Errors
    /// [`Error::Command`] when the terminal refuses, [`Error::Timeout`], [`Error::ConnectionLost`],
    /// [`Error::Superseded`], [`Error::RoomClosed`], and [`Error::Usage`] for parameters that are
    /// no object. Dropping the future gives the call up.
    pub async fn command(&self, method: &str, params: impl Serialize) -> Result<Text> {
        self.command_within(method, params, None).await
    }

    /// [`Room::command`] with a time limit of its own.
    pub async fn command_within(
        &self,
        method: &str,
        params: impl Serialize,
        timeout: Option<Duration>,
    ) -> Result<Text> {
        let params = text_of(method, params)?;
        self.submit(|engine, now| engine.call(now, method, &params, timeout))
            .await
    }

    /// Runs a flow of the catalogue by its name; gives the event that ended it well, as JSON text.
    /// [`Room::run`] is the same with types.
    ///
    /// # Errors
    /// As [`Room::run`].
    pub async fn run_flow(
        &self,
        flow: &str,
        params: impl Serialize,
        timeout: Option<Duration>,
    ) -> Result<Text> {
        let params = text_of(flow, params)?;
        self.submit(|engine, now| engine.run(now, flow, &params, timeout))
            .await
    }

    pub(crate) async fn submit(
        &self,
        send: impl FnOnce(&mut Engine, Time) -> Result<u64>,
    ) -> Result<Text> {
        let (sender, receiver) = oneshot::channel();
        let id = self.shared().submit(Waiter::Task(sender), send);
        let mut guard = CancelOnDrop {
            shared: self.shared(),
            id,
        };
        let outcome = receiver.await.unwrap_or_else(|_| Err(driver::gone()));
        guard.id = None;
        outcome
    }

    /// Events of these names, or all without any. `capacity` is how many wait for a reader that is
    /// slower than the terminal; beyond it the oldest go and a `lagged` event counts them.
    pub fn events<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> Events {
        let filter = Filter::named(names.into_iter().map(str::to_owned).collect());
        Events::new(Subscription::new(self.shared(), filter, None))
    }

    /// File requests: what was offered to the room and what it offers.
    pub fn files(&self) -> Files {
        Files::new(self.clone())
    }

    /// Where the connection stands.
    pub fn state(&self) -> State {
        self.shared().read(|engine| engine.state())
    }

    /// What is going on on the terminal, from memory; none unless
    /// [`Options::live`](crate::Options::live) is set. Whenever something in it changes,
    /// [`LiveEvent`](crate::api::LiveEvent) tells.
    pub fn live(&self) -> Option<crate::api::Live> {
        let now = self.shared().now();
        let fields = self.shared().read(|engine| engine.live(now));
        fields.map(crate::api::Live::of)
    }

    /// The API version that the terminal agreed to; none when it did not answer the question.
    pub fn api_version(&self) -> Option<u8> {
        self.shared().read(|engine| engine.api_version())
    }

    /// Numbers for those who watch.
    pub fn counters(&self) -> Counters {
        self.shared().read(|engine| engine.counters())
    }

    /// How the room is doing.
    pub fn health(&self) -> RoomHealth {
        self.shared().health()
    }

    /// Waits until commands can be sent.
    ///
    /// # Errors
    /// What ended the room, if it ends before.
    pub async fn wait_ready(&self) -> Result<()> {
        self.shared()
            .wait_for(|engine| match engine.ended() {
                Some(error) => Some(Err(error.clone())),
                None => (engine.state() == State::Ready).then_some(Ok(())),
            })
            .await
    }

    /// What ended the room.
    pub(crate) fn ended(&self) -> Error {
        self.shared()
            .read(|engine| engine.ended().cloned().unwrap_or_else(driver::gone))
    }

    /// Waits for the end of the room.
    ///
    /// # Errors
    /// What ended it, unless that was [`Room::close`].
    pub async fn closed(&self) -> Result<()> {
        let outcome = self
            .shared()
            .wait_for(|engine| {
                let error = engine.ended()?;
                Some(if engine.is_closed_by_user() {
                    Ok(())
                } else {
                    Err(error.clone())
                })
            })
            .await;
        self.shared().finished().await;
        outcome
    }

    /// Ends the room. Everything in flight fails with [`Error::RoomClosed`]. May be called again.
    pub async fn close(&self) {
        self.shared().with(|engine, _| engine.close());
        self.shared().finished().await;
    }

    /// State, counters and what else is known without asking, as JSON text.
    pub fn status(&self) -> String {
        let health = self.health().to_json();
        self.shared().read(|engine| {
            let error = engine.ended().filter(|_| !engine.is_closed_by_user());
            json!({
                "state": engine.state().as_str(),
                "since": health["since"],
                "apiVersion": engine.api_version(),
                "ended": engine.ended().is_some(),
                "error": error.map(error_json),
                "lastError": health["lastError"],
                "privileges": engine.privileges(),
                "generation": engine.generation(),
                "availability": engine.availability(),
                "counters": engine.counters(),
                "queueDepth": health["queueDepth"],
                "rtt": health["rtt"],
            })
            .to_string()
        })
    }
}

/// Parameters as JSON text; none at all are an empty object.
fn text_of(name: &str, params: impl Serialize) -> Result<String> {
    let text = serde_json::to_string(&params)
        .map_err(|error| Error::Usage(format!("{name}: parameters: {error}")))?;
    Ok(if text == "null" { "{}".into() } else { text })
}

/// Gives a call up when its caller does.
struct CancelOnDrop<'a> {
    shared: &'a Arc<Shared>,
    id: Option<u64>,
}

impl Drop for CancelOnDrop<'_> {
    fn drop(&mut self) {
        if let Some(id) = self.id {
            self.shared.cancel(id);
        }
    }
}
