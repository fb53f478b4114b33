//! One version number, and one oldest Python, wherever they stand.

use std::fs;

use serde_json::Value;

use super::report;
use crate::Result;
use crate::workspace::Workspace;

/// Compares Cargo.toml, pyproject.toml, package.json and package-lock.json.
pub(crate) fn versions(workspace: &Workspace) -> Result {
    let read = |name: &str| {
        fs::read_to_string(workspace.root.join(name)).map_err(|error| format!("{name}: {error}"))
    };
    let metadata = workspace.metadata()?;
    let members = metadata
        .packages
        .iter()
        .filter(|package| metadata.workspace_members.contains(&package.id));
    let mut found = Vec::new();
    let mut abi3 = None;
    for package in members {
        found.push((format!("crate {}", package.name), package.version.clone()));
        let pyo3 = package
            .dependencies
            .iter()
            .filter(|dependency| dependency.name == "pyo3");
        abi3 = abi3.or(pyo3
            .flat_map(|pyo3| &pyo3.features)
            .find_map(|f| abi3_floor(f)));
    }
    let project = read("bindings-python/pyproject.toml")?;
    if let Some(version) = toml_string(&project, "project", "version") {
        found.push(("pyproject.toml".to_owned(), version));
    }
    let package: Value = serde_json::from_str(&read("bindings-node/package.json")?)?;
    let lock: Value = serde_json::from_str(&read("bindings-node/package-lock.json")?)?;
    let places = [
        ("package.json", &package["version"]),
        ("package-lock.json", &lock["version"]),
        (
            "package-lock.json, packages",
            &lock["packages"][""]["version"],
        ),
    ];
    for (place, version) in places {
        found.push((
            place.to_owned(),
            version.as_str().unwrap_or("none").to_owned(),
        ));
    }
    let mut faults = differences(&found);
    let requires = toml_string(&project, "project", "requires-python");
    if abi3.is_none() || requires != abi3 {
        faults.push(format!(
            "requires-python in pyproject.toml is {requires:?}, pyo3's abi3 feature says {abi3:?}"
        ));
    }
    report(&faults)
}

/// `>=3.10` for the feature `abi3-py310`.
fn abi3_floor(feature: &str) -> Option<String> {
    Some(format!(">=3.{}", feature.strip_prefix("abi3-py3")?))
}

fn differences(found: &[(String, String)]) -> Vec<String> {
    let Some(((first, expected), others)) = found.split_first() else {
        return Vec::new();
    };
    let different = others.iter().filter(|(_, version)| version != expected);
    different
        .map(|(place, v)| format!("version: {place} has {v}, {first} {expected}"))
        .collect()
}

/// The text of `key = "..."` in `[section]`. No full TOML parser for two plain lines.
fn toml_string(text: &str, section: &str, key: &str) -> Option<String> {
    let header = format!("[{section}]");
    let lines = text
        .lines()
        .map(str::trim)
        .skip_while(|line| *line != header)
        .skip(1);
    lines
        .take_while(|line| !line.starts_with('['))
        .find_map(|line| {
            let (name, value) = line.split_once('=')?;
            let value = value.trim().strip_prefix('"')?;
            (name.trim() == key).then(|| value.split('"').next().unwrap_or_default().to_owned())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_that_differs_is_found() {
        let found = [("a", "1.0.0"), ("b", "1.0.0"), ("c", "1.0.1")]
            .map(|(place, version)| (place.to_owned(), version.to_owned()));
        assert_eq!(differences(&found), ["version: c has 1.0.1, a 1.0.0"]);
        assert_eq!(differences(&found[..2]), Vec::<String>::new());
    }

    #[test]
    fn strings_are_read_from_their_section() {
        let text = "version = \"9\"\n[project]\nname = \"x\"\nrequires-python = \">=3.10\" # why\n\
                    [tool.x]\nversion = \"8\"\n";
        assert_eq!(
            toml_string(text, "project", "requires-python").as_deref(),
            Some(">=3.10")
        );
        assert_eq!(toml_string(text, "project", "version"), None);
        assert_eq!(abi3_floor("abi3-py310").as_deref(), Some(">=3.10"));
        assert_eq!(abi3_floor("extension-module"), None);
    }
}
