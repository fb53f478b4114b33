//! The protocol engine: no sockets, no clock, no threads.
//!
//! Time and messages come in as arguments, effects go out as values ([`Effect`]). The driver does
//! what they say and takes no decisions, so every situation of the protocol is a plain test, and
//! whole connections can be simulated from a seed.

mod alike;
mod alive;
mod backoff;
mod calls;
mod commands;
mod deadlines;
mod event_queue;
mod events;
mod file_requests;
mod files;
mod flows;
mod frame;
mod handshake;
mod items;
mod layout;
mod live;
mod recent;
mod rest;
mod role;
mod route;
mod routing;
mod scalar;
mod scan;
mod session;
mod subscriptions;
mod sync;
mod taking;
mod tap;
mod watch;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

pub use calls::CallId;
pub use files::{Availability, Direction, FileId, FileRequest, FileStatus, Generation};
pub(crate) use files::{read_file_list, read_requests};
pub use items::{Item, items};
pub use layout::{Kind, Layout, Member};
pub use scan::layout;
pub use subscriptions::{Event, Filter, SubscriptionId};
pub use taking::Taken;

use crate::error::{Error, Result};
use crate::options::Options;
use crate::secret::Secret;
use crate::text::Text;
use backoff::Backoff;
use calls::Calls;
use commands::about;
use files::Book;
use flows::Flows;
use live::Mirror;
use session::Session;
use subscriptions::Subscriptions;

/// Time since the engine was made.
pub type Time = Duration;

/// What the driver has to do.
#[derive(Debug)]
pub enum Effect {
    /// Look up the ports and open the WebSocket; report with [`Engine::on_open`] or
    /// [`Engine::on_open_failed`].
    Open,
    /// Send this text message.
    Send(Text),
    /// Send a WebSocket ping.
    Ping,
    /// Drop the connection, or the attempt to open one; nothing is to be reported.
    Drop,
    /// A call has its outcome. Happens exactly once for each.
    Settle(CallId, Result<Text>),
    /// A subscriber has something to take.
    Ready(SubscriptionId),
    /// [`Engine::state`] or what [`Engine::is_settled`] says has changed.
    StateChanged,
}

/// Where the room's connection stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// The first connection is being made.
    Connecting,
    /// Connected and authorized.
    Ready,
    /// The connection is gone; another is being made.
    Reconnecting,
    /// Another client took the connection; nothing is retried.
    Superseded,
    /// Over, by `close` or by an error that trying again does not mend.
    Closed,
}

impl State {
    /// The state's name in events and in the other languages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Connecting => "connecting",
            Self::Ready => "ready",
            Self::Reconnecting => "reconnecting",
            Self::Superseded => "superseded",
            Self::Closed => "closed",
        }
    }
}

/// What the connection is doing, in detail.
#[derive(Debug)]
enum Phase {
    Idle,
    /// The driver is opening it.
    Opening,
    /// `setUsedApiVersion` is being answered.
    Versioning {
        until: Time,
    },
    /// `auth` is being answered.
    Authorizing,
    Ready {
        since: Time,
    },
    /// Until the next attempt.
    Waiting {
        until: Time,
    },
    Ended,
}

/// Numbers for those who watch a room.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Counters {
    /// Calls waiting for their answer now.
    pub pending: u64,
    /// Connections made again after the first.
    pub reconnects: u64,
    /// Answers that came after their call had settled, or that no call asked for.
    pub late_answers: u64,
    /// Messages that could not be read.
    pub malformed: u64,
    /// Events that had to go because a subscriber was too slow.
    pub dropped: u64,
    /// Messages sent.
    pub sent: u64,
    /// Messages received.
    pub received: u64,
}

