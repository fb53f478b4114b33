//! Who wants to hear what, and what waits for each of them.
//!
//! Every subscriber has its own bounded queue, so that a slow one costs the others nothing. File
//! requests are queued by id and read when they are taken: several changes of one request are one
//! item, and such a queue can never be longer than the book.

use std::borrow::Cow;
use std::collections::{HashSet, VecDeque};
use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::Text;
use super::event_queue::{EventQueue, Progress};
use crate::catalogue;

/// Identifies a subscription; chosen by the driver, unique among all rooms.
pub type SubscriptionId = u64;

/// What a subscriber wants to hear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    /// Every event, the library's own included.
    All,
    /// Events of these names.
    Events(HashSet<String>),
    /// Each incoming file request that waits for an answer, exactly once.
    Requests,
    /// A file request whenever something about it changes.
    Changes,
}

impl Filter {
    /// Events of these names; all when there is none, or `*`.
    pub(crate) fn named(names: HashSet<String>) -> Self {
        if names.is_empty() || names.contains("*") {
            Self::All
        } else {
            Self::Events(names)
        }
    }
}

/// An event, as the terminal sent it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Name on the wire, or `connection`, `lagged` or `error` for the library's own.
    pub name: Cow<'static, str>,
    /// The whole message.
    pub text: Text,
}

#[derive(Debug, Clone)]
enum Queue {
    Events(EventQueue),
    Requests(IdQueue),
    Changes(IdQueue),
}

#[derive(Debug, Clone)]
struct Subscription {
    queue: Queue,
    filter: Filter,
    /// The subscriber was told that there is something, and has not emptied the queue since.
    told: bool,
}

/// What a subscriber takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Item {
    Event(Event),
    Request(Arc<str>),
}

#[derive(Debug, Default)]
pub(crate) struct Subscriptions {
    table: FxHashMap<SubscriptionId, Subscription>,
    /// Subscribers by event name, so that an event costs nothing to those who did not ask for it.
    by_name: FxHashMap<String, Vec<SubscriptionId>>,
    all: Vec<SubscriptionId>,
    requests: Vec<SubscriptionId>,
    changes: Vec<SubscriptionId>,
    /// By a key of its own, so that no terminal can think of two requests with one number.
    numbers: RandomState,
    /// Events that had to go, over all subscribers.
    pub(crate) dropped: u64,
}

impl Subscriptions {
    pub(crate) fn add(&mut self, id: SubscriptionId, filter: Filter, capacity: usize) {
        let filter = match filter {
            // Events are published under their main names, whichever the terminal sends.
            Filter::Events(names) => Filter::Events(names.into_iter().map(main_name).collect()),
            other => other,
        };
        let queue = match &filter {
            Filter::All | Filter::Events(_) => Queue::Events(EventQueue::new(capacity.max(1))),
            Filter::Requests => Queue::Requests(IdQueue::default()),
            Filter::Changes => Queue::Changes(IdQueue::default()),
        };
        self.insert(
            id,
            Subscription {
                queue,
                filter,
                told: false,
            },
        );
    }

    /// Adds a subscriber that wants what another one does, and has waiting what that one has. It
    /// has to look: it is not told of that.
    pub(crate) fn fork(&mut self, id: SubscriptionId, other: SubscriptionId) {
        if let Some(subscription) = self.table.get(&other) {
            let mut subscription = subscription.clone();
            subscription.told = true;
            self.insert(id, subscription);
        }
    }

    fn insert(&mut self, id: SubscriptionId, subscription: Subscription) {
        match &subscription.filter {
            Filter::All => self.all.push(id),
            Filter::Events(names) => {
                for name in names {
                    self.by_name.entry(name.clone()).or_default().push(id);
                }
            }
            Filter::Requests => self.requests.push(id),
            Filter::Changes => self.changes.push(id),
        }
        self.table.insert(id, subscription);
    }

