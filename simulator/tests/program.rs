//! The program: ready line, operations over standard input, the end of it.

#![allow(clippy::unwrap_used)]

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

struct Program {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Program {
    fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_trueroom-simulator"))
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (input, output) = (child.stdin.take(), child.stdout.take().unwrap());
        Self {
            child,
            input,
            output: BufReader::new(output),
        }
    }

    fn line(&mut self) -> Value {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }

    fn perform(&mut self, line: &str) -> Value {
        writeln!(self.input.as_mut().unwrap(), "{line}").unwrap();
        self.line()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

#[test]
fn operations_are_answered_line_by_line() {
    let mut program = Program::start(&["--stdin", "--pin", "1234", "--tls"]);
    let info = program.line();
    assert!(info["port"].as_u64().unwrap() > 0);
    let certificate = std::path::PathBuf::from(info["caFile"].as_str().unwrap());
    assert!(certificate.exists());

    let offer = program.perform(&json!({"op": "offerFile", "text": "hi"}).to_string());
    assert_eq!(
        (&offer["ok"], &offer["value"]["size"]),
        (&json!(true), &json!(2))
    );
    let unknown = program.perform(r#"{"op": "noSuchThing"}"#);
    assert_eq!(unknown["ok"], false);
    assert_eq!(program.perform("no json")["ok"], false);

    drop(program.input.take());
    assert!(program.child.wait().unwrap().success());
    assert!(!certificate.exists(), "the temporary folder stays behind");
}

#[test]
fn many_terminals_run_in_one_process() {
    let mut program = Program::start(&["--stdin", "--count", "3", "--seed", "5"]);
    let infos = program.line();
    let ports: std::collections::HashSet<_> = infos.as_array().unwrap().iter().collect();
    assert_eq!(ports.len(), 3);
    let offers = program.perform(r#"{"op": "offerFile", "text": "hi"}"#);
    let ids: std::collections::HashSet<_> = offers["value"]
        .as_array()
        .unwrap()
        .iter()
        .map(|offer| offer["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids.len(), 3, "each has a seed of its own");
    let one = program.perform(r#"{"op": "offerFile", "terminal": 2, "text": "hello"}"#);
    assert_eq!(one["value"]["size"], 5);
    let state = program.perform(r#"{"op": "state"}"#);
    let files: Vec<_> = (0..3)
        .map(|n| state["value"][n]["files"].as_array().unwrap().len())
        .collect();
    assert_eq!(files, [1, 1, 2]);
    let unknown = program.perform(r#"{"op": "state", "terminal": 3}"#);
    assert!(
        unknown["error"]
            .as_str()
            .unwrap()
            .contains("no such terminal")
    );
}

#[test]
fn without_stdin_it_outlives_its_input() {
    let mut program = Program::start(&["--seed", "3"]);
    let port = u16::try_from(program.line()["port"].as_u64().unwrap()).unwrap();
    drop(program.input.take());
    assert!(std::net::TcpStream::connect(("127.0.0.1", port)).is_ok());
    assert!(program.child.try_wait().unwrap().is_none());
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_it_cleanly() {
    let mut program = Program::start(&["--tls"]);
    let certificate = std::path::PathBuf::from(program.line()["caFile"].as_str().unwrap());
    let pid = program.child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-INT", &pid])
            .status()
            .unwrap()
            .success()
    );
    assert!(program.child.wait().unwrap().success());
    assert!(!certificate.exists());
}

#[test]
fn wrong_arguments_are_told() {
    let output = Command::new(env!("CARGO_BIN_EXE_trueroom-simulator"))
        .args(["--prot", "1"])
        .output()
        .unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("prot"));
}
