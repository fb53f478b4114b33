//! What the tasks of a simulator share.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Deserialize;
use tokio::net::TcpSocket;
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::{Notify, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::folder::Folder;
use super::http::HttpFault;
use super::tls::Tls;
use super::websocket::Order;
use super::{Info, Ports};
use crate::options::ServerOptions;
use crate::terminal::{ConnectionId, Effect, Terminal};
use crate::{SimulatorError, SimulatorOptions};

/// What happens to new WebSocket connections before they are one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum HandshakeFault {
    /// TCP is accepted, nothing more comes.
    Stall,
    /// An HTTP answer with status 503.
    Refuse,
    /// The connection is closed at once.
    Close,
}

/// The part behind the lock.
struct State {
    terminal: Terminal,
    links: BTreeMap<ConnectionId, UnboundedSender<Order>>,
    http_faults: Vec<HttpFault>,
    handshakes: VecDeque<HandshakeFault>,
    /// How far `advance` moved the clock.
    skew: Duration,
    ports: Option<Ports>,
    /// Keep the ports while nobody listens.
    holds: Vec<TcpSocket>,
    /// Ends the listeners, and tracks them.
    listening: (CancellationToken, TaskTracker),
    /// Ends the connections.
    connected: CancellationToken,
}

/// What the tasks of a simulator share.
pub(crate) struct Shared {
    pub(crate) options: ServerOptions,
    pub(crate) tls: Option<Tls>,
    pub(crate) stop: CancellationToken,
    pub(crate) tasks: TaskTracker,
    pub(crate) rescheduled: Notify,
    changed: watch::Sender<u64>,
    started: Instant,
    pub(super) folder: Folder,
    ca_file: Option<PathBuf>,
    state: Mutex<State>,
}

impl fmt::Debug for Shared {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Shared")
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

impl Shared {
    pub(super) fn new(options: SimulatorOptions) -> Result<Arc<Self>, SimulatorError> {
        let folder = Folder::default();
        let (mut tls, mut ca_file) = (None, None);
        if options.server.tls {
            let made = Tls::new(&options.server.host)?;
            let write = |path: PathBuf| std::fs::write(&path, &made.ca_pem).map(|()| path);
            let path = folder.file("ca.pem").and_then(write);
            ca_file = Some(path.map_err(SimulatorError::io("certificate file"))?);
            tls = Some(made);
        }
        let stop = CancellationToken::new();
        Ok(Arc::new(Self {
            tls,
            tasks: TaskTracker::new(),
            rescheduled: Notify::new(),
            changed: watch::Sender::new(0),
            started: Instant::now(),
            folder,
            ca_file,
            state: Mutex::new(State {
                terminal: Terminal::new(options.terminal, options.server.seed),
                links: BTreeMap::new(),
                http_faults: Vec::new(),
                handshakes: VecDeque::new(),
                skew: Duration::ZERO,
                ports: None,
                holds: Vec::new(),
                listening: (stop.child_token(), TaskTracker::new()),
                connected: stop.child_token(),
            }),
            stop,
            options: options.server,
        }))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic elsewhere leaves a usable state: no function of the terminal stops half way.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// All tasks are of one type: the runtime makes much code for each type of task.
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let task: Pin<Box<dyn Future<Output = ()> + Send>> = Box::pin(task);
        self.tasks.spawn(task);
    }

    /// Lets `act` change the terminal, and passes on what comes of it.
    pub(crate) fn act<T>(&self, act: impl FnOnce(&mut Terminal, Duration) -> T) -> T {
        self.change(|state, now| act(&mut state.terminal, now))
    }

    fn change<T>(&self, change: impl FnOnce(&mut State, Duration) -> T) -> T {
        let mut state = self.lock();
        let state = &mut *state;
        let now = self.started.elapsed() + state.skew;
        let deadline = state.terminal.next_deadline();
        let outcome = change(state, now);
        while let Some(effect) = state.terminal.poll_effect() {
            let (connection, order) = match effect {
                Effect::Send { connection, text } => (connection, Order::Text(text)),
                Effect::Close { connection, code } => (connection, Order::Close(code)),
            };
            if let Some(link) = state.links.get(&connection) {
                // A task that just ended takes its messages with it, like a cable.
                let _ = link.send(order);
            }
        }
        if state.terminal.next_deadline() != deadline {
            self.rescheduled.notify_one();
        }
        self.changed.send_modify(|count| *count += 1);
        outcome
    }

