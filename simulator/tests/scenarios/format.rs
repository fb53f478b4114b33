//! The form of a scenario file. What does not fit is an error, so that a typo cannot go unnoticed.

use std::collections::HashSet;

use serde::Deserialize;
use serde_json::{Map, Value};
use trueroom::catalogue;
use trueroom_simulator::SimulatorOptions;

use super::operation::Operation;
use super::pattern::{check, check_filled};

/// Name of a room that no step names.
pub(crate) const ROOM: &str = "room";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scenario {
    pub(crate) about: String,
    #[serde(default)]
    pub(crate) covers: Vec<String>,
    pub(crate) generation: Option<Generation>,
    #[serde(default)]
    pub(crate) simulator: Map<String, Value>,
    pub(crate) steps: Vec<Step>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Generation {
    Current,
    Legacy,
}

/// One step: exactly one verb, and the keys that go with it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Step {
    pub(crate) terminal: Option<Value>,
    pub(crate) connect: Option<Map<String, Value>>,
    pub(crate) call: Option<String>,
    pub(crate) flow: Option<String>,
    #[serde(rename = "do")]
    pub(crate) operation: Option<Value>,
    pub(crate) wait: Option<Wait>,
    pub(crate) finish: Option<String>,
    pub(crate) cancel: Option<String>,
    pub(crate) subscribe: Option<Filter>,
    pub(crate) next: Option<String>,
    pub(crate) nothing: Option<String>,
    #[serde(deserialize_with = "given")]
    pub(crate) status: Option<Value>,
    pub(crate) file: Option<Value>,
    #[serde(deserialize_with = "given")]
    pub(crate) files: Option<Value>,
    #[serde(deserialize_with = "given")]
    pub(crate) live: Option<Value>,
    pub(crate) close: Option<String>,
    pub(crate) write: Option<String>,
    pub(crate) folder: Option<String>,

    pub(crate) room: Option<String>,
    pub(crate) params: Option<Value>,
    pub(crate) timeout: Option<u64>,
    pub(crate) start: Option<String>,
    #[serde(rename = "as")]
    pub(crate) name: Option<String>,
    pub(crate) until: Option<Value>,
    pub(crate) content: Option<Value>,
    #[serde(deserialize_with = "given")]
    pub(crate) expect: Option<Value>,
    pub(crate) error: Option<Value>,
}

/// Tells null, which is a pattern, from an absent key.
fn given<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Wait {
    Ready,
    Closed,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) enum Filter {
    Events(Names),
    Files(Files),
}

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(crate) enum Names {
    All(Star),
    Some(Vec<String>),
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) enum Star {
    #[serde(rename = "*")]
    Star,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Files {
    Requests,
    Changes,
}

impl Scenario {
    /// Reads and checks a file.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let scenario: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        scenario.check()?;
        Ok(scenario)
    }

    fn check(&self) -> Result<(), String> {
        if self.about.trim().is_empty() || self.about.contains('\n') {
            return Err("about must be one line".into());
        }
        for name in &self.covers {
            if catalogue::command(name).is_none() && catalogue::event(name).is_none() {
                return Err(format!("covers: the catalogue has no {name}"));
            }
        }
        let options = Value::Object(self.simulator.clone());
        SimulatorOptions::from_json(options).map_err(|error| error.to_string())?;
        let mut seen = Seen::default();
        let given = ["folder", "port", "websocketPort", "httpPort"];
        seen.variables.extend(given.map(str::to_owned));
        for (number, step) in self.steps.iter().enumerate() {
            step.check(&mut seen)
                .map_err(|problem| format!("step {number}: {problem}"))?;
        }
        match seen.begun.iter().next() {
            Some(name) => Err(format!("'{name}' is begun and never finished")),
            None => Ok(()),
        }
    }
}

/// Names that steps so far have made.
#[derive(Default)]
struct Seen {
    variables: HashSet<String>,
    rooms: HashSet<String>,
    subscriptions: HashSet<String>,
    begun: HashSet<String>,
}

