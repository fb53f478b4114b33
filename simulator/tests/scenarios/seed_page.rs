//! `docs/seed-page.md` has every name of the page that the library began with, in both generations
//! of file transfer, with scenarios that cover it; and the page's example goes in unchanged.

use std::collections::{BTreeSet, HashMap};
use std::fs;

use serde_json::Value;
use trueroom::catalogue;

use super::format::{Generation, Scenario};
use super::{files, read, repository};

/// Belongs to the names of the page, which does not have it.
const FURTHER: &str = "getFileTransferHistory";

/// The scenario with the page's example.
const EXAMPLE: &str = "files-current-seed-page";

struct Row {
    name: String,
    generation: Generation,
    wire: String,
    scenarios: Vec<String>,
    calls: Vec<String>,
}

fn page() -> String {
    let path = repository().join("protocol/seed-getIncomingFilesRequests.txt");
    fs::read_to_string(path).unwrap()
}

/// The names on the page: its own, and those that it points to.
fn names() -> BTreeSet<String> {
    let page = page();
    let title = page.lines().next().unwrap().trim_start_matches("# ");
    let (_, further) = page.split_once("See also:").unwrap();
    let names = further.lines().filter_map(|line| line.strip_prefix("- "));
    names
        .chain([title])
        .map(|name| name.trim().to_owned())
        .collect()
}

fn rows() -> Vec<Row> {
    let text = fs::read_to_string(repository().join("docs/seed-page.md")).unwrap();
    let rows = text.lines().filter(|line| line.starts_with("| `"));
    rows.map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let [name, generation, wire, scenarios, calls @ ..] = &cells[..] else {
            panic!("too few columns: {line}");
        };
        let plain = |text: &str| text.trim_matches('`').to_owned();
        Row {
            name: plain(name),
            generation: match *generation {
                "current" => Generation::Current,
                "legacy" => Generation::Legacy,
                other => panic!("no generation: {other}"),
            },
            wire: plain(wire),
            scenarios: scenarios.split(", ").map(plain).collect(),
            calls: calls.iter().map(|call| (*call).to_owned()).collect(),
        }
    })
    .collect()
}

fn scenarios() -> HashMap<String, Scenario> {
    let read = |(name, text): (String, String)| {
        let scenario = read(&name, &text);
        (name, scenario)
    };
    files().into_iter().map(read).collect()
}

#[test]
fn every_name_is_in_the_table_in_both_generations() {
    let mut wanted = names();
    assert_eq!(wanted.len(), 22);
    wanted.insert(FURTHER.to_owned());
    for generation in [Generation::Current, Generation::Legacy] {
        let rows = rows();
        let rows = rows.iter().filter(|row| row.generation == generation);
        let named: Vec<String> = rows.map(|row| row.name.clone()).collect();
        assert_eq!(
            named.len(),
            wanted.len(),
            "{generation:?}: a name stands twice"
        );
        assert_eq!(
            named.into_iter().collect::<BTreeSet<_>>(),
            wanted,
            "{generation:?}"
        );
    }
}

#[test]
fn the_scenarios_of_the_table_cover_its_names() {
    let scenarios = scenarios();
    for row in rows() {
        let Row {
            name,
            generation,
            wire,
            ..
        } = &row;
        assert!(!row.scenarios.is_empty(), "{name}");
        for scenario in &row.scenarios {
            let found = scenarios.get(scenario);
            let found = found.unwrap_or_else(|| panic!("{name}: there is no {scenario}.json"));
            assert!(
                found.covers.contains(wire),
                "{scenario}.json does not cover {wire}"
            );
            assert_eq!(
                found.generation,
                Some(*generation),
                "{scenario}.json for {wire}"
            );
        }
        assert!(
            row.calls.len() == 3 && !row.calls.contains(&String::new()),
            "{name}"
        );
    }
}

#[test]
fn wire_names_belong_to_their_generation() {
    for row in rows() {
        let generation = match (catalogue::command(&row.wire), catalogue::event(&row.wire)) {
            (Some(command), None) => command.generation,
            (None, Some(event)) => event.generation,
            _ => panic!("{} is neither a command nor an event", row.wire),
        };
        let other = match row.generation {
            Generation::Current => catalogue::Generation::Legacy,
            Generation::Legacy => catalogue::Generation::Current,
        };
        assert_ne!(generation, Some(other), "{}", row.wire);
        if row.generation == Generation::Current {
            assert_eq!(row.wire, row.name);
        }
    }
}

#[test]
fn a_scenario_names_its_generation_where_it_covers_file_names() {
    for (name, scenario) in scenarios() {
        let group = match name.as_str() {
            name if name.starts_with("files-current-") => Some(Generation::Current),
            name if name.starts_with("files-legacy-") => Some(Generation::Legacy),
            _ => continue,
        };
        assert_eq!(scenario.generation, group, "{name}.json");
        let legacy = scenario.simulator.get("generation") == Some(&"legacy".into());
        assert_eq!(
            legacy,
            group == Some(Generation::Legacy),
            "{name}.json: simulator"
        );
    }
}

#[test]
fn the_example_of_the_page_is_unchanged() {
    let page = page();
    let (_, answer) = page.split_once("Response example:").unwrap();
    let (answer, _) = answer.split_once("Parameter description:").unwrap();
    let answer: Value = serde_json::from_str(answer).unwrap();
    let scenarios = scenarios();
    let given = scenarios[EXAMPLE].steps.iter().find_map(|step| {
        let operation = step.terminal.as_ref()?;
        (operation["op"] == "answerWith").then(|| &operation["answer"])
    });
    assert_eq!(given, Some(&answer));
}
