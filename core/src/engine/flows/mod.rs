//! Flows: from a command that is only accepted for execution to its real outcome.
//!
//! A flow is armed when its command is sent. The first event that fits one of its ends settles it,
//! also before the answer; a refusal settles it at once. Events tell of the terminal's one state,
//! so an event settles every flow that it fits. The call in flight stays behind until its answer
//! comes, so that the answer of a settled flow is not taken for another's.

mod rules;
mod running;

use std::time::Duration;

use serde_json::{Map, Value, json};

pub(super) use running::Flows;
use running::{Running, Stage};

use super::calls::{CallId, Purpose};
use super::routing::object;
use super::{Effect, Engine, Text, Time};
use crate::catalogue;
use crate::catalogue::flow::{End, Flow, Literal};
use crate::error::{Error, FlowCause, Result};

/// How long an answer to a question of a flow is waited for.
const PATIENCE: Duration = Duration::from_secs(3);

impl Engine {
    /// Sends the command of a flow; the call settles with the event that ends it well. `params` is
    /// the text of a JSON object.
    ///
    /// # Errors
    /// As [`Engine::call`], and for a flow that is not known.
    pub fn run(
        &mut self,
        now: Time,
        flow: &str,
        params: &str,
        timeout: Option<Duration>,
    ) -> Result<CallId> {
        let flow = catalogue::flow(flow)
            .ok_or_else(|| Error::Usage(format!("there is no flow {flow}; nothing was sent")))?;
        let timeout = timeout.unwrap_or(flow.timeout);
        let (id, text, pending) =
            self.prepare(now, flow.command, params, Some(timeout), Purpose::Flow)?;
        let given = serde_json::from_str(params).unwrap_or_default();
        let limit = (pending.deadline, timeout);
        let stage = if flow.needs_own {
            let until = limit.0.min(now + PATIENCE);
            let purpose = Purpose::FlowOwner(id);
            self.ask(now, until, "getLogin", &json!({}), purpose);
            Stage::Held(Box::new((pending, text)))
        } else {
            self.dispatch(id, text, pending);
            Stage::Sent
        };
        let running = Running::new(flow, given, stage, limit);
        self.flows.table.insert(id, running);
        Ok(id)
    }

    fn settle_flow(&mut self, id: CallId, outcome: Result<Text>) {
        if self.flows.table.remove(&id).is_some() {
            self.effects.push_back(Effect::Settle(id, outcome));
        }
    }

    /// True when the call was a flow that had not settled.
    pub(super) fn cancel_flow(&mut self, id: CallId) -> bool {
        let found = self.flows.table.contains_key(&id);
        self.settle_flow(id, Err(Error::Cancelled));
        found
    }

    /// The call in flight has failed without an answer that could be read.
    pub(super) fn fail_flow(&mut self, id: CallId, error: Error) {
        self.settle_flow(id, Err(error));
    }

    /// Settles all flows, oldest first, with the error that `error` makes of the wire name, the
    /// id, and whether the command has been sent.
    pub(super) fn fail_flows(&mut self, error: impl Fn(&str, CallId, bool) -> Error) {
        for (id, running) in std::mem::take(&mut self.flows.table) {
            let error = error(running.flow.command, id, running.is_sent());
            self.effects.push_back(Effect::Settle(id, Err(error)));
        }
    }

    /// The terminal answered the command: accepted, or refused with this error.
    pub(super) fn on_flow_answer(&mut self, now: Time, id: CallId, refusal: Option<Error>) {
        let Some(running) = self.flows.table.get_mut(&id) else {
            // An event had settled it.
            return;
        };
        let Some(error) = refusal else {
            running.accepted(now);
            return;
        };
        if running.flow.reached.is_some_and(|rule| rule.if_refused) {
            running.stage = Stage::Refused(Box::new(error));
            self.ask_whether_reached(now, id);
        } else {
            self.settle_flow(id, Err(error));
        }
    }

    fn ask_whether_reached(&mut self, now: Time, id: CallId) {
        let Some(running) = self.flows.table.get_mut(&id) else {
            return;
        };
        let Some(rule) = running.flow.reached else {
            return;
        };
        running.asks(now);
        let until = running.deadline.min(now + PATIENCE);
        self.ask(now, until, rule.query, &json!({}), Purpose::FlowReached(id));
    }

    /// An event came that some flow waits for.
    pub(super) fn on_flow_event(&mut self, name: &str, text: &Text) {
        let fields = object(text);
        let mut ended = Vec::new();
        for (id, running) in &mut self.flows.table {
            if running.waits_for(name)
                && let Some((end, well)) = running.end(name, &fields)
            {
                let outcome = if well {
                    Ok(text.clone())
                } else {
                    Err(failure(running.flow, *id, end, &fields, text))
                };
                ended.push((*id, outcome));
            }
        }
        for (id, outcome) in ended {
            self.settle_flow(id, outcome);
        }
    }

