//! Object types and enums.

use std::collections::{BTreeMap, BTreeSet};

use super::super::model::{Catalogue, Enum, EnumValue, Wire};
use super::text::{is_integer, is_snake_case, is_type_name};
use super::{Faults, Reference, fields};

/// Checks both files. Returns what each type refers to.
pub(super) fn check(
    catalogue: &Catalogue,
    faults: &mut Faults,
) -> BTreeMap<String, BTreeSet<Reference>> {
    let mut uses = BTreeMap::new();
    for (name, entry) in &catalogue.types {
        let place = format!("types.{name}");
        if catalogue.enums.contains_key(name) {
            faults.add(&place, "an enum has the same name");
        }
        check_head(&place, name, [&entry.doc, &entry.notes], faults);
        check_incomplete(&place, &entry.incomplete.0, "fields", faults);
        if entry.fields.is_empty() {
            faults.add(&place, "has no fields");
        }
        let used = uses.entry(name.clone()).or_default();
        fields::check(&place, &entry.fields, &[], catalogue, used, faults);
    }
    for (name, entry) in &catalogue.enums {
        let place = format!("enums.{name}");
        check_head(&place, name, [&entry.doc, &entry.notes], faults);
        check_incomplete(&place, &entry.incomplete.0, "values", faults);
        check_values(&place, entry, faults);
    }
    uses
}

fn check_head(place: &str, name: &str, [doc, notes]: [&str; 2], faults: &mut Faults) {
    if !is_type_name(name) {
        faults.add(place, "bad name");
    }
    faults.text(&format!("{place}.doc"), doc, false);
    faults.text(&format!("{place}.notes"), notes, true);
}

fn check_incomplete(place: &str, incomplete: &[String], only: &str, faults: &mut Faults) {
    if !incomplete.is_empty() && incomplete != [only] {
        faults.add(place, format!("bad incomplete {incomplete:?}"));
    }
}

fn check_values(place: &str, entry: &Enum, faults: &mut Faults) {
    if entry.values.is_empty() {
        faults.add(place, "has no values");
    }
    let (mut names, mut wires) = (BTreeSet::new(), BTreeSet::new());
    for (
        wire,
        EnumValue {
            name, doc, aliases, ..
        },
    ) in &entry.values
    {
        let here = format!("{place}.{wire}");
        faults.text(&format!("{here}.doc"), doc, false);
        if !is_snake_case(name) || !names.insert(name) {
            faults.add(&here, format!("bad or repeated name {name:?}"));
        }
        for key in std::iter::once(wire).chain(&aliases.0) {
            if !wires.insert(key) {
                faults.add(&here, format!("wire value {key:?} occurs twice"));
            }
            if entry.wire == Wire::Int && !is_integer(key) {
                faults.add(&here, format!("wire value {key:?} is not an integer"));
            } else if entry.bitmask.0 && !key.parse().is_ok_and(u64::is_power_of_two) {
                faults.add(&here, format!("{key} is not a single bit"));
            }
        }
    }
}
