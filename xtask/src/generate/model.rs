//! The catalogue's form as types. Serde checks which keys stand where and what they hold;
//! `validate` checks what types cannot say. `protocol/README.md` explains every key.

use std::collections::{BTreeMap, BTreeSet};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::flows::Flow;
use super::json;

pub(super) const FILES: [&str; 5] = ["commands", "events", "flows", "types", "enums"];

#[derive(Default)]
pub(super) struct Catalogue {
    pub(super) commands: BTreeMap<String, Command>,
    pub(super) events: BTreeMap<String, Event>,
    pub(super) flows: BTreeMap<String, Flow>,
    pub(super) types: BTreeMap<String, Type>,
    pub(super) enums: BTreeMap<String, Enum>,
}

impl Catalogue {
    /// Reads the files, given as (name without `.json`, text). Faults are added to `faults`;
    /// an entry with a fault in its form is left out.
    pub(super) fn parse(files: &[(&str, String)], faults: &mut Vec<String>) -> Catalogue {
        let mut catalogue = Catalogue::default();
        for (name, text) in files {
            match *name {
                "commands" => catalogue.commands = entries(name, text, faults),
                "events" => catalogue.events = entries(name, text, faults),
                "flows" => catalogue.flows = entries(name, text, faults),
                "types" => catalogue.types = entries(name, text, faults),
                "enums" => catalogue.enums = entries(name, text, faults),
                other => faults.push(format!("{other}.json: not a file of the catalogue")),
            }
        }
        catalogue
    }
}

fn entries<T: DeserializeOwned>(
    file: &str,
    text: &str,
    faults: &mut Vec<String>,
) -> BTreeMap<String, T> {
    let mut out = BTreeMap::new();
    let value = match json::parse(text) {
        Ok(value) => value,
        Err(error) => {
            faults.push(format!("{file}.json: cannot be read: {error}"));
            return out;
        }
    };
    if json::normal_form(&value).as_deref() != Ok(text) {
        let form = "indent 1, sorted keys, one newline at the end";
        faults.push(format!("{file}.json: not in its normal form ({form})"));
    }
    let Value::Object(map) = value else {
        faults.push(format!("{file}.json: not an object"));
        return out;
    };
    for (name, entry) in map {
        match serde_json::from_value(entry) {
            Ok(entry) => {
                out.insert(name, entry);
            }
            Err(error) => faults.push(format!("{file}.{name}: {error}")),
        }
    }
    out
}

pub(super) type Command = Message<CommandParts>;
pub(super) type Event = Message<EventParts>;

/// A command or an event: the keys both have, and the parts only one of them has.
#[derive(Deserialize)]
#[serde(try_from = "Map<String, Value>", bound = "P: Parts")]
pub(super) struct Message<P> {
    pub(super) common: Common,
    pub(super) parts: P,
}

pub(super) trait Parts: DeserializeOwned {
    const KEYS: &'static [&'static str];
}

// Not `serde(flatten)`: that cannot refuse unknown keys.
impl<P: Parts> TryFrom<Map<String, Value>> for Message<P> {
    type Error = serde_json::Error;

