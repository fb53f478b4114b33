//! What the virtual terminal has to know of the catalogue, in one small file: it is part of every
//! native module. A field is `"name": "type"`, with `?` when it may be missing and `|` before
//! each other name of it.

use std::path::PathBuf;

use serde_json::json;

use super::model::{Access, Api, Catalogue, Field, Generation, Names, Param, Wire};

/// A crate can only hold what is in its own folder: for the sdist and for crates.io.
const FILE: &str = "simulator/src/terminal/catalogue/data.json";

pub(super) fn files(catalogue: &Catalogue) -> Vec<(PathBuf, String)> {
    let commands = catalogue.commands.iter().map(|(name, command)| {
        let (common, parts) = (&command.common, &command.parts);
        let mut keys = vec![
            ("params", fields(parts.params.iter().map(Shown::from))),
            ("result", fields(parts.result.iter().map(Shown::from))),
        ];
        if !parts.events.is_empty() {
            keys.push(("events", json!(parts.events).to_string()));
        }
        if !common.api.contains(&Api::V1) {
            keys.push(("second", "true".to_owned()));
        }
        if common.access == Some(Access::Admin) {
            keys.push(("admin", "true".to_owned()));
        }
        match common.generation {
            Some(Generation::Legacy) => keys.push(("generation", "\"legacy\"".to_owned())),
            Some(Generation::Current) => keys.push(("generation", "\"current\"".to_owned())),
            None => {}
        }
        entry(name, &keys)
    });
    let events = catalogue.events.iter().map(|(name, event)| {
        entry(
            name,
            &[("fields", fields(event.parts.fields.iter().map(Shown::from)))],
        )
    });
    let types = catalogue.types.iter().map(|(name, found)| {
        entry(
            name,
            &[("fields", fields(found.fields.iter().map(Shown::from)))],
        )
    });
    let enums = catalogue.enums.iter().map(|(name, found)| {
        let values = found.values.keys();
        let values = match found.wire {
            Wire::Int => json!(
                values
                    .filter_map(|key| key.parse::<i64>().ok())
                    .collect::<Vec<_>>()
            ),
            Wire::String => json!(values.collect::<Vec<_>>()),
        };
        format!("{}:{values}", json!(name))
    });
    let sections = [
        section("commands", commands),
        section("events", events),
        section("types", types),
        section("enums", enums),
    ];
    vec![(FILE.into(), format!("{{\n{}\n}}\n", sections.join(",\n")))]
}

fn section(name: &str, entries: impl Iterator<Item = String>) -> String {
    let entries: Vec<_> = entries.collect();
    format!("{}:{{\n{}\n}}", json!(name), entries.join(",\n"))
}

fn entry(name: &str, keys: &[(&str, String)]) -> String {
    let keys: Vec<_> = keys
        .iter()
        .filter(|(_, value)| value != "{}")
        .map(|(key, value)| format!("{}:{value}", json!(key)))
        .collect();
    format!("{}:{{{}}}", json!(name), keys.join(","))
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
