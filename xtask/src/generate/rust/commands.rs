//! One module an area: its commands, their answers, its events.

use std::collections::BTreeSet;

use super::super::areas::Area;
use super::super::kinds::Kind;
use super::super::model::{Catalogue, Command, Event};
use super::super::naming::{pascal, rust};
use super::super::prose;
use super::{HEADER, MARKUP, doc, sent, uses, view_fields};

pub(super) fn render(area: &Area, catalogue: &Catalogue) -> String {
    let mut out = format!("{HEADER}//!\n//! {}\n\n", area.about);
    out.push_str(&imports(area, catalogue));
    for (name, entry) in &area.commands {
        out.push_str(&command(name, entry, catalogue));
        if !entry.parts.result.is_empty() {
            out.push_str(&answer(name, entry, catalogue));
        }
    }
    for (name, entry) in &area.events {
        out.push_str(&event(name, entry, catalogue));
    }
    out
}

fn imports(area: &Area, catalogue: &Catalogue) -> String {
    let kind = |text| Kind::of(text, catalogue);
    let mut names = BTreeSet::new();
    for (_, entry) in &area.commands {
        names.extend(uses(
            entry.parts.params.iter().map(|p| kind(&p.type_)),
            true,
        ));
        names.extend(uses(
            entry.parts.result.iter().map(|f| kind(&f.type_)),
            false,
        ));
        if entry.parts.result.is_empty() {
            names.insert("Accepted".to_owned());
        }
    }
    for (_, entry) in &area.events {
        names.extend(uses(
            entry.parts.fields.iter().map(|f| kind(&f.type_)),
            false,
        ));
    }
    let mut out: String = names
        .iter()
        .map(|name| match name.as_str() {
            "Value" => "use serde_json::Value;\n".to_owned(),
            "FileId" => "use crate::engine::FileId;\n".to_owned(),
            "Accepted" => "use super::super::Accepted;\n".to_owned(),
            other => format!("use super::{other};\n"),
        })
        .collect();
    out.push_str(&macros(area));
    out
}

/// Only the macros that the module uses.
fn macros(area: &Area) -> String {
    let mut used = Vec::new();
    if !area.commands.is_empty() {
        used.push("command");
    }
    if !area.events.is_empty() {
        used.push("event");
    }
    if area
        .commands
        .iter()
        .any(|(_, entry)| !entry.parts.result.is_empty())
    {
        used.push("view");
    }
    format!("use super::super::macros::{{{}}};\n", used.join(", "))
}

fn command(name: &str, entry: &Command, catalogue: &Catalogue) -> String {
    let parts = &entry.parts;
    let text = doc(&prose::command(name, entry, MARKUP), "    ");
    let default = if parts.params.iter().any(|param| param.required) {
        ""
    } else {
        "    #[derive(Default)]\n"
    };
    let type_name = pascal(name);
    let answer = if parts.result.is_empty() {
        "Accepted".to_owned()
    } else {
        format!("{type_name}Answer")
    };
    let mut fields = String::new();
    for param in &parts.params {
        let mut text = prose::field(&param.doc, param.guess.0, &param.aliases.0, MARKUP);
        if !param.required {
            text.push_str(" Optional.");
        }
        fields.push_str(&doc(&[text], "        "));
        let plain = sent(Kind::of(&param.type_, catalogue));
        let type_ = if param.required {
            plain
        } else {
            format!("Option<{plain}>")
        };
        fields.push_str(&format!(
            "        {}: {type_} = {:?};\n",
            rust(&param.name),
            param.name
        ));
    }
    let body = if fields.is_empty() {
        "{}".to_owned()
    } else {
        format!("{{\n{fields}    }}")
    };
    format!("\ncommand! {{\n{text}{default}    {type_name} = {name:?} -> {answer} {body}\n}}\n")
}

fn answer(name: &str, entry: &Command, catalogue: &Catalogue) -> String {
    let type_name = pascal(name);
    let text = doc(&[format!("The answer to [`{type_name}`].")], "    ");
    let fields = view_fields(&entry.parts.result, catalogue);
    format!("\nview! {{\n{text}    {type_name}Answer {{\n{fields}    }}\n}}\n")
}

fn event(name: &str, entry: &Event, catalogue: &Catalogue) -> String {
    let text = doc(&prose::event(name, entry, MARKUP), "    ");
    let fields = view_fields(&entry.parts.fields, catalogue);
    let aliases = &entry.common.aliases.0;
    format!(
        "\nevent! {{\n{text}    {}Event = {name:?}, {aliases:?} {{\n{fields}    }}\n}}\n",
        pascal(name)
    )
}