/// The engine of one room.
#[derive(Debug)]
pub struct Engine {
    options: Arc<Options>,
    rng: fastrand::Rng,
    phase: Phase,
    /// When the attempt to connect, authorization included, has to be over.
    attempt_until: Time,
    /// The first connection has been ready.
    was_ready: bool,
    /// A first connection that fails is tried again as well.
    patient: bool,
    /// Attempts to connect that have failed since the room was last ready.
    failures: u32,
    /// Rare, and large.
    ended: Option<Box<Error>>,
    last_error: Option<Box<Error>>,
    superseded: bool,
    closed_by_user: bool,
    calls: Calls,
    flows: Flows,
    /// Only for programs that ask for it.
    live: Option<Box<Mirror>>,
    session: Session,
    backoff: Backoff,
    book: Book,
    generation: Option<Generation>,
    sync: sync::Sync,
    subscriptions: Subscriptions,
    effects: VecDeque<Effect>,
    counters: Counters,
    /// Counts messages and questions, to tell which came first.
    tick: u64,
    last_heard: Time,
    ping_sent: Option<Time>,
    rtt: Option<Duration>,
    /// When the room last heard the terminal before it lost it.
    deaf_since: Option<Time>,
    /// Commands that were warned of; see `doubt`.
    doubted: Vec<&'static str>,
    /// Every message as it came, for the doctor; none unless it listens.
    tapped: Option<Vec<Text>>,
    recent: recent::Recent,
    /// What the last message was, if it was an event.
    route: Option<Box<route::Route>>,
}

impl Engine {
    /// An engine that does nothing yet. Equal seeds give equal delays.
    pub fn new(options: Arc<Options>, seed: u64) -> Self {
        let session = Session::new(&options);
        let live = options.live.then(Box::default);
        Self {
            options,
            rng: fastrand::Rng::with_seed(seed),
            phase: Phase::Idle,
            attempt_until: Time::ZERO,
            was_ready: false,
            patient: false,
            failures: 0,
            ended: None,
            last_error: None,
            superseded: false,
            closed_by_user: false,
            calls: Calls::default(),
            flows: Flows::default(),
            live,
            session,
            backoff: Backoff::default(),
            book: Book::default(),
            generation: None,
            sync: sync::Sync::default(),
            subscriptions: Subscriptions::default(),
            effects: VecDeque::new(),
            counters: Counters::default(),
            tick: 0,
            last_heard: Time::ZERO,
            ping_sent: None,
            rtt: None,
            deaf_since: None,
            doubted: Vec::new(),
            tapped: None,
            recent: recent::Recent::default(),
            route: None,
        }
    }

    /// Begins to connect.
    pub fn start(&mut self, now: Time) {
        if matches!(self.phase, Phase::Idle) {
            self.open(now);
        }
    }

    /// Makes the first connection one like all others: when it fails, it is tried again.
    pub fn be_patient(&mut self) {
        self.patient = true;
    }

    /// The next thing to do; call until there is none.
    pub fn poll_effect(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }

