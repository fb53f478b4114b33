//! What can go wrong, with what happened, where, and what to do next.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::catalogue::flow::Cause;
use crate::health::error_json;
use crate::text::Text;

/// The result of everything that can fail here.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Every failure of this library. [`Error::kind`] is the name of the matching class in the
/// Python and Node packages.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No connection could be made. Trying again helps once the cause in `tried` is gone.
    #[error("{message}{}", list(tried))]
    Connect {
        /// What failed.
        message: String,
        /// Each address tried, and how it answered.
        tried: Vec<String>,
    },
    /// The terminal refused the PIN, password, token or role. Trying again does not help.
    #[error("{message}")]
    Auth {
        /// What was refused, and what to check.
        message: String,
        /// `resultCode` of the answer, where there was one.
        code: Option<i64>,
    },
    /// The terminal refused a command.
    #[error("{method} (request {request_id}) was refused by the terminal{}", refusal(text, *code))]
    Command {
        /// Wire name of the command.
        method: String,
        /// The request it answers.
        request_id: String,
        /// `resultCode` of the answer, where there was one.
        code: Option<i64>,
        /// The terminal's own words; may be empty.
        text: String,
        /// The whole answer.
        reply: Text,
    },
    /// No answer came in time. An action may have been carried out all the same.
    #[error(
        "{method} (request {request_id}) {} within {after:?}{}",
        missing(*accepted),
        unknown(*outcome_unknown)
    )]
    Timeout {
        /// Wire name of the command.
        method: String,
        /// The request that was not answered.
        request_id: String,
        /// How long it was waited for.
        after: Duration,
        /// True for an action: it may or may not have been carried out.
        outcome_unknown: bool,
        /// True for a flow whose command was accepted, and whose outcome did not come.
        accepted: bool,
    },
    /// A command was taken, and then failed: an event said so.
    #[error(
        "{method} (request {request_id}) failed: {event_name} came{}",
        why(*cause)
    )]
    Flow {
        /// Wire name of the command.
        method: String,
        /// Its request.
        request_id: String,
        /// The event.
        event: Text,
        /// Its wire name.
        event_name: &'static str,
        /// Why, as the event says it; none where it says nothing.
        cause: Option<FlowCause>,
    },
    /// What was waited for did not come in time. Nothing was sent for it.
    #[error("{what} did not come within {after:?}")]
    WaitTimeout {
        /// What was waited for, such as the wire name of an event.
        what: String,
        /// How long it was waited for.
        after: Duration,
    },
    /// The connection broke, or there is none at the moment.
    #[error("{}{reason}{}", subject(method.as_deref(), request_id.as_deref()), unknown(*outcome_unknown))]
    ConnectionLost {
        /// Wire name of the command that was in flight, if one was.
        method: Option<String>,
        /// Its request.
        request_id: Option<String>,
        /// Why there is no connection.
        reason: String,
        /// True for an action that had been sent: it may or may not have been carried out.
        outcome_unknown: bool,
    },
    /// Another client signed in with the same role; the terminal keeps one per role.
    #[error(
        "{}another client took over this terminal's {role} connection; nothing is retried. \
         Connect again, or with the takeover option, to take it back",
        subject(method.as_deref(), request_id.as_deref())
    )]
    Superseded {
        /// Wire name of the command that was in flight, if one was.
        method: Option<String>,
        /// Its request.
        request_id: Option<String>,
        /// The role both want, as far as known.
        role: String,
    },
    /// The room was closed by this program.
    #[error("{}the room is closed", subject(method.as_deref(), request_id.as_deref()))]
    RoomClosed {
        /// Wire name of the command that was in flight, if one was.
        method: Option<String>,
        /// Its request.
        request_id: Option<String>,
    },
    /// A file request is not in the state that the operation needs.
    #[error("file request {id}: {message}")]
    FileRequest {
        /// The request.
        id: String,
        /// What is wrong with it.
        message: String,
    },
    /// File bytes could not be moved. Nothing half-written keeps its final name.
    #[error("{file}: {message}")]
    Transfer {
        /// The file's name, without its folder.
        file: String,
        /// What failed.
        message: String,
    },
    /// A command failed in some rooms of a fleet.
    #[error("failed in {} of {of} rooms: {}", errors.len(), first(errors))]
    Fleet {
        /// Rooms that were asked.
        of: usize,
        /// The error of each room that failed, by its key.
        errors: BTreeMap<String, Error>,
    },
    /// An argument is wrong; nothing was sent.
    #[error("{0}")]
    Usage(String),
    /// The caller cancelled the operation.
    #[error("cancelled")]
    Cancelled,
}

