//! Single changes to the catalogue. Each can be made again without doing anything.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::super::validate::text;
use super::Files;
use super::report::{Finding, Report};

pub(super) fn entry<'a>(
    files: &'a mut Files,
    file: &str,
    name: &str,
) -> Option<&'a mut Map<String, Value>> {
    files.get_mut(file)?.get_mut(name)?.as_object_mut()
}

/// Types and enums have no sources.
pub(super) fn add_source(entry: &mut Map<String, Value>, file: &str, source: &str) {
    if !["commands", "events"].contains(&file) {
        return;
    }
    if let Some(Value::Array(sources)) = entry.get_mut("sources")
        && !sources.iter().any(|known| known == source)
    {
        sources.push(source.into());
        sources.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
    }
}

/// A field that came as it was guessed is no guess any more.
pub(super) fn confirm(entry: &mut Map<String, Value>, file: &str, name: &str) {
    if let Some(field) = field(entry, file, name) {
        field.remove("guess");
    }
}

/// Makes the change that a finding asks for, or says what is to be done by hand.
pub(super) fn apply(
    files: &mut Files,
    finding: &Finding,
    report: &Report,
    source: &str,
) -> Result<(), String> {
    let (file, name, product) = (&*finding.file, &*finding.entry, &*report.product);
    let by_hand = |why: &str| Err(format!("{file}.{name}: {why}"));
    if !text::is_wire_name(name) {
        return by_hand("the name was withheld from the report");
    }
    if finding.what == "unknownEvent" {
        if entry(files, file, name).is_some() {
            return Ok(());
        }
        let made = json!({
            "api": report.api, "area": "app", "evidence": "seen", "fields": [], "notes": "",
            "since": null, "sources": [source],
            "summary": format!("Seen on {product}; not documented."),
        });
        if let Some(Value::Object(events)) = files.get_mut("events") {
            events.insert(name.to_owned(), made);
        }
        return by_hand("a new event; give it its area, and a summary when it is known");
    }
    let Some(entry) = entry(files, file, name) else {
        return by_hand("not in the catalogue; add it when its parameters are known");
    };
    let place = finding.field.as_deref().unwrap_or_default();
    let found = &finding.found;
    match finding.what.as_str() {
        "unknownValue" => {
            let doc = format!("Seen on {product} in {place}; not documented.");
            found
                .iter()
                .try_for_each(|value| add_value(entry, value, &doc))
                .or_else(|why| by_hand(&why))
        }
        "unknownField" if !text::is_field_name(place) => by_hand("a field with a withheld name"),
        "unknownField" => {
            let doc = format!("Seen on {product}; not documented.");
            add_field(entry, file, place, type_of(found), &doc);
            Ok(())
        }
        "otherType" | "missingField" => {
            let Some(field) = field(entry, file, place) else {
                return by_hand(&format!("{place} is not in the catalogue any more"));
            };
            if finding.what == "missingField" {
                field.insert("optional".to_owned(), true.into());
                add_remark(field, &format!("Missing on {product}."));
            } else {
                let types: Vec<&str> = found.iter().map(String::as_str).collect();
                field.insert("guess".to_owned(), true.into());
                add_remark(
                    field,
                    &format!("Seen as {} on {product}.", types.join(" and ")),
                );
            }
            Ok(())
        }
        other => by_hand(&format!("{other} is a finding that is not merged")),
    }
}

/// The list that holds an entry's fields.
fn fields<'a>(entry: &'a mut Map<String, Value>, file: &str) -> Option<&'a mut Vec<Value>> {
    let key = if file == "commands" {
        "result"
    } else {
        "fields"
    };
    entry.get_mut(key)?.as_array_mut()
}

fn field<'a>(
    entry: &'a mut Map<String, Value>,
    file: &str,
    name: &str,
) -> Option<&'a mut Map<String, Value>> {
    fields(entry, file)?
        .iter_mut()
        .filter_map(Value::as_object_mut)
        .find(|field| field.get("name").is_some_and(|known| known == name))
}

fn add_field(entry: &mut Map<String, Value>, file: &str, name: &str, kind: &str, doc: &str) {
    if field(entry, file, name).is_some() {
        return;
    }
    if let Some(fields) = fields(entry, file) {
        fields.push(json!({
            "doc": doc, "guess": true, "name": name, "optional": true, "type": kind,
        }));
    }
    // More is known of it than the name.
    if entry
        .get("evidence")
        .is_some_and(|evidence| evidence == "name")
    {
        entry.insert("evidence".to_owned(), "seen".into());
    }
}

fn add_value(entry: &mut Map<String, Value>, value: &str, doc: &str) -> Result<(), String> {
    if entry.contains_key("bitmask") {
        return Err(format!("{value} has bits that the catalogue does not know"));
    }
    let is_int = entry.get("wire").is_some_and(|wire| wire == "int");
    if value.starts_with('[') || is_int != text::is_integer(value) {
        return Err(format!("the value {value} cannot be added"));
    }
    let Some(Value::Object(values)) = entry.get_mut("values") else {
        return Err("it has no values".to_owned());
    };
    if !values.contains_key(value) {
        let word: String = value
            .replace('-', "minus_")
            .chars()
            .map(|c| {
                if c.is_ascii_alphanumeric() {
                    c.to_ascii_lowercase()
                } else {
                    '_'
                }
            })
            .collect();
        let words: Vec<&str> = word.split('_').filter(|word| !word.is_empty()).collect();
        let name = format!("unknown_{}", words.join("_"));
        values.insert(
            value.to_owned(),
            json!({"doc": doc, "guess": true, "name": name}),
        );
    }
    Ok(())
}

fn add_remark(field: &mut Map<String, Value>, remark: &str) {
    if let Some(Value::String(doc)) = field.get_mut("doc")
        && !doc.contains(remark)
    {
        doc.push(' ');
        doc.push_str(remark);
    }
}

/// One type for all that was found.
fn type_of(found: &BTreeSet<String>) -> &str {
    let found: Vec<&str> = found
        .iter()
        .map(String::as_str)
        .filter(|kind| *kind != "null")
        .collect();
    match found[..] {
        [one] => one,
        ["int", "int64"] => "int64",
        ["float", "int"] | ["float", "int", "int64"] => "float",
        _ => "any",
    }
}
