//! The catalogue's types of parameters and fields, taken apart.

use std::collections::BTreeSet;

use super::model::{Catalogue, Enum, Wire};

/// What stands before a `[]`, if there is one.
#[derive(Clone, Copy)]
pub(super) enum Base<'a> {
    String,
    Int,
    /// Bytes, times and file ids.
    Int64,
    Float,
    Bool,
    Object,
    Any,
    /// An entry of types.json.
    Type(&'a str),
    /// An entry of enums.json.
    Enum(&'a str, Wire),
}

#[derive(Clone, Copy)]
pub(super) struct Kind<'a> {
    pub(super) base: Base<'a>,
    pub(super) list: bool,
}

impl<'a> Kind<'a> {
    pub(super) fn of(text: &'a str, catalogue: &Catalogue) -> Kind<'a> {
        let (name, list) = match text.strip_suffix("[]") {
            Some(name) => (name, true),
            None => (text, false),
        };
        let base = match name {
            "string" => Base::String,
            "int" => Base::Int,
            "int64" => Base::Int64,
            "float" => Base::Float,
            "bool" => Base::Bool,
            "object" => Base::Object,
            "any" => Base::Any,
            other => match other.strip_prefix("enum:") {
                Some(name) => Base::Enum(
                    name,
                    catalogue
                        .enums
                        .get(name)
                        .map_or(Wire::Int, |entry| entry.wire),
                ),
                None => Base::Type(other),
            },
        };
        Kind { base, list }
    }

    /// The type or enum it refers to.
    pub(super) fn reference(self) -> Option<&'a str> {
        match self.base {
            Base::Type(name) | Base::Enum(name, _) => Some(name),
            _ => None,
        }
    }
}

/// The types that occur in parameters, and those inside of them.
pub(super) fn sent(catalogue: &Catalogue) -> BTreeSet<&str> {
    let mut todo: Vec<&str> = catalogue
        .commands
        .values()
        .flat_map(|command| &command.parts.params)
        .map(|param| param.type_.as_str())
        .collect();
    let mut sent = BTreeSet::new();
    while let Some(text) = todo.pop() {
        if let Base::Type(name) = Kind::of(text, catalogue).base
            && sent.insert(name)
        {
            let fields = catalogue
                .types
                .get(name)
                .into_iter()
                .flat_map(|entry| &entry.fields);
            todo.extend(fields.map(|field| field.type_.as_str()));
        }
    }
    sent
}

/// Wire value, name and doc of each value, numbers in the order of their size.
pub(super) fn values(entry: &Enum) -> Vec<(&str, &str, &str)> {
    let mut values: Vec<(&str, &str, &str)> = entry
        .values
        .iter()
        .map(|(wire, value)| (wire.as_str(), value.name.as_str(), value.doc.as_str()))
        .collect();
    if entry.wire == Wire::Int {
        values.sort_by_key(|(wire, ..)| wire.parse::<i64>().unwrap_or_default());
    }
    values
}