    pub(crate) fn remove(&mut self, id: SubscriptionId) {
        let Some(subscription) = self.table.remove(&id) else {
            return;
        };
        match subscription.filter {
            Filter::All => self.all.retain(|other| *other != id),
            Filter::Events(names) => {
                for name in names {
                    if let Some(list) = self.by_name.get_mut(&name) {
                        list.retain(|other| *other != id);
                        if list.is_empty() {
                            self.by_name.remove(&name);
                        }
                    }
                }
            }
            Filter::Requests => self.requests.retain(|other| *other != id),
            Filter::Changes => self.changes.retain(|other| *other != id),
        }
    }

    /// What a file request is called in the queues of events.
    pub(crate) fn number_of(&self, request: &str) -> u64 {
        self.numbers.hash_one(request)
    }

    /// Gives back the room that a flood has taken in the queues.
    pub(crate) fn rest(&mut self) {
        for subscription in self.table.values_mut() {
            match &mut subscription.queue {
                Queue::Events(queue) => queue.rest(),
                Queue::Requests(queue) | Queue::Changes(queue) => {
                    queue.order.shrink_to_fit();
                    queue.queued.shrink_to_fit();
                }
            }
        }
    }

    /// True when somebody would get this event.
    pub(crate) fn wants(&self, name: &str) -> bool {
        !self.all.is_empty() || self.by_name.contains_key(name)
    }

    /// Queues an event for all who want it; `ready` hears who has to be told.
    #[inline]
    pub(crate) fn publish(
        &mut self,
        event: Event,
        progress: Progress,
        mut ready: impl FnMut(SubscriptionId),
    ) {
        let named = self
            .by_name
            .get(&*event.name)
            .map_or(&[][..], Vec::as_slice);
        let mut ids = self.all.iter().chain(named).peekable();
        let mut left = Some((event, progress));
        while let Some(id) = ids.next() {
            // The last one gets the event itself.
            let given = if ids.peek().is_some() {
                left.clone()
            } else {
                left.take()
            };
            if let Some(subscription) = self.table.get_mut(id)
                && let Queue::Events(queue) = &mut subscription.queue
                && let Some((event, progress)) = given
            {
                self.dropped += queue.push(event, progress);
                if !std::mem::replace(&mut subscription.told, true) {
                    ready(*id);
                }
            }
        }
    }

    /// Queues the last event for every subscriber of events, asked for or not, and tells those of
    /// file requests as well, so that everybody learns of the end.
    pub(crate) fn publish_end(&mut self, event: &Event, mut ready: impl FnMut(SubscriptionId)) {
        let mut ids: Vec<SubscriptionId> = self.table.keys().copied().collect();
        ids.sort_unstable();
        for id in ids {
            if let Some(subscription) = self.table.get_mut(&id) {
                if let Queue::Events(queue) = &mut subscription.queue {
                    self.dropped += queue.push(event.clone(), None);
                }
                if !std::mem::replace(&mut subscription.told, true) {
                    ready(id);
                }
            }
        }
    }

    /// The last event for one who subscribes after the end.
    pub(crate) fn publish_end_to(&mut self, id: SubscriptionId, event: &Event) {
        if let Some(subscription) = self.table.get_mut(&id) {
            if let Queue::Events(queue) = &mut subscription.queue {
                queue.push(event.clone(), None);
            }
            subscription.told = true;
        }
    }

    /// Queues a file request for the subscribers of new requests that have not had it.
    pub(crate) fn announce(&mut self, request: &Arc<str>, ready: impl FnMut(SubscriptionId)) {
        push_id(&mut self.table, &self.requests, request, ready);
    }

    /// Queues a file request for the subscribers of changes.
    pub(crate) fn change(&mut self, request: &Arc<str>, ready: impl FnMut(SubscriptionId)) {
        push_id(&mut self.table, &self.changes, request, ready);
    }

