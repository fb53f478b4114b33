//! `areas/flows.ts`: commands whose outcome comes later, as methods that end with it.

use std::collections::BTreeMap;

use super::super::flows::Flow;
use super::super::model::{Catalogue, Param};
use super::super::naming::pascal;
use super::super::prose_flows;
use super::areas::{self, params_type};
use super::{HEADER, MARKUP, doc, file, named_import};

pub(super) const ABOUT: &str = "Commands whose outcome comes later, each as one thing to await.";

pub(super) fn module(catalogue: &Catalogue) -> String {
    let mut out = format!(
        "{HEADER}\n/** {ABOUT} */\n\n\
         import {{ Area, type FlowOptions, type NoParams }} from \"../../area.js\";\n"
    );
    for (area, names) in imports(catalogue) {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        out.push_str(&named_import(&names, &format!("./{}.js", file(area))));
    }
    out.push_str(&format!(
        "\n{}export class FlowsArea extends Area {{\n",
        doc(&[ABOUT.to_owned()], "")
    ));
    let methods: Vec<String> = catalogue
        .flows
        .iter()
        .map(|(name, flow)| method(name, flow, catalogue))
        .collect();
    out.push_str(&methods.join("\n"));
    out.push_str("}\n");
    out
}

/// Events and parameters, by area.
fn imports(catalogue: &Catalogue) -> BTreeMap<&str, Vec<String>> {
    let mut out: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut add = |area, name: String| {
        let names: &mut Vec<String> = out.entry(area).or_default();
        if !names.contains(&name) {
            names.push(name);
            names.sort();
        }
    };
    for flow in catalogue.flows.values() {
        for event in flow.outcomes() {
            if let Some(entry) = catalogue.events.get(event) {
                add(&entry.common.area, format!("{}Event", pascal(event)));
            }
        }
        if let Some(command) = flow.of(catalogue).filter(|c| !c.parts.params.is_empty()) {
            add(&command.common.area, params_type(&flow.command, command));
        }
    }
    out
}

fn method(name: &str, flow: &Flow, catalogue: &Catalogue) -> String {
    let command = flow.of(catalogue);
    let params: &[Param] = command.map_or(&[], |command| &command.parts.params);
    let params_type = command.map_or_else(
        || "NoParams".to_owned(),
        |command| params_type(&flow.command, command),
    );
    let outcomes: Vec<String> = flow
        .outcomes()
        .iter()
        .map(|event| format!("{}Event", pascal(event)))
        .collect();
    let signature = areas::signature(
        name,
        params,
        &params_type,
        "FlowOptions",
        &outcomes.join(" | "),
    );
    format!(
        "{}{signature}{}  }}\n",
        doc(&prose_flows::flow(flow, catalogue, MARKUP), "  "),
        areas::send("_run", name, params),
    )
}
