//! Runs other programs, showing what is run.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::{Result, fail};

/// Runs with its output on the terminal. An exit code other than 0 is an error.
pub(crate) fn run(command: &mut Command) -> Result {
    println!("$ {}", shown(command));
    let status = prepared(command)
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
    prepared(command)
        .output()
        .is_ok_and(|output| output.status.success())
}

/// Makes the folder, or empties it.
pub(crate) fn empty_folder(folder: &Path) -> Result {
    if folder.exists() {
        std::fs::remove_dir_all(folder)?;
    }
    Ok(std::fs::create_dir_all(folder)?)
}

/// Copies the files that end so, but not those in folders inside.
pub(crate) fn copy_files(from: &Path, to: &Path, extension: &str) -> Result {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        if entry.path().extension().is_some_and(|end| end == extension) {
            std::fs::copy(entry.path(), to.join(entry.file_name()))?;
        }
    }
    Ok(())
}

/// The one file that a program was to leave in an empty folder.
pub(crate) fn only_file(folder: &Path) -> Result<PathBuf> {
    let mut entries = std::fs::read_dir(folder)?.collect::<std::io::Result<Vec<_>>>()?;
    match (entries.pop(), entries.is_empty()) {
        (Some(entry), true) => Ok(entry.path()),
        _ => fail(format!("not exactly one file in {}", folder.display())),
    }
}

fn captured(command: &mut Command) -> Result<String> {
    let output = prepared(command)
        .stdout(Stdio::piped())
        .output()
        .map_err(|error| not_started(command, &error))?;
    if !output.status.success() {
        let error = String::from_utf8_lossy(&output.stderr);
        return fail(format!("{error}{} ({})", shown(command), output.status));
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// Without input, and without what `cargo run` tells this program about itself: build scripts look
/// at it, and would run again whenever a plain cargo command follows or went before.
fn prepared(command: &mut Command) -> &mut Command {
    for (name, _) in std::env::vars_os() {
        let name_text = name.to_string_lossy();
        if ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_"]
            .iter()
            .any(|p| name_text.starts_with(p))
        {
            command.env_remove(&name);
        }
    }
    command.stdin(Stdio::null())
}

fn not_started(command: &Command, error: &std::io::Error) -> String {
    format!(
        "{} could not be started: {error}",
        command.get_program().display()
    )
}

/// The command as one would type it: our variables, program, arguments.
fn shown(command: &Command) -> String {
    let variables = command.get_envs().filter_map(|(name, value)| {
        let (name, value) = (name.to_str()?, value?.to_string_lossy());
        name.starts_with("TRUEROOM_")
            .then(|| format!("{name}={value}"))
    });
    let program = Path::new(command.get_program());
    let is_cargo = program.file_stem().is_some_and(|stem| stem == "cargo");
    let program = if is_cargo {
        OsStr::new("cargo")
    } else {
        program.as_os_str()
    };
    let folder = command.get_current_dir().map(Path::to_owned);
    let folder = folder
        .or_else(|| std::env::current_dir().ok())
        .unwrap_or_default();
    let words = std::iter::once(program).chain(command.get_args());
    let words = words.map(|word| quoted(word, &folder));
    variables.chain(words).collect::<Vec<_>>().join(" ")
}

fn quoted(word: &OsStr, folder: &Path) -> String {
    let inner = Path::new(word)
        .strip_prefix(folder)
        .ok()
        .filter(|p| !p.as_os_str().is_empty());
    let word = inner.map_or(word, Path::as_os_str).to_string_lossy();
    if word.contains('\'') {
        format!("\"{word}\"")
    } else if word.is_empty() || word.contains([' ', '"', '*', '&', ';', '<', '>']) {
        format!("'{word}'")
    } else {
        word.into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_shown_as_one_would_type_them() {
        let mut command = Command::new("tools/cargo");
        let folder = Path::new("some").join("where");
        command
            .current_dir(&folder)
            .arg(folder.join("file"))
            .args(["a b", "", "--x=y"]);
        command.env("TRUEROOM_SEEDS", "5").env("SECRET", "hidden");
        let file = Path::new("file").display().to_string();
        assert_eq!(
            shown(&command),
            format!("TRUEROOM_SEEDS=5 cargo {file} 'a b' '' --x=y")
        );
    }

    #[test]
    fn a_program_that_is_missing_is_named() {
        let error = run(&mut Command::new("no-such-program-here"))
            .unwrap_err()
            .to_string();
        assert!(
            error.starts_with("no-such-program-here could not be started"),
            "{error}"
        );
    }
}
