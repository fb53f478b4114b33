//! Requests and replies as values.

use serde_json::{Map, Value};

use super::ConnectionId;

/// A command as it came in.
pub(super) struct Request<'a> {
    pub(super) connection: ConnectionId,
    pub(super) method: &'a str,
    pub(super) body: &'a Map<String, Value>,
}

/// Why a command is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) text: String,
    pub(super) code: Option<i64>,
    /// `status`, which one answer has.
    pub(super) status: Option<&'static str>,
}

impl Refusal {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            code: None,
            status: None,
        }
    }

    pub(super) fn coded(text: impl Into<String>, code: i64) -> Self {
        Self {
            code: Some(code),
            ..Self::new(text)
        }
    }
}

/// The fields of an answer besides `method`, `requestId` and `result`; or a refusal.
pub(super) type Reply = Result<Map<String, Value>, Refusal>;

/// An answer without fields of its own.
#[allow(clippy::unnecessary_wraps)]
pub(super) fn done() -> Reply {
    Ok(Map::new())
}

/// The fields of a `json!({..})` object.
pub(super) fn fields(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

impl<'a> Request<'a> {
    /// A text parameter, under the first of `names` that is present.
    pub(super) fn text(&self, names: &[&str]) -> Result<&'a str, Refusal> {
        self.find(names)?
            .as_str()
            .ok_or_else(|| Refusal::new(format!("parameter {} must be a string", names[0])))
    }

    /// A whole number, also when it is sent as a string of digits.
    pub(super) fn number(&self, names: &[&str]) -> Result<i64, Refusal> {
        let value = self.find(names)?;
        value
            .as_i64()
            .or_else(|| value.as_str().and_then(|text| text.parse().ok()))
            .ok_or_else(|| Refusal::new(format!("parameter {} must be a number", names[0])))
    }

    /// A flag that must be there.
    pub(super) fn flag(&self, name: &str) -> Result<bool, Refusal> {
        self.find(&[name])?
            .as_bool()
            .ok_or_else(|| Refusal::new(format!("parameter {name} must be a bool")))
    }

    /// A text parameter that may be missing.
    pub(super) fn optional_text(&self, name: &str) -> Option<&'a str> {
        self.body.get(name).and_then(Value::as_str)
    }

    /// A flag that may be missing, but is nothing else.
    pub(super) fn flag_or(&self, name: &str, missing: bool) -> Result<bool, Refusal> {
        if self.body.contains_key(name) {
            self.flag(name)
        } else {
            Ok(missing)
        }
    }

    /// A number of things, from 0 on, that may be missing.
    pub(super) fn count<T: TryFrom<i64>>(&self, name: &str) -> Result<Option<T>, Refusal> {
        if !self.body.contains_key(name) {
            return Ok(None);
        }
        let number = T::try_from(self.number(&[name])?);
        number
            .map(Some)
            .map_err(|_| Refusal::new(format!("parameter {name} is out of range")))
    }

    /// A list of texts that may be missing.
    pub(super) fn texts(&self, name: &str) -> Result<Vec<&'a str>, Refusal> {
        let wrong = || Refusal::new(format!("parameter {name} must be a list of strings"));
        let Some(value) = self.body.get(name) else {
            return Ok(Vec::new());
        };
        let items = value.as_array().ok_or_else(wrong)?;
        items
            .iter()
            .map(|item| item.as_str().ok_or_else(wrong))
            .collect()
    }

    fn find(&self, names: &[&str]) -> Result<&'a Value, Refusal> {
        names
            .iter()
            .find_map(|name| self.body.get(*name))
            .ok_or_else(|| Refusal::new(format!("parameter {} is missing", names[0])))
    }
}
