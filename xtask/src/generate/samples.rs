//! Values for the examples of the documentation.

use super::kinds::{Base, Kind, values};
use super::model::{Catalogue, Param};
use super::naming::{pascal, python, upper};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    Python,
    Node,
}

/// The needed parameters of a command, or the first two where none is needed.
pub(super) fn arguments(params: &[Param], catalogue: &Catalogue, language: Language) -> String {
    let needed: Vec<&Param> = params.iter().filter(|param| param.required).collect();
    let shown: Vec<&Param> = if needed.is_empty() {
        params.iter().take(2).collect()
    } else {
        needed
    };
    let shown: Vec<String> = shown
        .iter()
        .map(|param| {
            let kind = Kind::of(&param.type_, catalogue);
            let value = value(&param.name, kind, catalogue, language);
            match language {
                Language::Python => format!("{}={value}", python(&param.name)),
                Language::Node => format!("{}: {value}", param.name),
            }
        })
        .collect();
    match language {
        Language::Python => shown.join(", "),
        Language::Node if shown.is_empty() => String::new(),
        Language::Node => format!("{{ {} }}", shown.join(", ")),
    }
}

fn value(name: &str, kind: Kind, catalogue: &Catalogue, language: Language) -> String {
    let one = match kind.base {
        Base::String => format!("{:?}", text(name)),
        Base::Int => "1".to_owned(),
        Base::Int64 => "17".to_owned(),
        Base::Float => "0.5".to_owned(),
        Base::Bool if language == Language::Python => "True".to_owned(),
        Base::Bool => "true".to_owned(),
        Base::Object | Base::Any => "{}".to_owned(),
        Base::Enum(name, _) => {
            let first = catalogue.enums.get(name).and_then(|entry| {
                values(entry).first().map(|(_, value, _)| match language {
                    Language::Python => upper(value),
                    Language::Node => pascal(value),
                })
            });
            format!("{name}.{}", first.unwrap_or_default())
        }
        Base::Type(name) => object(name, catalogue, language),
    };
    if kind.list { format!("[{one}]") } else { one }
}

fn object(name: &str, catalogue: &Catalogue, language: Language) -> String {
    let Some(entry) = catalogue.types.get(name) else {
        return "{}".to_owned();
    };
    let needed = entry.fields.iter().filter(|field| !field.optional);
    let first = entry
        .fields
        .iter()
        .take(usize::from(needed.clone().count() == 0));
    let fields: Vec<String> = needed
        .chain(first)
        .map(|field| {
            let kind = Kind::of(&field.type_, catalogue);
            let value = value(&field.name, kind, catalogue, language);
            match language {
                Language::Python => format!("{:?}: {value}", field.name),
                Language::Node => format!("{}: {value}", field.name),
            }
        })
        .collect();
    match language {
        Language::Python => format!("{{{}}}", fields.join(", ")),
        Language::Node => format!("{{ {} }}", fields.join(", ")),
    }
}

fn text(name: &str) -> &'static str {
    match name {
        "peerId" | "callId" | "inviteList" | "owner" => "user@server.example",
        "server" | "domain" => "server.example",
        "message" | "text" | "command" => "Hello",
        "title" | "topic" => "Stand-up",
        "url" => "https://server.example/",
        _ => "...",
    }
}
