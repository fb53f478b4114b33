//! `cargo xtask bench --quick`: how many calls and events a second, in the three languages.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use serde::Deserialize;

use crate::workspace::Workspace;
use crate::{Result, fail, node, process, python};

/// Each client is run this often, in turn, so that a slow moment of the machine hits all of them.
const ROUNDS: usize = 3;

/// How long a case runs.
const SECONDS: &str = "2";

const CASES: [&str; 4] = ["calls-1", "calls-64", "calls-1000", "events"];

/// What a client prints for a case; the times are there for calls only.
#[derive(Deserialize)]
struct Line {
    case: String,
    per_second: f64,
}

/// A program to measure: what it is called, and how it is started but for its arguments.
struct Client {
    name: &'static str,
    program: PathBuf,
    script: Option<PathBuf>,
}

/// The server, ended with the benchmark whatever happens to it.
struct Server {
    child: Child,
    port: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself, which is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn quick(workspace: &Workspace) -> Result {
    let build = |name| workspace.program("trueroom-benchmarks", name, "release");
    let server = build("load-server")?;
    let clients = [
        Client {
            name: "Rust",
            program: build("rust-client")?,
            script: None,
        },
        python_client(workspace)?,
        node_client(workspace)?,
    ];
    let mut rates: BTreeMap<(&str, String), Vec<f64>> = BTreeMap::new();
    for round in 1..=ROUNDS {
        for client in &clients {
            println!("round {round} of {ROUNDS}: {}", client.name);
            for line in measure(client, &start(&server)?)? {
                rates
                    .entry((client.name, line.case))
                    .or_default()
                    .push(line.per_second);
            }
        }
    }
    println!("\nCalls and events a second, the median of {ROUNDS} runs of {SECONDS} s a case:\n");
    println!(
        "{:10}{:>12}{:>12}{:>12}{:>12}",
        "", CASES[0], CASES[1], CASES[2], CASES[3]
    );
    for client in &clients {
        print!("{:10}", client.name);
        for case in CASES {
            match rates.get_mut(&(client.name, case.to_owned())) {
                Some(rates) => print!("{:>12.0}", median(rates)),
                None => return fail(format!("{} did not report {case}", client.name)),
            }
        }
        println!();
    }
    Ok(())
}

fn measure(client: &Client, server: &Server) -> Result<Vec<Line>> {
    let mut command = Command::new(&client.program);
    command.args(&client.script).args([&server.port, SECONDS]);
    let output = process::quiet_output(&mut command)?;
    Ok(output
        .lines()
        .map(serde_json::from_str)
        .collect::<std::result::Result<_, _>>()?)
}

fn start(program: &PathBuf) -> Result<Server> {
    let mut child = Command::new(program).stdout(Stdio::piped()).spawn()?;
    let mut port = String::new();
    if let Some(output) = child.stdout.take() {
        BufReader::new(output).read_line(&mut port)?;
    }
    Ok(Server {
        child,
        port: port.trim().to_owned(),
    })
}

fn median(rates: &mut [f64]) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates.get(rates.len() / 2).copied().unwrap_or_default()
}

/// The wheel as it is shipped, in an environment of its own.
fn python_client(workspace: &Workspace) -> Result<Client> {
    let environment = python::consumer(workspace, "bench-venv", "release")?;
    let script = ["benchmarks", "python", "trueroom_client.py"];
    Ok(Client {
        name: "Python",
        program: environment.python_path(),
        script: Some(workspace.path(&script)),
    })
}

/// The npm package as it is shipped, in a folder of its own beside a copy of the script, since
/// Node looks for packages from where a script lies.
fn node_client(workspace: &Workspace) -> Result<Client> {
    let folder = node::consumer(workspace, "bench-node", "release")?;
    let script = folder.join("trueroom-client.mjs");
    fs::copy(
        workspace.path(&["benchmarks", "node", "trueroom-client.mjs"]),
        &script,
    )?;
    Ok(Client {
        name: "Node",
        program: "node".into(),
        script: Some(script),
    })
}
