//! The virtual terminal itself: pure state, without sockets, clock or threads.
//!
//! Text and time come in as arguments, effects come out as values: [`Terminal::poll_effect`].
//! Time is a [`Duration`] since the terminal was started. The same options, seed and inputs always
//! give the same effects, and a terminal can be cloned at any moment.

mod account;
mod agenda;
mod catalogue;
mod chat;
mod dispatch;
mod fallback;
mod files;
mod ids;
mod journal;
mod link;
mod machine;
mod meeting;
mod message;
mod operation;
mod options;
mod outbox;
mod registers;
mod rules;
mod session;
mod settings;
mod sharing;
mod slides;
mod system;
mod tokens;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use fastrand::Rng;
use serde_json::{Value, json};

use self::account::UserData;
use self::agenda::Agenda;
use self::chat::Chats;
use self::files::FileBook;
pub use self::files::{
    Content, Direction, FileId, FileRequest, FileStatus, Offer, StoredFile, pattern,
};
use self::journal::Journal;
use self::link::Link;
use self::machine::Machine;
use self::meeting::Meetings;
pub use self::operation::TerminalOperation;
pub use self::options::{
    Account, CallAnswer, FileIdForm, Generation, NoConference, OutgoingStart, RejectedAs,
    RequestIdEcho, Secret, TerminalOptions, UnknownAnswer, VersionAnswer,
};
use self::registers::Registers;
use self::rules::Rules;
pub use self::session::{AuthorizationCause, Mode};
use self::session::{Connection, Session};
use self::settings::Settings;
use self::sharing::Sharing;
use self::slides::Slides;

/// One WebSocket connection, as the terminal sees it. Numbers are never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(u64);

impl ConnectionId {
    #[cfg(test)]
    fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number of the connection, counted from 1.
    pub fn number(self) -> u64 {
        self.0
    }
}

/// Something the driver has to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Send one text message.
    Send {
        /// To whom.
        connection: ConnectionId,
        /// The message, JSON.
        text: String,
    },
    /// Close the WebSocket in the orderly way.
    Close {
        /// Which one.
        connection: ConnectionId,
        /// Close code.
        code: u16,
    },
}

/// A virtual TrueConf Room terminal.
#[derive(Debug, Clone)]
pub struct Terminal {
    options: Arc<TerminalOptions>,
    rng: Rng,
    now: Duration,
    next_connection: u64,
    connections: BTreeMap<ConnectionId, Connection>,
    effects: VecDeque<Effect>,
    /// Events of the command being carried out; see [`dispatch`].
    outbox: VecDeque<Effect>,
    agenda: Agenda,
    rules: Rules,
    journal: Journal,
    session: Session,
    files: FileBook,
    link: Link,
    /// How users are called that were told by name.
    names: BTreeMap<String, String>,
    meetings: Meetings,
    /// The kind of conference chosen last.
    last_kind: i64,
    /// Fields of `getConferenceTrafficInfo`.
    traffic: Value,
    account: UserData,
    machine: Machine,
    registers: Registers,
    sharing: Sharing,
    slides: Slides,
    /// What the machine can send, such as FHD.
    quality: String,
    /// Where the web manager is.
    web_address: String,
    chats: Chats,
    settings: Settings,
    ports: Ports,
}

/// The ports that commands such as `getAppState` tell.
#[derive(Debug, Clone, Copy)]
struct Ports {
    http: u16,
}

impl Terminal {
    /// A terminal that was just started.
    pub fn new(options: TerminalOptions, seed: u64) -> Self {
        let options = Arc::new(options);
        let link = Link::new(&options);
        Self {
            rng: Rng::with_seed(seed),
            now: Duration::ZERO,
            next_connection: 1,
            connections: BTreeMap::new(),
            effects: VecDeque::new(),
            outbox: VecDeque::new(),
            agenda: Agenda::default(),
            rules: Rules::default(),
            journal: Journal::default(),
            session: Session::new(&options),
            files: FileBook::new(&options),
            names: BTreeMap::new(),
            meetings: Meetings::default(),
            last_kind: 1,
            traffic: json!({
                "incomingQuality": 3, "outgoingQuality": 3, "streamConnectionType": 1,
            }),
            account: UserData::new(link.domain()),
            machine: Machine::default(),
            registers: Registers::default(),
            sharing: Sharing::default(),
            slides: Slides::default(),
            quality: "FHD".into(),
            web_address: "http://room.example.test".into(),
            chats: Chats::default(),
            settings: Settings::new(&options),
            link,
            ports: Ports { http: 8766 },
            options,
        }
    }

