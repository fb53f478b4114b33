//! `types.py`: the objects inside of messages, and dicts for those that are sent.

use super::super::kinds::{self, Kind};
use super::super::model::{Catalogue, Evidence, Field, Type};
use super::super::prose;
use super::{HEADER, MARKUP, docstring, paragraphs, record, sent};

pub(super) fn render(catalogue: &Catalogue) -> String {
    let written = kinds::sent(catalogue);
    let mut out = format!(
        "{HEADER}\n\"\"\"Objects that occur in messages.\n\n\
         Those whose names end in ``Params`` are dicts with wire names, for parameters.\n\"\"\"\n\n\
         from __future__ import annotations\n\n\
         from typing import TYPE_CHECKING, Any, List, TypedDict\n\n\
         from ._record import Typed\n\n\
         if TYPE_CHECKING:\n\
         \x20   from collections.abc import Sequence\n\n\
         \x20   from . import enums, types\n"
    );
    for (name, entry) in &catalogue.types {
        let mut texts = vec![(MARKUP.plain)(&entry.doc)];
        texts.extend((!entry.notes.is_empty()).then(|| (MARKUP.plain)(&entry.notes)));
        let doc = paragraphs(&texts, "    ");
        out.push_str(&record(
            name,
            &doc,
            &entry.fields,
            Evidence::Documented,
            catalogue,
        ));
        if written.contains(name.as_str()) {
            out.push_str(&params(name, entry, catalogue));
        }
    }
    out
}

fn params(name: &str, entry: &Type, catalogue: &Catalogue) -> String {
    let (needed, optional): (Vec<_>, Vec<_>) =
        entry.fields.iter().partition(|field| !field.optional);
    let doc = format!("{} To send.", (MARKUP.plain)(&entry.doc));
    let doc = docstring(&paragraphs(&[doc], "    "), "    ");
    if optional.is_empty() || needed.is_empty() {
        let total = if needed.is_empty() {
            ", total=False"
        } else {
            ""
        };
        let fields = lines(&entry.fields.iter().collect::<Vec<_>>(), catalogue);
        return format!("\n\nclass {name}Params(TypedDict{total}):\n{doc}\n{fields}");
    }
    format!(
        "\n\nclass _{name}Needed(TypedDict):\n{}\n\n\
         class {name}Params(_{name}Needed, total=False):\n{doc}\n{}",
        lines(&needed, catalogue),
        lines(&optional, catalogue)
    )
}

fn lines(fields: &[&Field], catalogue: &Catalogue) -> String {
    fields
        .iter()
        .map(|field| {
            let (type_, _) = sent(Kind::of(&field.type_, catalogue));
            // Only file ids come as texts, and none of these is one.
            let type_ = if type_ == "int | str" {
                "int".to_owned()
            } else {
                type_
            };
            let text = prose::field(&field.doc, field.guess.0, &field.aliases.0, MARKUP);
            let doc = docstring(&paragraphs(&[text], "    "), "    ");
            format!("    {}: {type_}\n{doc}", field.name)
        })
        .collect()
}
