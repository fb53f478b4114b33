//! `core/src/catalogue/shapes.txt`: what messages look like, for those who compare. As text it takes
//! a third of what tables would, and only the doctor reads it. `core/src/catalogue/shapes.rs` reads
//! this form. What has no fields has no line.

use super::super::model::{Catalogue, Enum, Evidence, Field, Names, Wire};

pub(super) fn render(catalogue: &Catalogue) -> String {
    let mut out = String::new();
    for (name, command) in &catalogue.commands {
        let (common, fields) = (&command.common, &command.parts.result);
        let open = has(&common.incomplete, "result");
        out.push_str(&object("answer", name, open, fields, common.evidence));
    }
    for (name, event) in &catalogue.events {
        let (common, fields) = (&event.common, &event.parts.fields);
        let open = has(&common.incomplete, "fields");
        out.push_str(&object("event", name, open, fields, common.evidence));
    }
    for (name, entry) in &catalogue.types {
        let open = has(&entry.incomplete, "fields");
        out.push_str(&object(
            "type",
            name,
            open,
            &entry.fields,
            Evidence::Documented,
        ));
    }
    for (name, entry) in &catalogue.enums {
        out.push_str(&values(name, entry));
    }
    out
}

fn object(what: &str, name: &str, open: bool, fields: &[Field], evidence: Evidence) -> String {
    if fields.is_empty() && !open {
        return String::new();
    }
    let mut line = format!("{what} {name}");
    if open {
        line.push_str(" +");
    }
    for field in fields {
        let mark = match (field.guess.0, field.is_certain(evidence)) {
            (true, _) => "~",
            (false, true) => "!",
            (false, false) => "",
        };
        let names = names(&field.name, &field.aliases);
        line.push_str(&format!(" {names}:{}{mark}", field.type_));
    }
    line.push('\n');
    line
}

fn values(name: &str, entry: &Enum) -> String {
    let kind = match (entry.bitmask.0, entry.wire) {
        (true, _) => "bits",
        (false, Wire::Int) => "int",
        (false, Wire::String) => "string",
    };
    let mut line = format!("enum {name} {kind}");
    for (value, entry) in &entry.values {
        line.push_str(&format!(" {}", names(value, &entry.aliases)));
    }
    line.push('\n');
    line
}

fn names(main: &str, aliases: &Names) -> String {
    let mut out = main.to_owned();
    for alias in &aliases.0 {
        out.push_str(&format!(",{alias}"));
    }
    out
}

fn has(names: &Names, name: &str) -> bool {
    names.0.iter().any(|known| known == name)
}
