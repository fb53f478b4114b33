//! From JSON to Rust and back, tolerantly one way and exactly the other.

use std::fmt;

use serde_json::{Map, Value};

use super::Fields;
use crate::engine::FileId;
use crate::text::Text;

/// What a field can be read as; `None` where the value is of another type.
pub trait FromJson<'a>: Sized {
    /// Reads one value.
    fn from_json(value: &'a Value) -> Option<Self>;
}

/// What can be sent as a parameter; `None` is left out.
pub trait ToJson {
    /// The value as it is sent.
    fn to_json(&self) -> Option<Value>;
}

impl<'a> FromJson<'a> for &'a str {
    fn from_json(value: &'a Value) -> Option<Self> {
        value.as_str()
    }
}

impl<'a> FromJson<'a> for i64 {
    /// Also `5.0` and `"5"`: terminals send some ids as texts.
    fn from_json(value: &'a Value) -> Option<Self> {
        match value {
            Value::Number(number) => number.as_i64().or_else(|| whole(number.as_f64()?)),
            Value::String(text) => text.parse().ok(),
            _ => None,
        }
    }
}

#[allow(clippy::cast_possible_truncation)] // Checked to be in range.
fn whole(number: f64) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0; // 2^53
    (number.fract() == 0.0 && number.abs() <= EXACT).then_some(number as i64)
}

impl<'a> FromJson<'a> for f64 {
    fn from_json(value: &'a Value) -> Option<Self> {
        value.as_f64()
    }
}

impl<'a> FromJson<'a> for bool {
    fn from_json(value: &'a Value) -> Option<Self> {
        value.as_bool()
    }
}

impl<'a> FromJson<'a> for &'a Value {
    fn from_json(value: &'a Value) -> Option<Self> {
        (!value.is_null()).then_some(value)
    }
}

impl<'a, T: FromJson<'a>> FromJson<'a> for Vec<T> {
    /// Items of another type are left out.
    fn from_json(value: &'a Value) -> Option<Self> {
        let items = value.as_array()?;
        Some(items.iter().filter_map(T::from_json).collect())
    }
}

impl ToJson for String {
    fn to_json(&self) -> Option<Value> {
        Some(self.as_str().into())
    }
}

impl ToJson for i64 {
    fn to_json(&self) -> Option<Value> {
        Some((*self).into())
    }
}

impl ToJson for f64 {
    fn to_json(&self) -> Option<Value> {
        Some((*self).into())
    }
}

impl ToJson for bool {
    fn to_json(&self) -> Option<Value> {
        Some((*self).into())
    }
}

impl ToJson for Value {
    fn to_json(&self) -> Option<Value> {
        Some(self.clone())
    }
}

impl ToJson for FileId {
    fn to_json(&self) -> Option<Value> {
        Some(self.into())
    }
}

impl<T: ToJson> ToJson for Vec<T> {
    fn to_json(&self) -> Option<Value> {
        Some(self.iter().filter_map(T::to_json).collect())
    }
}

impl<T: ToJson> ToJson for Option<T> {
    fn to_json(&self) -> Option<Value> {
        self.as_ref()?.to_json()
    }
}

/// The first of these names that holds a value of the type.
pub(super) fn read<'a, T: FromJson<'a>>(fields: &'a Fields, names: &[&str]) -> Option<T> {
    names
        .iter()
        .find_map(|name| T::from_json(fields.get(*name)?))
}

pub(super) fn put(fields: &mut Fields, name: &str, value: &impl ToJson) {
    if let Some(value) = value.to_json() {
        fields.insert(name.to_owned(), value);
    }
}

/// The fields of a message, which the engine has found to be an object.
pub(super) fn fields(text: &Text) -> Fields {
    serde_json::from_str(text.as_str()).unwrap_or_else(|error| {
        tracing::warn!(target: "trueroom", %error, "a message that cannot be read as a whole");
        Map::new()
    })
}

/// `Name {"field":"value"}`, without secrets.
pub(super) fn debug(f: &mut fmt::Formatter<'_>, name: &str, fields: &Fields) -> fmt::Result {
    write!(f, "{name} {}", redacted(&Value::Object(fields.clone())))
}