    fn try_from(map: Map<String, Value>) -> Result<Self, Self::Error> {
        let (parts, common): (Map<_, _>, Map<_, _>) = map
            .into_iter()
            .partition(|(key, _)| P::KEYS.contains(&key.as_str()));
        Ok(Message {
            common: serde_json::from_value(Value::Object(common))?,
            parts: serde_json::from_value(Value::Object(parts))?,
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Common {
    pub(super) area: String,
    pub(super) api: Vec<Api>,
    #[serde(deserialize_with = "Option::deserialize")] // must be there, null or not
    pub(super) since: Option<String>,
    pub(super) summary: String,
    pub(super) notes: String,
    pub(super) evidence: Evidence,
    pub(super) sources: Vec<String>,
    #[serde(default, deserialize_with = "not_null")]
    pub(super) access: Option<Access>,
    #[serde(default)]
    pub(super) aliases: Names,
    #[serde(default, deserialize_with = "not_null")]
    pub(super) generation: Option<Generation>,
    #[serde(default)]
    pub(super) incomplete: Names,
    #[serde(default, deserialize_with = "not_null")]
    pub(super) replaces: Option<String>,
    #[serde(default, deserialize_with = "not_null")]
    pub(super) replaced_by: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CommandParts {
    pub(super) kind: Kind,
    pub(super) params: Vec<Param>,
    pub(super) result: Vec<Field>,
    pub(super) events: Vec<String>,
    #[serde(default)]
    pub(super) events_guess: Names,
    pub(super) errors: Vec<String>,
}

impl Parts for CommandParts {
    const KEYS: &'static [&'static str] = &[
        "kind",
        "params",
        "result",
        "events",
        "events_guess",
        "errors",
    ];
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EventParts {
    pub(super) fields: Vec<Field>,
}

impl Parts for EventParts {
    const KEYS: &'static [&'static str] = &["fields"];
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Param {
    pub(super) name: String,
    #[serde(rename = "type")]
    pub(super) type_: String,
    pub(super) doc: String,
    pub(super) required: bool,
    #[serde(default)]
    pub(super) guess: Flag,
    #[serde(default)]
    pub(super) aliases: Names,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Field {
    pub(super) name: String,
    #[serde(rename = "type")]
    pub(super) type_: String,
    pub(super) doc: String,
    pub(super) optional: bool,
    #[serde(default)]
    pub(super) guess: Flag,
    #[serde(default)]
    pub(super) aliases: Names,
}

impl Field {
    /// Whether a reader may count on it: only the vendor's own pages make a field certain.
    pub(super) fn is_certain(&self, evidence: Evidence) -> bool {
        evidence == Evidence::Documented && !self.optional && !self.guess.0
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Type {
    pub(super) doc: String,
    pub(super) notes: String,
    pub(super) fields: Vec<Field>,
    #[serde(default)]
    pub(super) incomplete: Names,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Enum {
    pub(super) wire: Wire,
    pub(super) doc: String,
    pub(super) notes: String,
    pub(super) values: BTreeMap<String, EnumValue>,
    #[serde(default)]
    pub(super) incomplete: Names,
    #[serde(default)]
    pub(super) bitmask: Flag,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EnumValue {
    pub(super) name: String,
    pub(super) doc: String,
    #[serde(default)]
    pub(super) guess: Flag,
    #[serde(default)]
    pub(super) aliases: Names,
}

/// `true`, or absent.
#[derive(Deserialize, Default, Clone, Copy)]
#[serde(try_from = "bool")]
pub(super) struct Flag(pub(super) bool);

impl TryFrom<bool> for Flag {
    type Error = &'static str;

    fn try_from(value: bool) -> Result<Self, Self::Error> {
        if value {
            Ok(Flag(true))
        } else {
            Err("a flag must be true or absent")
        }
    }
}

/// One or more different names, or absent (then empty).
#[derive(Deserialize, Default)]
#[serde(try_from = "Vec<String>")]
pub(super) struct Names(pub(super) Vec<String>);

impl TryFrom<Vec<String>> for Names {
    type Error = &'static str;

    fn try_from(names: Vec<String>) -> Result<Self, Self::Error> {
        let different = names.iter().collect::<BTreeSet<_>>().len() == names.len();
        if names.is_empty() || !different {
            return Err("names must be a list of different names");
        }
        Ok(Names(names))
    }
}

fn not_null<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    from: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(from).map(Some)
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(super) enum Api {
    V1,
    V2,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(super) enum Evidence {
    Documented,
    Library,
    Seen,
    Name,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(super) enum Access {
    Admin,
}

#[derive(Deserialize, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(super) enum Generation {
    Legacy,
    Current,
}

#[derive(Deserialize, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    Query,
    Action,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(super) enum Wire {
    Int,
    String,
}
