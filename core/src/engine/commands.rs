//! Commands: from the program to the wire, and to their outcome.

use std::borrow::Cow;
use std::fmt::Write;
use std::time::Duration;

use serde::de::IgnoredAny;
use serde_json::Value;
use serde_json::value::RawValue;

use super::calls::{CallId, MAX_IN_FLIGHT, Pending, Purpose};
use super::{Effect, Engine, Generation, Phase, Time, scan};
use crate::catalogue;
use crate::error::{Error, Result};
use crate::secret::Secret;
use crate::text::Text;

impl Engine {
    /// Sends a command. `params` is the text of a JSON object.
    ///
    /// # Errors
    /// At once when it cannot be sent: parameters that are no object, no connection, room closed.
    pub fn call(
        &mut self,
        now: Time,
        method: &str,
        params: &str,
        timeout: Option<Duration>,
    ) -> Result<CallId> {
        self.submit(now, method, params, timeout, Purpose::User)
    }

    pub(super) fn submit(
        &mut self,
        now: Time,
        method: &str,
        params: &str,
        timeout: Option<Duration>,
        purpose: Purpose,
    ) -> Result<CallId> {
        let (id, text, pending) = self.prepare(now, method, params, timeout, purpose)?;
        self.dispatch(id, text, pending);
        Ok(id)
    }

    /// Puts a call that was prepared into the table, and sends it if it does not have to wait for
    /// a connection.
    pub(super) fn dispatch(&mut self, id: CallId, text: Text, pending: Pending) {
        let ready = pending.sent;
        self.calls.insert(id, pending);
        if ready {
            self.send(text);
        }
    }

    /// Checks a command and gives it an id.
    pub(super) fn prepare(
        &mut self,
        now: Time,
        method: &str,
        params: &str,
        timeout: Option<Duration>,
        purpose: Purpose,
    ) -> Result<(CallId, Text, Pending)> {
        if method.is_empty() || method.len() > 256 {
            return Err(Error::Usage(
                "a command needs a name of 1 to 256 bytes".into(),
            ));
        }
        let (members, secrets) = members(method, params)?;
        let known = catalogue::command(method);
        let query = known.is_some_and(|known| known.kind == catalogue::Kind::Query);
        let again = query && self.options.retry_queries && purpose == Purpose::User;
        let ready = matches!(self.phase, Phase::Ready { .. });
        let parked = again && self.is_reconnecting();
        if !(ready || parked) {
            return Err(self.not_connected(Some(method), now));
        }
        if let (Some(known), Purpose::User | Purpose::Flow) = (known, &purpose) {
            self.doubt(known);
        }
        if self.calls.len() + self.flows.len() >= MAX_IN_FLIGHT {
            return Err(Error::Usage(format!(
                "{method}: {MAX_IN_FLIGHT} calls are waiting for their answers already; \
                 wait for some of them"
            )));
        }
        let timeout = timeout.unwrap_or(self.options.command_timeout);
        let id = self.calls.next_id();
        let text = Text::from(request(method, id, members));
        let pending = Pending {
            method: known.map_or_else(|| Cow::Owned(method.to_owned()), |known| known.name.into()),
            purpose,
            query,
            again: again.then(|| text.clone()),
            sent: ready,
            deadline: now.saturating_add(timeout),
            timeout,
        };
        for secret in secrets {
            self.session.keep_out(secret);
        }
        Ok((id, text, pending))
    }

    /// Warns, once a room and command, of a command that this terminal cannot know by what it has
    /// said of itself. It is sent all the same: the catalogue may be wrong.
    fn doubt(&mut self, known: &'static catalogue::Command) {
        let Some(reason) = doubt(known, self.generation, self.session.api_version) else {
            return;
        };
        if !self.doubted.contains(&known.name) {
            self.doubted.push(known.name);
            let method = known.name;
            tracing::warn!(target: "trueroom", "{method}: this terminal may not know it: {reason}");
        }
    }

    pub(super) fn send(&mut self, text: Text) {
        self.counters.sent += 1;
        self.effects.push_back(Effect::Send(text));
    }

    /// Gives a call up. Its answer, should it come, is counted as late.
    pub fn cancel(&mut self, id: CallId) {
        let pending = self.calls.remove(id);
        if self.cancel_flow(id) {
            return;
        }
        if let Some(pending) = pending.filter(|pending| pending.purpose.has_waiter()) {
            self.settle(id, &pending, Err(Error::Cancelled));
        }
    }

    pub(super) fn on_call_timeout(&mut self, now: Time, id: CallId, pending: Pending) {
        if pending.purpose == Purpose::Flow {
            self.on_flow_timeout(id);
            return;
        }
        let error = Error::Timeout {
            method: pending.method.to_string(),
            request_id: id.to_string(),
            after: pending.timeout,
            outcome_unknown: !pending.query && pending.sent,
            accepted: false,
        };
        if pending.purpose.has_waiter() {
            self.settle(id, &pending, Err(error));
        } else {
            self.on_internal_failure(now, &pending.purpose, false);
        }
    }

    pub(super) fn settle(&mut self, id: CallId, pending: &Pending, outcome: Result<Text>) {
        if let Purpose::Answer { id, accept } = &pending.purpose {
            self.on_answered(&id.clone(), *accept, outcome.is_ok());
        }
        self.effects.push_back(Effect::Settle(id, outcome));
    }

    pub(super) fn not_connected(&self, method: Option<&str>, now: Time) -> Error {
        if let Some(error) = self.ended() {
            return match method {
                Some(method) => about_method(error, method),
                None => error.clone(),
            };
        }
        let reason = match &self.phase {
            Phase::Waiting { until } => format!(
                "not connected; attempt {} follows in {:?}",
                self.backoff.attempt(),
                until.saturating_sub(now)
            ),
            _ => "not connected yet".to_owned(),
        };
        Error::ConnectionLost {
            method: method.map(str::to_owned),
            request_id: None,
            reason: format!("{reason}; nothing was sent. Wait until the room is ready"),
            outcome_unknown: false,
        }
    }
}

