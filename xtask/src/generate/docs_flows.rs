//! `docs/reference/flows.md`: commands whose outcome comes later.

use super::docs::{HEADER, MARKUP, heading, type_name};
use super::flows::Flow;
use super::model::{Catalogue, Param};
use super::naming::{camel, pascal, python, rust, snake};
use super::prose_flows;
use super::samples::{Language, arguments};
use super::{model, prose};

pub(super) fn page(catalogue: &Catalogue) -> String {
    let mut out = format!(
        "{HEADER}\n# Flows\n\nCommands whose answer means only \"accepted for execution\", each as one \
         thing to await. It ends with the event that tells the real outcome. [The guide](../flows.md) \
         explains them.\n\nPython `room.flows`, Node `room.flows`, Rust `room.run` with \
         `trueroom::api::flows`.\n\n| flow | command | what it does |\n|---|---|---|\n"
    );
    for (name, flow) in &catalogue.flows {
        out.push_str(&format!(
            "| [`{name}`](#{}) | {} | {} |\n",
            name.to_lowercase(),
            command_link(flow, catalogue),
            (MARKUP.plain)(&flow.summary)
        ));
    }
    for (name, flow) in &catalogue.flows {
        out.push_str(&section(name, flow, catalogue));
    }
    out
}

fn command_link(flow: &Flow, catalogue: &Catalogue) -> String {
    let area = flow
        .of(catalogue)
        .map_or("", |command| &command.common.area);
    let command = &flow.command;
    format!("[`{command}`]({area}.md#{})", command.to_lowercase())
}

fn section(name: &str, flow: &Flow, catalogue: &Catalogue) -> String {
    let mut out = heading(name, &prose_flows::flow(flow, catalogue, MARKUP));
    let params = flow
        .of(catalogue)
        .map_or(&[][..], |command| &command.parts.params);
    if !params.is_empty() {
        out.push_str("\n| parameter | Python | type | needed | meaning |\n|---|---|---|---|---|\n");
        out.extend(params.iter().map(|param| row(param, catalogue)));
    }
    let results: Vec<String> = flow
        .outcomes()
        .iter()
        .map(|event| {
            format!(
                "[`{}Event`]({})",
                pascal(event),
                event_link(event, catalogue)
            )
        })
        .collect();
    out.push_str(&format!("\nGives {}.\n", results.join(" or ")));
    let in_python = arguments(params, catalogue, Language::Python);
    let in_node = arguments(params, catalogue, Language::Node);
    out.push_str(&format!(
        "\n```python\nevent = await room.flows.{}({in_python})\n```\n\n\
         ```js\nconst event = await room.flows.{}({in_node});\n```\n\n\
         ```rust\nlet event = room.run(flows::{} {{ {} }}).await?;\n```\n",
        snake(name),
        camel(name),
        pascal(name),
        in_rust(params),
    ));
    out
}

fn row(param: &Param, catalogue: &Catalogue) -> String {
    format!(
        "| `{}` | `{}` | {} | {} | {} |\n",
        param.name,
        python(&param.name),
        type_name(&param.type_, catalogue),
        if param.required { "yes" } else { "no" },
        prose::field(&param.doc, param.guess.0, &param.aliases.0, MARKUP)
    )
}

fn event_link(event: &str, catalogue: &Catalogue) -> String {
    let area = catalogue
        .events
        .get(event)
        .map_or("", |entry: &model::Event| &entry.common.area);
    format!("{area}.md#{}", event.to_lowercase())
}

/// The names of the fields, as where variables of these names are at hand.
fn in_rust(params: &[Param]) -> String {
    let names: Vec<String> = params
        .iter()
        .map(|param| {
            let name = rust(&param.name);
            if param.required {
                name
            } else {
                format!("{name}: None")
            }
        })
        .collect();
    names.join(", ")
}
