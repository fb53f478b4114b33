//! `core/src/api/generated/flows.rs`: a struct for each flow, and what it ends with.

use std::collections::BTreeSet;

use super::super::flows::Flow;
use super::super::kinds::Kind;
use super::super::model::{Catalogue, Param};
use super::super::naming::{pascal, rust};
use super::super::{prose, prose_flows};
use super::{HEADER, MARKUP, doc, sent, uses};

pub(super) fn render(catalogue: &Catalogue) -> String {
    let mut out = format!(
        "{HEADER}//!\n\
         //! Commands whose outcome comes later, as one thing to await: `room.run(SignOut {{}})`.\n\n"
    );
    let mut names: BTreeSet<String> = BTreeSet::new();
    for flow in catalogue.flows.values() {
        let params = params(flow, catalogue).iter();
        names.extend(uses(
            params.map(|param| Kind::of(&param.type_, catalogue)),
            true,
        ));
        for event in flow.outcomes() {
            names.insert(event_path(event, catalogue));
        }
    }
    out.extend(names.iter().map(|name| format!("use super::{name};\n")));
    out.push_str("use super::super::macros::{flow, outcome};\n");
    for (name, flow) in &catalogue.flows {
        if flow.outcomes().len() > 1 {
            out.push_str(&outcome(name, flow));
        }
        out.push_str(&one(name, flow, catalogue));
    }
    out
}

fn params<'a>(flow: &Flow, catalogue: &'a Catalogue) -> &'a [Param] {
    flow.of(catalogue)
        .map_or(&[][..], |command| &command.parts.params)
}

fn event_path(event: &str, catalogue: &Catalogue) -> String {
    let area = catalogue.events.get(event).map_or("", |e| &e.common.area);
    format!("{area}::{}Event", pascal(event))
}

fn outcome(name: &str, flow: &Flow) -> String {
    let type_name = pascal(name);
    let text = doc(&[format!("What ends [`{type_name}`] well.")], "    ");
    let variants: String = flow
        .outcomes()
        .iter()
        .map(|event| {
            let event = pascal(event);
            format!("        /// [`{event}Event`] came.\n        {event}({event}Event),\n")
        })
        .collect();
    format!("\noutcome! {{\n{text}    {type_name}Outcome {{\n{variants}    }}\n}}\n")
}

fn one(name: &str, flow: &Flow, catalogue: &Catalogue) -> String {
    let type_name = pascal(name);
    let text = doc(&prose_flows::flow(flow, catalogue, MARKUP), "    ");
    let params = params(flow, catalogue);
    let default = if params.iter().any(|param| param.required) {
        ""
    } else {
        "    #[derive(Default)]\n"
    };
    let outcomes = flow.outcomes();
    let outcome = match outcomes.as_slice() {
        [event] => format!("{}Event", pascal(event)),
        _ => format!("{type_name}Outcome"),
    };
    let mut fields = String::new();
    for param in params {
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
    format!("\nflow! {{\n{text}{default}    {type_name} = {name:?} -> {outcome} {body}\n}}\n")
}
