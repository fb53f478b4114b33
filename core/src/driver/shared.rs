//! What the connection's task and the handles of a room share.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::time::{Duration, SystemTime};

use rustc_hash::FxHashMap;
use tokio::sync::{Notify, oneshot, watch};
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Utf8Bytes;

use crate::engine::{self, CallId, Effect, Engine, SubscriptionId, Taken, Time};
use crate::error::{Error, Result};
use crate::files::Access;
use crate::fleet::{Entrance, Merge};
use crate::health::RoomHealth;
use crate::host::Mailbox;
use crate::options::Options;
use crate::text::Text;

/// Who waits for the outcome of a call.
pub(crate) enum Waiter {
    Task(oneshot::Sender<Result<Text>>),
    Host { mailbox: Arc<Mailbox>, token: u64 },
}

/// Who is told that a subscription has something.
pub(crate) enum Listener {
    Task(Option<Waker>),
    Host(Arc<Mailbox>),
    /// The streams of many rooms made one.
    Merge(Arc<Merge>),
}

/// What the engine wants of the connection's task and has not got yet.
#[derive(Debug, Default)]
pub(crate) struct Orders {
    pub drop: bool,
    pub open: bool,
    pub ping: bool,
    pub outgoing: VecDeque<Utf8Bytes>,
}

struct State {
    engine: Engine,
    waiters: FxHashMap<CallId, Waiter>,
    listeners: FxHashMap<SubscriptionId, Listener>,
    orders: Orders,
    /// Where the connection stands, and since when.
    standing: (engine::State, Time),
}

pub(crate) struct Shared {
    pub(crate) options: Arc<Options>,
    /// Where and how file bytes are moved.
    pub(crate) access: Access,
    start: Instant,
    /// What the clock on the wall said then.
    start_of_day: SystemTime,
    /// Where the rooms of a fleet ask before they connect.
    entrance: Option<Arc<Entrance>>,
    state: Mutex<State>,
    /// The connection's task has something to do.
    wake: Notify,
    /// Counts changes of the engine's state, for those who wait for one.
    changes: watch::Sender<u64>,
}

impl Shared {
    /// `entrance` makes it a room of a fleet: it asks there before it connects, and tries its first
    /// connection again and again, too.
    pub(crate) fn new(options: Options, entrance: Option<Arc<Entrance>>) -> Result<Self> {
        options.check()?;
        let access = Access::new(&options)?;
        let options = Arc::new(options);
        let mut engine = Engine::new(options.clone(), fastrand::u64(..));
        if entrance.is_some() {
            engine.be_patient();
        }
        Ok(Self {
            options,
            access,
            start: Instant::now(),
            start_of_day: SystemTime::now(),
            entrance,
            state: Mutex::new(State {
                standing: (engine.state(), Time::ZERO),
                engine,
                waiters: FxHashMap::default(),
                listeners: FxHashMap::default(),
                orders: Orders::default(),
            }),
            wake: Notify::new(),
            changes: watch::Sender::new(0),
        })
    }

    pub(crate) fn now(&self) -> Time {
        self.start.elapsed()
    }

