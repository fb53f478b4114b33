//! What is made of `docs/migrating.md`: the tables that tell what a name of another client is called
//! here, and the programs it shows, which the tests run.
//!
//! `protocol/clients/` holds the names of those clients, nothing else. The page around them is
//! written by hand.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

use super::areas::{Area, areas};
use super::json;
use super::model::{Catalogue, Command, Kind};
use super::naming::{camel, pascal, snake};
use crate::{Result, fail};

pub(super) const FILE: &str = "protocol/clients/python-trueconf-room.json";
const PAGE: &str = "docs/migrating.md";

/// Programs that the page shows, and their language.
const PROGRAMS: [(&str, &str); 6] = [
    (
        "examples/migrating/python-trueconf-room/before.py",
        "python",
    ),
    ("examples/migrating/python-trueconf-room/after.py", "python"),
    ("examples/migrating/qt/before.cpp", "cpp"),
    ("examples/migrating/websockets/before.py", "python"),
    ("examples/migrating/ws/before.mjs", "js"),
    ("examples/migrating/ws/after.mjs", "js"),
];

/// A filter that lets every message through.
const EVERYTHING: &str = "ALL";

/// The names of another client.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Client {
    package: String,
    version: String,
    methods: BTreeMap<String, Method>,
    /// Names of events that it can wait for.
    filters: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Method {
    /// In the order of its signature.
    params: Vec<String>,
    /// The wire name, where it is not the method's.
    command: Option<String>,
    /// Its name of a parameter: the name on the wire.
    #[serde(default)]
    renamed: BTreeMap<String, String>,
}

/// The page with fresh tables.
pub(super) fn files(root: &Path, catalogue: &Catalogue) -> Result<Vec<(PathBuf, String)>> {
    let path = root.join(PAGE);
    let page = fs::read_to_string(&path)
        .map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
    let client = load(root, catalogue)?;
    let page = replace(&page, "methods", &methods(&client, catalogue))?;
    let mut page = replace(&page, "events", &events(&client, catalogue))?;
    for (name, language) in PROGRAMS {
        let program = fs::read_to_string(root.join(name))
            .map_err(|error| format!("{name} cannot be read: {error}"))?;
        page = replace(&page, name, &format!("```{language}\n{program}```\n"))?;
    }
    Ok(vec![(PAGE.into(), page)])
}

fn load(root: &Path, catalogue: &Catalogue) -> Result<Client> {
    let text = fs::read_to_string(root.join(FILE))
        .map_err(|error| format!("{FILE} cannot be read: {error}"))?;
    let value: Value = json::parse(&text).map_err(|error| format!("{FILE}: {error}"))?;
    if json::normal_form(&value)? != text {
        return fail(format!(
            "{FILE} is not in its normal form; run `cargo xtask fmt`"
        ));
    }
    let client = serde_json::from_value(value).map_err(|error| format!("{FILE}: {error}"))?;
    let faults = faults(&client, catalogue);
    if faults.is_empty() {
        return Ok(client);
    }
    fail(format!("{FILE}: {}", faults.join("\n")))
}

/// Names that lead to nothing in the catalogue.
fn faults(client: &Client, catalogue: &Catalogue) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, method) in &client.methods {
        let wire = method.command.as_deref().unwrap_or(name);
        let Some(command) = catalogue.commands.get(wire) else {
            faults.push(format!("{name}: there is no command {wire}"));
            continue;
        };
        for param in &method.params {
            let wire = method.renamed.get(param).unwrap_or(param);
            let known = command
                .parts
                .params
                .iter()
                .any(|known| known.name == *wire || known.aliases.0.contains(wire));
            if !known {
                faults.push(format!("{name}: the command has no parameter {wire}"));
            }
        }
        for param in method.renamed.keys() {
            if !method.params.contains(param) {
                faults.push(format!("{name}: has no parameter {param} to rename"));
            }
        }
    }
    for name in &client.filters {
        if name != EVERYTHING && main_name(name, catalogue).is_none() {
            faults.push(format!("there is no event {name}"));
        }
    }
    faults
}

fn main_name<'a>(name: &str, catalogue: &'a Catalogue) -> Option<&'a str> {
    let found = catalogue
        .events
        .iter()
        .find(|(main, event)| *main == name || event.common.aliases.0.iter().any(|a| a == name));
    found.map(|(main, _)| main.as_str())
}

