//! What the virtual terminal has to know of the catalogue, in one small file: it is part of every
//! native module. A field is `"name": "type"`, with `?` when it may be missing and `|` before
//! each other name of it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde_json::json;

use super::model::{
    Access, Api, Catalogue, Command, Enum, Event, Field, Generation, Names, Param, Wire,
};

/// A crate can only hold what is in its own folder: for the sdist and for crates.io.
const FILE: &str = "simulator/src/terminal/catalogue/data.json";

pub(super) fn files(catalogue: &Catalogue) -> Vec<(PathBuf, String)> {
    let sections = [
        section("commands", &catalogue.commands, command),
        section("events", &catalogue.events, event),
        section("types", &catalogue.types, |found| {
            entry(&[("fields", fields(found.fields.iter().map(Shown::from)))])
        }),
        section("enums", &catalogue.enums, values),
    ];
    vec![(FILE.into(), format!("{{\n{}\n}}\n", sections.join(",\n")))]
}

fn command(command: &Command) -> String {
    let (common, parts) = (&command.common, &command.parts);
    let generation = match common.generation {
        Some(Generation::Legacy) => "\"legacy\"",
        Some(Generation::Current) => "\"current\"",
        None => ABSENT,
    };
    entry(&[
        ("params", fields(parts.params.iter().map(Shown::from))),
        ("result", fields(parts.result.iter().map(Shown::from))),
        (
            "open",
            flag(common.incomplete.0.iter().any(|part| part == "result")),
        ),
        ("events", json!(parts.events).to_string()),
        ("second", flag(!common.api.contains(&Api::V1))),
        ("admin", flag(common.access == Some(Access::Admin))),
        ("generation", generation.to_owned()),
    ])
}

fn event(event: &Event) -> String {
    entry(&[
        ("fields", fields(event.parts.fields.iter().map(Shown::from))),
        (
            "open",
            flag(
                event
                    .common
                    .incomplete
                    .0
                    .iter()
                    .any(|part| part == "fields"),
            ),
        ),
    ])
}

/// The values on the wire; those of a bit mask with all their sums.
fn values(found: &Enum) -> String {
    let keys = found.values.keys();
    if found.wire == Wire::String {
        return json!(keys.collect::<Vec<_>>()).to_string();
    }
    let mut numbers: BTreeSet<i64> = keys.filter_map(|key| key.parse().ok()).collect();
    if found.bitmask.0 {
        numbers = (1..=numbers.iter().sum()).collect();
    }
    json!(numbers).to_string()
}

/// What an entry leaves out.
const ABSENT: &str = "{}";

fn flag(on: bool) -> String {
    if on { "true" } else { ABSENT }.to_owned()
}

fn section<T>(name: &str, entries: &BTreeMap<String, T>, shown: impl Fn(&T) -> String) -> String {
    let entries: Vec<_> = entries
        .iter()
        .map(|(name, entry)| format!("{}:{}", json!(name), shown(entry)))
        .collect();
    format!("{}:{{\n{}\n}}", json!(name), entries.join(",\n"))
}

fn entry(keys: &[(&str, String)]) -> String {
    let keys: Vec<_> = keys
        .iter()
        .filter(|(_, value)| value != ABSENT && value != "[]")
        .map(|(key, value)| format!("{}:{value}", json!(key)))
        .collect();
    format!("{{{}}}", keys.join(","))
}

/// What a parameter and a field have in common.
struct Shown<'a> {
    name: &'a str,
    kind: &'a str,
    may_be_missing: bool,
    aliases: &'a Names,
}

impl<'a> From<&'a Param> for Shown<'a> {
    fn from(param: &'a Param) -> Self {
        Self {
            name: &param.name,
            kind: &param.type_,
            may_be_missing: !param.required,
            aliases: &param.aliases,
        }
    }
}

impl<'a> From<&'a Field> for Shown<'a> {
    fn from(field: &'a Field) -> Self {
        Self {
            name: &field.name,
            kind: &field.type_,
            may_be_missing: field.optional,
            aliases: &field.aliases,
        }
    }
}

fn fields<'a>(fields: impl Iterator<Item = Shown<'a>>) -> String {
    let fields: Vec<_> = fields
        .map(|field| {
            let mut kind = field.kind.to_owned();
            kind.push_str(if field.may_be_missing { "?" } else { "" });
            for alias in &field.aliases.0 {
                kind.extend(["|", alias]);
            }
            format!("{}:{}", json!(field.name), json!(kind))
        })
        .collect();
    format!("{{{}}}", fields.join(","))
}
