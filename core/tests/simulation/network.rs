//! What lies between: when a message arrives, how often, and whether at all.

use std::time::Duration;

use fastrand::Rng;

use crate::plan::Faults;

/// What a message is, as far as the network treats it differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// To the terminal.
    Request,
    /// The answers of the handshake and `authorizationNeeded` keep their order: the other way
    /// round they would say something else.
    Handshake,
    Withdrawal,
    Answer {
        /// A second copy of an answer without an id is the answer of the next call of its method.
        named: bool,
    },
    Event {
        seq: u64,
        /// The request whose progress it tells.
        progress: Option<String>,
        name: &'static str,
    },
    Junk,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Link {
    None,
    Opening,
    Open,
    /// Open for both ends, but nothing passes any more.
    Dead,
}

pub(crate) struct Network {
    pub link: Link,
    /// Number of the connection; what belongs to an older one is gone.
    pub current: u64,
    /// When the last message of each direction arrives: the next does not overtake it.
    last: [Duration; 2],
}

impl Network {
    pub(crate) fn new() -> Self {
        Self {
            link: Link::None,
            current: 0,
            last: [Duration::ZERO; 2],
        }
    }

    pub(crate) fn open(&mut self) {
        self.link = Link::Opening;
        self.current += 1;
        self.last = [Duration::ZERO; 2];
    }

    /// When the copies of a message arrive; empty when it is lost.
    pub(crate) fn carry(
        &mut self,
        now: Duration,
        rng: &mut Rng,
        faults: Option<&Faults>,
        kind: &Kind,
    ) -> Vec<Duration> {
        let last = &mut self.last[usize::from(*kind == Kind::Request)];
        let Some(faults) = faults else {
            *last = (now + Duration::from_millis(1)).max(*last);
            return vec![*last];
        };
        // Of these nothing tells what came before them.
        let ordered = match kind {
            Kind::Event { name, .. } => {
                name.contains("Avail")
                    || name.contains("Cleared")
                    || *name == "fileTransferFileDeleted"
            }
            _ => false,
        };
        let mut hit = |share: u8| share > 0 && rng.u8(0..100) < share;
        let lost = match kind {
            Kind::Request | Kind::Junk | Kind::Withdrawal => false,
            Kind::Handshake | Kind::Answer { .. } => hit(faults.lost_answers),
            Kind::Event { .. } => hit(faults.lost_events),
        };
        if lost {
            return Vec::new();
        }
        let twice = match kind {
            Kind::Answer { named: true } | Kind::Event { .. } => hit(faults.duplicates) && !ordered,
            _ => false,
        };
        let overtakes = match kind {
            Kind::Request | Kind::Handshake | Kind::Withdrawal => false,
            _ => hit(faults.reorders) && !ordered,
        };
        let slow = hit(faults.slow);
        let most = if slow {
            faults.long_delay
        } else {
            faults.delay
        };
        let at = now + most.mul_f64(rng.f64());
        let at = if overtakes {
            // Some way before the one it would follow, but not before it was sent.
            at.min(now + (last.saturating_sub(now)).mul_f64(rng.f64()))
        } else {
            at.max(*last)
        };
        if !overtakes {
            *last = at;
        }
        if twice {
            vec![at, at + faults.delay.mul_f64(rng.f64())]
        } else {
            vec![at]
        }
    }
}
