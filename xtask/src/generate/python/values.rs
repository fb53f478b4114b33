//! `enums.py`: codes with names.

use super::super::kinds::values;
use super::super::model::{Catalogue, Enum, Wire};
use super::super::naming::upper;
use super::{HEADER, MARKUP, docstring, paragraphs};

pub(super) fn render(catalogue: &Catalogue) -> String {
    let mut out = format!(
        "{HEADER}\n\"\"\"Codes that occur in messages. Values that are not listed are kept.\"\"\"\n\n\
         from __future__ import annotations\n\n\
         from ._codes import BitCode, IntCode, StrCode\n"
    );
    for (name, entry) in &catalogue.enums {
        out.push_str(&render_one(name, entry));
    }
    out
}

fn render_one(name: &str, entry: &Enum) -> String {
    let base = match entry.wire {
        _ if entry.bitmask.0 => "BitCode",
        Wire::Int => "IntCode",
        Wire::String => "StrCode",
    };
    let mut texts = vec![(MARKUP.plain)(&entry.doc)];
    texts.extend((!entry.notes.is_empty()).then(|| (MARKUP.plain)(&entry.notes)));
    let doc = docstring(&paragraphs(&texts, "    "), "    ");
    let mut out = format!("\n\nclass {name}({base}):\n{doc}\n");
    let mut spellings = String::new();
    for (wire, value, about) in values(entry) {
        let literal = match entry.wire {
            Wire::Int => wire.to_owned(),
            Wire::String => format!("{wire:?}"),
        };
        out.push_str(&format!("    {} = {literal}\n", upper(value)));
        out.push_str(&docstring(
            &paragraphs(&[(MARKUP.plain)(about)], "    "),
            "    ",
        ));
        for alias in entry
            .values
            .get(wire)
            .map_or(&[][..], |value| &value.aliases.0)
        {
            spellings.push_str(&format!("            {alias:?}: cls.{},\n", upper(value)));
        }
    }
    if !spellings.is_empty() {
        out.push_str(&format!(
            "\n    @classmethod\n    def _missing_(cls, value: object) -> StrCode | None:\n\
             \x20       other = {{\n{spellings}        }}\n\
             \x20       return other.get(str(value)) or super()._missing_(value)\n"
        ));
    }
    out
}
