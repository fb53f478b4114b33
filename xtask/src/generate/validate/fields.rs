//! Parameters and fields: names, docs, and the types they refer to.

use std::collections::BTreeSet;

use super::super::model::{Catalogue, Field, Names, Param};
use super::super::naming;
use super::Faults;
use super::text::{is_field_name, is_wire_name};

const PRIMITIVES: [&str; 7] = ["string", "int", "int64", "float", "bool", "object", "any"];

/// Methods of Python's records.
const TAKEN: [&str; 4] = ["get", "keys", "to_dict", "to_json"];

/// An entry of `types.json` or `enums.json` that something refers to.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reference {
    Type(String),
    Enum(String),
}

/// What a parameter and a field have in common.
pub(super) trait Member {
    fn parts(&self) -> (&str, &str, &str, &Names);
}

impl Member for Param {
    fn parts(&self) -> (&str, &str, &str, &Names) {
        (&self.name, &self.type_, &self.doc, &self.aliases)
    }
}

impl Member for Field {
    fn parts(&self) -> (&str, &str, &str, &Names) {
        (&self.name, &self.type_, &self.doc, &self.aliases)
    }
}

/// Checks a list of parameters or fields and adds what their types refer to to `used`.
/// `reserved` are the names that belong to the message itself.
pub(super) fn check(
    place: &str,
    members: &[impl Member],
    reserved: &[&str],
    catalogue: &Catalogue,
    used: &mut BTreeSet<Reference>,
    faults: &mut Faults,
) {
    let (mut taken, mut read) = (BTreeSet::new(), BTreeSet::new());
    for member in members {
        let (name, type_, doc, aliases) = member.parts();
        let here = format!("{place}.{name}");
        faults.text(&format!("{here}.doc"), doc, false);
        for name in std::iter::once(name).chain(aliases.0.iter().map(String::as_str)) {
            if !is_field_name(name) {
                faults.add(&here, format!("bad name {name:?}"));
            }
            if reserved.contains(&name) {
                faults.add(&here, format!("{name} is reserved"));
            }
            if !taken.insert(name) {
                faults.add(&here, format!("{name} occurs twice"));
            }
        }
        let snake = naming::snake(name);
        if TAKEN.contains(&snake.as_str()) {
            faults.add(&here, format!("{snake} means something else in Python"));
        }
        if !read.insert(snake) {
            faults.add(&here, "reads like another name in Python and Rust");
        }
        match reference(type_, catalogue) {
            Ok(reference) => used.extend(reference),
            Err(fault) => faults.add(&here, fault),
        }
    }
}

/// Parses `Name`, `enum:Name`, `int` and so on, each perhaps with `[]` behind.
fn reference(text: &str, catalogue: &Catalogue) -> Result<Option<Reference>, String> {
    let base = text.strip_suffix("[]").unwrap_or(text);
    let (is_enum, name) = match base.strip_prefix("enum:") {
        Some(name) => (true, name),
        None => (false, base),
    };
    if !is_wire_name(name) {
        Err(format!("type {text:?} does not parse"))
    } else if is_enum {
        let known = catalogue.enums.contains_key(name);
        let found = known.then(|| Some(Reference::Enum(name.to_owned())));
        found.ok_or_else(|| format!("enum {name} does not exist"))
    } else if PRIMITIVES.contains(&name) {
        Ok(None)
    } else {
        let known = catalogue.types.contains_key(name);
        let found = known.then(|| Some(Reference::Type(name.to_owned())));
        found.ok_or_else(|| format!("type {name} does not exist"))
    }
}
