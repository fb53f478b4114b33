//! A JSON object, written member by member: much cheaper than building a tree first.

use std::fmt::{Display, Write};

pub(crate) struct Json(String);

impl Json {
    pub(crate) fn new() -> Self {
        Self(String::from("{"))
    }

    /// A number, a literal or an array.
    pub(crate) fn raw(mut self, key: &str, value: impl Display) -> Self {
        let comma = if self.0.len() > 1 { "," } else { "" };
        let _ = write!(self.0, "{comma}\"{key}\":{value}");
        self
    }

    /// A text that needs no escapes; the model makes no others.
    pub(crate) fn text(self, key: &str, value: &str) -> Self {
        self.raw(key, format_args!("\"{value}\""))
    }

    /// Members in their final form.
    pub(crate) fn members(mut self, members: &str) -> Self {
        if !members.is_empty() {
            if self.0.len() > 1 {
                self.0.push(',');
            }
            self.0.push_str(members);
        }
        self
    }

    pub(crate) fn into_members(mut self) -> String {
        self.0.remove(0);
        self.0
    }

    pub(crate) fn end(mut self) -> String {
        self.0.push('}');
        self.0
    }
}

/// The number after `"key":` in a text that the model or the library wrote.
pub(crate) fn number_after(text: &str, key: &str) -> Option<u64> {
    let at = text.find(key)? + key.len();
    let digits = text[at..].bytes().take_while(u8::is_ascii_digit).count();
    text[at..at + digits].parse().ok()
}
