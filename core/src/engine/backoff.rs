//! When to try again: capped exponential back-off with full jitter.

use std::time::Duration;

const FIRST: Duration = Duration::from_millis(500);
const CAP: Duration = Duration::from_secs(30);

/// A connection that held this long was a good one: the next failure starts from the beginning.
const STABLE: Duration = Duration::from_secs(30);

/// The schedule of one room.
#[derive(Debug, Default)]
pub(crate) struct Backoff {
    attempt: u32,
}

impl Backoff {
    /// Number of attempts since the last stable connection.
    pub(crate) fn attempt(&self) -> u32 {
        self.attempt
    }

    /// The delay before the next attempt. The whole range from zero is used, so that the rooms of
    /// a building do not come back in step after a power cut.
    pub(crate) fn next(&mut self, rng: &mut fastrand::Rng) -> Duration {
        let ceiling = FIRST.saturating_mul(1 << self.attempt.min(16)).min(CAP);
        self.attempt = self.attempt.saturating_add(1);
        ceiling.mul_f64(rng.f64())
    }

    /// Tells how long the connection that just ended had been ready.
    pub(crate) fn held(&mut self, ready_for: Duration) {
        if ready_for >= STABLE {
            self.attempt = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_grow_to_the_cap_and_use_the_whole_range() {
        let mut rng = fastrand::Rng::with_seed(1);
        for attempt in 0..12 {
            let ceiling = FIRST.saturating_mul(1 << attempt).min(CAP);
            let delays: Vec<_> = (0..200)
                .map(|_| Backoff { attempt }.next(&mut rng))
                .collect();
            assert!(delays.iter().all(|delay| *delay <= ceiling));
            assert!(delays.iter().any(|delay| *delay < ceiling / 4));
            assert!(delays.iter().any(|delay| *delay > ceiling / 4 * 3));
        }
    }

    #[test]
    fn only_a_stable_connection_resets() {
        let mut backoff = Backoff { attempt: 5 };
        backoff.held(STABLE / 2);
        assert_eq!(backoff.attempt(), 5);
        backoff.held(STABLE);
        assert_eq!(backoff.attempt(), 0);
    }
}
