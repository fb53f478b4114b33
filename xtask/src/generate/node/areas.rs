//! `areas/`: a module an area; `areas.ts`: how a room has them.

use super::super::areas::{Area, areas};
use super::super::kinds::Kind;
use super::super::model::{Catalogue, Command, Event, Param};
use super::super::naming::{camel, pascal};
use super::super::prose;
use super::{HEADER, MARKUP, doc, fields, file, flows, imports, params};

pub(super) fn module(area: &Area, catalogue: &Catalogue) -> String {
    let mut out = format!("{HEADER}\n/** {} */\n\n", area.about);
    out.push_str(&base_imports(area));
    let texts = area.commands.iter().flat_map(|(_, entry)| {
        let params = entry.parts.params.iter().map(|param| param.type_.as_str());
        params.chain(entry.parts.result.iter().map(|field| field.type_.as_str()))
    });
    let events = area
        .events
        .iter()
        .flat_map(|(_, entry)| &entry.parts.fields);
    let texts = texts.chain(events.map(|field| field.type_.as_str()));
    out.push_str(&imports(texts.map(|text| Kind::of(text, catalogue)), ".."));
    for (name, entry) in &area.commands {
        out.push_str(&interfaces(area, name, entry, catalogue));
    }
    for (name, entry) in &area.events {
        out.push_str(&event(name, entry, catalogue));
    }
    out.push_str(&class(area));
    out
}

fn base_imports(area: &Area) -> String {
    let mut types = Vec::new();
    let any = |test: fn(&Command) -> bool| area.commands.iter().any(|(_, entry)| test(entry));
    if any(|entry| entry.parts.result.is_empty()) {
        types.push("type Accepted");
    }
    if any(|entry| !entry.parts.result.is_empty()) {
        types.push("type AnswerHead");
    }
    types.push("Area");
    types.push("type CommandOptions");
    if any(|entry| entry.parts.params.is_empty()) {
        types.push("type NoParams");
    }
    let mut out = format!(
        "import {{ {} }} from \"../../area.js\";\n",
        types.join(", ")
    );
    if !area.events.is_empty() {
        out.push_str("import type { EventBase } from \"../../events.js\";\n");
    }
    out
}

/// The type of the parameters.
pub(super) fn params_type(name: &str, entry: &Command) -> String {
    if entry.parts.params.is_empty() {
        "NoParams".to_owned()
    } else {
        format!("{}Params", pascal(name))
    }
}

/// The type of the answer.
pub(super) fn answer(name: &str, entry: &Command) -> String {
    if entry.parts.result.is_empty() {
        "Accepted".to_owned()
    } else {
        format!("{}Answer", pascal(name))
    }
}

fn interfaces(area: &Area, name: &str, entry: &Command, catalogue: &Catalogue) -> String {
    let mut out = String::new();
    let parts = &entry.parts;
    let link = format!("{{@link {}.{name}}}", class_name(area));
    if !parts.params.is_empty() {
        let members = params(&parts.params, catalogue);
        let text = doc(&[format!("Parameters of {link}.")], "");
        out.push_str(&format!(
            "\n{text}export interface {} {{\n{members}}}\n",
            params_type(name, entry)
        ));
    }
    if !parts.result.is_empty() {
        let members = fields(&parts.result, entry.common.evidence, catalogue);
        let text = doc(&[format!("Answer to {link}.")], "");
        out.push_str(&format!(
            "\n{text}export interface {} extends AnswerHead {{\n{members}}}\n",
            answer(name, entry)
        ));
    }
    out
}

fn event(name: &str, entry: &Event, catalogue: &Catalogue) -> String {
    let spellings: Vec<String> = std::iter::once(name)
        .chain(entry.common.aliases.0.iter().map(String::as_str))
        .map(|name| format!("{name:?}"))
        .collect();
    format!(
        "\n{}export interface {}Event extends EventBase<{}> {{\n{}}}\n",
        doc(&prose::event(name, entry, MARKUP), ""),
        pascal(name),
        spellings.join(" | "),
        fields(&entry.parts.fields, entry.common.evidence, catalogue)
    )
}

