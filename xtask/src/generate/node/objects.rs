//! `types.ts` and `enums.ts`.

use super::super::kinds::{Kind, values};
use super::super::model::{Catalogue, Enum, Evidence, Wire};
use super::super::naming::pascal;
use super::super::prose;
use super::{HEADER, MARKUP, doc, fields, imports};

pub(super) fn types(catalogue: &Catalogue) -> String {
    let all = catalogue.types.values().flat_map(|entry| &entry.fields);
    let kinds = all.map(|field| Kind::of(&field.type_, catalogue));
    let kinds = kinds.filter(|kind| {
        kind.reference()
            .is_some_and(|n| catalogue.enums.contains_key(n))
    });
    let mut out = format!(
        "{HEADER}\n/** Objects that occur in messages. */\n\n{}",
        imports(kinds, ".")
    );
    for (name, entry) in &catalogue.types {
        let mut texts = vec![(MARKUP.plain)(&entry.doc)];
        texts.extend((!entry.notes.is_empty()).then(|| (MARKUP.plain)(&entry.notes)));
        let members = fields(&entry.fields, Evidence::Documented, catalogue);
        out.push_str(&format!(
            "\n{}export interface {name} {{\n{members}}}\n",
            doc(&texts, "")
        ));
    }
    out
}

pub(super) fn enums(catalogue: &Catalogue) -> String {
    let mut out = format!(
        "{HEADER}\n/** Codes that occur in messages. Other values than those listed may come. */\n"
    );
    for (name, entry) in &catalogue.enums {
        out.push_str(&render_one(name, entry));
    }
    out
}

fn render_one(name: &str, entry: &Enum) -> String {
    let mut texts = vec![(MARKUP.plain)(&entry.doc)];
    texts.extend((!entry.notes.is_empty()).then(|| (MARKUP.plain)(&entry.notes)));
    let mut out = format!("\n{}export const {name} = {{\n", doc(&texts, ""));
    for (wire, value, about) in values(entry) {
        let found = entry.values.get(wire);
        let aliases = found.map_or(&[][..], |value| &value.aliases.0);
        let guess = found.is_some_and(|value| value.guess.0);
        let literal = match entry.wire {
            Wire::Int => wire.to_owned(),
            Wire::String => format!("{wire:?}"),
        };
        out.push_str(&doc(&[prose::field(about, guess, aliases, MARKUP)], "  "));
        out.push_str(&format!("  {}: {literal},\n", pascal(value)));
    }
    let open = match entry.wire {
        Wire::Int => "number",
        Wire::String => "string",
    };
    let sum = if entry.bitmask.0 {
        ", or several added up"
    } else {
        ""
    };
    let text = format!("A value of {{@link {name}}}{sum}, or one that is not known yet.");
    out.push_str(&format!(
        "}} as const;\n{}export type {name} = (typeof {name})[keyof typeof {name}] | ({open} & {{}});\n",
        doc(&[text], "")
    ));
    out
}
