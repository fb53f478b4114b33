//! Simulators, each a process of its own, so that only the client is measured here.

use std::process::Stdio;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::Mutex;
use trueroom_benchmarks::Failure;

/// A simulator that is driven over its standard input.
pub(crate) struct Terminal {
    pub(crate) port: u16,
    child: Child,
    pipes: Mutex<Pipes>,
}

struct Pipes {
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
}

impl Terminal {
    pub(crate) async fn start(program: &str) -> Result<Self, Failure> {
        let mut child = Command::new(program)
            .arg("--stdin")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let mut pipes = Pipes {
            input: child.stdin.take().ok_or("no standard input")?,
            output: BufReader::new(child.stdout.take().ok_or("no standard output")?).lines(),
        };
        let info = pipes.read().await?;
        let port = info["port"].as_u64().ok_or("no port")?;
        Ok(Self {
            port: u16::try_from(port)?,
            child,
            pipes: Mutex::new(pipes),
        })
    }

    /// Carries an operation out; not to be given up half-way.
    pub(crate) async fn perform(&self, operation: Value) -> Result<(), Failure> {
        let mut pipes = self.pipes.lock().await;
        let line = format!("{operation}\n");
        pipes.input.write_all(line.as_bytes()).await?;
        let answer = pipes.read().await?;
        match answer["ok"] {
            Value::Bool(true) => Ok(()),
            _ => Err(format!("{operation}: {}", answer["error"]).into()),
        }
    }

    pub(crate) async fn stop(self) -> Result<(), Failure> {
        let Self {
            mut child, pipes, ..
        } = self;
        drop(pipes);
        child.wait().await?;
        Ok(())
    }
}

impl Pipes {
    async fn read(&mut self) -> Result<Value, Failure> {
        let line = self.output.next_line().await?;
        Ok(serde_json::from_str(&line.ok_or("the simulator ended")?)?)
    }
}
