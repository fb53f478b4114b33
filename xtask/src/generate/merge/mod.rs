//! `cargo xtask merge-report FILE`: puts what the doctor saw at a terminal into the catalogue.
//!
//! It adds sources, doubts and guesses, for a person to review with `git diff`. It decides nothing:
//! what a terminal does differently from a page is noted beside what the page says.

mod edit;
mod report;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

use self::report::{Finding, Report};
use super::json;
use super::model::FILES;
use crate::{Result, fail};

/// The files of the catalogue by name, as JSON.
type Files = BTreeMap<String, Value>;

/// Merges the report in `file`, and prints what is left to do by hand.
pub(crate) fn run(root: &Path, file: &Path) -> Result {
    let text = fs::read_to_string(file)
        .map_err(|error| format!("{} cannot be read: {error}", file.display()))?;
    let report = Report::from_json(&text)?;
    let mut files = Files::new();
    for name in FILES {
        let text = fs::read_to_string(super::catalogue_file(root, name))?;
        files.insert(name.to_owned(), json::parse(&text)?);
    }
    let before = files.clone();
    let left = merge(&mut files, &report);
    for (name, value) in &files {
        if before.get(name) != Some(value) {
            let path = super::catalogue_file(root, name);
            fs::write(&path, json::normal_form(value)?)?;
            println!("wrote {}", path.display());
        }
    }
    for line in left {
        println!("by hand: {line}");
    }
    println!("review `git diff protocol`, then run `{}`", super::COMMAND);
    super::load(root).map(drop)
}

/// Changes the files, and returns what a person has to decide.
fn merge(files: &mut Files, report: &Report) -> Vec<String> {
    let source = format!("seen:{}", report.product);
    let mut left = Vec::new();
    for (file, entries) in &report.seen {
        for (name, fields) in entries {
            // What the catalogue does not have yet is among the findings.
            if let Some(entry) = edit::entry(files, file, name) {
                edit::add_source(entry, file, &source);
                for field in fields {
                    edit::confirm(entry, file, field);
                }
            }
        }
    }
    // Entries come before what is in them: "unknownEvent" sorts before "unknownField".
    let (new, rest): (Vec<&Finding>, Vec<&Finding>) = report
        .findings
        .iter()
        .partition(|finding| finding.what == "unknownEvent");
    for finding in new.into_iter().chain(rest) {
        let done = edit::apply(files, finding, report, &source);
        left.extend(done.err());
    }
    left
}

/// Refuses a report that proves nothing.
fn refuse<T>(why: &str) -> Result<T> {
    fail(format!("the report cannot be merged: {why}"))
}
