//! What each step runs.

use std::path::Path;
use std::process::Command;

use super::{Outcome, Session, Step};
use crate::python::Environment;
use crate::workspace::Workspace;
use crate::{Result, check, demo, generate, node, process, python, soak};

/// Enough laps to tell what stays from what grows; `cargo xtask soak` takes longer.
const SOAK_SECONDS: u64 = 20;

/// In the order they run: what is quick and fails often comes first.
pub(super) const STEPS: &[Step] = &[
    Step {
        name: "format",
        group: "lint",
        about: "the form of the Rust sources",
        needs: &[],
        run: |session| {
            let mut format = session.workspace.cargo_unlocked("fmt");
            done(process::run(format.args(["--all", "--check"])))
        },
    },
    Step {
        name: "generated",
        group: "lint",
        about: "the protocol catalogue holds, and what is made from it is fresh",
        needs: &[],
        run: |session| done(generate::run(&session.workspace.root, true)),
    },
    Step {
        name: "sources",
        group: "lint",
        about: "no secrets, no machine's paths, no overlong file",
        needs: &[],
        run: |session| done(check::sources(session.workspace)),
    },
    Step {
        name: "versions",
        group: "lint",
        about: "one version number and one oldest Python everywhere",
        needs: &[],
        run: |session| done(check::versions(session.workspace)),
    },
    Step {
        name: "dependencies",
        group: "lint",
        about: "who depends on whom, TLS stacks, oldest Rust",
        needs: &[],
        run: |session| done(check::dependencies(session.workspace)),
    },
    Step {
        name: "licences",
        group: "lint",
        about: "licences and origins of all crates, banned crates (cargo-deny)",
        needs: &[],
        run: licences,
    },
    Step {
        name: "clippy",
        group: "lint",
        about: "Rust lints",
        needs: &[],
        run: |session| {
            let mut clippy = session.workspace.cargo("clippy");
            // Not --all-targets, which would build even libraries with `test = false` as tests.
            clippy.args(["--workspace", "--lib", "--bins", "--tests", "--examples"]);
            clippy.args(["--", "-D", "warnings"]);
            done(process::run(&mut clippy))
        },
    },
    Step {
        name: "rust-tests",
        group: "rust",
        about: "core, simulator, Rust examples and xtask",
        needs: &[],
        run: |session| done(rust_tests(session)),
    },
    Step {
        name: "rust-docs",
        group: "rust",
        about: "the Rust documentation builds without a warning",
        needs: &[],
        run: |session| {
            let flags = std::env::var("RUSTDOCFLAGS").unwrap_or_default();
            let mut doc = session.workspace.cargo("doc");
            doc.args([
                "--no-deps",
                "--package",
                "trueroom",
                "--package",
                "trueroom-simulator",
            ]);
            done(process::run(
                doc.env("RUSTDOCFLAGS", format!("{flags} -D warnings")),
            ))
        },
    },
    Step {
        name: "python-lint",
        group: "python",
        about: "form and lints of the Python sources",
        needs: &[],
        run: |session| done(python_lint(session.workspace)),
    },
    Step {
        name: "python-package",
        group: "python",
        about: "the wheel builds, installs and imports",
        needs: &[],
        run: |session| {
            let wheel = python::wheel(session.workspace, "dev")?;
            let environment = python::tools(session.workspace)?;
            done(python::install(session.workspace, &environment, &wheel))
        },
    },
    Step {
        name: "python-types",
        group: "python",
        about: "the installed package and the typed examples, strictly",
        needs: &["python-package"],
        run: |session| done(python_types(session.workspace)),
    },
    Step {
        name: "python-tests",
        group: "python",
        about: "the installed package against the simulator",
        needs: &["python-package"],
        run: |session| done(python_tests(session)),
    },
    Step {
        name: "vendor-client",
        group: "python",
        about: "the vendor's own Python client against the simulator",
        needs: &[],
        run: |session| done(vendor_client(session.workspace)),
    },
    Step {
        name: "node-lint",
        group: "node",
        about: "form and lints of the TypeScript sources",
        needs: &[],
        run: |session| done(node::script(session.workspace, "lint")),
    },
    Step {
        name: "node-package",
        group: "node",
        about: "the npm package builds",
        needs: &[],
        run: |session| done(node::script(session.workspace, "build")),
    },
    Step {
        name: "node-types",
        group: "node",
        about: "types of the TypeScript sources and tests, strictly",
        needs: &["node-package"],
        run: |session| done(node::script(session.workspace, "typecheck")),
    },
    Step {
        name: "node-tests",
        group: "node",
        about: "the package, installed in an empty folder, against the simulator",
        needs: &["node-package"],
        run: |session| done(node_tests(session)),
    },
    Step {
        name: "soak",
        group: "soak",
        about: "mixed load with reconnects in the three languages: nothing is left over",
        needs: &["python-package", "node-package"],
        run: |session| {
            if !cfg!(target_os = "linux") {
                return Ok(Outcome::Skipped("it reads what a process holds from /proc"));
            }
            done(soak::soak(session.workspace, SOAK_SECONDS, "dev"))
        },
    },
    Step {
        name: "demo",
        group: "demo",
        about: "both packages in environments of their own, each with the file bot",
        needs: &[],
        run: |session| done(demo::run(session.workspace)),
    },
];

