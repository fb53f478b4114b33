//! What is kept of a run: JSON with every sample, and the generated part of docs/performance.md.

use std::fmt::Write;
use std::fs;

use serde_json::{Value, json};

use super::options::Options;
use super::results::Results;
use super::table;
use crate::workspace::Workspace;
use crate::{Result, fail};

const BEGIN: &str = "<!-- Written by `cargo xtask bench`, from here -->\n";
const END: &str = "<!-- to here -->\n";

pub(super) fn json(
    results: &Results,
    machine: &Value,
    options: &Options,
    seconds: u64,
) -> Result<String> {
    let rows: Vec<Value> = results
        .rows
        .iter()
        .map(|row| {
            json!({
                "case": row.case.name,
                "unit": row.case.unit.name,
                "more_is_better": row.case.unit.more_is_better,
                "language": row.client.language.name(),
                "client": row.client.name,
                "median": row.median(|line| Some(line.value)),
                "trueroom_is": results.ratio(row).map(|spread| spread.median),
                "of_case": row.case.like,
                "is_of_case": results.likeness(row).map(|spread| spread.median),
                "failure": row.failure,
                "rounds": row.rounds,
            })
        })
        .collect();
    let whole = json!({
        "machine": machine,
        "rounds": options.rounds,
        "seconds_a_case": options.seconds,
        "seconds_in_all": seconds,
        "results": rows,
    });
    Ok(serde_json::to_string_pretty(&whole)? + "\n")
}

/// Writes docs/performance.json and the part of docs/performance.md between the markers.
pub(super) fn publish(
    workspace: &Workspace,
    results: &Results,
    machine: &Value,
    options: &Options,
    seconds: u64,
    json: &str,
) -> Result {
    let place = |name| workspace.path(&["docs", name]);
    fs::write(place("performance.json"), json)?;
    let page = fs::read_to_string(place("performance.md"))?;
    let part = format!(
        "{}\n{}{}",
        conditions(machine, options, seconds),
        abouts(results),
        table::of(results)
    );
    let page = replaced(&page, &part)?;
    Ok(fs::write(place("performance.md"), page)?)
}

/// What was measured, where and with what.
pub(super) fn place_of(machine: &Value) -> String {
    let text = |name: &str| machine[name].as_str().unwrap_or_default();
    format!(
        "Commit {}, {}. {}, {} cores, {}. {}, {}, Node {}.\n",
        text("commit"),
        text("date"),
        text("processor"),
        machine["cores"],
        text("system"),
        text("rust"),
        text("python"),
        text("node"),
    )
}

fn conditions(machine: &Value, options: &Options, seconds: u64) -> String {
    let text = |name: &str| machine[name].as_str().unwrap_or_default();
    format!(
        "{}Python packages: {}. Node packages: {}.\n\
         {} rounds, {} s a case; the run took {} minutes.\n",
        place_of(machine),
        text("python_packages"),
        text("node_packages"),
        options.rounds,
        options.seconds,
        seconds.div_ceil(60),
    )
}

fn abouts(results: &Results) -> String {
    let mut text = "| case | what |\n|---|---|\n".to_owned();
    let mut last = "";
    for row in &results.rows {
        if row.case.name != last {
            last = row.case.name;
            let _ = writeln!(text, "| {} | {} |", row.case.name, row.case.about);
        }
    }
    text + "\n"
}

/// The page with another text between its markers.
pub(super) fn replaced(page: &str, part: &str) -> Result<String> {
    let parts = page
        .split_once(BEGIN)
        .and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
    match parts {
        Some((before, after)) => Ok(format!("{before}{BEGIN}\n{part}\n{END}{after}")),
        None => fail("the page has lost its markers"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_between_the_markers_is_replaced() {
        let page = format!("before\n{BEGIN}old\n{END}after\n");
        let page = replaced(&page, "new").unwrap();
        assert_eq!(page, format!("before\n{BEGIN}\nnew\n{END}after\n"));
        assert!(replaced("no markers", "new").is_err());
    }
}
