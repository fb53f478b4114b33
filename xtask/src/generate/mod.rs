//! `cargo xtask generate`: checks the protocol catalogue and writes what is made from it.

#![allow(
    clippy::format_push_string,
    clippy::format_collect,
    reason = "a generator of text is read more often than it runs"
)]

mod areas;
mod docs;
mod docs_flows;
mod flows;
mod json;
mod kinds;
pub(crate) mod merge;
mod migration;
mod model;
mod naming;
mod node;
mod prose;
mod prose_flows;
mod python;
mod rust;
mod samples;
mod scenarios;
mod simulator;
mod validate;

use std::fs;
use std::path::{Path, PathBuf};

use self::model::{Catalogue, Evidence, FILES, Message};
use crate::{Result, fail};

const COMMAND: &str = "cargo xtask generate";
/// Folders that hold nothing else.
const MADE_FOLDERS: [&str; 5] = [
    "bindings-node/src-ts/generated",
    "bindings-python/python/trueroom/areas",
    "core/src/api/generated",
    "docs/reference",
    "simulator/src/terminal/catalogue",
];

/// With `check` nothing is written; a generated file that is not up to date is an error.
pub(crate) fn run(root: &Path, check: bool) -> Result {
    let catalogue = load(root)?;
    let mut files = rust::files(&catalogue);
    files.extend(python::files(&catalogue));
    files.extend(docs::files(&catalogue));
    files.extend(node::files(&catalogue));
    files.extend(scenarios::files(&catalogue)?);
    files.extend(migration::files(root, &catalogue)?);
    files.extend(simulator::files(&catalogue));
    files.extend(licences(root)?);
    let mut stale = Vec::new();
    for name in left_over(root, &files)? {
        if check {
            stale.push(name.display().to_string());
        } else {
            fs::remove_file(root.join(&name))?;
            println!("removed {}", name.display());
        }
    }
    for (name, text) in files {
        let path = root.join(&name);
        if fs::read_to_string(&path).is_ok_and(|old| old == text) {
            continue;
        }
        if check {
            stale.push(name.display().to_string());
            continue;
        }
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&path, text)?;
        println!("wrote {}", name.display());
    }
    if stale.is_empty() {
        return Ok(());
    }
    fail(format!(
        "not up to date: {}\nrun `{COMMAND}` and commit the result",
        stale.join(", ")
    ))
}

/// A copy of the licences for every package that is published.
fn licences(root: &Path) -> Result<Vec<(PathBuf, String)>> {
    let mut copies = Vec::new();
    for licence in ["LICENSE-APACHE", "LICENSE-MIT"] {
        let text = fs::read_to_string(root.join(licence))?;
        for package in ["core", "simulator", "bindings-python", "bindings-node"] {
            copies.push((Path::new(package).join(licence), text.clone()));
        }
    }
    Ok(copies)
}

/// Files in folders that are wholly made, and that are made no more.
fn left_over(root: &Path, files: &[(PathBuf, String)]) -> Result<Vec<PathBuf>> {
    let mut todo: Vec<PathBuf> = MADE_FOLDERS.iter().map(PathBuf::from).collect();
    let mut found = Vec::new();
    while let Some(folder) = todo.pop() {
        let Ok(entries) = fs::read_dir(root.join(&folder)) else {
            continue;
        };
        for entry in entries {
            let entry = entry?;
            let name = folder.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                // What Python leaves beside its sources.
                todo.extend((entry.file_name() != "__pycache__").then_some(name));
            } else if !files.iter().any(|(made, _)| *made == name) {
                found.push(name);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Writes the files of the catalogue in their normal form.
pub(crate) fn normalise(root: &Path) -> Result {
    let catalogue = FILES.map(|name| catalogue_file(root, name));
    for path in catalogue.into_iter().chain([root.join(migration::FILE)]) {
        let old = fs::read_to_string(&path)?;
        let value = json::parse(&old).map_err(|error| format!("{}: {error}", path.display()))?;
        let new = json::normal_form(&value)?;
        if new != old {
            fs::write(&path, new)?;
            println!("wrote {}", path.display());
        }
    }
    Ok(())
}

fn catalogue_file(root: &Path, name: &str) -> PathBuf {
    root.join("protocol").join(format!("{name}.json"))
}

/// Reads and checks the catalogue, and prints a line of counts.
fn load(root: &Path) -> Result<Catalogue> {
    let mut texts = Vec::new();
    for name in FILES {
        let path = catalogue_file(root, name);
        let text = fs::read_to_string(&path)
            .map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
        texts.push((name, text));
    }
    let mut faults = Vec::new();
    let catalogue = Catalogue::parse(&texts, &mut faults);
    // An entry left out for its form would make false faults elsewhere ("does not exist").
    if faults.is_empty() {
        validate::validate(&catalogue, &mut faults);
    }
    if !faults.is_empty() {
        return fail(format!(
            "{}\nthe protocol catalogue has {} fault(s); protocol/README.md tells its form",
            faults.join("\n"),
            faults.len()
        ));
    }
    println!(
        "protocol: {} commands ({}), {} events ({}), {} flows, {} types, {} enums; no faults",
        catalogue.commands.len(),
        evidence(catalogue.commands.values()),
        catalogue.events.len(),
        evidence(catalogue.events.values()),
        catalogue.flows.len(),
        catalogue.types.len(),
        catalogue.enums.len(),
    );
    Ok(catalogue)
}

fn evidence<'a, P: 'a>(messages: impl Iterator<Item = &'a Message<P>>) -> String {
    let (mut documented, mut library, mut seen, mut name) = (0, 0, 0, 0);
    for message in messages {
        match message.common.evidence {
            Evidence::Documented => documented += 1,
            Evidence::Library => library += 1,
            Evidence::Seen => seen += 1,
            Evidence::Name => name += 1,
        }
    }
    format!("{documented} documented, {library} library, {seen} seen, {name} name")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_no_more_is_found() {
        let root = std::env::temp_dir().join(format!("trueroom-generate-{}", std::process::id()));
        let folder = root.join("docs/reference");
        fs::create_dir_all(&folder).unwrap();
        for name in ["chat.md", "old.md"] {
            fs::write(folder.join(name), "").unwrap();
        }
        let made = [(
            PathBuf::from("docs/reference").join("chat.md"),
            String::new(),
        )];
        let found = left_over(&root, &made);
        fs::remove_dir_all(&root).unwrap();
        assert_eq!(
            found.unwrap(),
            [PathBuf::from("docs/reference").join("old.md")]
        );
    }
}
