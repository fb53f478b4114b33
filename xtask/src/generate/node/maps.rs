//! `commands.ts` and `events.ts`: from a name to its types; `index.ts`: all types for export.

use super::super::areas::areas;
use super::super::model::Catalogue;
use super::super::naming::pascal;
use super::areas::{answer, params_type};
use super::{HEADER, file, named_import};

pub(super) fn commands(catalogue: &Catalogue) -> String {
    let mut out = format!("{HEADER}\nimport type {{ Accepted, NoParams }} from \"../area.js\";\n");
    let mut lines = String::new();
    for area in areas(catalogue) {
        let mut names: Vec<String> = Vec::new();
        for (name, entry) in &area.commands {
            let types = [params_type(name, entry), answer(name, entry)];
            lines.push_str(&format!(
                "  {name}: {{ params: {}; answer: {} }};\n",
                types[0], types[1]
            ));
            names.extend(
                types
                    .into_iter()
                    .filter(|name| name != "NoParams" && name != "Accepted"),
            );
        }
        let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
        names.sort_unstable();
        if !names.is_empty() {
            out.push_str(&named_import(
                &names,
                &format!("./areas/{}.js", file(area.name)),
            ));
        }
    }
    out.push_str(&format!(
        "\n/** The parameters and the answer of each command, by wire name. */\n\
         export interface Commands {{\n{lines}}}\n\n\
         /** Wire names of the commands that the protocol catalogue knows. */\n\
         export type CommandName = keyof Commands;\n"
    ));
    out
}

pub(super) fn events(catalogue: &Catalogue) -> String {
    let mut out = format!("{HEADER}\n");
    let mut lines = String::new();
    for area in areas(catalogue) {
        let mut names: Vec<String> = Vec::new();
        for (name, entry) in &area.events {
            let type_ = format!("{}Event", pascal(name));
            for spelling in
                std::iter::once(*name).chain(entry.common.aliases.0.iter().map(String::as_str))
            {
                lines.push_str(&format!("  {spelling}: {type_};\n"));
            }
            names.push(type_);
        }
        let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
        names.sort_unstable();
        if !names.is_empty() {
            out.push_str(&named_import(
                &names,
                &format!("./areas/{}.js", file(area.name)),
            ));
        }
    }
    out.push_str(&format!(
        "\n/** The type of each event, by wire name. */\n\
         export interface WireEvents {{\n{lines}}}\n\n\
         /** Wire names of the events that the protocol catalogue knows. */\n\
         export type EventName = keyof WireEvents;\n"
    ));
    out
}

pub(super) fn index(catalogue: &Catalogue) -> String {
    let mut out = format!("{HEADER}\n");
    for area in areas(catalogue) {
        out.push_str(&format!(
            "export type * from \"./areas/{}.js\";\n",
            file(area.name)
        ));
    }
    out.push_str("export type * from \"./enums.js\";\nexport type * from \"./types.js\";\n");
    out
}
