//! Which of the known forms a terminal uses where the documents are silent or disagree.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::findings::File;
use crate::catalogue::shapes::Field;

/// Seconds since 1970 stay below this for thousands of years, milliseconds were above it in 1973.
const MILLISECONDS_FROM: i64 = 100_000_000_000;

/// How often each form of each variable thing was met.
#[derive(Default)]
pub(super) struct Variants(pub(super) BTreeMap<String, BTreeMap<String, u64>>);

impl Variants {
    pub(super) fn count(&mut self, thing: &str, form: impl Into<String>) {
        let forms = self.0.entry(thing.to_owned()).or_default();
        *forms.entry(form.into()).or_default() += 1;
    }

    /// What an answer has besides its own fields.
    pub(super) fn answer(&mut self, answer: &Map<String, Value>) {
        self.count(
            "requestId",
            match answer.get("requestId") {
                None => "missing",
                Some(Value::String(id)) if id.is_empty() => "empty",
                Some(Value::String(_)) => "echoed",
                Some(Value::Number(_)) => "echoed as a number",
                Some(_) => "something else",
            },
        );
        self.count(
            "result",
            match answer.get("result") {
                None => "missing",
                Some(Value::Bool(_)) => "boolean",
                Some(Value::Number(_)) => "number",
                Some(_) => "something else",
            },
        );
        if answer.get("result") == Some(&Value::Bool(false)) {
            let text = answer.get("error").is_some_and(Value::is_string);
            let code = answer.get("resultCode").is_some_and(Value::is_number);
            self.count(
                "refusal",
                match (text, code) {
                    (true, true) => "text and code",
                    (true, false) => "text",
                    (false, true) => "code",
                    (false, false) => "neither",
                },
            );
        }
    }

    pub(super) fn authorization(&mut self, answer: &Map<String, Value>) {
        let code = answer.contains_key("resultCode");
        self.count("auth resultCode", if code { "there" } else { "missing" });
        if let Some(level) = answer.get("previleges").and_then(Value::as_i64) {
            self.count("auth previleges", level.clamp(-1, 99).to_string());
        }
    }

    /// A known field and its value.
    pub(super) fn field(
        &mut self,
        (file, entry): (File, &str),
        field: &Field,
        spelling: &str,
        value: &Value,
    ) {
        let name = field.name();
        if field.names.len() > 1 {
            self.count(&format!("spelling of {entry}.{name}"), spelling);
        }
        match (name, value) {
            ("fileId", Value::Number(_)) => self.count("fileId", "number"),
            ("fileId", Value::String(_)) => self.count("fileId", "string"),
            ("confId", Value::String(id)) if !id.is_empty() => self.count("confId", "there"),
            ("timestamp", Value::Number(time)) if is_of_file(file, entry) => {
                let thing = format!("timestamp of {} requests", direction(entry));
                self.count(&thing, unit(time.as_i64()));
            }
            ("token" | "tokenForHttpServer", Value::String(token)) => {
                self.count(&format!("{name} in {entry}"), token_form(token));
            }
            _ => {}
        }
        if let ("confId", Value::String(id)) = (name, value)
            && id.is_empty()
        {
            self.count("confId", "empty");
        }
    }

    /// A known field that is not there, or null.
    pub(super) fn absent(&mut self, field: &Field, object: &Map<String, Value>) {
        if field.name() == "confId" {
            let null = object.contains_key("confId");
            self.count("confId", if null { "null" } else { "missing" });
        }
    }
}

fn is_of_file(file: File, entry: &str) -> bool {
    file != File::Enums && entry.contains("File")
}

fn direction(entry: &str) -> &'static str {
    let entry = entry.to_ascii_lowercase();
    if entry.contains("incoming") || entry.contains("received") || entry.contains("downloading") {
        "incoming"
    } else if entry.contains("outgoing") || entry.contains("uploading") {
        "outgoing"
    } else {
        "all"
    }
}

fn unit(time: Option<i64>) -> &'static str {
    match time {
        Some(0) => "zero",
        Some(time) if time >= MILLISECONDS_FROM => "milliseconds",
        Some(time) if time > 0 => "seconds",
        _ => "something else",
    }
}

/// The form of a token, without any of it but its first number, which is a kind.
fn token_form(token: &str) -> String {
    let parts: Vec<&str> = token.split('*').collect();
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit());
    let hex = |text: &str| !text.is_empty() && text.bytes().all(|c| c.is_ascii_hexdigit());
    match parts[..] {
        [kind, text, number, check]
            if kind.len() <= 2 && digits(kind) && digits(number) && hex(check) =>
        {
            format!("{kind}*({} characters)*number*hex", text.chars().count())
        }
        _ if token.is_empty() => "empty".to_owned(),
        _ => "another form".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_shows_its_form_only() {
        assert_eq!(
            token_form("4*ABCDEFGHIJKLMNOP*1764000000*5f3a"),
            "4*(16 characters)*number*hex"
        );
        assert_eq!(token_form("secret"), "another form");
        assert_eq!(token_form("1234*ABC*1*ff"), "another form");
        assert_eq!(token_form(""), "empty");
    }

    #[test]
    fn units_are_told_by_size() {
        assert_eq!(unit(Some(1_764_000_000)), "seconds");
        assert_eq!(unit(Some(1_764_000_000_000)), "milliseconds");
        assert_eq!(unit(Some(0)), "zero");
        assert_eq!(unit(None), "something else");
    }
}
