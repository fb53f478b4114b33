//! Runs each case with each client, round after round.

use std::io::Read;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::cases::{Case, Group};
use super::clients::Client;
use super::load;
use super::machine::Pins;
use super::options::Options;
use super::results::{Line, Results, Row};
use super::server::Server;
use crate::workspace::Workspace;
use crate::{Result, fail};

/// A client that has not come to an end by then hangs.
const PATIENCE: Duration = Duration::from_secs(60);

pub(super) struct Bench<'a> {
    options: &'a Options,
    server: Server,
    pins: Pins,
}

impl<'a> Bench<'a> {
    pub(super) fn new(workspace: &Workspace, options: &'a Options) -> Result<Self> {
        let program = workspace.program("trueroom-benchmarks", "load-server", &options.profile)?;
        let pins = Pins::new();
        Ok(Self {
            options,
            server: Server::start(&program, &pins)?,
            pins,
        })
    }

    /// One run after the other: those that are compared follow each other at once, in the other
    /// direction in every second round.
    pub(super) fn run<'c>(
        &self,
        cases: &[&'static Case],
        clients: &'c [Client],
    ) -> Result<Results<'c>> {
        let mut rows = Vec::new();
        for case in cases {
            rows.extend(clients.iter().filter(|c| c.takes(case)).map(|client| Row {
                case,
                client,
                rounds: Vec::new(),
                failure: None,
            }));
        }
        if rows.is_empty() {
            return fail("no client has any of these cases");
        }
        for round in 1..=self.options.rounds {
            for case in cases {
                println!("round {round} of {}: {}", self.options.rounds, case.name);
                let mut of_case: Vec<&mut Row> = rows
                    .iter_mut()
                    .filter(|r| r.case.name == case.name)
                    .collect();
                if round % 2 == 0 {
                    of_case.reverse();
                }
                for row in of_case {
                    self.measure(row);
                }
            }
        }
        Ok(Results { rows })
    }

    fn measure(&self, row: &mut Row) {
        if row.failure.is_some() {
            return row.rounds.push(None);
        }
        let line = match row.case.group {
            Group::Load => load::measure(&self.pins, row.client),
            _ => self.run_client(row),
        };
        match line {
            Ok(line) => row.rounds.push(Some(line)),
            Err(error) => {
                println!("{} failed in {}: {error}", row.client.name, row.case.name);
                row.failure = Some(error.to_string());
                row.rounds.push(None);
            }
        }
    }

    fn run_client(&self, row: &Row) -> Result<Line> {
        let Client {
            program,
            arguments,
            variables,
            ..
        } = row.client;
        let mut command = self.pins.on_client_core(program);
        command
            .args(arguments)
            .envs(variables.iter().map(|(name, value)| (name, value)))
            .env(
                "TRUEROOM_BENCH_MEGABYTES",
                self.options.megabytes.to_string(),
            )
            .args([&self.server.port, row.case.name])
            .arg(self.options.seconds.to_string());
        Ok(serde_json::from_str(output(&mut command)?.trim())?)
    }
}

/// What a client prints, if it ends in time and well.
fn output(command: &mut Command) -> Result<String> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let (sender, texts) = mpsc::channel();
    let collect = |stream: Option<Box<dyn Read + Send>>| {
        let sender = sender.clone();
        thread::spawn(move || {
            let mut text = String::new();
            if let Some(mut stream) = stream {
                // What is not text is no line either, and that is told then.
                let _ = stream.read_to_string(&mut text);
            }
            drop(sender);
            text
        })
    };
    let standard = collect(child.stdout.take().map(|s| Box::new(s) as _));
    let errors = collect(child.stderr.take().map(|s| Box::new(s) as _));
    drop(sender);
    // Nothing is ever sent: the channel ends when both streams have ended.
    let ended: std::result::Result<(), _> = texts.recv_timeout(PATIENCE);
    let hangs = ended == Err(mpsc::RecvTimeoutError::Timeout);
    if hangs {
        child.kill()?;
    }
    let status = child.wait()?;
    let text = |thread: thread::JoinHandle<String>| thread.join().unwrap_or_default();
    let (standard, errors) = (text(standard), text(errors));
    if hangs {
        return fail(format!("it hung for {} s", PATIENCE.as_secs()));
    }
    if !status.success() {
        let last = errors.lines().rfind(|line| !line.trim().is_empty());
        return fail(format!("{} ({status})", last.unwrap_or("it said nothing")));
    }
    Ok(standard)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_that_fails_says_why() {
        let mut command = Command::new(env!("CARGO"));
        let error = output(command.arg("no-such-command")).unwrap_err();
        assert!(error.to_string().contains("exit"), "{error}");
    }

    #[test]
    fn what_a_client_prints_is_taken() {
        let version = output(Command::new(env!("CARGO")).arg("--version")).unwrap();
        assert!(version.starts_with("cargo"), "{version}");
    }
}
