//! The gate of a fleet, as its rooms use it.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::gate::{Gate, Lane};

/// Where the rooms of a fleet ask before they connect.
pub(crate) struct Entrance {
    start: Instant,
    gate: Mutex<Gate>,
}

impl Entrance {
    pub(crate) fn new(rate: f64) -> Self {
        Self {
            start: Instant::now(),
            gate: Mutex::new(Gate::new(rate, fastrand::u64(..))),
        }
    }

    /// How long an attempt has to wait; `failed` tells that the room's last one failed.
    pub(crate) fn admit(&self, failed: bool) -> Duration {
        let lane = if failed { Lane::Again } else { Lane::Fresh };
        let mut gate = self.gate.lock().unwrap_or_else(PoisonError::into_inner);
        gate.admit(self.start.elapsed(), lane)
    }
}
