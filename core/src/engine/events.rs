//! The library's own events, in the form of the terminal's.

use std::borrow::Cow;
use std::time::Duration;

use serde_json::{Value, json};

use super::files::{Direction, FileRequest, Generation};
use super::subscriptions::Event;
use super::{State, Text};

fn event(name: &'static str, mut fields: Value) -> Event {
    let mut message = json!({"method": "event", "event": name});
    if let (Some(message), Some(fields)) = (message.as_object_mut(), fields.as_object_mut()) {
        message.append(fields);
    }
    Event {
        name: Cow::Borrowed(name),
        text: Text::from(message.to_string()),
    }
}

/// The state of the connection changed. Durations are milliseconds.
pub(crate) fn connection(
    state: State,
    reason: &str,
    attempt: u32,
    retry_in: Option<Duration>,
    deaf_for: Option<Duration>,
) -> Event {
    event(
        "connection",
        json!({
            "state": state.as_str(),
            "reason": reason,
            "attempt": attempt,
            "retryIn": retry_in.map(millis),
            "deafFor": deaf_for.map(millis),
        }),
    )
}

/// Events had to go because the subscriber was too slow.
pub(crate) fn lagged(dropped: u64) -> Event {
    event("lagged", json!({ "dropped": dropped }))
}

/// Something went wrong that belongs to no call.
pub(crate) fn error(message: &str) -> Event {
    event("error", json!({ "message": message }))
}

/// Parts of the live mirror have changed.
pub(crate) fn live(changed: &[&str]) -> Event {
    event("live", json!({ "changed": changed }))
}

/// A change that was found by asking, as the event that would have told it.
pub(crate) fn file(name: &'static str, request: &FileRequest, generation: Generation) -> Event {
    let mut fields = json!({
        "fileName": &*request.file_name,
        "directionType": u8::from(request.direction == Direction::Outgoing),
        "synthetic": true,
    });
    let mut put = |name: &str, value: Value| {
        if !value.is_null() {
            fields[name] = value;
        }
    };
    if name != "receivedFileRequest" {
        put("status", request.status.to_wire().into());
    }
    match generation {
        Generation::Current => {
            put("fileRequestId", (&*request.id).into());
            put("fileSize", request.size.into());
        }
        Generation::Legacy => {
            put(
                "id",
                request
                    .id
                    .parse::<i64>()
                    .map_or_else(|_| (&*request.id).into(), Value::from),
            );
            put("totalSize", request.size.into());
        }
    }
    put("peerId", request.peer_id.as_deref().into());
    let display = if name == "receivedFileRequest" {
        "peerDn"
    } else {
        "peerDisplayName"
    };
    put(display, request.peer_name.as_deref().into());
    put("confId", request.conference_id.as_deref().into());
    put("timestamp", request.created_at.into());
    put(
        "fileId",
        request.file_id.as_ref().map_or(Value::Null, Value::from),
    );
    event(name, fields)
}

#[allow(clippy::cast_possible_truncation)] // Durations here are below a year.
fn millis(duration: Duration) -> u64 {
    duration.as_millis() as u64
}
