//! `cargo xtask soak`: a long mixed load with reconnects, in the three languages side by side.

use std::fs;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::process::empty_folder;
use crate::workspace::Workspace;
use crate::{Result, fail, node, process, python};

/// Long enough for a leak of a few bytes in each call to show.
const MINUTES: u64 = 30;

const PLACE: [&str; 2] = ["benchmarks", "soak"];

pub(crate) fn run(workspace: &Workspace, words: &[&str]) -> Result {
    let minutes = match words {
        [] => MINUTES,
        ["--minutes", minutes] => minutes.parse()?,
        _ => return fail("cargo xtask soak [--minutes N]"),
    };
    soak(workspace, minutes * 60, "release")
}

/// For so many seconds, with everything built in cargo's profile.
pub(crate) fn soak(workspace: &Workspace, seconds: u64, profile: &str) -> Result {
    let simulator = workspace.program("trueroom-simulator", "trueroom-simulator", profile)?;
    let programs = [
        ("Rust", rust(workspace, profile)?),
        ("Python", python(workspace, profile)?),
        ("Node", node(workspace, profile)?),
    ];
    println!("{seconds} s of load, and what it takes to come to rest");
    let mut running = Vec::new();
    for (language, mut program) in programs {
        program.arg(&simulator).arg(seconds.to_string());
        let child = program
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        running.push((language, child));
    }
    let mut problems = Vec::new();
    for (language, child) in running {
        let output = child.wait_with_output()?;
        let text = String::from_utf8_lossy(&output.stdout);
        let last = text.lines().last().unwrap_or_default();
        keep(workspace, language, last)?;
        match serde_json::from_str::<Value>(last) {
            Ok(report) => {
                println!("\n{language}: {}", shown(&report));
                let found = report["problems"].as_array().into_iter().flatten();
                problems.extend(found.map(|problem| format!("{language}: {problem}")));
            }
            Err(_) => problems.push(format!(
                "{language}: {}: {}",
                output.status,
                String::from_utf8_lossy(&output.stderr).trim()
            )),
        }
    }
    if problems.is_empty() {
        println!("\nnothing was left over, and the counts add up");
        Ok(())
    } else {
        fail(problems.join("\n"))
    }
}

/// Every sample, for those who look for the cause of a problem.
fn keep(workspace: &Workspace, language: &str, line: &str) -> Result {
    let folder = workspace.target.join("soak");
    fs::create_dir_all(&folder)?;
    Ok(fs::write(folder.join(format!("{language}.json")), line)?)
}

fn shown(report: &Value) -> String {
    format!(
        "{} laps, {}\n  first {}\n  last  {}",
        report["laps"], report["count"], report["first"], report["last"]
    )
}

fn rust(workspace: &Workspace, profile: &str) -> Result<Command> {
    let program = workspace.program("trueroom-benchmarks", "soak-client", profile)?;
    Ok(Command::new(program))
}

fn python(workspace: &Workspace, profile: &str) -> Result<Command> {
    let environment = python::consumer(workspace, "soak-venv", profile)?;
    let mut command = environment.python();
    command
        .arg(workspace.path(&PLACE).join("python").join("soak.py"))
        .env("PYTHONPYCACHEPREFIX", workspace.target.join("pycache"));
    Ok(command)
}

/// The script is copied, since Node looks for packages from where a script lies.
fn node(workspace: &Workspace, profile: &str) -> Result<Command> {
    let folder = node::consumer(workspace, "soak-node", profile)?.join("soak");
    empty_folder(&folder)?;
    process::copy_files(&workspace.path(&PLACE).join("node"), &folder, "mjs")?;
    let mut command = Command::new("node");
    command
        .args(["--expose-gc", "--max-semi-space-size=1"])
        .arg(folder.join("soak.mjs"));
    Ok(command)
}
