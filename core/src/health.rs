//! How a room is doing.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::engine::State;
use crate::error::Error;

/// How a room is doing, without asking the terminal. Made by [`crate::Room::health`].
#[derive(Debug, Clone)]
pub struct RoomHealth {
    /// Where the connection stands.
    pub state: State,
    /// Since when.
    pub since: SystemTime,
    /// What went wrong with the connection most recently, mended or not; none when nothing has.
    pub last_error: Option<Error>,
    /// Round trip of the newest ping; none before the first. Only a silent connection is pinged.
    pub rtt: Option<Duration>,
    /// Connections made again after one broke.
    pub reconnects: u64,
    /// Events and file requests that wait for those who listen.
    pub queue_depth: usize,
    /// Commands in flight.
    pub pending: u64,
}

impl RoomHealth {
    /// The fields in the form of the hosts: times are milliseconds, `since` from 1970 on.
    pub(crate) fn to_json(&self) -> Value {
        let since = self.since.duration_since(UNIX_EPOCH).unwrap_or_default();
        json!({
            "state": self.state.as_str(),
            "since": u64::try_from(since.as_millis()).unwrap_or(u64::MAX),
            "lastError": self.last_error.as_ref().map(error_json),
            "rtt": self.rtt.map(|rtt| rtt.as_secs_f64() * 1000.0),
            "reconnects": self.reconnects,
            "queueDepth": self.queue_depth,
            "pending": self.pending,
        })
    }
}

/// An error as an object for hosts.
pub(crate) fn error_json(error: &Error) -> Value {
    serde_json::from_str(&error.to_json()).unwrap_or_default()
}
