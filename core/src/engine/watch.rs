//! For those who watch a room.

use std::time::Duration;

use super::{Counters, Engine};
use crate::error::Error;

impl Engine {
    /// What went wrong with the connection most recently, mended or not.
    pub fn last_error(&self) -> Option<&Error> {
        self.last_error.as_deref()
    }

    /// Attempts to connect that have failed since the room was last ready.
    pub fn failures(&self) -> u32 {
        self.failures
    }

    /// Round trip of the last ping.
    pub fn rtt(&self) -> Option<Duration> {
        self.rtt
    }

    /// Numbers for those who watch.
    pub fn counters(&self) -> Counters {
        Counters {
            pending: self.calls.len() as u64,
            dropped: self.subscriptions.dropped,
            ..self.counters
        }
    }

    /// How many things wait for subscribers, over all of them.
    pub fn queue_depth(&self) -> usize {
        self.subscriptions.waiting()
    }

    /// Length of the longest queue of any subscriber, and the number of file requests known.
    pub fn sizes(&self) -> (usize, usize) {
        (self.subscriptions.longest(), self.book.len())
    }
}
