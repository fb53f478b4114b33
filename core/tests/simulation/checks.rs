//! The rules, and what has to be remembered to check them.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use trueroom::catalogue::flow::Flow;
use trueroom::engine::{CallId, Time};
use trueroom::{Error, Result, Text};

use crate::json::number_after;
use crate::plan::MARK;

/// Every rule that a schedule can break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Rule {
    /// Every call settles exactly once, and only calls that were made do.
    SettlesOnce,
    /// The outcome fits what happened: kind, time, `outcome_unknown`, the answer's own call.
    SettleKind,
    /// Actions go out once; queries again only where the option says so.
    SentOnce,
    /// No second accept or reject while one is under way, or after one succeeded.
    AnsweredOnce,
    /// `next_timeout` does not lie in the past for ever.
    BusyLoop,
    /// Open, Send and Ping only where the driver can do them; none of them after the end.
    Orders,
    /// The room ends only for a reason, with the right error.
    EndReason,
    /// No queue grows without bound; an ended room holds no calls.
    Bounded,
    /// No secret in anything that the library writes itself.
    Secret,
    /// After quiet time the book equals the terminal's truth.
    Book,
    /// Each waiting request reaches each `Requests` subscriber exactly once.
    RequestOnce,
    /// The last change taken of a request is its present state.
    Changes,
    /// Events reach a subscriber in the order the room got them.
    EventOrder,
    /// Every event is taken, overtaken by newer progress, or counted as lagged.
    EventLost,
    /// `dropped` is the sum of what the subscribers were told.
    Lagged,
    /// After a reconnect a `connection` event with `deafFor` precedes what was missed.
    DeafFirst,
    /// A subscriber with something to take was told so.
    Told,
    /// After quiet time the room is ready, or ended for a reason.
    Ready,
    /// Counters add up.
    Counters,
    /// A pulled cable is noticed within `ping_interval` and `ping_timeout`.
    Alive,
    /// No pause between attempts is longer than the longest.
    Pause,
    /// In quiet times the room sends little.
    Traffic,
    /// `StateChanged` comes whenever there is something to look at again.
    StateTold,
    /// A flow ends with an event that fits it, and at the moment when that comes.
    Outcome,
    /// After quiet time the live mirror says what is so.
    Mirror,
    /// The engine does not panic.
    Panic,
}

#[derive(Debug, Clone)]
pub(crate) struct Violation {
    pub rule: Rule,
    pub detail: String,
}

#[derive(Debug)]
pub(crate) struct Call {
    pub method: &'static str,
    pub action: bool,
    pub made: Time,
    pub timeout: Duration,
    pub nonce: Option<u64>,
    /// The connections it was sent over, each with the number of its authorization.
    pub sent: Vec<(u64, u64)>,
    pub cancelled: bool,
    /// A message was forged that looks like its answer and cannot be read.
    pub forged: bool,
    pub settled: Option<bool>,
    /// The request that it accepts or rejects.
    pub file: Option<String>,
    /// The flow whose command it is.
    pub flow: Option<&'static Flow>,
}

#[derive(Default)]
pub(crate) struct Checks {
    pub violation: Option<Violation>,
    pub calls: HashMap<CallId, Call>,
    /// The commands sent last: their ids and methods.
    pub recent: VecDeque<(CallId, String)>,
    pub wakeups: u32,
    pub sent: u64,
    pub received: u64,
    pub retry_queries: bool,
    /// Answers cannot be told apart in this schedule.
    pub ambiguous: bool,
    /// The message that was given to the engine last.
    pub newest: String,
}

impl Checks {
    pub(crate) fn fail(&mut self, rule: Rule, detail: impl Into<String>) {
        if self.violation.is_none() {
            self.violation = Some(Violation {
                rule,
                detail: detail.into(),
            });
        }
    }

    pub(crate) fn ensure(&mut self, holds: bool, rule: Rule, detail: impl FnOnce() -> String) {
        if !holds {
            self.fail(rule, detail());
        }
    }

    /// Something that the library wrote itself.
    pub(crate) fn public(&mut self, what: &str, text: &str) {
        self.ensure(!text.contains(MARK), Rule::Secret, || {
            format!("{what}: {text}")
        });
    }

    pub(crate) fn error(&mut self, error: &Error) {
        self.public("Display", &error.to_string());
        self.public("Debug", &format!("{error:?}"));
        let json: serde_json::Value =
            serde_json::from_str(&error.to_json()).expect("to_json writes JSON");
        // What the terminal itself said stands in `reply`, as it came.
        for (key, value) in json.as_object().expect("an object") {
            if key != "reply" {
                self.public("to_json", &value.to_string());
            }
        }
    }

    pub(crate) fn open_calls(&self) -> usize {
        self.calls
            .values()
            .filter(|call| call.settled.is_none())
            .count()
    }