fn redacted(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let shown = fields.iter().map(|(name, value)| {
                let hidden = is_secret(name) && !value.is_boolean() && !value.is_null();
                let shown = if hidden {
                    "[redacted]".into()
                } else {
                    redacted(value)
                };
                (name.clone(), shown)
            });
            Value::Object(shown.collect())
        }
        Value::Array(items) => items.iter().map(redacted).collect(),
        other => other.clone(),
    }
}

/// Whether a field of this name may hold a PIN, a password or a token.
fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let inside = ["token", "password", "passwd", "credential", "secret"];
    let at_end = ["pin", "pinlist", "roomkey"];
    inside.iter().any(|part| name.contains(part)) || at_end.iter().any(|end| name.ends_with(end))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::app::{GetAppState, GetAppStateAnswer};
    use super::super::call::{Call, CallHistoryClearedEvent, InviteReceivedEvent};
    use super::super::conference::CreateConference;
    use super::super::enums::{AppState, ConferenceKind, ConferenceMode, SearchContactMask};
    use super::super::{Command, Event, View};
    use super::*;

    fn answer(value: Value) -> GetAppStateAnswer {
        GetAppStateAnswer::new(value.as_object().unwrap().clone())
    }

    #[test]
    fn a_field_is_none_where_it_is_missing_or_of_another_type() {
        let answer = answer(json!({
            "appState": 5, "embeddedHttpPort": "8766", "recording": 1,
            "desktopSharing": {"running": true, "name": 7}, "broadcastPicture": [], "new": [1],
        }));
        assert_eq!(answer.app_state(), Some(AppState::InConference));
        assert_eq!(answer.embedded_http_port(), Some(8766));
        assert_eq!(answer.recording(), None);
        let sharing = answer.desktop_sharing().unwrap();
        assert_eq!((sharing.running(), sharing.name()), (Some(true), None));
        assert_eq!(sharing.get("name"), Some(&json!(7)));
        assert!(answer.broadcast_picture().is_none());
        assert_eq!(answer.get("new"), Some(&json!([1])));
    }

    #[test]
    fn unknown_codes_are_kept() {
        assert_eq!(
            answer(json!({"appState": 77})).app_state(),
            Some(AppState::Other(77))
        );
        assert_eq!(AppState::Other(77).code(), 77);
        assert_eq!(ConferenceMode::from("0xP"), ConferenceMode::VideoLecture);
        assert_eq!(ConferenceMode::from("new").as_str(), "new");
        let mask = SearchContactMask::ID | SearchContactMask::EMAIL;
        assert!(mask.contains(SearchContactMask::ID) && mask.0 == 5);
    }

    #[test]
    fn parameters_that_are_left_out_are_not_sent() {
        let create = CreateConference {
            title: "Stand-up".into(),
            conf_type: ConferenceKind::AllOnScreen,
            auto_accept: true,
            invite_list: Some(vec!["a@b".into()]),
            use_waiting_room: None,
            mute_cam_on_join: None,
            mute_mic_on_join: None,
            casters_count: None,
            smart_meeting: None,
        };
        let expected = json!({
            "title": "Stand-up", "confType": "symmetric", "autoAccept": true, "inviteList": ["a@b"],
        });
        assert_eq!(Value::Object(create.params()), expected);
        assert!(GetAppState::default().params().is_empty());
    }

    #[test]
    fn secrets_are_not_shown() {
        let call = Call {
            peer_id: "a@b".into(),
            pin: Some("4711".into()),
        };
        let text = format!("{call:?}");
        assert_eq!(text, r#"Call {"peerId":"a@b","pin":"[redacted]"}"#);
    }

    #[test]
    fn an_event_is_read_by_its_name_only() {
        let event = crate::Event {
            name: "inviteReceived".into(),
            text: r#"{"method":"event","event":"inviteReceived","peerId":"a@b"}"#
                .to_owned()
                .into(),
        };
        assert_eq!(
            InviteReceivedEvent::of(&event).unwrap().peer_id(),
            Some("a@b")
        );
        assert!(CallHistoryClearedEvent::of(&event).is_none());
    }
}
