//! The Node side: tools from the lock file, npm scripts.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::process::only_file;
use crate::workspace::Workspace;
use crate::{Result, fail, process};

const OLDEST: u32 = 20;

/// The folder of the npm package.
pub(crate) fn folder(workspace: &Workspace) -> PathBuf {
    workspace.root.join("bindings-node")
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

/// Builds the package as it is shipped and packs it, alone, into `target/npm`.
pub(crate) fn package(workspace: &Workspace) -> Result<PathBuf> {
    install_tools(workspace)?;
    process::run(npm(workspace).args(["run", "build", "--", "--profile", "release"]))?;
    let out = workspace.target.join("npm");
    if out.exists() {
        fs::remove_dir_all(&out)?;
    }
    fs::create_dir_all(&out)?;
    let mut pack = npm(workspace);
    pack.args(["pack", "--json", "--pack-destination"])
        .arg(&out);
    process::output(&mut pack)?;
    only_file(&out)
}

fn check_version() -> Result {
    let needed = format!("Node {OLDEST} or later with npm is needed on the PATH");
    let version = process::quiet_output(Command::new("node").arg("--version"))
        .map_err(|error| format!("{needed}: {error}"))?;
    let major = version.trim().trim_start_matches('v').split('.').next();
    if major
        .and_then(|major| major.parse::<u32>().ok())
        .is_none_or(|major| major < OLDEST)
    {
        return fail(format!("{needed}: node is {}", version.trim()));
    }
    Ok(())
}
