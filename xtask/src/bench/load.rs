//! How long it takes to load a package, beyond starting the interpreter.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::clients::{Client, Language};
use super::machine::Pins;
use super::results::Line;
use super::statistics;
use crate::{Result, fail};

/// Starts of a round, of the bare interpreter and of one with the package in turn.
const STARTS: usize = 5;

pub(super) fn measure(pins: &Pins, client: &Client) -> Result<Line> {
    let (option, nothing) = match client.language {
        Language::Python => ("-c", "pass"),
        Language::Node => ("-e", "0"),
        Language::Rust => return fail("a Rust program loads nothing"),
    };
    let start = |statement: &str| {
        let mut command = pins.on_client_core(&client.program);
        command
            .current_dir(&client.folder)
            .args([option, statement]);
        time(&mut command)
    };
    // The first start after an installation reads everything from the disk.
    start(client.load)?;
    let mut more = Vec::new();
    for _ in 0..STARTS {
        let (bare, loaded) = (start(nothing)?, start(client.load)?);
        more.push((loaded.as_secs_f64() - bare.as_secs_f64()) * 1e3);
    }
    let Some(spread) = statistics::spread(more) else {
        return fail("nothing was measured");
    };
    Ok(Line {
        value: spread.median,
        ..Line::default()
    })
}

fn time(command: &mut Command) -> Result<Duration> {
    let start = Instant::now();
    let output = command.stdin(Stdio::null()).output()?;
    let time = start.elapsed();
    if output.status.success() {
        Ok(time)
    } else {
        fail(String::from_utf8_lossy(&output.stderr))
    }
}
