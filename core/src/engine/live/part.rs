//! The parts of the mirror: what asks for each, and how the answer is read.

use serde_json::{Map, Value, json};

pub(super) type Fields = Map<String, Value>;

/// What is asked for with one query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    App,
    Server,
    User,
    Mic,
    Speaker,
    Camera,
    Conference,
    /// Asked for only while there is a conference.
    Participants,
}

pub(super) const PARTS: [Part; 8] = [
    Part::App,
    Part::Server,
    Part::User,
    Part::Mic,
    Part::Speaker,
    Part::Camera,
    Part::Conference,
    Part::Participants,
];

impl Part {
    pub(super) fn query(self) -> &'static str {
        match self {
            Self::App => "getAppState",
            Self::Server => "getConnected",
            Self::User => "getLogin",
            Self::Mic => "getMicMute",
            Self::Speaker => "getAudioMute",
            Self::Camera => "getVideoMute",
            Self::Conference => "getConferences",
            Self::Participants => "getConferenceParticipants",
        }
    }

    /// Its name in the snapshot.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::Server => "server",
            Self::User => "user",
            Self::Mic => "micMuted",
            Self::Speaker => "speakerMuted",
            Self::Camera => "cameraMuted",
            Self::Conference => "conference",
            Self::Participants => "participants",
        }
    }

    /// What an answer says; null where there is none, such as no user who is logged in.
    pub(super) fn read(self, mut answer: Fields) -> Value {
        for name in ["method", "requestId", "result", "error"] {
            answer.remove(name);
        }
        match self {
            Self::App => answer.into(),
            Self::Server => match (answer.get("state"), answer.get("serverInfo")) {
                (Some(state), Some(info)) if *state == json!(2) => info.clone(),
                _ => Value::Null,
            },
            Self::User => {
                let logged_in = ["isLoggedIn", "isLoggedin"]
                    .iter()
                    .any(|name| answer.get(*name) == Some(&Value::Bool(true)));
                if logged_in {
                    user(&answer)
                } else {
                    Value::Null
                }
            }
            Self::Mic | Self::Speaker | Self::Camera => muted(&answer),
            // The answer is about a call that rings as well; 0 says so in the examples.
            Self::Conference if answer.get("confState") == Some(&json!(0)) => Value::Null,
            Self::Conference => match answer.get("confId").and_then(Value::as_str) {
                Some(id) if !id.is_empty() => answer.into(),
                _ => Value::Null,
            },
            Self::Participants => match answer.remove("participants") {
                Some(Value::Array(list)) => list.into(),
                _ => json!([]),
            },
        }
    }
}

/// Who is logged in, out of a message.
pub(super) fn user(fields: &Fields) -> Value {
    json!({"peerId": fields.get("peerId"), "peerDn": fields.get("peerDn")})
}

/// Whether it is muted; null where the message does not say.
pub(super) fn muted(fields: &Fields) -> Value {
    fields
        .get("mute")
        .filter(|mute| mute.is_boolean())
        .cloned()
        .unwrap_or_default()
}
