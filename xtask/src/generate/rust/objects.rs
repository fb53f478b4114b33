//! `types.rs`: the objects inside of messages, to read, and those that are sent, to write.

use std::collections::BTreeSet;

use super::super::kinds::{self, Base, Kind};
use super::super::model::{Catalogue, Type};
use super::super::naming::rust;
use super::super::prose;
use super::{HEADER, MARKUP, doc, sent, uses, view_fields};

pub(super) fn render(catalogue: &Catalogue) -> String {
    let written = kinds::sent(catalogue);
    let mut out = format!("{HEADER}//!\n//! Objects that occur in messages.\n\n");
    let mut names: BTreeSet<String> = BTreeSet::new();
    for entry in catalogue.types.values() {
        let kinds = entry
            .fields
            .iter()
            .map(|field| Kind::of(&field.type_, catalogue));
        names.extend(uses(kinds, false));
    }
    for name in names {
        match name.as_str() {
            "Value" => out.push_str("use serde_json::Value;\n"),
            enumeration if enumeration.starts_with("enums::") => {
                out.push_str(&format!("use super::{enumeration};\n"));
            }
            _ => {}
        }
    }
    out.push_str("use super::super::macros::{object, view};\n");
    for (name, entry) in &catalogue.types {
        let mut paragraphs = vec![(MARKUP.plain)(&entry.doc)];
        if !entry.notes.is_empty() {
            paragraphs.push((MARKUP.plain)(&entry.notes));
        }
        let text = doc(&paragraphs, "    ");
        let fields = view_fields(&entry.fields, catalogue);
        out.push_str(&format!(
            "\nview! {{\n{text}    {name} {{\n{fields}    }}\n}}\n"
        ));
        if written.contains(name.as_str()) {
            out.push_str(&object(name, entry, catalogue));
        }
    }
    out
}

/// A plain struct, since what is sent has to be written first.
fn object(name: &str, entry: &Type, catalogue: &Catalogue) -> String {
    let text = doc(
        &[format!(
            "{} To send; [`{name}`] is to read.",
            (MARKUP.plain)(&entry.doc)
        )],
        "    ",
    );
    let mut fields = String::new();
    for field in &entry.fields {
        let text = prose::field(&field.doc, field.guess.0, &field.aliases.0, MARKUP);
        fields.push_str(&doc(&[text], "        "));
        let kind = Kind::of(&field.type_, catalogue);
        // Numbers of this size are byte counts and times here, not file ids.
        let plain = match kind.base {
            Base::Int64 => "i64".to_owned(),
            _ => sent(kind),
        };
        let type_ = if field.optional {
            format!("Option<{plain}>")
        } else {
            plain
        };
        fields.push_str(&format!(
            "        {}: {type_} = {:?};\n",
            rust(&field.name),
            field.name
        ));
    }
    let default = if entry.fields.iter().all(|field| field.optional) {
        "    #[derive(Default)]\n"
    } else {
        ""
    };
    format!("\nobject! {{\n{text}{default}    {name}Params {{\n{fields}    }}\n}}\n")
}