fn methods(client: &Client, catalogue: &Catalogue) -> String {
    let areas = areas(catalogue);
    let shorts: BTreeMap<&str, String> = areas.iter().flat_map(Area::short_names).collect();
    let mut out = format!(
        "The {} methods of `{}` {}:\n\n\
         | its method | Python | Node | notes |\n|---|---|---|---|\n",
        client.methods.len(),
        client.package,
        client.version
    );
    for (name, method) in &client.methods {
        let wire = method.command.as_deref().unwrap_or(name);
        let Some(command) = catalogue.commands.get(wire) else {
            continue;
        };
        let area = &command.common.area;
        let short = shorts.get(wire);
        let python = short.map_or_else(|| snake(wire), Clone::clone);
        let node = short.map_or_else(|| wire.to_owned(), |short| camel(short));
        out.push_str(&format!(
            "| `{name}({})` | `room.{area}.{python}` | `room.{}.{node}` | {} |\n",
            method.params.join(", "),
            camel(area),
            notes(wire, method, command, catalogue)
        ));
    }
    out
}

fn notes(wire: &str, method: &Method, command: &Command, catalogue: &Catalogue) -> String {
    let mut notes = vec![format!(
        "[{}](reference/{}.md#{})",
        match command.parts.kind {
            Kind::Query => "query",
            Kind::Action => "action",
        },
        command.common.area,
        wire.to_lowercase()
    )];
    for param in &method.params {
        let wire = method.renamed.get(param).unwrap_or(param);
        let main = command
            .parts
            .params
            .iter()
            .find(|known| known.name == *wire || known.aliases.0.contains(wire))
            .map_or(wire, |known| &known.name);
        if main != param {
            notes.push(format!("`{param}` is `{main}`"));
        }
    }
    let flows = catalogue.flows.iter();
    for (name, _) in flows.filter(|(_, flow)| flow.command == wire) {
        notes.push(format!(
            "to wait for the outcome: [`flows.{}`](reference/flows.md#{})",
            snake(name),
            name.to_lowercase()
        ));
    }
    if let Some(newer) = &command.common.replaced_by {
        notes.push(format!("since product 4.1 `{newer}`"));
    }
    notes.join("; ")
}

fn events(client: &Client, catalogue: &Catalogue) -> String {
    let mut out = format!(
        "The {} event filters of `{}` {}:\n\n\
         | its filter | Python and Node | type of the event | notes |\n|---|---|---|---|\n",
        client.filters.len(),
        client.package,
        client.version
    );
    for name in &client.filters {
        if name == EVERYTHING {
            out.push_str(
                "| `EV_ALL` | `room.on(\"*\", ...)` | any | answers are not events here |\n",
            );
            continue;
        }
        let Some(main) = main_name(name, catalogue) else {
            continue;
        };
        let Some(event) = catalogue.events.get(main) else {
            continue;
        };
        let mut notes = vec![format!(
            "[{0}](reference/{0}.md#{1})",
            event.common.area,
            main.to_lowercase()
        )];
        if let Some(newer) = &event.common.replaced_by {
            notes.push(format!("since product 4.1 `{newer}`"));
        }
        out.push_str(&format!(
            "| `EV_{name}` | `room.on(\"{main}\", ...)` | `{}Event` | {} |\n",
            pascal(main),
            notes.join("; ")
        ));
    }
    out
}

/// Puts `text` between the page's two marks of this name.
fn replace(page: &str, name: &str, text: &str) -> Result<String> {
    let begin = format!("<!-- {name}: made by `cargo xtask generate` -->\n");
    let end = format!("<!-- end of {name} -->\n");
    let parts = page
        .split_once(&begin)
        .and_then(|(before, rest)| Some((before, rest.split_once(&end)?.1)));
    match parts {
        Some((before, after)) => Ok(format!("{before}{begin}\n{text}\n{end}{after}")),
        None => fail(format!(
            "{PAGE} has no place for the {name}: the marks are {begin:?} and {end:?}"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE_TEXT: &str =
        "a\n<!-- x: made by `cargo xtask generate` -->\nold\n<!-- end of x -->\nb\n";

    #[test]
    fn only_what_stands_between_the_marks_is_replaced() {
        let made = replace(PAGE_TEXT, "x", "new\n").unwrap();
        assert!(made.starts_with("a\n<!-- x:") && made.ends_with("<!-- end of x -->\nb\n"));
        assert!(made.contains("\nnew\n") && !made.contains("old"));
        assert_eq!(replace(&made, "x", "new\n").unwrap(), made);
        assert!(replace(PAGE_TEXT, "y", "").is_err());
    }

    #[test]
    fn a_name_that_leads_nowhere_is_found() {
        let client: Client = serde_json::from_str(
            r#"{"package": "p", "version": "1", "filters": ["ALL", "gone"],
                "methods": {"nothing": {"params": []}}}"#,
        )
        .unwrap();
        let faults = faults(&client, &Catalogue::default());
        assert_eq!(
            faults,
            [
                "nothing: there is no command nothing",
                "there is no event gone"
            ]
        );
    }
}
