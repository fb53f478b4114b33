//! What the connection's task and the handles of a room share.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::Waker;
use std::time::{Duration, SystemTime};

use rustc_hash::FxHashMap;
use tokio::sync::Notify;
use tokio::time::Instant;

use super::changes::Changes;
use super::link::{Link, Outgoing};
use super::{Listener, Waiter};
use crate::engine::{self, CallId, Effect, Engine, SubscriptionId, Taken, Time};
use crate::error::{Error, Result};
use crate::files::Access;
use crate::fleet::Entrance;
use crate::health::RoomHealth;
use crate::host::Mailbox;
use crate::options::Options;

/// What the engine wants of the connection's task and has not got yet.
#[derive(Debug, Default)]
pub(crate) struct Orders {
    pub drop: bool,
    pub open: bool,
    /// A host's loop no longer watches the connection.
    pub take_back: bool,
    /// The connection that a host's loop watches has no room for what is to be written.
    pub blocked: bool,
    /// Counts the connections that were dropped. What is read from one of an earlier number is for
    /// nobody.
    pub epoch: u64,
    pub ended: bool,
}

struct State {
    engine: Engine,
    waiters: FxHashMap<CallId, Waiter>,
    listeners: FxHashMap<SubscriptionId, Listener>,
    orders: Orders,
    outgoing: Outgoing,
    /// A message was written since the connection was last served: others wait for company.
    burst: bool,
    /// A host was asked to flush, and has not done so.
    asked: bool,
    /// A host's loop watches the connection.
    watched: bool,
    /// When the connection's task looks at the time next.
    alarm: Time,
    /// Where the connection stands, and since when.
    standing: (engine::State, Time),
    /// The connection's task is over.
    finished: bool,
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
    /// Locked before `state` where both are.
    pub(super) link: Mutex<Link>,
    /// The host whose loop may watch the connection.
    host: OnceLock<Arc<Mailbox>>,
    /// The connection's task has something to do.
    wake: Notify,
    changes: Changes,
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
                outgoing: Outgoing::default(),
                burst: false,
                asked: false,
                watched: false,
                alarm: Time::ZERO,
                finished: false,
            }),
            link: Mutex::default(),
            host: OnceLock::new(),
            wake: Notify::new(),
            changes: Changes::default(),
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
        self.carry_out(&mut state);
        self.send(state);
        result
    }

    /// [`Shared::with`] for one who serves the connection, and sends what is to be sent by himself;
    /// nothing when the connection is no longer the engine's.
    pub(super) fn act(&self, epoch: u64, act: impl FnOnce(&mut Engine, Time)) -> Option<Outgoing> {
        let now = self.now();
        let mut state = self.lock();
        if epoch != state.orders.epoch {
            return None;
        }
        act(&mut state.engine, now);
        self.carry_out(&mut state);
        state.begin_turn();
        state.take_outgoing(epoch)
    }

    pub(super) fn take_outgoing(&self, epoch: u64) -> Option<Outgoing> {
        self.lock().take_outgoing(epoch)
    }

    pub(super) fn begin_turn(&self) {
        self.lock().begin_turn();
    }

    /// Sends what is to be sent: the first message at once, from this thread. What follows before
    /// the connection was served again goes out together.
    fn send(&self, mut state: MutexGuard<'_, State>) {
        if state.outgoing.is_empty() {
            return;
        }
        let (first, watched) = (!std::mem::replace(&mut state.burst, true), state.watched);
        drop(state);
        if watched {
            self.flush();
        } else if !(first && self.try_flush()) {
            self.wake_task();
        }
    }

    pub(super) fn wake_task(&self) {
        self.wake.notify_one();
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
        let mut state = self.lock();
        let id = self.submit_to(&mut state, waiter, send);
        self.send(state);
        id
    }

    /// [`Shared::submit`] for a host. True when the host is to call [`Shared::end_turn`] at the end
    /// of its turn, so that its commands go out together.
    pub(crate) fn submit_with_others(
        &self,
        waiter: Waiter,
        send: impl FnOnce(&mut Engine, Time) -> Result<CallId>,
    ) -> bool {
        let mut state = self.lock();
        self.submit_to(&mut state, waiter, send);
        if state.watched && state.burst && !state.outgoing.is_empty() {
            return !std::mem::replace(&mut state.asked, true);
        }
        self.send(state);
        false
    }

    fn submit_to(
        &self,
        state: &mut State,
        waiter: Waiter,
        send: impl FnOnce(&mut Engine, Time) -> Result<CallId>,
    ) -> Option<CallId> {
        let sent = send(&mut state.engine, self.now());
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
        self.carry_out(state);
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
            self.carry_out(&mut state);
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
        self.carry_out(&mut state);
        id
    }

    /// Adds a subscriber like that of a host, with what waits for it.
    pub(crate) fn fork(&self, other: SubscriptionId) -> SubscriptionId {
        let id = Self::subscription_id();
        let mut state = self.lock();
        if let Some(Listener::Host(mailbox)) = state.listeners.get(&other) {
            let listener = Listener::Host(mailbox.clone());
            state.listeners.insert(id, listener);
            state.engine.fork(id, other);
        }
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

    /// What the connection's task has to do.
    pub(super) fn take_orders(&self) -> Orders {
        let mut state = self.lock();
        let ended = state.engine.ended().is_some();
        let epoch = state.orders.epoch;
        let kept = Orders {
            epoch,
            ..Orders::default()
        };
        let orders = std::mem::replace(&mut state.orders, kept);
        Orders { ended, ..orders }
    }

    /// When the connection's task has to look at the time, at `limit` at the latest.
    pub(super) fn set_alarm(&self, limit: Option<Time>) -> Option<Instant> {
        let mut state = self.lock();
        let next = [state.engine.next_timeout(), limit].into_iter().flatten();
        let next = next.min();
        state.alarm = next.unwrap_or(Time::MAX);
        next.map(|time| self.instant(time))
    }

    /// The host whose event loop may watch the connection; to be told before it begins.
    pub(crate) fn set_host(&self, mailbox: &Arc<Mailbox>) {
        // One room has one host.
        let _ = self.host.set(mailbox.clone());
    }

    pub(super) fn host(&self) -> Option<&Arc<Mailbox>> {
        self.host.get()
    }

    /// A host's loop watches the connection from now on, or no longer.
    pub(super) fn set_watched(&self, watched: bool) {
        self.lock().watched = watched;
    }

    /// Has the task go on with what could not be written at once.
    pub(super) fn on_blocked(&self) {
        self.lock().orders.blocked = true;
        self.wake_task();
    }

    pub(super) fn order_back(&self) {
        self.lock().orders.take_back = true;
        self.wake_task();
    }

    pub(crate) async fn woken(&self) {
        self.wake.notified().await;
    }

    /// Waits until `find` finds what it looks for in the engine.
    pub(crate) async fn wait_for<T>(&self, mut find: impl FnMut(&Engine) -> Option<T>) -> T {
        self.changes.wait(|| self.read(|engine| find(engine))).await
    }

    /// Waits for the end of the connection's task.
    pub(crate) async fn finished(&self) {
        let finished = || self.lock().finished.then_some(());
        self.changes.wait(finished).await;
    }

    fn carry_out(&self, state: &mut State) {
        let (mut wake, mut may_rest) = (false, false);
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
                        epoch: state.orders.epoch + 1,
                        ..Orders::default()
                    };
                    state.outgoing = Outgoing::default();
                    wake = true;
                }
                Effect::Ping => {
                    state.outgoing.ping = true;
                    may_rest = true;
                }
                Effect::Send(text) => state.outgoing.texts.push(text.into_frame()),
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
                    self.changes.tell();
                    (wake, may_rest) = (true, true);
                }
            }
        }
        if may_rest {
            state.engine.rest();
            state.waiters.shrink_to(0);
        }
        let sooner = state
            .engine
            .next_timeout()
            .is_some_and(|next| next < state.alarm);
        if wake || sooner {
            self.wake_task();
        }
    }
}

/// Says that the connection's task is over, in whatever way it ends.
pub(crate) struct Finish(pub Arc<Shared>);

impl Drop for Finish {
    fn drop(&mut self) {
        self.0.lock().finished = true;
        self.0.changes.tell();
    }
}

impl State {
    fn begin_turn(&mut self) {
        self.burst = false;
        self.asked = false;
    }

    fn take_outgoing(&mut self, epoch: u64) -> Option<Outgoing> {
        (epoch == self.orders.epoch).then(|| std::mem::take(&mut self.outgoing))
    }
}

fn take(engine: &mut Engine, id: SubscriptionId, max: usize, taken: &mut VecDeque<Taken>) {
    let max = max.saturating_sub(taken.len());
    engine.take_many(id, max, |item| taken.push_back(item));
}

/// The outcome of a call whose room has gone.
pub(crate) fn gone() -> Error {
    Error::RoomClosed {
        method: None,
        request_id: None,
    }
}