/// Why a flow failed.
#[derive(Clone, Copy, PartialEq)]
pub struct FlowCause {
    /// The code on the wire. `enums::RejectCause::from(code)`, for one, gives it a name.
    pub code: i64,
    pub(crate) known: &'static Cause,
}

impl FlowCause {
    /// Which of [`enums`](crate::api::enums) names the code.
    pub fn kind(self) -> Option<&'static str> {
        self.known.kind
    }

    /// The code's name there, in `snake_case`; none for one that is not known.
    pub fn name(self) -> Option<&'static str> {
        self.entry().map(|(_, name, _)| *name)
    }

    /// What the code means, as a sentence.
    pub fn meaning(self) -> Option<&'static str> {
        self.entry().map(|(.., meaning)| *meaning)
    }

    fn entry(self) -> Option<&'static (i64, &'static str, &'static str)> {
        let mut values = self.known.values.iter();
        values.find(|(code, ..)| *code == self.code)
    }
}

impl std::fmt::Debug for FlowCause {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({})", self.name().unwrap_or("unknown"), self.code)
    }
}

fn list(tried: &[String]) -> String {
    if tried.is_empty() {
        String::new()
    } else {
        format!(". Tried: {}", tried.join("; "))
    }
}

/// The first few, as words.
fn first(errors: &BTreeMap<String, Error>) -> String {
    let mut texts: Vec<String> = errors
        .iter()
        .take(3)
        .map(|(key, error)| format!("{key}: {error}"))
        .collect();
    if errors.len() > texts.len() {
        texts.push("...".to_owned());
    }
    texts.join("; ")
}

fn refusal(text: &str, code: Option<i64>) -> String {
    match (text.is_empty(), code) {
        (true, None) => " without a reason".to_owned(),
        (true, Some(code)) => format!(" with code {code}"),
        (false, None) => format!(": {text}"),
        (false, Some(code)) => format!(": {text} (code {code})"),
    }
}

fn subject(method: Option<&str>, request_id: Option<&str>) -> String {
    match (method, request_id) {
        (Some(method), Some(id)) => format!("{method} (request {id}): "),
        (Some(method), None) => format!("{method}: "),
        _ => String::new(),
    }
}

fn missing(accepted: bool) -> &'static str {
    if accepted {
        "was accepted, but its outcome did not come"
    } else {
        "had no answer"
    }
}

fn why(cause: Option<FlowCause>) -> String {
    let Some(cause) = cause else {
        return String::new();
    };
    let code = cause.code;
    match (cause.name(), cause.meaning()) {
        (Some(name), Some(meaning)) => format!(" with {name} ({code}): {meaning}"),
        _ => format!(" with the unknown cause {code}"),
    }
}

fn unknown(outcome_unknown: bool) -> &'static str {
    if outcome_unknown {
        ". Whether it was carried out is not known; ask for the state before repeating it"
    } else {
        ""
    }
}

