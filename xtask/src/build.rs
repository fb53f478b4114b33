//! `cargo xtask build` and `cargo xtask fmt`.

use crate::workspace::Workspace;
use crate::{Result, generate, node, process, python};

/// The profile of what is published.
pub(crate) const SHIPPED: &str = "release";

/// The wheel as it is shipped.
pub(crate) fn python(workspace: &Workspace) -> Result {
    println!("{}", python::wheel(workspace, SHIPPED)?.display());
    Ok(())
}

/// The npm package as it is shipped, for this platform.
pub(crate) fn node(workspace: &Workspace) -> Result {
    println!("{}", node::package(workspace, SHIPPED)?.display());
    Ok(())
}

/// Brings all sources into their form.
pub(crate) fn format(workspace: &Workspace) -> Result {
    generate::normalise(&workspace.root)?;
    process::run(workspace.cargo_unlocked("fmt").arg("--all"))?;
    process::run(
        python::ruff(workspace)?
            .args(["check", "--fix"])
            .args(python::SOURCES),
    )?;
    process::run(python::ruff(workspace)?.arg("format").args(python::SOURCES))?;
    node::script(workspace, "format")
}
