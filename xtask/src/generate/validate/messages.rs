//! Commands and events.

use std::collections::{BTreeMap, BTreeSet};

use super::super::areas::AREAS;
use super::super::model::{Api, Catalogue, Command, Evidence, Generation, Message};
use super::text::{is_source, is_version, is_wire_name};
use super::{Faults, Reference, fields};

const SUMMARY_WORDS: usize = 25;

pub(super) fn check(catalogue: &Catalogue, used: &mut BTreeSet<Reference>, faults: &mut Faults) {
    for (name, command) in &catalogue.commands {
        let place = format!("commands.{name}");
        let parts = &command.parts;
        let empty = [
            ("params", parts.params.is_empty()),
            ("result", parts.result.is_empty()),
        ];
        check_common(&place, name, &catalogue.commands, &empty, faults);
        check_command(&place, command, catalogue, faults);
        let at = format!("{place}.params");
        fields::check(
            &at,
            &parts.params,
            // The last two are parameters of every method in Python.
            &["method", "requestId", "self", "timeout"],
            catalogue,
            used,
            faults,
        );
        let at = format!("{place}.result");
        let reserved = ["method", "requestId", "result"];
        fields::check(&at, &parts.result, &reserved, catalogue, used, faults);
    }
    for (name, event) in &catalogue.events {
        let place = format!("events.{name}");
        let empty = [("fields", event.parts.fields.is_empty())];
        check_common(&place, name, &catalogue.events, &empty, faults);
        let at = format!("{place}.fields");
        fields::check(
            &at,
            &event.parts.fields,
            &["method", "event"],
            catalogue,
            used,
            faults,
        );
    }
}

/// `parts`: the names of the lists of fields that this kind of entry has, and whether each is empty.
fn check_common<P>(
    place: &str,
    name: &str,
    all: &BTreeMap<String, Message<P>>,
    parts: &[(&str, bool)],
    faults: &mut Faults,
) {
    let Some(message) = all.get(name) else { return };
    let common = &message.common;
    if !is_wire_name(name) {
        faults.add(place, "bad name");
    }
    if !AREAS.iter().any(|(name, _)| *name == common.area) {
        faults.add(place, format!("unknown area {:?}", common.area));
    }
    if ![&[Api::V1][..], &[Api::V2], &[Api::V1, Api::V2]].contains(&common.api.as_slice()) {
        faults.add(place, "bad api: one of [v1], [v2] and [v1, v2] is expected");
    }
    if let Some(since) = common.since.as_deref().filter(|since| !is_version(since)) {
        faults.add(place, format!("bad since {since:?}"));
    }
    faults.text(&format!("{place}.summary"), &common.summary, false);
    if common.summary.split_whitespace().count() > SUMMARY_WORDS {
        faults.add(
            place,
            format!("summary has more than {SUMMARY_WORDS} words"),
        );
    }
    faults.text(&format!("{place}.notes"), &common.notes, true);
    for alias in &common.aliases.0 {
        if !is_wire_name(alias) {
            faults.add(place, format!("bad alias {alias:?}"));
        }
        if all.contains_key(alias) {
            faults.add(place, format!("alias {alias} is an entry of its own"));
        }
    }
    check_evidence(place, message, parts, faults);
    check_generation(place, name, message, all, faults);
}

fn check_command(place: &str, command: &Command, catalogue: &Catalogue, faults: &mut Faults) {
    let parts = &command.parts;
    if parts.events.iter().collect::<BTreeSet<_>>().len() != parts.events.len() {
        faults.add(place, "an event is named twice");
    }
    for event in &parts.events {
        if !catalogue.events.contains_key(event) {
            faults.add(place, format!("event {event} does not exist"));
        }
    }
    for event in &parts.events_guess.0 {
        if !parts.events.contains(event) {
            faults.add(
                place,
                format!("events_guess names {event}, which events does not"),
            );
        }
    }
    for text in &parts.errors {
        faults.text(&format!("{place}.errors"), text, false);
    }
}

fn check_evidence<P>(
    place: &str,
    message: &Message<P>,
    parts: &[(&str, bool)],
    faults: &mut Faults,
) {
    let common = &message.common;
    let sources = &common.sources;
    let ascending = sources
        .windows(2)
        .all(|pair| matches!(pair, [a, b] if a < b));
    if sources.is_empty() || !ascending || !sources.iter().all(|source| is_source(source)) {
        faults.add(place, format!("bad sources {sources:?}"));
    }
    let own_page = sources
        .iter()
        .any(|s| s.starts_with("docs:") || s.starts_with("maui:"));
    if own_page != (common.evidence == Evidence::Documented) {
        faults.add(place, "evidence and sources disagree");
    }
    let incomplete = &common.incomplete.0;
    if incomplete
        .iter()
        .any(|part| !parts.iter().any(|(name, _)| name == part))
    {
        faults.add(place, format!("bad incomplete {incomplete:?}"));
    }
    if common.evidence == Evidence::Name {
        if parts.iter().any(|(_, empty)| !empty) {
            faults.add(place, "known by name only, yet has fields");
        }
        if incomplete.len() != parts.len() {
            faults.add(
                place,
                "known by name only, so incomplete must name all parts",
            );
        }
    }
}

fn check_generation<P>(
    place: &str,
    name: &str,
    message: &Message<P>,
    all: &BTreeMap<String, Message<P>>,
    faults: &mut Faults,
) {
    let common = &message.common;
    if common.generation.is_some() && common.area != "files" {
        faults.add(place, "generation outside files");
    }
    let links = [
        ("replaces", &common.replaces, Generation::Legacy),
        ("replaced_by", &common.replaced_by, Generation::Current),
    ];
    for (link, target, wrong) in links {
        let Some(target) = target else { continue };
        if common.generation == Some(wrong) {
            faults.add(place, format!("{wrong:?} and {link} do not go together"));
        }
        let Some(other) = all.get(target) else {
            faults.add(
                place,
                format!("{link} names {target}, which does not exist"),
            );
            continue;
        };
        let (back, backlink) = match link {
            "replaces" => ("replaced_by", &other.common.replaced_by),
            _ => ("replaces", &other.common.replaces),
        };
        if backlink.as_deref() != Some(name) {
            faults.add(place, format!("{target} does not link back with {back}"));
        } else if other.common.generation.is_some() != common.generation.is_some() {
            let both = "must both have a generation or none";
            faults.add(place, format!("{target} and this one {both}"));
        }
    }
}
