//! Streams of events and file requests.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::Stream;

use crate::driver::{Listener, Shared};
use crate::engine::{Event, FileRequest, Filter, SubscriptionId, Taken};

/// A place in the room's stream. Dropping it gives it up.
pub(crate) struct Subscription {
    shared: Arc<Shared>,
    id: SubscriptionId,
}

impl Subscription {
    pub(crate) fn new(shared: &Arc<Shared>, filter: Filter, capacity: Option<usize>) -> Self {
        let id = shared.subscribe(filter, capacity, Listener::Task(None));
        Self {
            shared: shared.clone(),
            id,
        }
    }

    /// Takes up to `max` things into `taken`; false when there will be none any more.
    fn poll(&self, cx: &Context<'_>, max: usize, taken: &mut VecDeque<Taken>) -> Poll<bool> {
        let ended = self.shared.poll_take(self.id, cx.waker(), max, taken);
        match (taken.is_empty(), ended) {
            (false, _) => Poll::Ready(true),
            (true, true) => Poll::Ready(false),
            (true, false) => Poll::Pending,
        }
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.shared.unsubscribe(self.id);
    }
}

/// Events in order. The stream ends after the room has ended and everything was taken; the last
/// event is `connection` with the state `closed` or `superseded`.
pub struct Events {
    subscription: Subscription,
    /// Taken out of the room's queue a few at a time, which spares the lock.
    taken: VecDeque<Taken>,
}

/// How many events are taken at once. They no longer count as waiting, so not many.
const BATCH: usize = 64;

impl Events {
    pub(crate) fn new(subscription: Subscription) -> Self {
        Self {
            subscription,
            taken: VecDeque::new(),
        }
    }

    /// The next event; none when the room has ended. May be dropped without losing an event.
    pub async fn next(&mut self) -> Option<Event> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }
}

impl Stream for Events {
    type Item = Event;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Event>> {
        let this = self.get_mut();
        loop {
            match this.taken.pop_front() {
                Some(Taken::Event(event)) => return Poll::Ready(Some(event)),
                Some(Taken::Request(_)) => {}
                None => match this.subscription.poll(cx, BATCH, &mut this.taken) {
                    Poll::Ready(true) => {}
                    Poll::Ready(false) => return Poll::Ready(None),
                    Poll::Pending => return Poll::Pending,
                },
            }
        }
    }
}

/// File requests in order, each as it stands when it is taken.
pub struct Requests(pub(crate) Subscription);

impl Requests {
    /// The next request; none when the room has ended. May be dropped without losing one.
    pub async fn next(&mut self) -> Option<FileRequest> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }
}

impl Stream for Requests {
    type Item = FileRequest;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<FileRequest>> {
        let mut taken = VecDeque::new();
        loop {
            // One at a time: each is to be as it stands when it is taken.
            match self.0.poll(cx, 1, &mut taken) {
                Poll::Ready(true) => {}
                Poll::Ready(false) => return Poll::Ready(None),
                Poll::Pending => return Poll::Pending,
            }
            if let Some(Taken::Request(request)) = taken.pop_front() {
                return Poll::Ready(Some(*request));
            }
        }
    }
}
