//! Flows: every name in them exists and means what it is used for.

use std::collections::BTreeMap;

use super::super::flows::{Conditions, End, Flow, Reached, by_path, event, inside};
use super::super::model::{Catalogue, Field, Kind};
use super::Faults;
use super::text::is_wire_name;

/// Longer than this nobody waits for an outcome.
const LONGEST: u32 = 600;

pub(super) fn check(catalogue: &Catalogue, faults: &mut Faults) {
    for (name, flow) in &catalogue.flows {
        let place = format!("flows.{name}");
        if !is_wire_name(name) {
            faults.add(&place, "bad name");
        }
        faults.text(&format!("{place}.summary"), &flow.summary, false);
        faults.text(&format!("{place}.notes"), &flow.notes, true);
        if !(1..=LONGEST).contains(&flow.timeout) {
            faults.add(&place, format!("timeout must be 1 to {LONGEST} seconds"));
        }
        if flow.ends_well.is_empty() {
            faults.add(&place, "nothing ends it well");
        }
        check_command(&place, flow, catalogue, faults);
        for end in flow.ends() {
            check_end(
                &format!("{place}.{}", end.event),
                end,
                flow,
                catalogue,
                faults,
            );
        }
        if let Some(reached) = &flow.reached {
            check_reached(
                &format!("{place}.reached"),
                reached,
                flow,
                catalogue,
                faults,
            );
        }
    }
}

fn check_command(place: &str, flow: &Flow, catalogue: &Catalogue, faults: &mut Faults) {
    let Some(command) = flow.of(catalogue) else {
        faults.add(place, format!("command {} does not exist", flow.command));
        return;
    };
    if command.parts.kind == Kind::Query {
        faults.add(place, "a query has no outcome beside its answer");
    }
    for end in &flow.ends_well {
        if !command.parts.events.contains(&end.event) {
            faults.add(
                place,
                format!("{} does not name {}", flow.command, end.event),
            );
        }
        if end.cause.is_some() {
            faults.add(place, format!("{} ends it well and has a cause", end.event));
        }
    }
}

fn check_end(place: &str, end: &End, flow: &Flow, catalogue: &Catalogue, faults: &mut Faults) {
    let Some(event) = event(end, catalogue) else {
        faults.add(place, "the event does not exist");
        return;
    };
    let fields = &event.parts.fields;
    let mut has = |path: &str| {
        if by_path(fields, path, catalogue).is_none() {
            faults.add(place, format!("the event has no field {path}"));
        }
    };
    end.when
        .keys()
        .chain(end.after.keys())
        .for_each(|path| has(path));
    end.same.keys().for_each(|path| has(path));
    end.own.iter().chain(&end.cause).for_each(|path| has(path));
    check_values(place, [&end.when, &end.after], faults);
    check_params(place, &end.same, flow, catalogue, faults);
}

fn check_reached(
    place: &str,
    reached: &Reached,
    flow: &Flow,
    catalogue: &Catalogue,
    faults: &mut Faults,
) {
    let Some(query) = catalogue.commands.get(&reached.query) else {
        faults.add(place, format!("query {} does not exist", reached.query));
        return;
    };
    if query.parts.kind != Kind::Query {
        faults.add(place, format!("{} is no query", reached.query));
    }
    let answer: &[Field] = &query.parts.result;
    for path in reached.when.keys() {
        if by_path(answer, path, catalogue).is_none() {
            faults.add(place, format!("the answer has no field {path}"));
        }
    }
    let looked_at = match &reached.inside {
        None => Some(answer),
        Some(name) => inside(answer, name, catalogue),
    };
    for path in reached.same.keys() {
        if looked_at.is_none_or(|fields| by_path(fields, path, catalogue).is_none()) {
            faults.add(place, format!("there is no field {path} to compare"));
        }
    }
    if reached.when.is_empty() && reached.same.is_empty() {
        faults.add(place, "it has no condition");
    }
    check_values(place, [&reached.when, &Conditions::new()], faults);
    check_params(place, &reached.same, flow, catalogue, faults);
}

fn check_values<'a>(
    place: &str,
    conditions: impl IntoIterator<Item = &'a Conditions>,
    faults: &mut Faults,
) {
    for (path, values) in conditions.into_iter().flatten() {
        let plain = values
            .iter()
            .all(|value| value.is_boolean() || value.is_i64());
        if values.is_empty() || !plain {
            faults.add(
                place,
                format!("{path}: a list of numbers or booleans is expected"),
            );
        }
    }
}

fn check_params(
    place: &str,
    same: &BTreeMap<String, String>,
    flow: &Flow,
    catalogue: &Catalogue,
    faults: &mut Faults,
) {
    let Some(command) = flow.of(catalogue) else {
        return;
    };
    for name in same.values() {
        if !command.parts.params.iter().any(|param| param.name == *name) {
            faults.add(place, format!("{} has no parameter {name}", flow.command));
        }
    }
}
