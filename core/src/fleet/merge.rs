//! The streams of many rooms as one: in order for each room, and no room before its turn.
//!
//! Every room keeps what comes in a queue of its own, as for any subscriber, so a flood in one
//! room costs only that room something. Rooms that have something stand in line; each gives a
//! few items, and goes to the end of the line if there may be more.
//!
//! The lock here is taken while a room's lock is held (a room tells that it has something), so a
//! room is never asked for anything while it is held.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use super::Key;
use crate::driver::{Listener, Shared};
use crate::engine::{Filter, SubscriptionId, Taken};
use crate::host::Mailbox;

/// Events that one room may give before it is the next one's turn.
const TURN: usize = 16;

/// Who is told that there is something.
pub(crate) enum Consumer {
    Task(Option<Waker>),
    Host(Arc<Mailbox>, SubscriptionId),
}

pub(crate) struct Merge {
    filter: Filter,
    /// Events kept for each room.
    capacity: Option<usize>,
    line: Mutex<Line>,
}

struct Member {
    key: Key,
    shared: Arc<Shared>,
}

struct Line {
    members: HashMap<SubscriptionId, Member>,
    /// Rooms that have something, the next one first.
    ready: VecDeque<SubscriptionId>,
    /// What the room whose turn it is gave.
    taken: VecDeque<(SubscriptionId, Taken)>,
    consumer: Consumer,
    /// The consumer was told, and has not found the line empty since.
    told: bool,
    closed: bool,
}

impl Merge {
    pub(crate) fn new(filter: Filter, capacity: Option<usize>, consumer: Consumer) -> Arc<Self> {
        Arc::new(Self {
            filter,
            capacity,
            line: Mutex::new(Line {
                members: HashMap::new(),
                ready: VecDeque::new(),
                taken: VecDeque::new(),
                consumer,
                told: false,
                closed: false,
            }),
        })
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Includes a room from now on.
    pub(crate) fn add(self: &Arc<Self>, key: &Key, shared: &Arc<Shared>) {
        let listener = Listener::Merge(self.clone());
        let id = shared.subscribe(self.filter.clone(), self.capacity, listener);
        let member = Member {
            key: key.clone(),
            shared: shared.clone(),
        };
        let closed = {
            let mut line = self.line();
            if !line.closed {
                line.members.insert(id, member);
            }
            line.closed
        };
        if closed {
            shared.unsubscribe(id);
        } else {
            // What it told before it was a member was not understood.
            self.ready(id);
        }
    }

    /// Leaves a room out from now on; what it has given already vanishes.
    pub(crate) fn remove(&self, key: &str) {
        let gone: Vec<_> = {
            let mut line = self.line();
            let gone = line.members.extract_if(|_, member| *member.key == *key);
            gone.collect()
        };
        for (id, member) in gone {
            member.shared.unsubscribe(id);
        }
    }

    /// Ends the stream.
    pub(crate) fn close(&self) {
        let (members, waker) = {
            let mut line = self.line();
            line.closed = true;
            (std::mem::take(&mut line.members), line.tell())
        };
        wake(waker);
        for (id, member) in members {
            member.shared.unsubscribe(id);
        }
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.line().closed
    }

    /// A room has something. Called with the room's lock held.
    pub(crate) fn ready(&self, id: SubscriptionId) {
        let waker = {
            let mut line = self.line();
            line.ready.push_back(id);
            line.tell()
        };
        wake(waker);
    }

    /// The next item of any room. None: there is none now, and the consumer will be told.
    pub(crate) fn take(&self) -> Option<(Key, Taken)> {
        self.take_or(|_| {})
    }

    /// The next item; none at the end.
    pub(crate) fn poll(&self, cx: &Context<'_>) -> Poll<Option<(Key, Taken)>> {
        let mut closed = false;
        let item = self.take_or(|line| {
            closed = line.closed;
            line.consumer = Consumer::Task(Some(cx.waker().clone()));
        });
        match item {
            None if !closed => Poll::Pending,
            item => Poll::Ready(item),
        }
    }

    fn take_or(&self, mut empty: impl FnMut(&mut Line)) -> Option<(Key, Taken)> {
        let turn = match self.filter {
            Filter::All | Filter::Events(_) => TURN,
            // These are to be as they stand when they are taken.
            Filter::Requests | Filter::Changes => 1,
        };
        let mut given = VecDeque::new();
        loop {
            let (id, shared) = {
                let mut line = self.line();
                if let Some(item) = line.next_taken() {
                    return Some(item);
                }
                let Some(next) = line.next_ready() else {
                    line.told = false;
                    empty(&mut line);
                    return None;
                };
                next
            };
            shared.take(id, turn, &mut given);
            let mut line = self.line();
            if given.len() == turn {
                line.ready.push_back(id);
            }
            let wanted = given.drain(..).filter(|item| self.wants(item));
            line.taken.extend(wanted.map(|item| (id, item)));
        }
    }

    /// The end of a room is told to every subscriber; here only to those who asked for it.
    fn wants(&self, item: &Taken) -> bool {
        match (&self.filter, item) {
            (Filter::Events(names), Taken::Event(event)) if event.name == "connection" => {
                names.contains("connection")
            }
            _ => true,
        }
    }
}

impl Line {
    fn next_taken(&mut self) -> Option<(Key, Taken)> {
        while let Some((id, item)) = self.taken.pop_front() {
            if let Some(member) = self.members.get(&id) {
                return Some((member.key.clone(), item));
            }
        }
        None
    }

    fn next_ready(&mut self) -> Option<(SubscriptionId, Arc<Shared>)> {
        while let Some(id) = self.ready.pop_front() {
            if let Some(member) = self.members.get(&id) {
                return Some((id, member.shared.clone()));
            }
        }
        None
    }

    /// Tells the consumer, once; a waker is to be woken without the lock.
    fn tell(&mut self) -> Option<Waker> {
        if std::mem::replace(&mut self.told, true) {
            return None;
        }
        match &mut self.consumer {
            Consumer::Task(waker) => waker.take(),
            Consumer::Host(mailbox, id) => {
                mailbox.ready(*id);
                None
            }
        }
    }
}

fn wake(waker: Option<Waker>) {
    if let Some(waker) = waker {
        waker.wake();
    }
}
