//! `cargo xtask bench fleet`: a thousand rooms in one program, against as many simulators.

use std::fmt::Write;
use std::fs;
use std::process::Command;

use serde_json::Value;

use super::clients::Language;
use super::machine;
use super::report;
use crate::workspace::Workspace;
use crate::{Result, fail, node, process, python};

/// What the table of docs/fleet.md is about.
const ROOMS: u32 = 1000;

/// A figure of every client: its key, what it is, and its decimals.
const FIGURES: &[(&str, &str, usize)] = &[
    ("connected_s", "all connected, s", 1),
    (
        "restart_s",
        "all back after a restart of all terminals, s",
        1,
    ),
    ("power_cut_s", "all back after 5 s without power, s", 1),
    ("lost", "file requests lost meanwhile", 0),
    ("command_ms", "a command in all rooms, ms", 0),
    ("health_ms", "health of all rooms, ms", 1),
    ("close_s", "closing all, s", 2),
    ("connect_cpu_ms", "CPU of connecting, ms a room", 2),
    ("idle_cpu_percent", "CPU when idle, % of a core", 1),
    ("kb_per_room", "memory, kB a room", 1),
    ("descriptors_per_room", "descriptors a room", 1),
    ("threads", "threads of the process", 0),
];

struct Options<'a> {
    rooms: u32,
    /// Cargo's profile of everything that is built.
    profile: &'a str,
}

impl<'a> Options<'a> {
    fn parse(mut words: &[&'a str]) -> Result<Self> {
        let mut options = Self {
            rooms: ROOMS,
            profile: "release",
        };
        while let [name, value, rest @ ..] = words {
            match *name {
                "--rooms" => options.rooms = value.parse()?,
                "--profile" => options.profile = value,
                _ => break,
            }
            words = rest;
        }
        if words.is_empty() {
            Ok(options)
        } else {
            fail("cargo xtask bench fleet takes --rooms N and --profile NAME, and nothing else")
        }
    }

    /// Whether what comes of it may stand in the documentation.
    fn is_complete(&self) -> bool {
        self.rooms == ROOMS && self.profile == "release"
    }
}

pub(super) fn run(workspace: &Workspace, words: &[&str]) -> Result {
    let options = Options::parse(words)?;
    let name = "trueroom-simulator";
    let simulator = workspace.program(name, name, options.profile)?;
    let mut columns = Vec::new();
    for language in Language::ALL {
        let mut client = client(workspace, language, options.profile)?;
        client.arg(&simulator).arg(options.rooms.to_string());
        let line = process::output(&mut with_descriptors(&client))?;
        columns.push((language.name(), serde_json::from_str::<Value>(&line)?));
    }
    let table = table(&columns);
    print!("\n{table}");
    if options.is_complete() {
        let machine = machine::describe(workspace)?;
        let part = format!("{}\n{table}", report::place_of(&machine));
        let page = workspace.path(&["docs", "fleet.md"]);
        let text = fs::read_to_string(&page)?;
        fs::write(page, report::replaced(&text, &part)?)?;
    }
    Ok(())
}

fn client(workspace: &Workspace, language: Language, profile: &str) -> Result<Command> {
    let source = |parts: &[&str]| workspace.path(&[&["benchmarks"], parts].concat());
    Ok(match language {
        Language::Python => {
            let mut python = python::consumer(workspace, "fleet-venv", profile)?.python();
            python.arg(source(&["python", "fleet_client.py"]));
            python
        }
        Language::Node => {
            let folder = node::consumer(workspace, "fleet-node", profile)?;
            // Node looks for packages from where a script lies.
            let script = folder.join("fleet-client.mjs");
            fs::copy(source(&["node", "fleet-client.mjs"]), &script)?;
            let mut node = Command::new("node");
            node.arg("--expose-gc").arg(script);
            node
        }
        Language::Rust => {
            let package = "trueroom-benchmarks";
            Command::new(workspace.program(package, "fleet-client", profile)?)
        }
    })
}

/// The same with as many descriptors as the system allows; the simulators inherit them.
fn with_descriptors(command: &Command) -> Command {
    if cfg!(not(unix)) {
        let mut same = Command::new(command.get_program());
        same.args(command.get_args());
        return same;
    }
    let mut shell = Command::new("sh");
    shell.args(["-c", "ulimit -n \"$(ulimit -Hn)\"; exec \"$@\"", "sh"]);
    shell.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    shell
}

fn table(columns: &[(&str, Value)]) -> String {
    let mut text = String::from("| |");
    for (language, _) in columns {
        let _ = write!(text, " {language} |");
    }
    text.push_str("\n|---|");
    text.push_str(&"---|".repeat(columns.len()));
    text.push('\n');
    for (key, about, decimals) in FIGURES {
        let _ = write!(text, "| {about} |");
        for (_, figures) in columns {
            let figure = figures[key].as_f64().unwrap_or(f64::NAN);
            let _ = write!(text, " {figure:.decimals$} |");
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_a_whole_run_is_published() {
        let complete = |words: &[&str]| Options::parse(words).unwrap().is_complete();
        assert!(complete(&[]));
        assert!(complete(&["--rooms", "1000"]));
        assert!(!complete(&["--rooms", "10"]));
        assert!(!complete(&["--profile", "dev"]));
        for words in [&["--rooms"][..], &["--rooms", "x"], &["--what", "1"]] {
            assert!(Options::parse(words).is_err(), "{words:?}");
        }
    }

    #[test]
    fn the_table_has_a_row_for_each_figure() {
        let rust = json!({"connected_s": 9.87, "lost": 0});
        let table = table(&[("Rust", rust)]);
        assert!(table.starts_with("| | Rust |\n|---|---|\n| all connected, s | 9.9 |\n"));
        assert!(
            table.contains("| file requests lost meanwhile | 0 |\n"),
            "{table}"
        );
        assert_eq!(table.lines().count(), FIGURES.len() + 2);
    }
}
