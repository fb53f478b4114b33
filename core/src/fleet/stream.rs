//! Streams of events and file requests of all rooms.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::Stream;

use super::{Key, Merge};
use crate::engine::{Event, FileRequest, Taken};

/// Events of all rooms, each with the key of its room: in order for each room, and in turn among
/// the rooms. Where events of a room had to go because the reader was too slow, a `lagged` event
/// with that room's key counts them. Ends when the fleet is closed.
pub struct FleetEvents(pub(super) Arc<Merge>);

/// File requests of all rooms, each with the key of its room, as it stands when it is taken.
pub struct FleetRequests(pub(super) Arc<Merge>);

impl FleetEvents {
    /// The next event; none when the fleet is closed. May be dropped without losing one.
    pub async fn next(&mut self) -> Option<(Key, Event)> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }
}

impl FleetRequests {
    /// The next request; none when the fleet is closed. May be dropped without losing one.
    pub async fn next(&mut self) -> Option<(Key, FileRequest)> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }
}

impl Stream for FleetEvents {
    type Item = (Key, Event);

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            match std::task::ready!(self.0.poll(cx)) {
                Some((key, Taken::Event(event))) => return Poll::Ready(Some((key, event))),
                Some((_, Taken::Request(_))) => {}
                None => return Poll::Ready(None),
            }
        }
    }
}

impl Stream for FleetRequests {
    type Item = (Key, FileRequest);

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            match std::task::ready!(self.0.poll(cx)) {
                Some((key, Taken::Request(request))) => return Poll::Ready(Some((key, *request))),
                Some((_, Taken::Event(_))) => {}
                None => return Poll::Ready(None),
            }
        }
    }
}

impl Drop for FleetEvents {
    fn drop(&mut self) {
        self.0.close();
    }
}

impl Drop for FleetRequests {
    fn drop(&mut self) {
        self.0.close();
    }
}
