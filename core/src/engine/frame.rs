//! One message from the terminal, read just far enough to route it.

use std::borrow::Cow;
use std::convert::Infallible;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};

use super::layout::Layout;
use super::role::Role;
use super::scalar::{Key, Nested, Scalar};

/// The keys that decide where a message goes. A key of an unexpected type counts as absent: it
/// must not cost the caller the rest of the message.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Frame<'a> {
    pub method: Option<Cow<'a, str>>,
    pub event: Option<Cow<'a, str>>,
    pub request_id: Option<Cow<'a, str>>,
    pub result: Option<bool>,
    pub error: Option<Cow<'a, str>>,
    pub code: Option<i64>,
}

impl<'a> Frame<'a> {
    /// The frame of a message that was scanned.
    pub(crate) fn of(layout: &Layout, text: &'a str) -> Self {
        let mut frame = Self::default();
        for member in layout.members() {
            let Ok(_) = frame.put(member.role(), || Ok::<_, Infallible>(member.scalar(text)));
        }
        frame
    }

    /// Takes the value of a member, if it is one that matters.
    fn put<E>(
        &mut self,
        role: Role,
        value: impl FnOnce() -> Result<Scalar<'a>, E>,
    ) -> Result<bool, E> {
        match role {
            Role::Method => self.method = value()?.into_text(),
            Role::Event => self.event = value()?.into_text(),
            Role::RequestId => self.request_id = value()?.into_text_or_number(),
            Role::Result => self.result = value()?.boolean(),
            Role::Error => self.error = value()?.into_text_or_number(),
            Role::Code => self.code = value()?.integer(),
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Reads a message, checking all of it: valid JSON, an object, nested at most 127 deep (the
    /// parser's limit), so that no host's parser meets something it cannot take.
    pub(crate) fn decode(text: &'a str) -> Result<Self, serde_json::Error> {
        serde_json::from_str::<Checked<'a>>(text).map(|checked| checked.0)
    }

    /// The same without the limit on nesting, to find out which call a refused answer was for.
    pub(crate) fn decode_header(text: &'a str) -> Option<Self> {
        serde_json::from_str::<Unchecked<'a>>(text)
            .ok()
            .map(|unchecked| unchecked.0)
    }

    /// True for a pushed event. `method` decides where there is one, as names are shared between
    /// commands and events; the oldest form of message has only `event`.
    pub(crate) fn is_event(&self) -> bool {
        match self.method.as_deref() {
            Some(method) => method == "event",
            None => self.event.is_some(),
        }
    }

    /// True for an answer that says no: by `result`, or by an error text where `result` is absent.
    pub(crate) fn is_refusal(&self) -> bool {
        match self.result {
            Some(result) => !result,
            None => self.error.as_ref().is_some_and(|text| !text.is_empty()),
        }
    }
}

/// Why a message could not be read, without repeating any of it.
pub(crate) fn describe(error: &serde_json::Error) -> String {
    match error.classify() {
        serde_json::error::Category::Data => "it is no JSON object".to_owned(),
        _ => error.to_string(),
    }
}

struct Checked<'a>(Frame<'a>);
struct Unchecked<'a>(Frame<'a>);

impl<'de> Deserialize<'de> for Checked<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer
            .deserialize_map(FrameVisitor::<Nested>::default())
            .map(Checked)
    }
}

impl<'de> Deserialize<'de> for Unchecked<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer
            .deserialize_map(FrameVisitor::<IgnoredAny>::default())
            .map(Unchecked)
    }
}

struct FrameVisitor<Rest>(std::marker::PhantomData<Rest>);

impl<Rest> Default for FrameVisitor<Rest> {
    fn default() -> Self {
        Self(std::marker::PhantomData)
    }
}

impl<'de, Rest: Deserialize<'de>> Visitor<'de> for FrameVisitor<Rest> {
    type Value = Frame<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Frame<'de>, A::Error> {
        let mut frame = Frame::default();
        while let Some(Key(key)) = map.next_key::<Key<'de>>()? {
            if !frame.put(Role::of(&key), || map.next_value())? {
                map.next_value::<Rest>()?;
            }
        }
        Ok(frame)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routing_keys_are_found_in_any_order() {
        let text = r#"{"x":[1,{"method":"no"}],"result":true,"requestId":"7","method":"getLogin"}"#;
        let frame = Frame::decode(text).unwrap();
        assert_eq!(frame.method.as_deref(), Some("getLogin"));
        assert_eq!(frame.request_id.as_deref(), Some("7"));
        assert_eq!(frame.result, Some(true));
        assert!(!frame.is_event());
    }

    #[test]
    fn a_wrong_type_costs_only_its_own_key() {
        let text =
            r#"{"method":"event","event":"login","result":0,"requestId":{"a":1},"error":[1]}"#;
        let frame = Frame::decode(text).unwrap();
        assert!(frame.is_event());
        assert_eq!(
            (frame.result, frame.request_id, frame.error),
            (None, None, None)
        );
    }

    #[test]
    fn numbers_serve_as_request_ids() {
        assert_eq!(
            Frame::decode(r#"{"requestId":12}"#)
                .unwrap()
                .request_id
                .as_deref(),
            Some("12")
        );
    }

    #[test]
    fn deep_nesting_is_refused_but_the_call_is_still_found() {
        let deep = format!(
            r#"{{"method":"getSettings","a":{}{},"requestId":"9"}}"#,
            "[".repeat(5000),
            "]".repeat(5000)
        );
        let error = Frame::decode(&deep).unwrap_err().to_string();
        assert!(error.contains("recursion limit"), "{error}");
        assert_eq!(
            Frame::decode_header(&deep).unwrap().request_id.as_deref(),
            Some("9")
        );
    }

    #[test]
    fn what_is_no_object_is_an_error() {
        for text in ["", "[]", "1", "null", "\"x\"", "{", "{\"a\":}", "{} {}"] {
            assert!(Frame::decode(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_refusal_is_told_by_result_or_by_an_error_without_result() {
        for (text, refusal) in [
            (r#"{"result":false}"#, true),
            (r#"{"result":true,"error":"x"}"#, false),
            (r#"{"error":"x"}"#, true),
            (r#"{"error":""}"#, false),
            (r"{}", false),
        ] {
            assert_eq!(Frame::decode(text).unwrap().is_refusal(), refusal, "{text}");
        }
    }
}