impl Error {
    /// Name of the error's class in the Python and Node packages.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Connect { .. } => "ConnectError",
            Self::Auth { .. } => "AuthError",
            Self::Command { .. } => "CommandError",
            Self::Timeout { .. } => "CommandTimeout",
            Self::Flow { .. } => "FlowError",
            Self::WaitTimeout { .. } => "WaitTimeout",
            Self::ConnectionLost { .. } => "ConnectionLost",
            Self::Superseded { .. } => "Superseded",
            Self::RoomClosed { .. } => "RoomClosed",
            Self::FileRequest { .. } => "FileRequestError",
            Self::Transfer { .. } => "TransferError",
            Self::Fleet { .. } => "FleetError",
            Self::Usage(_) => "UsageError",
            Self::Cancelled => "Cancelled",
        }
    }

    /// The error as JSON text, for hosts that rebuild it as a class of their own.
    pub fn to_json(&self) -> String {
        let mut fields = Map::new();
        fields.insert("kind".into(), self.kind().into());
        fields.insert("message".into(), self.to_string().into());
        let mut put = |name: &str, value: Value| fields.insert(name.into(), value);
        match self {
            Self::Connect { tried, .. } => {
                put("tried", json!(tried));
            }
            Self::Auth { code, .. } => {
                put("code", json!(code));
            }
            Self::Command {
                method,
                request_id,
                code,
                text,
                reply,
            } => {
                put("method", json!(method));
                put("requestId", json!(request_id));
                put("code", json!(code));
                put("text", json!(text));
                put(
                    "reply",
                    serde_json::from_str(reply.as_str()).unwrap_or(Value::Null),
                );
            }
            Self::Timeout {
                method,
                request_id,
                after,
                outcome_unknown,
                accepted,
            } => {
                put("accepted", json!(accepted));
                put("method", json!(method));
                put("requestId", json!(request_id));
                put("timeout", json!(millis(*after)));
                put("outcomeUnknown", json!(outcome_unknown));
            }
            Self::WaitTimeout { after, .. } => {
                put("timeout", json!(millis(*after)));
            }
            Self::Flow {
                method,
                request_id,
                event,
                cause,
                ..
            } => {
                put("method", json!(method));
                put("requestId", json!(request_id));
                put("cause", json!(cause.map(|cause| cause.code)));
                put("causeKind", json!(cause.and_then(FlowCause::kind)));
                put("causeName", json!(cause.and_then(FlowCause::name)));
                put(
                    "event",
                    serde_json::from_str(event.as_str()).unwrap_or(Value::Null),
                );
            }
            Self::ConnectionLost {
                method,
                request_id,
                reason,
                outcome_unknown,
            } => {
                put("method", json!(method));
                put("requestId", json!(request_id));
                put("reason", json!(reason));
                put("outcomeUnknown", json!(outcome_unknown));
            }
            Self::Superseded {
                method, request_id, ..
            }
            | Self::RoomClosed { method, request_id } => {
                put("method", json!(method));
                put("requestId", json!(request_id));
            }
            Self::FileRequest { id, .. } => {
                put("id", json!(id));
            }
            Self::Transfer { file, .. } => {
                put("file", json!(file));
            }
            Self::Fleet { of, errors } => {
                let errors: Map<String, Value> = errors
                    .iter()
                    .map(|(key, error)| (key.clone(), error_json(error)))
                    .collect();
                put("of", json!(of));
                put("errors", json!(errors));
            }
            Self::Usage(_) | Self::Cancelled => {}
        }
        Value::Object(fields).to_string()
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_say_what_where_and_what_to_do() {
        let error = Error::Timeout {
            method: "acceptFile".into(),
            request_id: "7".into(),
            after: Duration::from_secs(15),
            outcome_unknown: true,
            accepted: false,
        };
        let text = error.to_string();
        assert!(
            text.starts_with("acceptFile (request 7) had no answer within 15s"),
            "{text}"
        );
        assert!(
            text.contains("ask for the state before repeating it"),
            "{text}"
        );
    }

    #[test]
    fn json_carries_the_fields_of_the_class() {
        let error = Error::Command {
            method: "sendFile".into(),
            request_id: "3".into(),
            code: Some(5),
            text: "no such file".into(),
            reply: Text::from(r#"{"result":false}"#.to_owned()),
        };
        let parsed: Value = serde_json::from_str(&error.to_json()).unwrap();
        assert_eq!(parsed["kind"], "CommandError");
        assert_eq!(parsed["reply"]["result"], false);
        assert_eq!(
            parsed["message"],
            "sendFile (request 3) was refused by the terminal: no such file (code 5)"
        );
    }
}
