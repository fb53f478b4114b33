//! Runs other programs, showing what is run.

use std::process::{Command, Stdio};

use crate::{Result, fail};

/// Runs with its output on the terminal. An exit code other than 0 is an error.
pub(crate) fn run(command: &mut Command) -> Result {
    println!("$ {}", shown(command));
    let status = command
        .stdin(Stdio::null())
        .status()
        .map_err(|error| not_started(command, &error))?;
    if status.success() {
        Ok(())
    } else {
        fail(format!("{} ({status})", shown(command)))
    }
}

/// As [`run`], but returns the standard output.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    println!("$ {}", shown(command));
    captured(command.stderr(Stdio::inherit()))
}

/// As [`output`], but prints nothing unless it fails.
pub(crate) fn quiet_output(command: &mut Command) -> Result<String> {
    captured(command)
}

/// Whether it runs and exits with 0. Prints nothing.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .output()
        .is_ok_and(|output| output.status.success())
}

fn captured(command: &mut Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .output()
        .map_err(|error| not_started(command, &error))?;
    if !output.status.success() {
        let error = String::from_utf8_lossy(&output.stderr);
        return fail(format!("{error}{} ({})", shown(command), output.status));
    }
    Ok(String::from_utf8(output.stdout)?)
}

fn not_started(command: &Command, error: &std::io::Error) -> String {
    format!(
        "{} could not be started: {error}",
        command.get_program().display()
    )
}

/// The command as one would type it: changed variables, program, arguments.
fn shown(command: &Command) -> String {
    let variables = command.get_envs().filter_map(|(name, value)| {
        let value = value?.to_string_lossy();
        (name.to_string_lossy().starts_with("TRUEROOM_"))
            .then(|| format!("{}={value}", name.to_string_lossy()))
    });
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words = words.map(|word| quoted(&word.to_string_lossy()));
    variables.chain(words).collect::<Vec<_>>().join(" ")
}

fn quoted(word: &str) -> String {
    if word.is_empty() || word.contains([' ', '"', '\'', '*', '&', ';']) {
        format!("'{word}'")
    } else {
        word.to_owned()
    }
}
