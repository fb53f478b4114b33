//! The load server, for as long as it is needed.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};

use super::machine::Pins;
use crate::{Result, fail};

/// Ended with the benchmark, whatever happens to that.
pub(super) struct Server {
    child: Child,
    pub(super) port: String,
}

impl Server {
    pub(super) fn start(program: &Path, pins: &Pins) -> Result<Self> {
        let mut child = pins
            .on_server_core(program)
            .stdout(Stdio::piped())
            .spawn()?;
        let mut port = String::new();
        if let Some(output) = child.stdout.take() {
            BufReader::new(output).read_line(&mut port)?;
        }
        let port = port.trim().to_owned();
        let server = Self { child, port };
        if server.port.is_empty() {
            return fail("the load server did not start");
        }
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself, which is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
