//! `simulator/tests/typed/generated.rs`: every command and event as the test of them all needs it.

use super::super::areas::areas;
use super::super::kinds::{Base, Kind, values};
use super::super::model::{Catalogue, Field};
use super::super::naming::{pascal, rust, upper};
use super::HEADER;

pub(super) fn render(catalogue: &Catalogue) -> String {
    let mut out = format!(
        "{HEADER}\nuse trueroom::api;\n\n\
         use super::{{Command, Event, command, event}};\n\n\
         pub(super) fn commands() -> Vec<Command> {{\n    vec![\n"
    );
    for area in areas(catalogue) {
        for (name, entry) in &area.commands {
            let params: Vec<String> = entry
                .parts
                .params
                .iter()
                .map(|param| {
                    let kind = Kind::of(&param.type_, catalogue);
                    let value = value(&param.name, kind, true, catalogue);
                    let value = if param.required {
                        value
                    } else {
                        format!("Some({value})")
                    };
                    format!("{}: {value}", rust(&param.name))
                })
                .collect();
            let sure = |field: &&Field| !field.optional && !field.guess.0;
            out.push_str(&format!(
                "        command(api::{}::{} {{ {} }}, |answer| {}),\n",
                area.name,
                pascal(name),
                params.join(", "),
                reads("answer", entry.parts.result.iter().filter(sure))
            ));
        }
    }
    out.push_str("    ]\n}\n\npub(super) fn events() -> Vec<Event> {\n    vec![\n");
    for area in areas(catalogue) {
        for (name, entry) in &area.events {
            out.push_str(&format!(
                "        event::<api::{}::{}Event>(|event| {}),\n",
                area.name,
                pascal(name),
                reads("event", entry.parts.fields.iter())
            ));
        }
    }
    out.push_str("    ]\n}\n");
    out
}

/// Which fields were read, `any` ones left out since null is a value of them.
fn reads<'a>(of: &str, fields: impl Iterator<Item = &'a Field>) -> String {
    let reads: Vec<String> = fields
        .filter(|field| !field.type_.starts_with("any"))
        .map(|field| format!("({:?}, {of}.{}().is_some())", field.name, rust(&field.name)))
        .collect();
    if reads.is_empty() {
        return format!("{{ let _ = {of}; vec![] }}");
    }
    format!("vec![{}]", reads.join(", "))
}

fn value(name: &str, kind: Kind, is_param: bool, catalogue: &Catalogue) -> String {
    let one = match kind.base {
        Base::String if ["peerId", "callId"].contains(&name) => {
            "\"alice@example.test\".into()".to_owned()
        }
        Base::String => "\"text\".into()".to_owned(),
        Base::Int64 if is_param => "7.into()".to_owned(),
        Base::Int | Base::Int64 => "1".to_owned(),
        Base::Float => "0.5".to_owned(),
        Base::Bool => "true".to_owned(),
        Base::Object | Base::Any => "serde_json::Value::Null".to_owned(),
        Base::Enum(name, _) => {
            let entry = catalogue.enums.get(name);
            let last = entry.and_then(|entry| {
                let value = values(entry)
                    .last()
                    .map(|(_, value, _)| (*value).to_owned())?;
                Some(if entry.bitmask.0 {
                    upper(&value)
                } else {
                    pascal(&value)
                })
            });
            format!("api::enums::{name}::{}", last.unwrap_or_default())
        }
        Base::Type(name) => object(name, catalogue),
    };
    if kind.list {
        format!("vec![{one}]")
    } else {
        one
    }
}

fn object(name: &str, catalogue: &Catalogue) -> String {
    let fields = catalogue
        .types
        .get(name)
        .map_or(&[][..], |entry| &entry.fields);
    let fields: Vec<String> = fields
        .iter()
        .map(|field| {
            let kind = Kind::of(&field.type_, catalogue);
            let value = value(&field.name, kind, false, catalogue);
            let value = if field.optional {
                format!("Some({value})")
            } else {
                value
            };
            format!("{}: {value}", rust(&field.name))
        })
        .collect();
    format!("api::types::{name}Params {{ {} }}", fields.join(", "))
}
