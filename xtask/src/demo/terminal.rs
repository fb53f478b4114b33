//! A virtual terminal: the simulator as a program, told what to do on its standard input.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use super::PIN;
use crate::{Result, fail};

/// Ended with the demo whatever happens to it.
pub(super) struct Terminal {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    /// Of its web server.
    pub(super) port: u64,
}

impl Terminal {
    pub(super) fn start(program: &Path) -> Result<Self> {
        let mut command = Command::new(program);
        command.args(["--stdin", "--pin", PIN]);
        let mut process = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let (Some(input), Some(output)) = (process.stdin.take(), process.stdout.take()) else {
            return fail("the simulator has no pipes");
        };
        let mut terminal = Terminal {
            process,
            input,
            output: BufReader::new(output),
            port: 0,
        };
        let info = terminal.line()?;
        let Some(port) = info["port"].as_u64() else {
            return fail(format!("the simulator did not tell its port but {info}"));
        };
        terminal.port = port;
        Ok(terminal)
    }

    /// A peer offers the file at `path` under the name.
    pub(super) fn offer(&mut self, name: &str, path: &Path) -> Result {
        let operation = json!({"op": "offerFile", "name": name, "path": path});
        writeln!(self.input, "{operation}")?;
        let answer = self.line()?;
        if answer["ok"] == true {
            Ok(())
        } else {
            fail(format!("simulator: {}", answer["error"]))
        }
    }

    fn line(&mut self) -> Result<Value> {
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        serde_json::from_str(&line).map_err(|error| format!("simulator: {error}: {line:?}").into())
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // It may have ended by itself, which is as good.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
