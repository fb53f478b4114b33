//! Waiting for one event.

use std::time::Duration;

use super::{Event, EventsOf};
use crate::error::{Error, Result};
use crate::room::Room;

impl Room {
    /// Waits for the next event of one type. To wait for what a command causes, use
    /// [`Room::expect`], which is armed before the command is sent.
    ///
    /// # Errors
    /// [`Error::WaitTimeout`] when it has not come within `timeout`, or what ended the room.
    pub async fn wait_for<E: Event>(&self, timeout: Option<Duration>) -> Result<E> {
        self.expect::<E>().first(timeout).await
    }

    /// Begins to listen for one event of this type now; [`Expected::first`] waits for it.
    ///
    /// ```no_run
    /// # use trueroom::api::server::{LoginEvent, Logout};
    /// # async fn example(room: trueroom::Room) -> trueroom::Result<()> {
    /// let expected = room.expect::<LoginEvent>();
    /// room.call(Logout {}).await?;
    /// let event = expected.first_where(None, |event| event.result().is_some()).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn expect<E: Event>(&self) -> Expected<E> {
        Expected {
            room: self.clone(),
            events: self.events_of(),
        }
    }
}

/// An event that is listened for since this was made.
pub struct Expected<E> {
    room: Room,
    events: EventsOf<E>,
}

impl<E: Event> Expected<E> {
    /// The first event since then.
    ///
    /// # Errors
    /// As [`Room::wait_for`].
    pub async fn first(self, timeout: Option<Duration>) -> Result<E> {
        self.first_where(timeout, |_| true).await
    }

    /// The first event since then for which `wanted` says so.
    ///
    /// # Errors
    /// As [`Room::wait_for`].
    pub async fn first_where(
        mut self,
        timeout: Option<Duration>,
        wanted: impl Fn(&E) -> bool,
    ) -> Result<E> {
        let events = &mut self.events;
        let found = async move {
            loop {
                match events.next().await {
                    Some(event) if wanted(&event) => return Some(event),
                    Some(_) => {}
                    None => return None,
                }
            }
        };
        let found = match timeout {
            None => found.await,
            Some(limit) => {
                tokio::time::timeout(limit, found)
                    .await
                    .map_err(|_| Error::WaitTimeout {
                        what: E::NAME.to_owned(),
                        after: limit,
                    })?
            }
        };
        found.ok_or_else(|| self.room.ended())
    }
}
