//! Where things are, as cargo tells it.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;
use serde_json::Value;

use crate::{Result, fail, process};

/// The workspace that this program was built from.
pub(crate) struct Workspace {
    pub(crate) root: PathBuf,
    /// Cargo's target folder. Everything that the commands make lies in it.
    pub(crate) target: PathBuf,
}

impl Workspace {
    pub(crate) fn find() -> Result<Workspace> {
        let Some(root) = Path::new(env!("CARGO_MANIFEST_DIR")).parent() else {
            return fail("xtask does not lie in a workspace");
        };
        // Asked, not guessed: CARGO_TARGET_DIR and cargo's configuration files may move it.
        let metadata = metadata(root, &["--no-deps"])?;
        Ok(Workspace {
            root: root.to_owned(),
            target: metadata.target_directory,
        })
    }

    /// A place below the root.
    pub(crate) fn path(&self, parts: &[&str]) -> PathBuf {
        parts
            .iter()
            .fold(self.root.clone(), |path, part| path.join(part))
    }

    /// `cargo SUBCOMMAND` in the root, with exactly the versions of `Cargo.lock`.
    pub(crate) fn cargo(&self, subcommand: &str) -> Command {
        let mut command = self.cargo_unlocked(subcommand);
        command.arg("--locked");
        command
    }

    /// As [`Self::cargo`], for subcommands that do not resolve versions.
    pub(crate) fn cargo_unlocked(&self, subcommand: &str) -> Command {
        let mut command = cargo(&self.root);
        command.arg(subcommand);
        command
    }

    /// Builds a program and returns its path.
    pub(crate) fn program(&self, package: &str, name: &str, profile: &str) -> Result<PathBuf> {
        let mut command = self.cargo("build");
        command.args(["--package", package, "--bin", name, "--profile", profile]);
        command.arg("--message-format=json-render-diagnostics");
        let program = process::output(&mut command)?
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok())
            .filter(|message| message["target"]["name"] == name)
            .find_map(|message| message["executable"].as_str().map(PathBuf::from));
        program.ok_or_else(|| format!("cargo built no {name}").into())
    }

    /// Everything that cargo knows about the workspace and its dependencies.
    pub(crate) fn metadata(&self) -> Result<Metadata> {
        metadata(&self.root, &["--locked"])
    }
}

fn cargo(root: &Path) -> Command {
    // The cargo that runs this program, so that a toolchain chosen by `+1.88` holds throughout.
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root);
    command
}

fn metadata(root: &Path, options: &[&str]) -> Result<Metadata> {
    let mut command = cargo(root);
    command
        .args(["metadata", "--format-version", "1"])
        .args(options);
    Ok(serde_json::from_str(&process::quiet_output(&mut command)?)?)
}

#[derive(Deserialize)]
pub(crate) struct Metadata {
    pub(crate) packages: Vec<Package>,
    pub(crate) workspace_members: Vec<String>,
    pub(crate) resolve: Option<Resolve>,
    target_directory: PathBuf,
}

#[derive(Deserialize)]
pub(crate) struct Package {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) rust_version: Option<String>,
    pub(crate) dependencies: Vec<Dependency>,
}

/// A dependency as `Cargo.toml` has it.
#[derive(Deserialize)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    pub(crate) features: Vec<String>,
}

#[derive(Deserialize)]
pub(crate) struct Resolve {
    pub(crate) nodes: Vec<Node>,
}

/// A package and what it was resolved to depend on.
#[derive(Deserialize)]
pub(crate) struct Node {
    pub(crate) id: String,
    pub(crate) deps: Vec<Edge>,
}

#[derive(Deserialize)]
pub(crate) struct Edge {
    pub(crate) pkg: String,
    pub(crate) dep_kinds: Vec<EdgeKind>,
}

#[derive(Deserialize)]
pub(crate) struct EdgeKind {
    /// None: a normal dependency.
    pub(crate) kind: Option<String>,
}