fn class_name(area: &Area) -> String {
    format!("{}Area", pascal(area.name))
}

fn class(area: &Area) -> String {
    let class = class_name(area);
    let mut out = format!(
        "\n{}export class {class} extends Area {{\n",
        doc(&[area.about.to_owned()], "")
    );
    let methods: Vec<String> = area
        .commands
        .iter()
        .map(|(name, entry)| method(name, entry))
        .collect();
    out.push_str(&methods.join("\n"));
    let short = area.short_names();
    for (wire, short) in &short {
        out.push_str(&format!(
            "\n  /** Short for {{@link {class}.{wire}}}. */\n  declare {}: {class}[\"{wire}\"];\n",
            camel(short)
        ));
    }
    out.push_str("}\n");
    if !short.is_empty() {
        out.push('\n');
    }
    for (wire, short) in &short {
        out.push_str(&format!(
            "{class}.prototype.{} = {class}.prototype.{wire};\n",
            camel(short)
        ));
    }
    out
}

fn method(name: &str, entry: &Command) -> String {
    let params = &entry.parts.params;
    let types = [params_type(name, entry), answer(name, entry)];
    format!(
        "{}{}{}  }}\n",
        doc(&prose::command(name, entry, MARKUP), "  "),
        signature(name, params, &types[0], "CommandOptions", &types[1]),
        send("_call", name, params),
    )
}

/// `name(params: ..., options?: ...): Promise<...> {`
pub(super) fn signature(
    name: &str,
    params: &[Param],
    params_type: &str,
    options: &str,
    answer: &str,
) -> String {
    let mark = if params.iter().any(|param| param.required) {
        ""
    } else {
        "?"
    };
    let line = format!(
        "  {name}(params{mark}: {params_type}, options?: {options}): Promise<{answer}> {{\n"
    );
    if line.len() <= 101 {
        return line;
    }
    format!(
        "  {name}(\n    params{mark}: {params_type},\n    options?: {options},\n  ): Promise<{answer}> {{\n"
    )
}

/// `return this._call(...)` with the names of the parameters.
pub(super) fn send(method: &str, name: &str, params: &[Param]) -> String {
    let names = |required: bool| {
        let chosen = params.iter().filter(|param| param.required == required);
        let names: Vec<String> = chosen.map(|param| format!("{:?}", param.name)).collect();
        names.join(", ")
    };
    let (needed, others) = (names(true), names(false));
    let line =
        format!("    return this.{method}(\"{name}\", [{needed}], [{others}], params, options);\n");
    if line.len() <= 101 {
        return line;
    }
    format!(
        "    return this.{method}(\n      \"{name}\",\n      [{needed}],\n      [{others}],\n      params,\n      options,\n    );\n"
    )
}

pub(super) fn index(catalogue: &Catalogue) -> String {
    let properties = || {
        areas(catalogue)
            .into_iter()
            .filter(|area| area.name != "files")
    };
    let mut out = format!(
        "{HEADER}\n/** The areas of a room, each loaded when it is first used. */\n\n\
         import {{ AreasBase }} from \"../area.js\";\n"
    );
    for area in properties() {
        out.push_str(&format!(
            "import type {{ {} }} from \"./areas/{}.js\";\n",
            class_name(&area),
            file(area.name)
        ));
    }
    out.push_str("import type { FlowsArea } from \"./areas/flows.js\";\n");
    out.push_str("\n/** The commands of the terminal, by area. */\nexport abstract class Areas extends AreasBase {\n");
    let flows = ("flows", "FlowsArea".to_owned(), flows::ABOUT);
    let getters: Vec<String> = properties()
        .map(|area| (area.name, class_name(&area), area.about))
        .chain([flows])
        .map(|(name, class, about)| {
            let path = format!("./areas/{}.js", file(name));
            format!(
                "{}  get {}(): {class} {{\n    return this.area(\"{}\", () => {{\n      \
                 return (require(\"{path}\") as typeof import(\"{path}\")).{class};\n    }});\n  }}\n",
                doc(&[about.to_owned()], "  "),
                camel(name),
                name
            )
        })
        .collect();
    out.push_str(&getters.join("\n"));
    out.push_str("}\n");
    out
}
