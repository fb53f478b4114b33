//! Checks of the catalogue that its types (`model`) cannot express.

mod fields;
mod flows;
mod messages;
#[cfg(test)]
pub(super) mod tests;
pub(super) mod text;
mod types;

use std::collections::{BTreeMap, BTreeSet};

use self::fields::Reference;
use super::model::Catalogue;

/// Adds every fault found to `faults`, each as `file.entry: what is wrong`.
pub(super) fn validate(catalogue: &Catalogue, faults: &mut Vec<String>) {
    let mut faults = Faults(faults);
    let mut roots = BTreeSet::new();
    messages::check(catalogue, &mut roots, &mut faults);
    let uses = types::check(catalogue, &mut faults);
    check_use(catalogue, roots, &uses, &mut faults);
    flows::check(catalogue, &mut faults);
    check_case("commands", catalogue.commands.keys(), &mut faults);
    check_case("events", catalogue.events.keys(), &mut faults);
    check_case("flows", catalogue.flows.keys(), &mut faults);
    check_case("types", catalogue.types.keys(), &mut faults);
    check_case("enums", catalogue.enums.keys(), &mut faults);
}

struct Faults<'a>(&'a mut Vec<String>);

impl Faults<'_> {
    fn add(&mut self, place: &str, what: impl std::fmt::Display) {
        self.0.push(format!("{place}: {what}"));
    }

    fn text(&mut self, place: &str, text: &str, may_be_empty: bool) {
        if let Some(fault) = text::text_fault(text, may_be_empty) {
            self.add(place, fault);
        }
    }
}

/// Every type and enum must be reachable from a command or an event.
fn check_use(
    catalogue: &Catalogue,
    roots: BTreeSet<Reference>,
    uses: &BTreeMap<String, BTreeSet<Reference>>,
    faults: &mut Faults,
) {
    let mut todo: Vec<Reference> = roots.into_iter().collect();
    let mut seen = BTreeSet::new();
    while let Some(reference) = todo.pop() {
        if let Reference::Type(name) = &reference
            && !seen.contains(&reference)
        {
            todo.extend(uses.get(name).into_iter().flatten().cloned());
        }
        seen.insert(reference);
    }
    for name in catalogue.types.keys() {
        if !seen.contains(&Reference::Type(name.clone())) {
            faults.add(&format!("types.{name}"), "is not used");
        }
    }
    for name in catalogue.enums.keys() {
        if !seen.contains(&Reference::Enum(name.clone())) {
            faults.add(&format!("enums.{name}"), "is not used");
        }
    }
}

/// Names that differ only in case would collide where a language changes the case.
fn check_case<'a>(kind: &str, names: impl Iterator<Item = &'a String>, faults: &mut Faults) {
    let mut folded = BTreeSet::new();
    for name in names {
        if !folded.insert(name.to_lowercase()) {
            faults.add(
                kind,
                format!("names differ only in case: {}", name.to_lowercase()),
            );
        }
    }
}