    /// A client opened a WebSocket.
    pub fn connect(&mut self, now: Duration) -> ConnectionId {
        self.tick(now);
        let id = ConnectionId(self.next_connection);
        self.next_connection += 1;
        self.connections.insert(id, Connection::default());
        id
    }

    /// A WebSocket is gone, whoever closed it. Its tokens stay alive.
    pub fn disconnect(&mut self, now: Duration, connection: ConnectionId) {
        self.tick(now);
        self.connections.remove(&connection);
        self.agenda.forget(connection);
    }

    /// Carries out what was scheduled up to `now`.
    pub fn advance(&mut self, now: Duration) {
        while let Some((due, task)) = self.agenda.pop(now) {
            self.now = self.now.max(due);
            self.carry_out(task);
            self.flush_events();
        }
        self.now = self.now.max(now);
    }

    /// When [`advance`](Self::advance) has something to do next.
    pub fn next_deadline(&self) -> Option<Duration> {
        self.agenda.next()
    }

    /// The next thing the driver has to do, in order.
    pub fn poll_effect(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }

    /// The whole terminal stops and starts: connections, tokens and calls are gone, files stay.
    /// The driver closes the sockets itself.
    pub fn restart(&mut self, now: Duration) {
        self.tick(now);
        self.connections.clear();
        self.effects.clear();
        self.agenda = Agenda::default();
        self.session.tokens.clear();
        self.meetings = Meetings::default();
        self.sharing = Sharing::default();
        self.slides = Slides::default();
        self.layout_empties();
        self.resume_transfers();
    }

    /// Tells the terminal which port its HTTP server got.
    pub fn set_http_port(&mut self, port: u16) {
        self.ports.http = port;
    }

    /// The options it was made with.
    pub fn options(&self) -> &TerminalOptions {
        &self.options
    }

    /// The connections open now, with the mode they are authorized in.
    pub fn connections(&self) -> impl Iterator<Item = (ConnectionId, Option<Mode>)> + '_ {
        self.connections
            .iter()
            .map(|(id, connection)| (*id, connection.mode))
    }

    /// A client asks for a sign of life.
    pub fn pinged(&mut self) {
        self.journal.pinged();
    }

    /// How many commands of this name came in since the start; `ping` counts the pings of clients.
    pub fn received(&self, method: &str) -> u64 {
        self.journal.count_received(method)
    }

    /// How many events of this name were sent since the start; one to two clients counts once.
    pub fn sent(&self, event: &str) -> u64 {
        self.journal.count_sent(event)
    }

    /// The commands received, newest last, without secrets.
    pub fn log(&self) -> Value {
        self.journal.to_json()
    }

    /// The whole truth about the terminal, without secrets.
    pub fn state(&self) -> Value {
        json!({
            "now": millis(self.now),
            "connections": self.connections.iter().map(|(id, connection)| json!({
                "id": id.number(),
                "mode": connection.mode.map(Mode::name),
                "apiVersion": connection.api_version,
            })).collect::<Vec<_>>(),
            "appState": self.app_state(),
            "files": self.files.to_json(),
            "storedFiles": self.files.stored_json(),
            "availability": self.availability(),
            "server": self.link.to_json(),
            "call": self.meetings.to_json(),
            "chats": self.chats.to_json(),
            "settings": self.settings.to_json(),
            "values": self.registers.to_json(),
        })
    }

    fn tick(&mut self, now: Duration) {
        self.advance(now);
    }

    /// Wall clock in milliseconds since 1970.
    fn wall_clock(&self) -> u64 {
        self.options.start_time + millis(self.now)
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
