//! Spreads attempts to connect, so that a power cut of a building does not end in a storm.
//!
//! Pure: time comes in as an argument. Whoever wants to connect asks [`Gate::admit`] and is told
//! how long to wait. Nobody holds a place at the gate, so a terminal that lets an attempt hang
//! holds up no other.

use std::time::Duration;

/// Time since the gate was made.
type Time = Duration;

/// Attempts that may be made at once after a quiet time.
const BURST: u32 = 10;

/// Who wants to connect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lane {
    /// A room that is new, or whose connection has just broken.
    Fresh,
    /// A room whose last attempt failed. These have a lane of their own, as wide as the other, so
    /// that terminals that are off take nothing from those that are on.
    Again,
}

/// Lets so many attempts through in a second, in each lane.
#[derive(Debug)]
pub(crate) struct Gate {
    interval: Duration,
    rng: fastrand::Rng,
    /// When the next attempt of each lane would be due if they came evenly.
    fresh: Time,
    again: Time,
}

impl Gate {
    /// `rate` is in attempts a second. Equal seeds give equal delays.
    pub(crate) fn new(rate: f64, seed: u64) -> Self {
        Self {
            interval: Duration::try_from_secs_f64(1.0 / rate).unwrap_or_default(),
            rng: fastrand::Rng::with_seed(seed),
            fresh: Time::ZERO,
            again: Time::ZERO,
        }
    }

    /// How long an attempt that is wanted `now` has to wait. Its place is taken with that.
    pub(crate) fn admit(&mut self, now: Time, lane: Lane) -> Duration {
        let next = match lane {
            Lane::Fresh => &mut self.fresh,
            Lane::Again => &mut self.again,
        };
        // The generic cell rate algorithm: an attempt may be early by what a burst takes.
        let due = (*next).max(now);
        *next = due + self.interval;
        let early = self.interval * (BURST - 1);
        let delay = due.saturating_sub(now + early);
        if delay.is_zero() {
            delay
        } else {
            // Several programs that were cut off by the same event are not to march in step.
            delay + self.interval.mul_f64(self.rng.f64())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn delays(gate: &mut Gate, now: Time, lane: Lane, count: usize) -> Vec<Duration> {
        (0..count).map(|_| gate.admit(now, lane)).collect()
    }

    #[test]
    fn a_storm_is_spread_over_the_time_that_the_rate_gives() {
        let mut gate = Gate::new(100.0, 1);
        let delays = delays(&mut gate, SECOND, Lane::Fresh, 1000);
        let burst = usize::try_from(BURST).unwrap();
        assert!(delays[..burst].iter().all(Duration::is_zero));
        assert!(!delays[burst].is_zero());
        // In no second are there more than the rate, but for the burst and its jitter.
        for second in 0..10 {
            let inside = |delay: &&Duration| delay.as_secs() == second;
            let count = delays.iter().filter(inside).count();
            assert!((90..=100 + burst + 1).contains(&count), "{second}: {count}");
        }
        assert!(delays.iter().all(|delay| *delay < SECOND * 10));
    }

    #[test]
    fn a_quiet_time_gives_the_burst_back_and_no_more() {
        let mut gate = Gate::new(10.0, 1);
        delays(&mut gate, SECOND, Lane::Fresh, 50);
        let later = delays(&mut gate, SECOND * 3600, Lane::Fresh, 50);
        let at_once = later.iter().filter(|delay| delay.is_zero()).count();
        assert_eq!(at_once, usize::try_from(BURST).unwrap());
    }

    #[test]
    fn rooms_that_are_off_take_nothing_from_the_others() {
        let mut gate = Gate::new(10.0, 1);
        let off = delays(&mut gate, SECOND, Lane::Again, 1000);
        assert!(off.last().unwrap() > &(SECOND * 90));
        assert_eq!(gate.admit(SECOND, Lane::Fresh), Duration::ZERO);
    }

    #[test]
    fn delays_have_jitter_that_the_seed_tells() {
        let run = |seed| delays(&mut Gate::new(10.0, seed), SECOND, Lane::Fresh, 30);
        assert_eq!(run(1), run(1));
        assert_ne!(run(1), run(2));
    }
}