    /// True while a subscriber has not taken the last change of this request yet.
    pub(crate) fn await_change(&self, request: &str) -> bool {
        self.changes.iter().any(|id| {
            let queue = self.table.get(id).map(|subscription| &subscription.queue);
            matches!(queue, Some(Queue::Changes(queue)) if queue.queued.contains(request))
        })
    }

    /// Takes requests that are no longer known out of the queues.
    pub(crate) fn keep_requests(&mut self, known: impl Fn(&str) -> bool) {
        for subscription in self.table.values_mut() {
            if let Queue::Requests(queue) | Queue::Changes(queue) = &mut subscription.queue {
                queue.order.retain(|id| known(id));
                queue.queued.retain(|id| known(id));
            }
        }
    }

    /// Gives one new subscriber the requests that were announced before it came. True when there
    /// are any.
    pub(crate) fn seed(&mut self, id: SubscriptionId, requests: Vec<Arc<str>>) -> bool {
        let Some(subscription) = self.table.get_mut(&id) else {
            return false;
        };
        let Queue::Requests(queue) = &mut subscription.queue else {
            return false;
        };
        for request in requests {
            queue.push(request);
        }
        subscription.told = !queue.order.is_empty();
        subscription.told
    }

    /// Takes the next item. None means that the queue is empty, and that the subscriber will be
    /// told when it no longer is.
    pub(crate) fn take(&mut self, id: SubscriptionId) -> Option<Item> {
        let subscription = self.table.get_mut(&id)?;
        let item = match &mut subscription.queue {
            Queue::Events(queue) => queue.pop().map(Item::Event),
            Queue::Requests(queue) => queue.order.pop_front().map(Item::Request),
            Queue::Changes(queue) => queue.pop().map(Item::Request),
        };
        if item.is_none() {
            subscription.told = false;
        }
        item
    }

    /// Takes up to `max` events, as [`Subscriptions::take`] does. False for a subscriber of requests.
    pub(crate) fn take_events(
        &mut self,
        id: SubscriptionId,
        max: usize,
        mut give: impl FnMut(Event),
    ) -> bool {
        let Some(subscription) = self.table.get_mut(&id) else {
            return true;
        };
        let Queue::Events(queue) = &mut subscription.queue else {
            return false;
        };
        for _ in 0..max {
            let Some(event) = queue.pop() else {
                subscription.told = false;
                break;
            };
            give(event);
        }
        true
    }

    /// A request that was taken no longer waited. Should it wait again, it is offered again.
    pub(crate) fn skipped(&mut self, id: SubscriptionId, request: &str) {
        if let Some(subscription) = self.table.get_mut(&id)
            && let Queue::Requests(queue) = &mut subscription.queue
        {
            queue.queued.remove(request);
        }
    }

    /// True for a subscriber that wants requests only as long as they wait for an answer.
    pub(crate) fn is_for_requests(&self, id: SubscriptionId) -> bool {
        self.table
            .get(&id)
            .is_some_and(|subscription| subscription.filter == Filter::Requests)
    }

    /// Length of the longest queue.
    pub(crate) fn longest(&self) -> usize {
        self.lengths().max().unwrap_or(0)
    }

    /// What waits in all queues.
    pub(crate) fn waiting(&self) -> usize {
        self.lengths().sum()
    }

    /// How much waits for the subscriber.
    pub(crate) fn waiting_for(&self, id: SubscriptionId) -> usize {
        let subscription = self.table.get(&id);
        subscription.map_or(0, |subscription| subscription.queue.len())
    }

    fn lengths(&self) -> impl Iterator<Item = usize> {
        self.table
            .values()
            .map(|subscription| subscription.queue.len())
    }
}

impl Queue {
    fn len(&self) -> usize {
        match self {
            Self::Events(queue) => queue.len(),
            Self::Requests(queue) | Self::Changes(queue) => queue.order.len(),
        }
    }
}