    /// A question of a flow was answered, or will not be.
    pub(super) fn on_flow_question(&mut self, now: Time, purpose: &Purpose, answer: Option<&Text>) {
        let answer = answer.map(object);
        match purpose {
            Purpose::FlowOwner(id) => self.release(now, *id, answer),
            Purpose::FlowReached(id) => self.on_reached_answer(*id, answer),
            _ => {}
        }
    }

    /// Sends the command that waited until it was known who is logged in.
    fn release(&mut self, now: Time, id: CallId, answer: Option<Map<String, Value>>) {
        let Some(running) = self.flows.table.get_mut(&id) else {
            return;
        };
        running.own = answer.and_then(|mut answer| answer.remove("peerId"));
        if let Stage::Held(held) = std::mem::replace(&mut running.stage, Stage::Sent) {
            let (mut pending, text) = *held;
            // Not to be sent and to fall due at the same moment.
            pending.deadline = pending.deadline.max(now);
            self.dispatch(id, text, pending);
        }
    }

    fn on_reached_answer(&mut self, id: CallId, answer: Option<Map<String, Value>>) {
        let Some(running) = self.flows.table.get(&id) else {
            return;
        };
        let found = running.flow.reached.zip(answer);
        let found =
            found.and_then(|(rule, answer)| rules::reached(&rule, &answer, &running.params));
        match (found, &running.stage) {
            (Some(fields), _) => {
                let event = made_up(running.flow, fields);
                self.settle_flow(id, Ok(event));
            }
            (None, Stage::Refused(error)) => {
                let error = (**error).clone();
                self.settle_flow(id, Err(error));
            }
            (None, _) => {}
        }
    }

    pub(super) fn flows_on_time(&mut self, now: Time) {
        let due: Vec<CallId> = self
            .flows
            .table
            .iter()
            .filter(|(_, running)| {
                let over = !matches!(running.stage, Stage::Sent) && running.deadline <= now;
                over || running.next_question.is_some_and(|next| next <= now)
            })
            .map(|(id, _)| *id)
            .collect();
        for id in due {
            let Some(running) = self.flows.table.get_mut(&id) else {
                continue;
            };
            if running.deadline <= now {
                let error = running.late(id);
                self.settle_flow(id, Err(error));
            } else {
                self.ask_whether_reached(now, id);
            }
        }
    }

    /// The answer to the command of a flow did not come in time.
    pub(super) fn on_flow_timeout(&mut self, id: CallId) {
        if let Some(running) = self.flows.table.get(&id) {
            let error = running.late(id);
            self.settle_flow(id, Err(error));
        }
    }
}

impl Running {
    /// The outcome did not come in time.
    fn late(&self, id: CallId) -> Error {
        if let Stage::Refused(error) = &self.stage {
            return (**error).clone();
        }
        Error::Timeout {
            method: self.flow.command.to_owned(),
            request_id: id.to_string(),
            after: self.timeout,
            outcome_unknown: self.is_sent(),
            accepted: matches!(self.stage, Stage::Accepted),
        }
    }
}

fn failure(flow: &Flow, id: CallId, end: &End, fields: &Map<String, Value>, text: &Text) -> Error {
    let cause = end.cause.and_then(|known| {
        let code = rules::number(fields.get(known.field)?)?;
        Some(FlowCause { code, known })
    });
    Error::Flow {
        method: flow.command.to_owned(),
        request_id: id.to_string(),
        event: text.clone(),
        event_name: end.event,
        cause,
    }
}

/// The event that would have told what was found by asking.
fn made_up(flow: &Flow, found: Map<String, Value>) -> Text {
    let mut event = Map::new();
    event.insert("method".into(), "event".into());
    if let Some(end) = flow.ends_well.first() {
        event.insert("event".into(), end.event.into());
        for condition in end.when {
            if let ([name, ..], [value]) = (condition.field, condition.values) {
                let value = match value {
                    Literal::Bool(value) => Value::from(*value),
                    Literal::Number(value) => Value::from(*value),
                };
                event.insert((*name).into(), value);
            }
        }
    }
    for (name, value) in found {
        let of_the_answer = ["method", "requestId", "result", "error"];
        if !of_the_answer.contains(&name.as_str()) {
            event.insert(name, value);
        }
    }
    event.insert("synthetic".into(), true.into());
    Text::from(Value::Object(event).to_string())
}
