//! Subscribers come and go, and take what waits for them.

use super::event_queue::Progress;
use super::subscriptions::Item;
use super::{Effect, Engine, Event, FileRequest, Filter, SubscriptionId, Text, events};
use crate::catalogue;

/// What a subscriber took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// An event.
    Event(Event),
    /// A file request, as it stands now. On the heap, since most of what is taken are events.
    Request(Box<FileRequest>),
}

impl Taken {
    /// The JSON text, for a host.
    #[inline]
    pub fn into_text(self) -> Text {
        match self {
            Self::Event(event) => event.text,
            Self::Request(request) => Text::from(request.to_json()),
        }
    }
}

impl Engine {
    /// Adds a subscriber. `id` is the caller's choice and must be new.
    pub fn subscribe(&mut self, id: SubscriptionId, filter: Filter, capacity: Option<usize>) {
        let requests = filter == Filter::Requests;
        self.subscriptions
            .add(id, filter, capacity.unwrap_or(self.options.queue_size));
        let mut ready = requests && self.subscriptions.seed(id, self.book.waiting());
        if self.ended.is_some() {
            let event = events::connection(self.state(), "the room has ended", 0, None, None);
            self.subscriptions.publish_end_to(id, &event);
            ready = true;
        }
        if ready {
            self.effects.push_back(Effect::Ready(id));
        }
    }

    /// Adds a subscriber like `other`, with what waits for that one. It has to look for it.
    pub(crate) fn fork(&mut self, id: SubscriptionId, other: SubscriptionId) {
        self.subscriptions.fork(id, other);
    }

    /// How much waits for a subscriber.
    pub(crate) fn waiting_for(&self, id: SubscriptionId) -> usize {
        self.subscriptions.waiting_for(id)
    }

    /// Removes a subscriber and what waits for it.
    pub fn unsubscribe(&mut self, id: SubscriptionId) {
        self.subscriptions.remove(id);
    }

    /// Takes the next thing that waits for a subscriber. None means that the queue is empty;
    /// [`Effect::Ready`] comes when it no longer is.
    pub fn take(&mut self, id: SubscriptionId) -> Option<Taken> {
        loop {
            match self.subscriptions.take(id)? {
                Item::Event(event) => return Some(Taken::Event(event)),
                Item::Request(request) => {
                    let wants_open = self.subscriptions.is_for_requests(id);
                    // One that was answered before the subscriber came to it no longer waits.
                    if wants_open && !self.book.is_waiting_offer(&request) {
                        self.subscriptions.skipped(id, &request);
                        continue;
                    }
                    if let Some(request) = self.book.get(&request) {
                        return Some(Taken::Request(Box::new(request.clone())));
                    }
                }
            }
        }
    }

    /// [`Engine::take`], up to `max` times.
    pub(crate) fn take_many(
        &mut self,
        id: SubscriptionId,
        max: usize,
        mut give: impl FnMut(Taken),
    ) {
        let events = |event| give(Taken::Event(event));
        if !self.subscriptions.take_events(id, max, events) {
            for _ in 0..max {
                let Some(taken) = self.take(id) else { break };
                give(taken);
            }
        }
    }

    /// Publishes an event of the program's own into every subscriber's stream. Nothing follows
    /// the event that tells of the room's end.
    pub fn publish(&mut self, name: &str, text: Text) {
        if self.ended.is_some() {
            return;
        }
        let name = catalogue::event(name)
            .map_or_else(|| name.to_owned().into(), |known| known.name.into());
        self.publish_event(Event { name, text }, None);
    }

    #[inline]
    pub(super) fn publish_event(&mut self, event: Event, progress: Progress) {
        let effects = &mut self.effects;
        self.subscriptions
            .publish(event, progress, |id| effects.push_back(Effect::Ready(id)));
    }
}
