//! `enums.rs`: codes with names.

use super::super::kinds::values;
use super::super::model::{Catalogue, Enum, Wire};
use super::super::naming::{pascal, upper};
use super::{HEADER, MARKUP, doc, is_copy};

pub(super) fn render(catalogue: &Catalogue) -> String {
    let mut out = format!(
        "{HEADER}//!\n//! Codes, numbers or texts. Values that the catalogue does not know are kept.\n\n\
         use super::super::macros::{{bits, numbers, texts}};\n"
    );
    for (name, entry) in &catalogue.enums {
        out.push_str(&render_one(name, entry));
    }
    out
}

fn render_one(name: &str, entry: &Enum) -> String {
    let mut paragraphs = vec![(MARKUP.plain)(&entry.doc)];
    if !entry.notes.is_empty() {
        paragraphs.push((MARKUP.plain)(&entry.notes));
    }
    let text = doc(&paragraphs, "    ");
    let mut lines = String::new();
    for (wire, value, about) in values(entry) {
        lines.push_str(&doc(&[(MARKUP.plain)(about)], "        "));
        let aliases = entry
            .values
            .get(wire)
            .map_or(&[][..], |value| &value.aliases.0);
        let line = if entry.bitmask.0 {
            format!("{} = {wire}", upper(value))
        } else if is_copy(entry.wire) {
            format!("{} = {wire}", pascal(value))
        } else {
            let wires: Vec<String> = std::iter::once(wire)
                .chain(aliases.iter().map(String::as_str))
                .map(|wire| format!("{wire:?}"))
                .collect();
            format!("{} = {}", pascal(value), wires.join(" | "))
        };
        lines.push_str(&format!("        {line};\n"));
    }
    let kind = match entry.wire {
        _ if entry.bitmask.0 => "bits",
        Wire::Int => "numbers",
        Wire::String => "texts",
    };
    format!("\n{kind}! {{\n{text}    {name} {{\n{lines}    }}\n}}\n")
}
