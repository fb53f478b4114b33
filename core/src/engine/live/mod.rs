//! The live mirror: the terminal's state in memory, for programs that ask for it (`live`).
//!
//! Each part is asked for after every connect, and kept true by events. An event that does not say
//! it all, or that is about something not known here, makes the part be asked for again. Only
//! queries are sent, after everything else, so that connecting does not wait for them.

mod mirror;
mod part;

use std::time::Duration;

use serde_json::{Map, Value, json};

pub(super) use mirror::Mirror;
pub(crate) use part::Part;

use super::calls::Purpose;
use super::routing::object;
use super::{Engine, Phase, Text, Time, events};

/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(5);

/// Messages come in bursts: a doubt is settled by asking, but only after this pause.
const SETTLE: Duration = Duration::from_millis(100);

/// A question that was not answered is asked again after this.
const AGAIN: Duration = Duration::from_secs(30);

/// Answers that events overtook before one is taken all the same.
const OVERTAKEN: u8 = 3;

impl Engine {
    /// The terminal's state as far as it is known; none unless the option `live` is set. The form
    /// is that of [`Live`](crate::api::Live).
    pub fn live(&self, now: Time) -> Option<Map<String, Value>> {
        let ready = matches!(self.phase, Phase::Ready { .. });
        let mirror = self.live.as_ref()?;
        Some(mirror.snapshot(now, ready))
    }

    pub(super) fn live_timeout(&self) -> Option<Time> {
        self.live.as_ref()?.next_timeout()
    }

    /// A connection is there: everything is asked for.
    pub(super) fn live_start(&mut self, now: Time) {
        let Some(mirror) = &mut self.live else { return };
        for (part, slot) in mirror.slots() {
            slot.missing = false;
            slot.due = (part != Part::Participants).then_some(now);
        }
        self.live_on_time(now);
    }

    /// The connection is gone: what is known stays, and may be old.
    pub(super) fn live_stop(&mut self) {
        let Some(mirror) = &mut self.live else { return };
        for (_, slot) in mirror.slots() {
            (slot.fresh, slot.asked, slot.due) = (false, false, None);
        }
    }

    pub(super) fn live_on_time(&mut self, now: Time) {
        let Some(mirror) = &mut self.live else { return };
        let mut due = Vec::new();
        for (part, slot) in mirror.slots() {
            if slot.due.is_some_and(|at| at <= now) && !slot.asked {
                (slot.asked, slot.due) = (true, None);
                due.push(part);
            }
        }
        for part in due {
            self.tick += 1;
            let asked_at = self.tick;
            let purpose = Purpose::Live { part, asked_at };
            self.ask(now, now + PATIENCE, part.query(), &json!({}), purpose);
        }
    }

    fn ask_live(&mut self, part: Part, at: Time) {
        let Some(mirror) = &mut self.live else { return };
        let slot = mirror.slot(part);
        slot.due = Some(slot.due.map_or(at, |due| due.min(at)));
    }

    /// An event came, and was published.
    pub(super) fn on_live_event(&mut self, now: Time, name: &str, text: &Text) {
        if !mirror::concerns(name) {
            return;
        }
        let tick = self.tick;
        let Some(mirror) = &mut self.live else { return };
        let outcome = mirror.apply(name, object(text), tick);
        for part in outcome.doubts {
            self.ask_live(part, now + SETTLE);
        }
        self.tell_live(&outcome.changed);
    }

    /// A question was answered, refused, or not answered.
    pub(super) fn on_live_answer(
        &mut self,
        now: Time,
        (part, asked_at): (Part, u64),
        answer: Option<&Text>,
        refused: bool,
    ) {
        let Some(mirror) = &mut self.live else { return };
        let was_complete = mirror.is_complete();
        let in_conference = mirror.app_state() == Some(5);
        let slot = mirror.slot(part);
        slot.asked = false;
        if slot.touched > asked_at && slot.overtaken < OVERTAKEN && answer.is_some() {
            // It may have been written before the event that came first.
            slot.overtaken += 1;
            self.ask_live(part, now + SETTLE);
            return;
        }
        slot.overtaken = 0;
        let value = match answer {
            Some(answer) => Some(part.read(object(answer))),
            // Where there is none, a terminal may have nothing to say of it.
            None if refused && part == Part::Conference && !in_conference => Some(Value::Null),
            None => None,
        };
        let mut changed = Vec::new();
        if let Some(value) = value {
            (slot.fresh, slot.missing, slot.compared) = (true, false, Some(now));
            // What an event did not tell, or told late, is found out in time.
            let again = !self.options.resync_interval.is_zero() && part != Part::Participants;
            slot.due = slot
                .due
                .or(again.then(|| now + self.options.resync_interval));
            if mirror.set(part, value) {
                changed.push(part.name());
            }
            if part == Part::Conference {
                changed.extend(self.live_conference(now));
            }
        } else {
            slot.missing = true;
            if !refused {
                self.ask_live(part, now + AGAIN);
            }
            if part == Part::Conference {
                self.ask_live(Part::Participants, now);
            }
        }
        let complete = self
            .live
            .as_ref()
            .is_some_and(|mirror| mirror.is_complete());
        if complete && !was_complete {
            changed.push("isComplete");
        }
        self.tell_live(&changed);
    }

    /// Whether there is a conference has been told: then who is in it is asked.
    fn live_conference(&mut self, now: Time) -> Option<&'static str> {
        let mirror = self.live.as_mut()?;
        if mirror.is_in_conference() {
            self.ask_live(Part::Participants, now);
            return None;
        }
        let slot = mirror.slot(Part::Participants);
        (slot.fresh, slot.missing, slot.compared) = (true, false, Some(now));
        let gone = mirror.set(Part::Participants, json!([]));
        gone.then(|| Part::Participants.name())
    }

    fn tell_live(&mut self, changed: &[&'static str]) {
        if !changed.is_empty() {
            self.publish_event(events::live(changed), None);
        }
    }
}