fn done(result: Result) -> Result<Outcome> {
    result.map(|()| Outcome::Done)
}

fn licences(session: &Session) -> Result<Outcome> {
    let deny = || session.workspace.cargo_unlocked("deny");
    if !process::succeeds(deny().arg("--version")) {
        return Ok(Outcome::Skipped("cargo-deny is not installed"));
    }
    // Not the advisories: they need the network, and a new one is no fault of the change at hand.
    done(process::run(deny().args([
        "--workspace",
        "check",
        "licenses",
        "bans",
        "sources",
    ])))
}

fn rust_tests(session: &Session) -> Result {
    let mut test = session.workspace.cargo("test");
    test.arg("--workspace");
    for excluded in ["xtask", "trueroom-python", "trueroom-node"] {
        test.args(["--exclude", excluded]);
    }
    process::run(session.thorough(&mut test))?;
    // On its own: in one build with the others its dependencies may get more features, and then
    // cargo would replace this program, which a running one resists on Windows.
    process::run(session.workspace.cargo("test").args(["--package", "xtask"]))
}

fn python_lint(workspace: &Workspace) -> Result {
    let mut format = python::ruff(workspace)?;
    process::run(format.args(["format", "--check"]).args(python::SOURCES))?;
    process::run(python::ruff(workspace)?.arg("check").args(python::SOURCES))
}

fn python_types(workspace: &Workspace) -> Result {
    let environment = python::tools(workspace)?;
    let folder = workspace.path(&["bindings-python"]);
    let mypy = |module: &str| {
        let mut mypy = environment.python();
        mypy.current_dir(&folder).args(["-m", module]);
        mypy
    };
    let cache = workspace.target.join("mypy-cache");
    let strict = || {
        let mut strict = mypy("mypy");
        strict
            .args(["--strict", "--config-file", "pyproject.toml", "--cache-dir"])
            .arg(&cache);
        strict
    };
    process::run(strict().args(["--package", "trueroom"]))?;
    process::run(strict().arg(Path::new("tests").join("typing")))?;
    process::run(mypy("mypy.stubtest").arg("trueroom._native"))?;
    // pyright is an npm package; the one on PyPI would fetch a Node of its own when it runs.
    node::install_tools(workspace)?;
    let mut pyright = Command::new("node");
    pyright.arg(
        node::folder(workspace)
            .join("node_modules")
            .join("pyright")
            .join("index.js"),
    );
    pyright.arg("--pythonpath").arg(environment.python_path());
    process::run(pyright.arg("--project").arg(&folder).arg("--warnings"))
}

fn python_tests(session: &Session) -> Result {
    let mut pytest = python::tools(session.workspace)?.python();
    pytest.current_dir(session.workspace.path(&["bindings-python"]));
    pytest.args(["-m", "pytest", "tests", "-o"]);
    let cache = session.workspace.target.join("pytest-cache");
    pytest.arg(format!("cache_dir={}", cache.display()));
    // For the programs of docs/migrating.md that are written for it.
    let vendor = vendor_environment(session.workspace)?;
    pytest.env("TRUEROOM_VENDOR_PYTHON", vendor.python_path());
    process::run(session.thorough(&mut pytest))
}

/// Python with the vendor's own client and nothing of ours.
fn vendor_environment(workspace: &Workspace) -> Result<Environment> {
    let requirements = workspace.path(&["simulator", "tests", "vendor", "requirements.txt"]);
    Environment::ensure(workspace, "venv-vendor", Some(&requirements))
}

fn vendor_client(workspace: &Workspace) -> Result {
    let environment = vendor_environment(workspace)?;
    let tests = workspace.path(&["simulator", "tests", "vendor"]);
    let simulator = workspace.program("trueroom-simulator", "trueroom-simulator", "dev")?;
    let mut drive = environment.python();
    process::run(drive.arg(tests.join("drive.py")).arg(simulator))?;
    let names = workspace.path(&["protocol", "clients", "python-trueconf-room.json"]);
    process::run(environment.python().arg(tests.join("names.py")).arg(names))
}

fn node_tests(session: &Session) -> Result {
    node::install_tools(session.workspace)?;
    process::run(session.thorough(node::npm(session.workspace).arg("test")))
}