fn push_id(
    table: &mut FxHashMap<SubscriptionId, Subscription>,
    ids: &[SubscriptionId],
    request: &Arc<str>,
    mut ready: impl FnMut(SubscriptionId),
) {
    for id in ids {
        if let Some(subscription) = table.get_mut(id)
            && let Queue::Requests(queue) | Queue::Changes(queue) = &mut subscription.queue
        {
            let news = queue.push(request.clone());
            if news && !std::mem::replace(&mut subscription.told, true) {
                ready(*id);
            }
        }
    }
}

/// Ids in order, each at most once.
#[derive(Debug, Clone, Default)]
struct IdQueue {
    order: VecDeque<Arc<str>>,
    /// What is in the queue; for subscribers of requests also what they have taken.
    queued: HashSet<Arc<str>>,
}

impl IdQueue {
    /// False when the id is there already.
    fn push(&mut self, id: Arc<str>) -> bool {
        let news = self.queued.insert(id.clone());
        if news {
            self.order.push_back(id);
        }
        news
    }

    fn pop(&mut self) -> Option<Arc<str>> {
        let id = self.order.pop_front()?;
        self.queued.remove(&id);
        Some(id)
    }
}

fn main_name(name: String) -> String {
    catalogue::event(&name).map_or(name, |known| known.name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(name: &'static str, n: usize) -> Event {
        Event {
            name: Cow::Borrowed(name),
            text: Text::from(format!("{name} {n}")),
        }
    }

    #[test]
    fn only_those_who_asked_are_told_and_only_once_until_they_look() {
        let mut subscriptions = Subscriptions::default();
        subscriptions.add(1, Filter::All, 9);
        subscriptions.add(2, Filter::Events(HashSet::from(["chat".to_owned()])), 9);
        let mut told = Vec::new();
        subscriptions.publish(event("other", 1), None, |id| told.push(id));
        subscriptions.publish(event("chat", 2), None, |id| told.push(id));
        assert_eq!(told, [1, 2]);
        while subscriptions.take(1).is_some() {}
        subscriptions.publish(event("chat", 3), None, |id| told.push(id));
        assert_eq!(told, [1, 2, 1]);
        subscriptions.remove(2);
        assert!(subscriptions.by_name.is_empty());
    }

    #[test]
    fn a_fork_has_what_waits_and_goes_its_own_way() {
        let mut subscriptions = Subscriptions::default();
        subscriptions.add(1, Filter::Events(HashSet::from(["chat".to_owned()])), 2);
        let mut told = Vec::new();
        for n in 0..3 {
            subscriptions.publish(event("chat", n), None, |id| told.push(id));
        }
        subscriptions.fork(2, 1);
        subscriptions.fork(3, 9);
        let mut take = |id| {
            let items = std::iter::from_fn(|| subscriptions.take(id));
            items.map(|item| format!("{item:?}")).collect::<Vec<_>>()
        };
        let (all, same) = (take(1), take(2));
        assert_eq!(all.len(), 3, "a gap and two events");
        assert_eq!((&same, take(3).len()), (&all, 0));
        assert_eq!(
            (subscriptions.waiting_for(1), subscriptions.waiting_for(2)),
            (0, 0)
        );
        subscriptions.remove(1);
        subscriptions.publish(event("chat", 3), None, |id| told.push(id));
        assert_eq!(subscriptions.waiting_for(2), 1);
        assert_eq!(told, [1, 2]);
    }

    #[test]
    fn changes_of_one_request_are_one_item() {
        let mut subscriptions = Subscriptions::default();
        subscriptions.add(1, Filter::Changes, 1);
        for id in ["a", "b", "a", "a"] {
            subscriptions.change(&id.into(), |_| {});
        }
        assert_eq!(subscriptions.take(1), Some(Item::Request("a".into())));
        assert_eq!(subscriptions.take(1), Some(Item::Request("b".into())));
        assert_eq!(subscriptions.take(1), None);
    }
}