/// Why a terminal of this generation and API version cannot know a command.
fn doubt(
    known: &catalogue::Command,
    generation: Option<Generation>,
    version: Option<u8>,
) -> Option<&'static str> {
    match (known.generation, generation) {
        (Some(catalogue::Generation::Current), Some(Generation::Legacy)) => {
            return Some("it came with product 4.1, and the terminal is older");
        }
        (Some(catalogue::Generation::Legacy), Some(Generation::Current)) => {
            return Some("it is of terminals before product 4.1, and this one is newer");
        }
        _ => {}
    }
    match (known.api, version) {
        (catalogue::Api::V1, Some(2)) => Some("it is of API v.1, and v.2 is in use"),
        (catalogue::Api::V2, Some(1)) => Some("it is of API v.2, and v.1 is in use"),
        _ => None,
    }
}

/// The members of a parameter object, without its braces, and the secrets among them.
fn members<'a>(method: &str, params: &'a str) -> Result<(&'a str, Vec<Secret>)> {
    let object = params.trim_ascii();
    // Most have nothing that needs a closer look.
    if let Some(layout) = scan::message(object)
        && !layout
            .members()
            .iter()
            .any(|member| SPECIAL.contains(&member.key(object)))
    {
        return Ok((object[1..object.len() - 1].trim_ascii(), Vec::new()));
    }
    let wrong = |what: String| Error::Usage(format!("{method}: {what}"));
    let raw: &RawValue = serde_json::from_str(params)
        .map_err(|error| wrong(format!("the parameters are no JSON: {error}")))?;
    let object = raw.get().trim();
    let Keys { reserved, secrets } = serde_json::from_str(object)
        .map_err(|_| wrong("the parameters must be a JSON object".into()))?;
    if reserved {
        return Err(wrong("'method' and 'requestId' are not parameters".into()));
    }
    Ok((object[1..object.len() - 1].trim(), secrets))
}

/// The members of [`Seen`].
const SPECIAL: [&str; 5] = ["method", "requestId", "credentials", "password", "pin"];

#[derive(serde::Deserialize)]
#[serde(from = "Seen")]
struct Keys {
    reserved: bool,
    secrets: Vec<Secret>,
}

/// The only parameters that the library looks at. Those of `auth`, `login`, `setAuthParams` and
/// `call` that are secret may come back in an error text.
#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Seen {
    method: Option<IgnoredAny>,
    request_id: Option<IgnoredAny>,
    credentials: Option<Value>,
    password: Option<Value>,
    pin: Option<Value>,
}

impl From<Seen> for Keys {
    fn from(seen: Seen) -> Self {
        let secrets = [seen.credentials, seen.password, seen.pin];
        Self {
            reserved: seen.method.is_some() || seen.request_id.is_some(),
            secrets: secrets
                .into_iter()
                .filter_map(|value| match value? {
                    Value::String(text) => Some(Secret::new(text)),
                    Value::Number(number) => Some(Secret::new(number.to_string())),
                    _ => None,
                })
                .collect(),
        }
    }
}

/// A request as it goes over the wire.
pub(super) fn request(method: &str, id: CallId, members: &str) -> String {
    // In one piece: what grows, or has room to spare, is copied once more on its way.
    let digits = id.checked_ilog10().unwrap_or(0) as usize + 1;
    let comma = if members.is_empty() { "" } else { "," };
    let size = QUOTED + method.len() + digits + comma.len() + members.len();
    let mut text = String::with_capacity(size);
    text.push_str(r#"{"method":"#);
    if method.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        text.extend(["\"", method, "\""]);
    } else {
        text.push_str(&Value::from(method).to_string());
    }
    // Writing to a text cannot fail.
    let _ = write!(text, r#","requestId":"{id}"{comma}{members}}}"#);
    text
}

/// What a request has around its method, id and members.
const QUOTED: usize = r#"{"method":"","requestId":""}"#.len();

/// An error that ended the room, as the outcome of one call that was in flight.
pub(super) fn about(error: &Error, method: &str, id: CallId) -> Error {
    with_subject(error, method, Some(id.to_string()))
}

/// An error that ended the room, as the outcome of a call that was not sent.
fn about_method(error: &Error, method: &str) -> Error {
    with_subject(error, method, None)
}

fn with_subject(error: &Error, name: &str, id: Option<String>) -> Error {
    let mut error = error.clone();
    match &mut error {
        Error::Superseded {
            method, request_id, ..
        }
        | Error::RoomClosed { method, request_id }
        | Error::ConnectionLost {
            method, request_id, ..
        } => {
            *method = Some(name.to_owned());
            *request_id = id;
        }
        _ => {}
    }
    error
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_doubted_where_the_terminal_has_shown_that_it_is_another() {
        let (legacy, current) = (Some(Generation::Legacy), Some(Generation::Current));
        let of = |name, generation, version| {
            doubt(catalogue::command(name).unwrap(), generation, version)
        };
        assert!(of("acceptIncomingFileRequest", legacy, None).is_some());
        assert!(of("acceptFile", current, Some(1)).is_some());
        assert!(of("setReaction", current, Some(1)).is_some());
        assert!(of("changeVideoMatrix", current, Some(2)).is_some());
        assert!(of("acceptIncomingFileRequest", current, Some(2)).is_none());
        assert!(of("getAppState", legacy, Some(1)).is_none());
        // Nothing is known yet.
        assert!(of("setReaction", None, None).is_none());
    }
}
