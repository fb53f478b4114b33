//! Who may depend on whom, and on what.

use std::collections::{BTreeMap, BTreeSet};

use super::report;
use crate::workspace::{Metadata, Node, Package, Workspace};
use crate::{Result, fail};

/// (crate, beginnings of names that it must not reach)
const ARROWS: [(&str, &[&str]); 2] = [
    (
        "trueroom",
        &[
            "pyo3",
            "napi",
            "trueroom-simulator",
            "trueroom-python",
            "trueroom-node",
        ],
    ),
    (
        "trueroom-simulator",
        &["pyo3", "napi", "trueroom-python", "trueroom-node"],
    ),
];

/// TLS is rustls with ring, everywhere: a second stack would double the packages' size, need a C
/// tool chain or a system library, and make certificates behave differently by platform.
const BANNED: [&str; 4] = ["aws-lc-rs", "aws-lc-sys", "native-tls", "openssl-sys"];

/// Checks the arrows between the crates, banned crates, and that no crate needs a newer Rust.
pub(crate) fn dependencies(workspace: &Workspace) -> Result {
    let metadata = workspace.metadata()?;
    let faults = faults(&metadata)?;
    println!("{} crates", metadata.packages.len());
    report(&faults)
}

fn faults(metadata: &Metadata) -> Result<Vec<String>> {
    let Some(resolve) = &metadata.resolve else {
        return fail("cargo resolved nothing");
    };
    let nodes: BTreeMap<&str, &Node> = resolve.nodes.iter().map(|n| (n.id.as_str(), n)).collect();
    let packages: BTreeMap<&str, &Package> = metadata
        .packages
        .iter()
        .map(|package| (package.id.as_str(), package))
        .collect();
    let mut faults = Vec::new();

    for (name, forbidden) in ARROWS {
        let Some(from) = metadata
            .packages
            .iter()
            .find(|package| package.name == name)
        else {
            faults.push(format!("crate {name} is gone"));
            continue;
        };
        for id in reached(&from.id, &nodes) {
            let Some(package) = packages.get(id) else {
                continue;
            };
            if package.id != from.id && forbidden.iter().any(|f| package.name.starts_with(f)) {
                faults.push(format!("{name} must not depend on {}", package.name));
            }
        }
    }

    let members = || metadata.workspace_members.iter().map(String::as_str);
    let oldest = members()
        .filter_map(|id| packages.get(id)?.rust_version.as_deref())
        .min();
    let shipped: BTreeSet<&str> = members().flat_map(|id| reached(id, &nodes)).collect();
    for package in shipped.iter().filter_map(|id| packages.get(id)) {
        if BANNED.contains(&package.name.as_str()) {
            faults.push(format!(
                "{} is banned: TLS is rustls with ring",
                package.name
            ));
        }
        if let (Some(needed), Some(ours)) = (package.rust_version.as_deref(), oldest)
            && version(needed) > version(ours)
        {
            let Package { name, version, .. } = package;
            faults.push(format!(
                "{name} {version} needs Rust {needed}; Cargo.toml says {ours}"
            ));
        }
    }
    Ok(faults)
}

/// What a crate is built from: all but dev-dependencies, followed through.
fn reached<'a>(from: &'a str, nodes: &BTreeMap<&'a str, &'a Node>) -> BTreeSet<&'a str> {
    let (mut seen, mut todo) = (BTreeSet::new(), vec![from]);
    while let Some(id) = todo.pop() {
        if !seen.insert(id) {
            continue;
        }
        for edge in nodes.get(id).into_iter().flat_map(|node| &node.deps) {
            if edge
                .dep_kinds
                .iter()
                .any(|kind| kind.kind.as_deref() != Some("dev"))
            {
                todo.push(&edge.pkg);
            }
        }
    }
    seen
}

/// 1.88 and 1.88.0 are the same.
fn version(text: &str) -> [u32; 3] {
    let mut parts = text.split('.').map(|part| part.parse().unwrap_or_default());
    std::array::from_fn(|_| parts.next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// A workspace whose core depends on `library`, normally or as `kind` says.
    fn metadata(library: &str, kind: &Value, rust_version: &str) -> Metadata {
        let package = |name: &str, rust_version: &str| {
            json!({
                "id": name, "name": name, "version": "1.0.0", "rust_version": rust_version,
                "dependencies": [],
            })
        };
        let edge = |to: &str, kind: &Value| json!({"pkg": to, "dep_kinds": [{"kind": kind}]});
        let metadata = json!({
            "packages": [
                package("trueroom", "1.88"),
                package("trueroom-simulator", "1.88"),
                package(library, rust_version),
            ],
            "workspace_members": ["trueroom", "trueroom-simulator"],
            "target_directory": "target",
            "resolve": {"nodes": [
                {"id": "trueroom", "deps": [edge(library, kind)]},
                {"id": "trueroom-simulator", "deps": [edge("trueroom", &Value::Null)]},
                {"id": library, "deps": []},
            ]},
        });
        serde_json::from_value(metadata).unwrap()
    }

    #[test]
    fn a_binding_below_the_core_is_found() {
        let found = faults(&metadata("pyo3-ffi", &Value::Null, "1.60")).unwrap();
        let expected = ["trueroom", "trueroom-simulator"]
            .map(|name| format!("{name} must not depend on pyo3-ffi"));
        assert_eq!(found, expected);
        let found = faults(&metadata("pyo3-ffi", &json!("dev"), "1.60")).unwrap();
        assert_eq!(found, Vec::<String>::new());
    }

    #[test]
    fn a_second_tls_stack_is_found() {
        let found = faults(&metadata("openssl-sys", &json!("build"), "1.60")).unwrap();
        assert_eq!(found, ["openssl-sys is banned: TLS is rustls with ring"]);
    }

    #[test]
    fn a_crate_for_a_newer_rust_is_found() {
        let found = faults(&metadata("bytes", &Value::Null, "1.88.0")).unwrap();
        assert_eq!(found, Vec::<String>::new());
        let found = faults(&metadata("bytes", &Value::Null, "1.100")).unwrap();
        assert_eq!(
            found,
            ["bytes 1.0.0 needs Rust 1.100; Cargo.toml says 1.88"]
        );
    }
}