    /// When [`Engine::on_time`] wants to be called next.
    pub fn next_timeout(&mut self) -> Option<Time> {
        let phase = match &self.phase {
            Phase::Opening | Phase::Authorizing => Some(self.attempt_until),
            Phase::Versioning { until } | Phase::Waiting { until } => Some(*until),
            Phase::Ready { .. } => self.sync.next_timeout(),
            Phase::Idle | Phase::Ended => None,
        };
        let alive = self.is_connected().then(|| match self.ping_sent {
            Some(sent) => sent + self.options.ping_timeout,
            None => self.last_heard + self.options.ping_interval,
        });
        [
            phase,
            alive,
            self.calls.next_deadline(),
            self.flows.next_timeout(),
            self.live_timeout(),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    /// Time has passed: timeouts fall due.
    pub fn on_time(&mut self, now: Time) {
        while let Some((id, pending)) = self.calls.pop_due(now) {
            self.on_call_timeout(now, id, pending);
        }
        self.flows_on_time(now);
        self.live_on_time(now);
        match self.phase {
            Phase::Opening | Phase::Authorizing if self.attempt_until <= now => {
                let what = if matches!(self.phase, Phase::Opening) {
                    "the connection was not made"
                } else {
                    "the terminal did not answer the authorization"
                };
                let limit = self.options.connect_timeout;
                self.effects.push_back(Effect::Drop);
                self.lost(now, &format!("{what} within {limit:?}"), Vec::new());
            }
            Phase::Versioning { until } if until <= now => self.on_version_silent(now),
            Phase::Waiting { until } if until <= now => self.open(now),
            Phase::Ready { .. } => self.sync_on_time(now),
            _ => {}
        }
        self.check_alive(now);
    }

    /// Ends the room. Everything in flight fails with [`Error::RoomClosed`].
    pub fn close(&mut self) {
        if !matches!(self.phase, Phase::Ended) {
            self.closed_by_user = true;
            self.effects.push_back(Effect::Drop);
            self.end(
                Error::RoomClosed {
                    method: None,
                    request_id: None,
                },
                "closed by the program",
            );
        }
    }

    fn end(&mut self, error: Error, reason: &str) {
        self.phase = Phase::Ended;
        self.superseded = matches!(error, Error::Superseded { .. });
        if !self.closed_by_user {
            self.last_error = Some(Box::new(error.clone()));
        }
        self.ended = Some(Box::new(error.clone()));
        for (id, pending) in self.calls.extract(|_| true) {
            if pending.purpose.has_waiter() {
                let error = about(&error, &pending.method, id);
                self.settle(id, &pending, Err(error));
            }
        }
        self.fail_flows(|method, id, _| about(&error, method, id));
        self.live_stop();
        self.sync = sync::Sync::default();
        let event = events::connection(self.state(), reason, self.backoff.attempt(), None, None);
        let effects = &mut self.effects;
        self.subscriptions
            .publish_end(&event, |id| effects.push_back(Effect::Ready(id)));
        self.effects.push_back(Effect::StateChanged);
    }

    /// Where the connection stands.
    pub fn state(&self) -> State {
        match self.phase {
            Phase::Ended if self.superseded => State::Superseded,
            Phase::Ended => State::Closed,
            Phase::Ready { .. } => State::Ready,
            _ if self.was_ready => State::Reconnecting,
            _ => State::Connecting,
        }
    }

    /// Why the room ended; none while it has not.
    pub fn ended(&self) -> Option<&Error> {
        self.ended.as_deref()
    }

    /// True when the program itself closed the room.
    pub fn is_closed_by_user(&self) -> bool {
        self.closed_by_user
    }

    /// True while lists of file requests are being asked for.
    pub fn is_syncing(&self) -> bool {
        matches!(self.phase, Phase::Ready { .. }) && self.sync.is_asking()
    }

    /// True while an answer of this room to the request is under way.
    pub fn is_answering(&self, id: &str) -> bool {
        self.book.is_answering(id)
    }

    /// True when the first lists of file requests are in, or known not to come.
    pub fn is_settled(&self) -> bool {
        matches!(self.phase, Phase::Ready { .. }) && self.sync.is_settled()
    }

    /// The API version that the terminal agreed to.
    pub fn api_version(&self) -> Option<u8> {
        self.session.api_version
    }

    /// `previleges` of the authorization; 2 for an administrator in the vendor's example.
    pub fn privileges(&self) -> Option<i64> {
        self.session.privileges
    }

    /// The token for the terminal's HTTP server, and how old it is.
    pub fn http_token(&self, now: Time) -> Option<(Secret, Duration)> {
        let (token, since) = self.session.http_token.as_ref()?;
        Some((token.clone(), now.saturating_sub(*since)))
    }

    /// The generation of file transfer that the terminal showed.
    pub fn generation(&self) -> Option<Generation> {
        self.generation
    }

    /// Whether files can be sent and received.
    pub fn availability(&self) -> Option<Availability> {
        self.book.availability
    }

    fn is_connected(&self) -> bool {
        matches!(
            self.phase,
            Phase::Versioning { .. } | Phase::Authorizing | Phase::Ready { .. }
        )
    }

    fn is_reconnecting(&self) -> bool {
        self.was_ready && !matches!(self.phase, Phase::Ended | Phase::Ready { .. })
    }
}
