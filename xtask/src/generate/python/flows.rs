//! `areas/flows.py`: commands whose outcome comes later, as methods that end with it.

use std::collections::BTreeMap;

use super::super::flows::Flow;
use super::super::model::{Catalogue, Param};
use super::super::naming::{pascal, snake};
use super::super::prose_flows;
use super::{HEADER, MARKUP, imports, methods};

pub(super) const ABOUT: &str = "Commands whose outcome comes later, each as one thing to await.";

pub(super) fn module(catalogue: &Catalogue) -> String {
    let body = class(catalogue, true);
    let imports = imports::lines(&body, ".");
    // Beside what every area has: the events, for type checkers only.
    let events: String = events(catalogue)
        .iter()
        .map(|(area, names)| {
            let names: String = names
                .iter()
                .map(|name| format!("        {name},\n"))
                .collect();
            format!("    from .{area} import (\n{names}    )\n")
        })
        .collect();
    format!("{HEADER}\n\"\"\"{ABOUT}\"\"\"\n\n{imports}{events}{body}")
}

/// The classes of the events that end flows, by area.
pub(super) fn events(catalogue: &Catalogue) -> BTreeMap<&str, Vec<String>> {
    let mut out: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for flow in catalogue.flows.values() {
        for event in flow.outcomes() {
            let Some(entry) = catalogue.events.get(event) else {
                continue;
            };
            let names = out.entry(&entry.common.area).or_default();
            let name = format!("{}Event", pascal(event));
            if !names.contains(&name) {
                names.push(name);
                names.sort();
            }
        }
    }
    out
}

pub(super) fn class(catalogue: &Catalogue, asynchronous: bool) -> String {
    let mut out =
        format!("\n\nclass FlowsArea(Area):\n    \"\"\"{ABOUT}\"\"\"\n\n    __slots__ = ()\n");
    for (name, flow) in &catalogue.flows {
        out.push('\n');
        out.push_str(&head(name, flow, catalogue, asynchronous));
        if asynchronous {
            let first = [format!("{name:?}"), "timeout".to_owned()];
            let before = format!("event: {} = await self._run", outcome(flow));
            let params = params(flow, catalogue);
            out.push_str(&methods::send(&before, first, params, catalogue));
            out.push_str("        return event\n");
        }
    }
    out
}

fn params<'a>(flow: &Flow, catalogue: &'a Catalogue) -> &'a [Param] {
    flow.of(catalogue)
        .map_or(&[][..], |command| &command.parts.params)
}

fn outcome(flow: &Flow) -> String {
    let names = flow.outcomes();
    let names = names.iter().map(|event| format!("{}Event", pascal(event)));
    names.collect::<Vec<_>>().join(" | ")
}

fn head(name: &str, flow: &Flow, catalogue: &Catalogue, asynchronous: bool) -> String {
    let params = params(flow, catalogue);
    let mut out = methods::signature(
        &snake(name),
        params,
        &outcome(flow),
        catalogue,
        asynchronous,
    );
    let about = prose_flows::flow(flow, catalogue, MARKUP);
    let timeout = "Longest time to wait for the outcome, in seconds.";
    out.push_str(&methods::documentation(&about, params, timeout));
    out
}