    /// Registers a WebSocket that just opened.
    pub(super) fn connect(&self, link: UnboundedSender<Order>) -> ConnectionId {
        // In one go: who sees the connection can give it orders.
        self.change(|state, now| {
            let id = state.terminal.connect(now);
            state.links.insert(id, link);
            id
        })
    }

    pub(super) fn disconnect(&self, id: ConnectionId) {
        self.change(|state, now| {
            state.links.remove(&id);
            state.terminal.disconnect(now, id);
        });
    }

    /// Gives an order to one connection, or to all. Gives the number reached.
    pub(crate) fn order(&self, connection: Option<u64>, order: &Order) -> usize {
        let state = self.lock();
        let wanted = |id: &ConnectionId| connection.is_none_or(|wanted| wanted == id.number());
        let links = state.links.iter().filter(|(id, _)| wanted(id));
        links
            .filter(|(_, link)| link.send(order.clone()).is_ok())
            .count()
    }

    /// Reads the terminal.
    pub(crate) fn peek<T>(&self, look: impl FnOnce(&Terminal) -> T) -> T {
        look(&self.lock().terminal)
    }

    /// Wakes at every change; see [`act`](Self::act).
    pub(crate) fn watch(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    pub(crate) fn skip(&self, time: Duration) {
        self.lock().skew += time;
        self.act(Terminal::advance);
    }

    pub(super) fn next_deadline(&self) -> Option<Instant> {
        let state = self.lock();
        let deadline = state.terminal.next_deadline()?;
        Some(self.started + deadline.saturating_sub(state.skew))
    }

    pub(super) fn info(&self) -> Info {
        let ports = self.ports();
        Info {
            host: self.options.host.clone(),
            port: ports.map_or(0, |ports| ports.web.port()),
            websocket_port: ports.map_or(0, |ports| ports.websocket.port()),
            http_port: ports.map_or(0, |ports| ports.http.port()),
            tls: self.tls.is_some(),
            ca_file: self.ca_file.clone(),
        }
    }

    pub(crate) fn ports(&self) -> Option<Ports> {
        self.lock().ports
    }

    pub(super) fn set_ports(&self, ports: Ports) {
        self.lock().ports = Some(ports);
        self.act(|terminal, _| terminal.set_http_port(ports.http.port()));
    }

    /// Keeps the port of a socket that does not listen.
    pub(super) fn hold(&self, socket: TcpSocket) {
        self.lock().holds.push(socket);
    }

    /// Lets go of the ports, to listen on them.
    pub(super) fn release(&self) -> Vec<TcpSocket> {
        std::mem::take(&mut self.lock().holds)
    }

    pub(crate) fn add_http_fault(&self, fault: HttpFault) {
        self.lock().http_faults.push(fault);
    }

    pub(crate) fn clear_wire_faults(&self) {
        let mut state = self.lock();
        state.http_faults.clear();
        state.handshakes.clear();
    }

    /// The first fault that `wanted` is true of, used up once.
    pub(super) fn take_http_fault(&self, wanted: impl Fn(&HttpFault) -> bool) -> Option<HttpFault> {
        let mut state = self.lock();
        let at = state.http_faults.iter().position(wanted)?;
        let fault = state.http_faults[at].clone();
        if state.http_faults[at].use_up() {
            state.http_faults.remove(at);
        }
        Some(fault)
    }

    pub(crate) fn add_handshake_fault(&self, fault: HandshakeFault, times: u32) {
        self.lock().handshakes.extend((0..times).map(|_| fault));
    }

    pub(super) fn take_handshake_fault(&self) -> Option<HandshakeFault> {
        self.lock().handshakes.pop_front()
    }

    /// What ends and tracks the listeners.
    pub(super) fn listening(&self) -> (CancellationToken, TaskTracker) {
        self.lock().listening.clone()
    }

    /// Ends when the connections shall end.
    pub(super) fn connected(&self) -> CancellationToken {
        self.lock().connected.clone()
    }

    /// Ends the listeners. Gives what tracks their tasks.
    pub(super) fn end_listeners(&self) -> TaskTracker {
        let mut state = self.lock();
        let (token, tracker) = &state.listening;
        token.cancel();
        let tracker = tracker.clone();
        state.listening = (self.stop.child_token(), TaskTracker::new());
        tracker
    }

    pub(super) fn is_listening(&self) -> bool {
        !self.lock().listening.1.is_empty()
    }

    /// Ends every connection of all servers, without a word.
    pub(super) fn end_connections(&self) {
        let mut state = self.lock();
        state.connected.cancel();
        state.connected = self.stop.child_token();
        state.links.clear();
    }
}