    pub(crate) fn instant(&self, time: Time) -> Instant {
        self.start + time
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // The engine holds no half-made state across a panic that another call could trip over.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads from the engine.
    pub(crate) fn read<T>(&self, read: impl FnOnce(&mut Engine) -> T) -> T {
        read(&mut self.lock().engine)
    }

    /// Does something with the engine, and sees to the effects.
    pub(crate) fn with<T>(&self, act: impl FnOnce(&mut Engine, Time) -> T) -> T {
        let now = self.now();
        let mut state = self.lock();
        let result = act(&mut state.engine, now);
        self.pump(&mut state);
        result
    }

    /// How long the attempt to connect that is wanted now has to wait for those of other rooms.
    pub(crate) fn admission(&self) -> Duration {
        self.entrance.as_ref().map_or(Duration::ZERO, |entrance| {
            self.with(|engine, now| {
                let delay = entrance.admit(engine.failures() > 0);
                engine.on_open_delayed(now, delay);
                delay
            })
        })
    }

    pub(crate) fn health(&self) -> RoomHealth {
        let state = self.lock();
        let (engine, (standing, since)) = (&state.engine, state.standing);
        let counters = engine.counters();
        RoomHealth {
            state: standing,
            since: self.start_of_day + since,
            last_error: engine.last_error().cloned(),
            rtt: engine.rtt(),
            reconnects: counters.reconnects,
            queue_depth: engine.queue_depth(),
            pending: counters.pending,
        }
    }

    /// Sends a command for `waiter`, which hears of the outcome exactly once, at once when the
    /// command cannot be sent.
    pub(crate) fn submit(
        &self,
        waiter: Waiter,
        send: impl FnOnce(&mut Engine, Time) -> Result<CallId>,
    ) -> Option<CallId> {
        let now = self.now();
        let mut state = self.lock();
        let sent = send(&mut state.engine, now);
        let id = match sent {
            Ok(id) => {
                state.waiters.insert(id, waiter);
                Some(id)
            }
            Err(error) => {
                waiter.settle(Err(error));
                None
            }
        };
        self.pump(&mut state);
        id
    }

    pub(crate) fn cancel(&self, id: CallId) {
        self.with(|engine, _| engine.cancel(id));
    }

    /// Gives up the call that a host marked with `token`.
    pub(crate) fn cancel_host(&self, mailbox: &Arc<Mailbox>, token: u64) {
        let mut state = self.lock();
        let id = state.waiters.iter().find_map(|(id, waiter)| match waiter {
            Waiter::Host {
                mailbox: other,
                token: of,
            } => (*of == token && Arc::ptr_eq(other, mailbox)).then_some(*id),
            Waiter::Task(_) => None,
        });
        if let Some(id) = id {
            state.engine.cancel(id);
            self.pump(&mut state);
        }
    }

    /// A number that no subscription of this process has had.
    pub(crate) fn subscription_id() -> SubscriptionId {
        static LAST: AtomicU64 = AtomicU64::new(0);
        LAST.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Adds a subscriber.
    pub(crate) fn subscribe(
        &self,
        filter: crate::engine::Filter,
        capacity: Option<usize>,
        listener: Listener,
    ) -> SubscriptionId {
        let id = Self::subscription_id();
        let mut state = self.lock();
        state.listeners.insert(id, listener);
        state.engine.subscribe(id, filter, capacity);
        self.pump(&mut state);
        id
    }

    pub(crate) fn unsubscribe(&self, id: SubscriptionId) {
        let mut state = self.lock();
        state.listeners.remove(&id);
        state.engine.unsubscribe(id);
    }

    /// Takes up to `max` things for a subscriber, or leaves its waker where there are none. True
    /// when the room has ended, so that none will come.
    pub(crate) fn poll_take(
        &self,
        id: SubscriptionId,
        waker: &Waker,
        max: usize,
        taken: &mut VecDeque<Taken>,
    ) -> bool {
        let mut state = self.lock();
        take(&mut state.engine, id, max, taken);
        if taken.is_empty()
            && let Some(Listener::Task(slot)) = state.listeners.get_mut(&id)
        {
            *slot = Some(waker.clone());
        }
        state.engine.ended().is_some()
    }

    /// Takes up to `max` things for a subscriber; fewer when that is all.
    pub(crate) fn take(&self, id: SubscriptionId, max: usize, taken: &mut VecDeque<Taken>) {
        take(&mut self.lock().engine, id, max, taken);
    }

    pub(crate) fn take_orders(&self) -> Orders {
        std::mem::take(&mut self.lock().orders)
    }

    pub(crate) async fn woken(&self) {
        self.wake.notified().await;
    }

    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Waits until `done` finds what it looks for in the engine.
    pub(crate) async fn wait_for<T>(&self, mut done: impl FnMut(&Engine) -> Option<T>) -> T {
        let mut changes = self.changes();
        loop {
            if let Some(found) = self.read(|engine| done(engine)) {
                return found;
            }
            if changes.changed().await.is_err() {
                // The sender lives in `self`; this cannot happen while it is borrowed.
                std::future::pending::<()>().await;
            }
        }
    }

    fn pump(&self, state: &mut State) {
        let mut wake = false;
        while let Some(effect) = state.engine.poll_effect() {
            match effect {
                Effect::Open => {
                    state.orders.open = true;
                    wake = true;
                }
                Effect::Drop => {
                    // What was meant for the old connection must not reach the next one.
                    state.orders = Orders {
                        drop: true,
                        ..Orders::default()
                    };
                    wake = true;
                }
                Effect::Ping => {
                    state.orders.ping = true;
                    wake = true;
                }
                Effect::Send(text) => {
                    state.orders.outgoing.push_back(text.into_frame());
                    wake = true;
                }
                Effect::Settle(id, outcome) => {
                    if let Some(waiter) = state.waiters.remove(&id) {
                        waiter.settle(outcome);
                    }
                }
                Effect::Ready(id) => {
                    if let Some(listener) = state.listeners.get_mut(&id) {
                        listener.ready(id);
                    }
                }
                Effect::StateChanged => {
                    if state.standing.0 != state.engine.state() {
                        state.standing = (state.engine.state(), self.now());
                    }
                    self.changes
                        .send_modify(|count| *count = count.wrapping_add(1));
                    wake = true;
                }
            }
        }
        if wake {
            self.wake.notify_one();
        }
    }
}

impl Waiter {
    fn settle(self, outcome: Result<Text>) {
        match self {
            // A caller that no longer waits has dropped its end, which is its way to cancel.
            Self::Task(sender) => drop(sender.send(outcome)),
            Self::Host { mailbox, token } => mailbox.settle(token, outcome),
        }
    }
}

impl Listener {
    fn ready(&mut self, id: SubscriptionId) {
        match self {
            Self::Task(waker) => {
                if let Some(waker) = waker.take() {
                    waker.wake();
                }
            }
            Self::Host(mailbox) => mailbox.ready(id),
            Self::Merge(merge) => merge.ready(id),
        }
    }
}

fn take(engine: &mut Engine, id: SubscriptionId, max: usize, taken: &mut VecDeque<Taken>) {
    while taken.len() < max
        && let Some(item) = engine.take(id)
    {
        taken.push_back(item);
    }
}

/// The outcome of a call whose room has gone.
pub(crate) fn gone() -> Error {
    Error::RoomClosed {
        method: None,
        request_id: None,
    }
}
