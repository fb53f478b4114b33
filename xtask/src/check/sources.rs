//! What no file may hold: paths of somebody's machine, and secrets.

use std::fs;
use std::path::{Path, PathBuf};

use super::report;
use crate::Result;
use crate::workspace::Workspace;

/// Folders that are made, not written; see .gitignore.
const MADE: [&str; 8] = [
    ".git",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".venv",
    "__pycache__",
    "dist",
    "node_modules",
];

// In two parts each, so that this file does not hold them itself.
const MACHINE_PATHS: [&str; 5] = [
    concat!("/ho", "me/"),
    concat!("/ro", "ot/"),
    concat!("/wo", "rk/"),
    concat!("/Us", "ers/"),
    concat!("/opt/", "wheels"),
];
const SECRETS: [&str; 4] = [
    concat!("PRIVATE ", "KEY-----"),
    concat!("gh", "p_"),
    concat!("github", "_pat_"),
    concat!("pypi", "-AgE"),
];

/// Looks through every text file that is not made by a tool.
pub(crate) fn sources(workspace: &Workspace) -> Result {
    let mut files = Vec::new();
    collect(&workspace.root, &workspace.target, &mut files)?;
    let mut faults = Vec::new();
    for path in &files {
        // What is not UTF-8 is no source.
        let Ok(text) = fs::read_to_string(path) else {
            continue;
        };
        let name = path.strip_prefix(&workspace.root).unwrap_or(path);
        for (number, fault) in lines_at_fault(&text) {
            faults.push(format!("{}:{number}: {fault}", name.display()));
        }
    }
    println!("{} files", files.len());
    report(&faults)
}

fn collect(folder: &Path, target: &Path, files: &mut Vec<PathBuf>) -> Result {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        if path.is_symlink() || path == target || MADE.contains(&name) {
            continue;
        }
        // The default target folder may be left from a time before CARGO_TARGET_DIR was set.
        if path.is_dir() && !path.join("CACHEDIR.TAG").exists() {
            collect(&path, target, files)?;
        } else if path.is_file() {
            files.push(path);
        }
    }
    Ok(())
}

fn lines_at_fault(text: &str) -> Vec<(usize, String)> {
    let mut faults = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let mut add = |fault: String| faults.push((index + 1, fault));
        if let Some(path) = MACHINE_PATHS.iter().find(|path| holds_path(line, path)) {
            add(format!("a path of some machine: {path}"));
        }
        if SECRETS.iter().any(|secret| line.contains(secret)) {
            add("looks like a secret".to_owned());
        }
    }
    faults
}

/// Whether `path` stands at the beginning of a path: `src/home/` is not one.
fn holds_path(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(at, _)| {
        let before = line.get(..at).and_then(|before| before.chars().next_back());
        before.is_none_or(|c| !c.is_alphanumeric() && !"._-}".contains(c))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_secrets_are_found_with_their_lines() {
        for path in MACHINE_PATHS {
            let found = lines_at_fault(&format!("one\nsee \"{path}me\""));
            assert_eq!(found, [(2, format!("a path of some machine: {path}"))]);
        }
        for secret in SECRETS {
            assert_eq!(
                lines_at_fault(secret),
                [(1, "looks like a secret".to_owned())]
            );
        }
    }

    #[test]
    fn other_texts_pass() {
        let relative = concat!("src/ho", "me/x and ../wo", "rk/y");
        assert_eq!(lines_at_fault(relative), []);
        assert_eq!(lines_at_fault("a public key-----\nmy homework"), []);
    }
}
