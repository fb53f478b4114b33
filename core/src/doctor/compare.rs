//! Holds a message against the catalogue, field by field.

use serde_json::{Map, Value};

use super::findings::{Difference, File, Findings};
use super::privacy::Privacy;
use super::variants::Variants;
use crate::catalogue::shapes::{Field, Shape, Shapes, ValueKind, Values};

/// Objects nest; those of the catalogue do so less deep than this.
const DEEPEST: u8 = 12;

static NOTHING: Shape = Shape {
    open: false,
    fields: Vec::new(),
};

/// A message or object in hand: the entry of the catalogue it belongs to.
type Place<'a> = (File, &'a str);

pub(super) struct Compare<'a> {
    pub(super) shapes: &'a Shapes,
    pub(super) privacy: &'a Privacy,
    pub(super) findings: &'a mut Findings,
    pub(super) variants: &'a mut Variants,
}

impl Compare<'_> {
    /// Compares the fields of a message, but for those that every message has.
    pub(super) fn message(
        &mut self,
        place: Place<'_>,
        message: &Map<String, Value>,
        common: &[&str],
    ) {
        let shapes = self.shapes;
        let table = if place.0 == File::Events {
            &shapes.events
        } else {
            &shapes.answers
        };
        let shape = table.get(place.1).unwrap_or(&NOTHING);
        self.object(place, shape, message, common, 0);
    }

    fn object(
        &mut self,
        place: Place<'_>,
        shape: &Shape,
        object: &Map<String, Value>,
        common: &[&str],
        depth: u8,
    ) {
        self.findings.agrees(place, None);
        for (key, value) in object {
            match shape.field(key) {
                Some(field) => {
                    self.variants.field(place, field, key, value);
                    self.value(place, field, field.kind, value, depth);
                }
                None if common.contains(&key.as_str()) => {}
                None => {
                    let name = Some(self.privacy.name(key));
                    let found = Some(kind_of(value).to_owned());
                    self.findings
                        .differs(Difference::UnknownField, place, name, None, found);
                }
            }
        }
        for field in &shape.fields {
            let there = field
                .names
                .iter()
                .any(|name| object.get(*name).is_some_and(|value| !value.is_null()));
            if !there {
                self.variants.absent(field, object);
            }
            if field.certain && !there {
                let name = Some(field.name().to_owned());
                self.findings.differs(
                    Difference::MissingField,
                    place,
                    name,
                    Some(field.kind),
                    None,
                );
            }
        }
    }

    fn value(&mut self, place: Place<'_>, field: &Field, kind: &str, value: &Value, depth: u8) {
        if let Some(one) = kind.strip_suffix("[]") {
            match value {
                Value::Array(items) if depth < DEEPEST => {
                    // An empty list shows that it is one.
                    self.findings.agrees(place, Some(field.name()));
                    for item in items {
                        self.value(place, field, one, item, depth + 1);
                    }
                }
                Value::Null => {}
                other => self.wrong(place, field, kind_of(other)),
            }
            return;
        }
        let shapes = self.shapes;
        let fits = match (kind, value) {
            // What is null counts as missing.
            (_, Value::Null) => return,
            ("string", Value::String(_))
            | ("bool", Value::Bool(_))
            | ("float", Value::Number(_))
            | ("object", Value::Object(_))
            | ("any", _) => true,
            ("int" | "int64", Value::Number(number)) => !number.is_f64(),
            _ => match (kind.strip_prefix("enum:"), value) {
                (Some(name), value) => match shapes.enums.get(name) {
                    Some(values) => self.code(place, field, (name, values), value),
                    None => false,
                },
                (None, Value::Object(object)) if depth < DEEPEST => {
                    if let Some(shape) = shapes.types.get(kind) {
                        self.object((File::Types, kind), shape, object, &[], depth + 1);
                    }
                    shapes.types.contains_key(kind)
                }
                _ => false,
            },
        };
        if fits {
            self.findings.agrees(place, Some(field.name()));
        } else {
            self.wrong(place, field, kind_of(value));
        }
    }

    /// Whether the type fits; a value that the enum does not have is a finding of its own.
    fn code(
        &mut self,
        place: Place<'_>,
        field: &Field,
        (name, values): (&str, &Values),
        value: &Value,
    ) -> bool {
        let (known, shown) = match (values.kind, value) {
            (ValueKind::String, Value::String(text)) => (
                // An empty text is how a terminal says nothing.
                text.is_empty() || values.known.contains(&text.as_str()),
                self.privacy.word(text),
            ),
            (ValueKind::Int | ValueKind::Bits, Value::Number(number)) => {
                let Some(number) = number.as_i64() else {
                    return false;
                };
                (has_number(values, number), self.privacy.code(number))
            }
            _ => return false,
        };
        if !known {
            let at = format!("{}.{}", place.1, field.name());
            self.findings.differs(
                Difference::UnknownValue,
                (File::Enums, name),
                Some(at),
                None,
                Some(shown),
            );
        }
        true
    }

    fn wrong(&mut self, place: Place<'_>, field: &Field, found: &str) {
        let (name, found) = (Some(field.name().to_owned()), Some(found.to_owned()));
        self.findings
            .differs(Difference::OtherType, place, name, Some(field.kind), found);
    }
}

fn has_number(values: &Values, number: i64) -> bool {
    let mut known = values
        .known
        .iter()
        .filter_map(|value| value.parse::<i64>().ok());
    match values.kind {
        ValueKind::Bits => number & !known.fold(0, |all, bit| all | bit) == 0,
        _ => known.any(|known| known == number),
    }
}

/// The type of a value, in the catalogue's words where it has one.
pub(super) fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_f64() => "float",
        Value::Number(number) => match number.as_i64().map(i32::try_from) {
            Some(Ok(_)) => "int",
            _ => "int64",
        },
        Value::String(_) => "string",
        Value::Object(_) => "object",
        Value::Array(items) => {
            let mut kinds = items.iter().map(kind_of);
            let first = kinds.next();
            match first.filter(|first| kinds.all(|kind| kind == *first)) {
                Some("bool") => "bool[]",
                Some("int") => "int[]",
                Some("int64") => "int64[]",
                Some("float") => "float[]",
                Some("string") => "string[]",
                Some("object") => "object[]",
                _ => "any[]",
            }
        }
    }
}
