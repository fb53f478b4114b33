//! Streams of events and file requests.

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

    fn poll(&self, cx: &Context<'_>) -> Poll<Option<Taken>> {
        match self.shared.poll_take(self.id, cx.waker()) {
            Some(taken) => Poll::Ready(Some(taken)),
            None if self.shared.read(|engine| engine.ended().is_some()) => Poll::Ready(None),
            None => Poll::Pending,
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
pub struct Events(pub(crate) Subscription);

impl Events {
    /// The next event; none when the room has ended. May be dropped without losing an event.
    pub async fn next(&mut self) -> Option<Event> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }
}

impl Stream for Events {
    type Item = Event;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Event>> {
        loop {
            match self.0.poll(cx) {
                Poll::Ready(Some(Taken::Event(event))) => return Poll::Ready(Some(event)),
                Poll::Ready(Some(Taken::Request(_))) => {}
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Pending => return Poll::Pending,
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
        loop {
            match self.0.poll(cx) {
                Poll::Ready(Some(Taken::Request(request))) => return Poll::Ready(Some(request)),
                Poll::Ready(Some(Taken::Event(_))) => {}
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Pending => return Poll::Pending,
            }
        }
    }
}
