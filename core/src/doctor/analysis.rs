//! Messages go in one by one, findings come out. Pure: no connection, no clock.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::compare::Compare;
use super::findings::{Difference, File, Findings};
use super::privacy::Privacy;
use super::variants::Variants;
use crate::catalogue::{self, shapes::Shapes};
use crate::secret::Secret;

/// What every answer may have.
const ANSWER: [&str; 5] = ["method", "requestId", "result", "error", "resultCode"];
/// What every event has.
const EVENT: [&str; 2] = ["method", "event"];

/// What is known after all messages so far.
pub(super) struct Analysis {
    shapes: Shapes,
    privacy: Privacy,
    pub(super) findings: Findings,
    pub(super) variants: Variants,
    /// How often each event came.
    pub(super) events: BTreeMap<String, u64>,
    /// Messages that were no JSON objects.
    pub(super) unreadable: u64,
    /// `productInfo` of `getSystemInfo`, such as `5.0.1.2`.
    pub(super) product: Option<String>,
}

impl Analysis {
    /// `secrets` are never repeated, wherever they turn up.
    pub(super) fn new(secrets: Vec<Secret>) -> Self {
        Self {
            shapes: Shapes::load(),
            privacy: Privacy::new(secrets),
            findings: Findings::default(),
            variants: Variants::default(),
            events: BTreeMap::new(),
            unreadable: 0,
            product: None,
        }
    }

    /// A text message came from the terminal.
    pub(super) fn hear(&mut self, text: &str) {
        let Ok(Value::Object(message)) = serde_json::from_str(text) else {
            self.unreadable += 1;
            return;
        };
        let text_of = |key: &str| message.get(key).and_then(Value::as_str);
        match (text_of("method"), text_of("event")) {
            (Some("event") | None, Some(name)) => self.event(name, &message),
            (Some("event"), None) => self.variants.count("events", "without a name"),
            (Some(name), _) => self.answer(name, &message),
            (None, None) => self.variants.count("answers", "without a method"),
        }
    }

    fn event(&mut self, name: &str, message: &Map<String, Value>) {
        let known = catalogue::event(name);
        let entry = known.map_or_else(|| self.privacy.name(name), |known| known.name.to_owned());
        *self.events.entry(entry.clone()).or_default() += 1;
        match known {
            None => self.findings.differs(
                Difference::UnknownEvent,
                (File::Events, &entry),
                None,
                None,
                None,
            ),
            Some(known) if known.aliases.is_empty() => {}
            Some(_) => {
                let thing = format!("spelling of the event {entry}");
                self.variants.count(&thing, name);
            }
        }
        self.compare()
            .message((File::Events, &entry), message, &EVENT);
    }

    fn answer(&mut self, name: &str, message: &Map<String, Value>) {
        self.variants.answer(message);
        let known = catalogue::command(name);
        let entry = known.map_or_else(|| self.privacy.name(name), |known| known.name.to_owned());
        if known.is_none() {
            self.findings.differs(
                Difference::UnknownMethod,
                (File::Commands, &entry),
                None,
                None,
                None,
            );
        }
        let refused = match message.get("result") {
            Some(result) => *result == Value::Bool(false),
            None => message.contains_key("error"),
        };
        if entry == "setUsedApiVersion" {
            let form = if refused { "refused" } else { "accepted" };
            self.variants.count("setUsedApiVersion", form);
        }
        if refused {
            return;
        }
        if entry == "auth" {
            self.variants.authorization(message);
        }
        if let Some(product) = message.get("productInfo").and_then(version) {
            self.product = Some(product);
        }
        self.compare()
            .message((File::Commands, &entry), message, &ANSWER);
    }

    fn compare(&mut self) -> Compare<'_> {
        Compare {
            shapes: &self.shapes,
            privacy: &self.privacy,
            findings: &mut self.findings,
            variants: &mut self.variants,
        }
    }
}

/// `{"major": 5, "minor": 0, "revision": 1, "build": 2}` as `5.0.1.2`.
fn version(info: &Value) -> Option<String> {
    let part = |name: &str| info.get(name)?.as_u64().map(|number| number.to_string());
    let parts = ["major", "minor", "revision", "build"].map(part);
    let parts: Vec<String> = parts.into_iter().map_while(|part| part).collect();
    (parts.len() >= 3).then(|| parts.join("."))
}

#[cfg(test)]
#[path = "analysis_tests.rs"]
mod tests;
