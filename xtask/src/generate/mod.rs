//! `cargo xtask generate`: checks the protocol catalogue and writes what is made from it.

mod json;
mod model;
mod names;
mod rust;
mod typescript;
mod validate;

use std::fs;
use std::path::{Path, PathBuf};

use self::model::{Catalogue, Evidence, FILES, Message};
use crate::{Result, fail};

const COMMAND: &str = "cargo xtask generate";

/// With `check` nothing is written; a generated file that is not up to date is an error.
pub(crate) fn run(root: &Path, check: bool) -> Result {
    let catalogue = load(root)?;
    let files = [
        ("core/src/catalogue/generated.rs", rust::render(&catalogue)?),
        (
            "bindings-python/python/trueroom/_generated.py",
            names::python(&catalogue),
        ),
        (
            "bindings-node/src-ts/generated/commands.ts",
            names::typescript_commands(&catalogue),
        ),
        (
            "bindings-node/src-ts/generated/events.ts",
            names::typescript_events(&catalogue),
        ),
        (
            "bindings-node/src-ts/generated/messages.ts",
            typescript::render(&catalogue),
        ),
        // A crate can only hold what is in its own folder: for the sdist and for crates.io.
        (
            "simulator/src/terminal/catalogue/commands.json",
            compact(root, "commands")?,
        ),
        (
            "simulator/src/terminal/catalogue/types.json",
            compact(root, "types")?,
        ),
        (
            "simulator/src/terminal/catalogue/enums.json",
            compact(root, "enums")?,
        ),
    ];
    let files = files
        .into_iter()
        .map(|(name, text)| (name.to_owned(), text));
    let mut stale = Vec::new();
    for (name, text) in files.chain(licences(root)?) {
        let path = root.join(&name);
        if fs::read_to_string(&path).is_ok_and(|old| old == text) {
            continue;
        }
        if check {
            stale.push(name);
            continue;
        }
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&path, text)?;
        println!("wrote {name}");
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
fn licences(root: &Path) -> Result<Vec<(String, String)>> {
    let mut copies = Vec::new();
    for licence in ["LICENSE-APACHE", "LICENSE-MIT"] {
        let text = fs::read_to_string(root.join(licence))?;
        for package in ["core", "simulator", "bindings-python", "bindings-node"] {
            copies.push((format!("{package}/{licence}"), text.clone()));
        }
    }
    Ok(copies)
}

/// Writes the files of the catalogue in their normal form.
pub(crate) fn normalise(root: &Path) -> Result {
    for name in FILES {
        let path = catalogue_file(root, name);
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

/// A file of the catalogue without white space.
fn compact(root: &Path, name: &str) -> Result<String> {
    let text = fs::read_to_string(catalogue_file(root, name))?;
    let value: serde_json::Value = serde_json::from_str(&text)?;
    Ok(format!("{value}\n"))
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
        "protocol: {} commands ({}), {} events ({}), {} types, {} enums; no faults",
        catalogue.commands.len(),
        evidence(catalogue.commands.values()),
        catalogue.events.len(),
        evidence(catalogue.events.values()),
        catalogue.types.len(),
        catalogue.enums.len(),
    );
    Ok(catalogue)
}

fn evidence<'a, P: 'a>(messages: impl Iterator<Item = &'a Message<P>>) -> String {
    let (mut documented, mut library, mut name) = (0, 0, 0);
    for message in messages {
        match message.common.evidence {
            Evidence::Documented => documented += 1,
            Evidence::Library => library += 1,
            Evidence::Name => name += 1,
        }
    }
    format!("{documented} documented, {library} library, {name} name")
}
