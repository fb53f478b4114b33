//! The flows in flight.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Map, Value};

use super::super::calls::{CallId, Pending};
use super::super::{Text, Time};
use super::rules;
use crate::catalogue::flow::{End, Flow};
use crate::error::Error;

/// The outcome is asked for when no event has told it for this long, and again after pauses that
/// double up to the second: not every event is documented, and the state may have been reached
/// before.
const PAUSE: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(16)];

/// Where a flow stands.
#[derive(Debug)]
pub(super) enum Stage {
    /// Who is logged in is being asked; the command waits.
    Held(Box<(Pending, Text)>),
    /// The command has been sent.
    Sent,
    /// It has been accepted.
    Accepted,
    /// It has been refused, and whether its end was reached before is being asked.
    Refused(Box<Error>),
}

#[derive(Debug)]
pub(super) struct Running {
    pub(super) flow: &'static Flow,
    pub(super) stage: Stage,
    /// Those that events are compared with; never a secret.
    pub(super) params: Map<String, Value>,
    pub(super) own: Option<Value>,
    /// The bad ends for which the event that has to come first has come.
    seen: u32,
    pause: Duration,
    pub(super) next_question: Option<Time>,
    pub(super) deadline: Time,
    pub(super) timeout: Duration,
}

impl Running {
    pub(super) fn new(
        flow: &'static Flow,
        given: Map<String, Value>,
        stage: Stage,
        (deadline, timeout): (Time, Duration),
    ) -> Self {
        let ends = flow.ends_well.iter().chain(flow.ends_badly);
        let compared: Vec<&str> = ends
            .flat_map(|end| end.same)
            .chain(flow.reached.iter().flat_map(|reached| reached.same))
            .map(|same| same.param)
            .collect();
        Self {
            flow,
            stage,
            params: given
                .into_iter()
                .filter(|(name, _)| compared.contains(&name.as_str()))
                .collect(),
            own: None,
            seen: 0,
            pause: PAUSE[0],
            next_question: None,
            deadline,
            timeout,
        }
    }

    pub(super) fn is_sent(&self) -> bool {
        !matches!(self.stage, Stage::Held(_))
    }

    pub(super) fn accepted(&mut self, now: Time) {
        self.stage = Stage::Accepted;
        self.next_question = self.flow.reached.map(|_| now + self.pause);
    }

    /// A question is due; the next one follows after a longer pause.
    pub(super) fn asks(&mut self, now: Time) {
        self.pause = (self.pause * 2).min(PAUSE[1]);
        self.next_question = Some(now + self.pause);
    }

    pub(super) fn waits_for(&self, event: &str) -> bool {
        let ends = self.flow.ends_well.iter().chain(self.flow.ends_badly);
        self.is_sent() && ends.into_iter().any(|end| end.event == event)
    }

    /// The end that an event is: true for a good one.
    pub(super) fn end(
        &mut self,
        event: &str,
        fields: &Map<String, Value>,
    ) -> Option<(&'static End, bool)> {
        let (params, own) = (&self.params, self.own.as_ref());
        let fits = |end: &End| end.event == event && rules::fits(end, fields, params, own);
        if let Some(end) = self.flow.ends_well.iter().find(|end| fits(end)) {
            return Some((end, true));
        }
        for (at, end) in self.flow.ends_badly.iter().enumerate() {
            let bit = 1 << (at % 32);
            if fits(end) && (end.after.is_empty() || self.seen & bit != 0) {
                return Some((end, false));
            }
            if end.event == event && !end.after.is_empty() && rules::hold(end.after, fields) {
                self.seen |= bit;
            }
        }
        None
    }
}

/// The flows in flight, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Flows {
    pub(super) table: BTreeMap<CallId, Running>,
}

impl Flows {
    pub(crate) fn len(&self) -> usize {
        self.table.len()
    }

    /// True when some flow may end with an event of this name.
    pub(crate) fn wait_for(&self, event: &str) -> bool {
        self.table.values().any(|running| running.waits_for(event))
    }

    pub(crate) fn next_timeout(&self) -> Option<Time> {
        let times = self.table.values().flat_map(|running| {
            // Until it is answered, the call in flight has the deadline.
            let over = !matches!(running.stage, Stage::Sent);
            [over.then_some(running.deadline), running.next_question]
        });
        times.flatten().min()
    }
}
