//! The Node side: tools from the lock file, npm scripts.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::process::{empty_folder, only_file};
use crate::workspace::Workspace;
use crate::{Result, build, fail, process, size};

/// The oldest that the bundler runs on; the package itself runs on any Node 20.
const OLDEST: (u32, u32) = (20, 19);

/// The folder of the npm package.
pub(crate) fn folder(workspace: &Workspace) -> PathBuf {
    workspace.path(&["bindings-node"])
}

/// `npm` in the package's folder.
pub(crate) fn npm(workspace: &Workspace) -> Command {
    // npm is a script there, and a program is started by its full name.
    let mut command = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command.current_dir(folder(workspace));
    command
}

/// Installs exactly what `package-lock.json` lists, unless that was done before.
pub(crate) fn install_tools(workspace: &Workspace) -> Result {
    check_version()?;
    let lock = fs::read_to_string(folder(workspace).join("package-lock.json"))?;
    let stamp = folder(workspace)
        .join("node_modules")
        .join(".made-from.json");
    if fs::read_to_string(&stamp).is_ok_and(|found| found == lock) {
        return Ok(());
    }
    process::run(npm(workspace).args(["ci", "--no-audit", "--no-fund", "--no-update-notifier"]))?;
    Ok(fs::write(stamp, lock)?)
}

/// `npm run SCRIPT`, with the tools installed.
pub(crate) fn script(workspace: &Workspace, script: &str) -> Result {
    install_tools(workspace)?;
    process::run(npm(workspace).args(["run", script]))
}

/// Builds the package in cargo's profile and packs it, alone, into `target/npm/PROFILE`.
pub(crate) fn package(workspace: &Workspace, profile: &str) -> Result<PathBuf> {
    install_tools(workspace)?;
    process::run(npm(workspace).args(["run", "build", "--", "--profile", profile]))?;
    let out = workspace.target.join("npm").join(profile);
    empty_folder(&out)?;
    let mut pack = npm(workspace);
    pack.args(["pack", "--json", "--pack-destination"])
        .arg(&out);
    let printed = process::output(&mut pack)?;
    if profile == build::SHIPPED {
        size::check(&size::in_npm_package(&printed)?)?;
    }
    only_file(&out)
}

/// Installs the package, built in cargo's profile, into the empty folder `target/NAME`.
pub(crate) fn consumer(workspace: &Workspace, name: &str, profile: &str) -> Result<PathBuf> {
    let package = package(workspace, profile)?;
    let out = workspace.target.join(name);
    empty_folder(&out)?;
    fs::write(out.join("package.json"), "{\"private\": true}\n")?;
    let mut install = npm(workspace);
    install
        .current_dir(&out)
        .args(["install", "--offline", "--no-audit", "--no-fund"]);
    process::run(install.arg(package))?;
    Ok(out)
}

/// A folder with the benchmark's clients, their peers from the lock file, and the package, built in
/// cargo's profile. The clients are copies, since Node looks for packages from where a script lies.
pub(crate) fn bench_consumer(workspace: &Workspace, profile: &str) -> Result<PathBuf> {
    let package = package(workspace, profile)?;
    let out = bench_folder(workspace);
    let peers = workspace.path(&["benchmarks", "peers", "node"]);
    empty_folder(&out)?;
    for name in ["package.json", "package-lock.json"] {
        fs::copy(peers.join(name), out.join(name))?;
    }
    for parts in [&["node"][..], &["node", "harness"], &["peers", "node"]] {
        let from = workspace.path(&[&["benchmarks"], parts].concat());
        let to = parts.iter().fold(out.clone(), |path, part| path.join(part));
        process::copy_files(&from, &to, "mjs")?;
    }
    let npm = |words: &[&str]| {
        let mut npm = npm(workspace);
        npm.current_dir(&out)
            .args(words)
            .args(["--no-audit", "--no-fund"]);
        npm
    };
    process::run(&mut npm(&["ci", "--prefer-offline"]))?;
    process::run(npm(&["install", "--offline", "--no-save"]).arg(package))?;
    Ok(out)
}

/// The peers' versions, with commas.
pub(crate) fn bench_packages(workspace: &Workspace) -> Result<String> {
    let list = workspace.path(&["benchmarks", "peers", "node", "package.json"]);
    let list: serde_json::Value = serde_json::from_str(&fs::read_to_string(list)?)?;
    let packages = list["dependencies"].as_object().into_iter().flatten();
    let packages: Vec<_> = packages
        .map(|(name, version)| format!("{name} {}", version.as_str().unwrap_or_default()))
        .collect();
    Ok(packages.join(", "))
}

fn bench_folder(workspace: &Workspace) -> PathBuf {
    workspace.target.join("bench-node")
}

fn check_version() -> Result {
    let (major, minor) = OLDEST;
    let needed = format!("Node {major}.{minor} or later with npm is needed on the PATH");
    let version = process::quiet_output(Command::new("node").arg("--version"))
        .map_err(|error| format!("{needed}: {error}"))?;
    let version = version.trim();
    let mut numbers = version.trim_start_matches('v').split('.').map(str::parse);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(major)), Some(Ok(minor))) if (major, minor) >= OLDEST => Ok(()),
        _ => fail(format!("{needed}: node is {version}")),
    }
}
