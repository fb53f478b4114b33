//! Well-formed answers to the commands nobody wrote by hand, made from the catalogue's types.

use serde_json::{Map, Value, json};

use super::catalogue::{Command, Field, catalogue};
use super::message::{Refusal, Reply, Request};

/// Types nest; none of the catalogue's does so deeper than this.
const DEEPEST: u8 = 6;

/// Checks the parameters that must be there and answers every field that must be there.
pub(super) fn fallback(request: &Request<'_>, command: &Command) -> Reply {
    for parameter in &command.params {
        let mut names = std::iter::once(&parameter.name).chain(&parameter.aliases);
        if parameter.required && !names.any(|name| request.body.contains_key(name)) {
            return Err(Refusal::new(format!(
                "parameter {} is missing",
                parameter.name
            )));
        }
    }
    let mut answer = object(&command.result, 0);
    // What was asked about comes back: ids in the answer are those of the question.
    for (name, value) in &mut answer {
        if let Some(asked) = request.body.get(name).filter(|asked| asked.is_string()) {
            value.clone_from(asked);
        }
    }
    Ok(answer)
}

fn object(fields: &[Field], depth: u8) -> Map<String, Value> {
    fields
        .iter()
        .filter(|field| !field.optional)
        .map(|field| (field.name.clone(), value(&field.kind, depth)))
        .collect()
}

/// The plainest value of a catalogue type.
fn value(kind: &str, depth: u8) -> Value {
    if kind.ends_with("[]") {
        return json!([]);
    }
    match kind {
        "string" => "".into(),
        "int" | "int64" => 0.into(),
        "float" => json!(0.0),
        "bool" => false.into(),
        "object" => json!({}),
        "any" => Value::Null,
        _ => {
            if let Some(name) = kind.strip_prefix("enum:") {
                return enum_value(name);
            }
            let fields = catalogue().types.get(kind).filter(|_| depth < DEEPEST);
            fields.map_or_else(
                || json!({}),
                |found| object(&found.fields, depth + 1).into(),
            )
        }
    }
}

/// The lowest number of an enum of numbers, the first text of one of texts.
fn enum_value(name: &str) -> Value {
    let Some(found) = catalogue().enums.get(name) else {
        return Value::Null;
    };
    if found.wire == "int" {
        let numbers = found
            .values
            .keys()
            .filter_map(|key| key.parse::<i64>().ok());
        numbers.filter(|number| *number >= 0).min().into()
    } else {
        found
            .values
            .keys()
            .next()
            .map_or(Value::Null, |key| key.as_str().into())
    }
}