    /// A message to the terminal.
    pub(crate) fn sent(&mut self, link: (u64, u64), text: &str) {
        self.sent += 1;
        let Some(id) = number_after(text, "\"requestId\":\"") else {
            return self.fail(Rule::Orders, format!("no request id: {text}"));
        };
        if !text.starts_with("{\"method\":\"auth\"") && !text.contains("\"password\":") {
            self.public("a command other than auth", text);
        }
        let method = text.split('"').nth(3).unwrap_or_default();
        self.recent.push_back((id, method.to_owned()));
        if self.recent.len() > 3 {
            self.recent.pop_front();
        }
        let Some(call) = self.calls.get_mut(&id) else {
            return;
        };
        call.sent.push(link);
        let again = call.sent.len() > 1;
        let allowed = !call.action
            && self.retry_queries
            && call.sent.iter().filter(|other| **other == link).count() == 1;
        let (settled, method, file) = (call.settled, call.method, call.file.clone());
        self.ensure(!again || allowed, Rule::SentOnce, || {
            format!("{method} ({id}) again")
        });
        self.ensure(settled.is_none(), Rule::SentOnce, || {
            format!("{method} ({id}) settled")
        });
        let Some(file) = file else { return };
        // An answer taken for another's may have said that it succeeded.
        let ambiguous = self.ambiguous;
        let other = self.calls.iter().find(|(other, call)| {
            **other != id
                && call.file.as_ref() == Some(&file)
                && call.settled != Some(false)
                && !(ambiguous && call.settled.is_some())
        });
        if let Some((other, call)) = other {
            let detail = format!("{file}: {id} after {other}, which {:?}", call.settled);
            self.fail(Rule::AnsweredOnce, detail);
        }
    }

    pub(crate) fn settled(
        &mut self,
        now: Time,
        id: CallId,
        outcome: &Result<Text>,
        ended: Option<&Error>,
        closed: bool,
    ) {
        let ambiguous = self.ambiguous;
        if let Err(error) = outcome {
            self.error(error);
        }
        self.check_outcome(id, outcome);
        let Some(call) = self.calls.get_mut(&id) else {
            return self.fail(Rule::SettlesOnce, format!("{id} was never made"));
        };
        if call.settled.replace(outcome.is_ok()).is_some() {
            return self.fail(Rule::SettlesOnce, format!("{id} a second time"));
        }
        let was_sent = !call.sent.is_empty();
        // A query that waits for the next connection counts as not sent, but is never in doubt.
        let unknown = call.action && was_sent;
        let due = call.made.saturating_add(call.timeout);
        let problem = match outcome {
            Ok(_) | Err(Error::Flow { .. }) if call.flow.is_some() => {
                (!was_sent).then_some("it was not even sent")
            }
            Ok(text) => {
                let text = text.as_str();
                let nonce = number_after(text, "\"nonce\":");
                let method = format!("\"method\":\"{}\"", call.method);
                if !text.contains(&method) || !was_sent {
                    Some("not its answer")
                } else if !ambiguous && nonce != call.nonce {
                    Some("another call's answer")
                } else {
                    None
                }
            }
            Err(Error::Command { text, reply, .. }) => {
                let forged = call.forged && text.starts_with("the answer could not be read");
                let said = reply.as_str().contains("\"error\":");
                (!forged && !said || !was_sent).then_some("the terminal did not refuse it")
            }
            Err(Error::Timeout {
                outcome_unknown, ..
            }) if *outcome_unknown != unknown => Some("outcome_unknown is wrong"),
            Err(Error::Timeout { .. }) => (now < due).then_some("timed out too early"),
            Err(Error::ConnectionLost {
                outcome_unknown, ..
            }) => (*outcome_unknown != unknown).then_some("outcome_unknown is wrong"),
            Err(Error::Cancelled) => (!call.cancelled).then_some("nobody cancelled it"),
            Err(Error::RoomClosed { .. }) => (!closed).then_some("nobody closed the room"),
            Err(error @ (Error::Superseded { .. } | Error::Auth { .. })) => {
                (ended.map(Error::kind) != Some(error.kind()))
                    .then_some("the room has not ended so")
            }
            Err(_) => Some("of a kind that no call has"),
        };
        let late = now > due + Duration::from_millis(60);
        let problem = problem.or(late.then_some("settled after its time"));
        if let Some(problem) = problem {
            let detail = format!("{} ({id}): {problem}: {outcome:?}", call.method);
            self.fail(Rule::SettleKind, detail);
        }
    }
    /// A flow's outcome is the event that has just come, or one that was made up from an answer
    /// that has.
    fn check_outcome(&mut self, id: CallId, outcome: &Result<Text>) {
        let Some(flow) = self.calls.get(&id).and_then(|call| call.flow) else {
            return;
        };
        let (event, ends) = match outcome {
            Ok(event) => (event.as_str(), flow.ends_well),
            Err(Error::Flow { event, .. }) => (event.as_str(), flow.ends_badly),
            Err(_) => return,
        };
        let names = ends
            .iter()
            .any(|end| event.contains(&format!("\"event\":\"{}\"", end.event)));
        let fresh = event == self.newest || event.contains("\"synthetic\":true");
        self.ensure(names && fresh, Rule::Outcome, || {
            format!("{} ({id}) ended with {event}", flow.name)
        });
    }

    /// Flows that an event of this name ends, whatever it says.
    pub(crate) fn ended_by(&self, event: &str, link: (u64, u64)) -> Vec<CallId> {
        let ends = |flow: &Flow| {
            let mut ends = flow.ends_well.iter();
            ends.any(|end| {
                let always = end.when.is_empty() && end.same.is_empty() && end.own.is_none();
                end.event == event && always
            })
        };
        let mut found: Vec<CallId> = self
            .calls
            .iter()
            .filter(|(_, call)| call.settled.is_none() && call.sent.contains(&link))
            .filter(|(_, call)| call.flow.is_some_and(ends))
            .map(|(id, _)| *id)
            .collect();
        found.sort_unstable();
        found
    }

    /// Flows that may have left a question or an answer to wait for.
    pub(crate) fn flows_about(&self, now: Time) -> usize {
        let about = |call: &&Call| {
            call.flow.is_some() && call.made + call.timeout + Duration::from_secs(4) > now
        };
        self.calls.values().filter(about).count()
    }
}