impl Step {
    /// The verb, and the keys that may stand beside it.
    fn verb(&self) -> Result<(&'static str, &'static [&'static str]), String> {
        let verbs: [(&str, bool, &[&str]); 18] = [
            ("terminal", self.terminal.is_some(), &["expect", "error"]),
            (
                "connect",
                self.connect.is_some(),
                &["room", "start", "expect", "error"],
            ),
            (
                "call",
                self.call.is_some(),
                &["room", "params", "timeout", "start", "expect", "error"],
            ),
            (
                "flow",
                self.flow.is_some(),
                &["room", "params", "timeout", "start", "expect", "error"],
            ),
            (
                "do",
                self.operation.is_some(),
                &["room", "start", "expect", "error"],
            ),
            (
                "wait",
                self.wait.is_some(),
                &["room", "start", "expect", "error"],
            ),
            ("finish", self.finish.is_some(), &["expect", "error"]),
            ("cancel", self.cancel.is_some(), &[]),
            ("subscribe", self.subscribe.is_some(), &["room", "as"]),
            ("next", self.next.is_some(), &["until", "expect"]),
            ("nothing", self.nothing.is_some(), &["room"]),
            ("status", self.status.is_some(), &["room"]),
            ("file", self.file.is_some(), &["room", "expect"]),
            ("files", self.files.is_some(), &["room"]),
            ("live", self.live.is_some(), &["room"]),
            ("close", self.close.is_some(), &[]),
            ("write", self.write.is_some(), &["content"]),
            ("folder", self.folder.is_some(), &["expect"]),
        ];
        let given: Vec<_> = verbs.iter().filter(|(_, given, _)| *given).collect();
        match given[..] {
            [(verb, _, keys)] => Ok((verb, keys)),
            [] => Err("there is no verb".into()),
            _ => Err("there is more than one verb".into()),
        }
    }

    fn check(&self, seen: &mut Seen) -> Result<(), String> {
        let (verb, allowed) = self.verb()?;
        for (key, given) in [
            ("room", self.room.is_some()),
            ("params", self.params.is_some()),
            ("timeout", self.timeout.is_some()),
            ("start", self.start.is_some()),
            ("as", self.name.is_some()),
            ("until", self.until.is_some()),
            ("content", self.content.is_some()),
            ("expect", self.expect.is_some()),
            ("error", self.error.is_some()),
        ] {
            if given && !allowed.contains(&key) {
                return Err(format!("{verb} does not take {key}"));
            }
        }
        let ends = [
            self.start.is_some(),
            self.expect.is_some(),
            self.error.is_some(),
        ];
        if ends.iter().filter(|given| **given).count() > 1 {
            return Err("only one of start, expect and error".into());
        }
        if let Some(flow) = &self.flow
            && catalogue::flow(flow).is_none()
        {
            return Err(format!("the catalogue has no flow {flow}"));
        }
        self.check_names(verb, allowed, seen)?;
        for input in [
            &self.terminal,
            &self.params,
            &self.file,
            &self.content,
            &self.operation,
        ] {
            input
                .iter()
                .try_for_each(|value| check_filled(value, &seen.variables))?;
        }
        for text in self.write.iter().chain(&self.folder) {
            check_filled(&text.as_str().into(), &seen.variables)?;
        }
        if let Some(operation) = &self.operation {
            Operation::read(operation)?;
        }
        for pattern in [
            &self.until,
            &self.expect,
            &self.error,
            &self.status,
            &self.files,
            &self.live,
        ] {
            pattern
                .iter()
                .try_for_each(|pattern| check(pattern, &mut seen.variables))?;
        }
        self.check_status()
    }

    fn check_names(&self, verb: &str, allowed: &[&str], seen: &mut Seen) -> Result<(), String> {
        let room = self
            .room
            .as_deref()
            .or(self.close.as_deref())
            .unwrap_or(ROOM);
        if verb == "connect" {
            seen.rooms.insert(room.to_owned());
        } else if (allowed.contains(&"room") || verb == "close") && !seen.rooms.contains(room) {
            return Err(format!("there is no room '{room}' yet"));
        }
        if let Some(name) = &self.start {
            seen.begun.insert(name.clone());
        }
        if verb == "subscribe" {
            let name = self.name.clone().ok_or("subscribe needs as")?;
            seen.subscriptions.insert(name);
        }
        for name in self.next.iter().chain(&self.nothing) {
            if !seen.subscriptions.contains(name) {
                return Err(format!("there is no subscription '{name}' yet"));
            }
        }
        if let Some(name) = &self.cancel
            && !seen.begun.contains(name)
        {
            return Err(format!("'{name}' was not begun"));
        }
        if let Some(name) = &self.finish
            && !seen.begun.remove(name)
        {
            return Err(format!("'{name}' was not begun"));
        }
        if verb == "write" && self.content.is_none() {
            return Err("write needs content".into());
        }
        Ok(())
    }

    /// Only what every language shows of the state.
    fn check_status(&self) -> Result<(), String> {
        let known = [
            "state",
            "apiVersion",
            "privileges",
            "availability",
            "counters",
        ];
        let fields = self
            .status
            .iter()
            .filter_map(Value::as_object)
            .flat_map(Map::keys);
        match fields
            .into_iter()
            .find(|key| !known.contains(&key.as_str()))
        {
            Some(key) => Err(format!("status: {key} is not shown in every language")),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn problem(step: Value) -> String {
        let steps = json!([{"connect": {}}, step]);
        let text = json!({"about": "x", "steps": steps}).to_string();
        Scenario::read(&text).err().unwrap_or_default()
    }

    #[test]
    fn mistakes_are_found() {
        for (step, part) in [
            (json!({"cal": "x"}), "unknown field `cal`"),
            (json!({"call": "x", "expct": {}}), "unknown field `expct`"),
            (
                json!({"call": "x", "until": {}}),
                "call does not take until",
            ),
            (json!({"call": "x", "close": "room"}), "more than one verb"),
            (json!({"expect": 1}), "no verb"),
            (
                json!({"call": "x", "expect": 1, "error": {}}),
                "only one of",
            ),
            (json!({"call": "x", "room": "other"}), "no room 'other'"),
            (json!({"call": "x", "start": "a"}), "never finished"),
            (json!({"flow": "makeTea"}), "no flow makeTea"),
            (json!({"finish": "a"}), "not begun"),
            (json!({"next": "s"}), "no subscription"),
            (json!({"do": {"op": "acept", "id": "1"}}), "unknown variant"),
            (
                json!({"do": {"op": "accept", "id": "$id"}}),
                "$id is not set",
            ),
            (
                json!({"subscribe": {"events": "x"}, "as": "s"}),
                "did not match",
            ),
            (
                json!({"subscribe": {"event": []}, "as": "s"}),
                "unknown variant",
            ),
            (json!({"status": {"rtt": 1}}), "rtt"),
            (json!({"call": "x", "expect": {"$an": 1}}), "no matcher $an"),
        ] {
            let problem = problem(step.clone());
            assert!(problem.contains(part), "{step}: {problem}");
        }
        assert_eq!(problem(json!({"call": "x", "expect": null})), "");
    }

    #[test]
    fn a_scenario_is_about_something_and_covers_what_exists() {
        for text in [
            r#"{"about": "", "steps": []}"#,
            r#"{"about": "x", "covers": ["noSuchName"], "steps": []}"#,
            r#"{"about": "x", "simulator": {"pim": "1"}, "steps": []}"#,
            r#"{"about": "x"}"#,
        ] {
            assert!(Scenario::read(text).is_err(), "{text}");
        }
    }
}
