//! Typed commands and events of a room.

use std::future::poll_fn;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::Stream;
use serde_json::Value;

use super::{Command, Event, Flow, LaggedEvent, Outcome, View, json};
use crate::error::{Error, Result};
use crate::room::Room;
use crate::subscription::Events;

impl Room {
    /// Sends a command of the catalogue and waits for its answer.
    ///
    /// # Errors
    /// As [`Room::command`].
    pub async fn call<C: Command>(&self, command: C) -> Result<C::Answer> {
        self.call_within(command, None).await
    }

    /// [`Room::call`] with a time limit of its own.
    ///
    /// # Errors
    /// As [`Room::command`].
    pub async fn call_within<C: Command>(
        &self,
        command: C,
        timeout: Option<Duration>,
    ) -> Result<C::Answer> {
        let params = Value::Object(command.params());
        let text = self.command_within(C::METHOD, params, timeout).await?;
        Ok(C::Answer::new(json::fields(&text)))
    }

    /// Sends the command of a flow and waits for its real outcome, which comes as an event. See
    /// [`flows`](super::flows).
    ///
    /// ```no_run
    /// use trueroom::api::enums::RejectCause;
    /// use trueroom::api::flows::Call;
    /// use trueroom::{Error, Result, Room};
    ///
    /// # async fn example(room: Room) -> Result<()> {
    /// match room.run(Call { peer_id: "user@server".into(), pin: None }).await {
    ///     Ok(conference) => println!("in {:?}", conference.conf_id()),
    ///     Err(Error::Flow { cause: Some(cause), .. })
    ///         if RejectCause::from(cause.code) == RejectCause::Busy => println!("busy"),
    ///     Err(error) => return Err(error),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Room::command`]; [`Error::Flow`] when an event tells that it failed, and
    /// [`Error::Timeout`] also when it was accepted and no outcome came.
    pub async fn run<F: Flow>(&self, flow: F) -> Result<F::Outcome> {
        self.run_within(flow, None).await
    }

    /// [`Room::run`] with a time limit of its own.
    ///
    /// # Errors
    /// As [`Room::run`].
    pub async fn run_within<F: Flow>(
        &self,
        flow: F,
        timeout: Option<Duration>,
    ) -> Result<F::Outcome> {
        let params = Value::Object(flow.params());
        let text = self.run_flow(F::NAME, params, timeout).await?;
        let name = json::fields(&text)
            .get("event")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        let event = crate::Event {
            name: name.into(),
            text,
        };
        F::Outcome::read(&event).ok_or_else(|| {
            let (flow, name) = (F::NAME, &event.name);
            Error::Usage(format!(
                "{flow} ended with {name}, which this version cannot read"
            ))
        })
    }

    /// The events of one type, from now on.
    pub fn events_of<E: Event>(&self) -> EventsOf<E> {
        let names = std::iter::once(E::NAME).chain(E::ALIASES.iter().copied());
        EventsOf {
            events: self.events(names),
            dropped: 0,
            of: PhantomData,
        }
    }
}

/// Events of one type in order. The stream ends after the room has ended and everything was taken.
pub struct EventsOf<E> {
    events: Events,
    dropped: u64,
    of: PhantomData<fn() -> E>,
}

impl<E: Event> EventsOf<E> {
    /// The next event; none when the room has ended. May be dropped without losing an event.
    pub async fn next(&mut self) -> Option<E> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }

    /// How many events had to go so far because this reader was slower than the terminal.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }
}

impl<E: Event> Stream for EventsOf<E> {
    type Item = E;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<E>> {
        loop {
            match Pin::new(&mut self.events).poll_next(cx) {
                Poll::Ready(Some(event)) => {
                    if let Some(event) = E::of(&event) {
                        return Poll::Ready(Some(event));
                    }
                    // Beside its events a subscription has notices of gaps and of its end.
                    let lagged = LaggedEvent::of(&event).and_then(|lagged| lagged.dropped());
                    if let Some(dropped) = lagged.and_then(|dropped| u64::try_from(dropped).ok()) {
                        self.dropped = self.dropped.saturating_add(dropped);
                        tracing::warn!(target: "trueroom", event = E::NAME, dropped, "slow reader");
                    }
                }
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Pending => return Poll::Pending,
            }
        }
    }
}
