//! The Python side: an interpreter, environments under the target folder, the wheel.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{empty_folder, only_file};
use crate::workspace::Workspace;
use crate::{Result, build, fail, process, size};

const OLDEST: (u32, u32) = (3, 10);

/// A virtual environment under the target folder. Nothing outside of it is changed.
pub(crate) struct Environment {
    folder: PathBuf,
}

impl Environment {
    /// The environment `NAME` with exactly the packages of `requirements`, a file; made when it is
    /// not there, or when the list or the interpreter changed since.
    pub(crate) fn ensure(
        workspace: &Workspace,
        name: &str,
        requirements: Option<&Path>,
    ) -> Result<Self> {
        let environment = Environment {
            folder: workspace.target.join(name),
        };
        let (python, version) = interpreter()?;
        let stamp = environment.folder.join("made-from.txt");
        let list = requirements.map(fs::read_to_string).transpose()?;
        let wanted = format!("{version}\n{}", list.unwrap_or_default());
        if fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
            return Ok(environment);
        }
        if environment.folder.exists() {
            fs::remove_dir_all(&environment.folder)?;
        }
        let folder = &environment.folder;
        process::run(python.command().args(["-m", "venv"]).arg(folder)).map_err(|error| {
            format!(
                "{error}\nPython's venv module is needed; where a system packs it separately, it \
                 is python3-venv (`apt install python3-venv`)"
            )
        })?;
        if let Some(requirements) = requirements {
            let mut install = environment.pip_install();
            process::run(install.arg("--requirement").arg(requirements))?;
        }
        fs::write(stamp, wanted)?;
        Ok(environment)
    }

    /// The environment's interpreter, undisturbed by the caller's Python settings.
    pub(crate) fn python(&self) -> Command {
        let mut command = Command::new(self.python_path());
        for name in ["PYTHONPATH", "PYTHONHOME", "CONDA_PREFIX"] {
            command.env_remove(name);
        }
        command.env("VIRTUAL_ENV", &self.folder);
        command
    }

    fn pip_install(&self) -> Command {
        let mut pip = self.python();
        pip.args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ]);
        pip
    }

    pub(crate) fn python_path(&self) -> PathBuf {
        self.program("python")
    }

    /// A program that a package installed.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        let folder = self
            .folder
            .join(if cfg!(windows) { "Scripts" } else { "bin" });
        folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
    }
}

/// The environment with the tools that build and check the package.
pub(crate) fn tools(workspace: &Workspace) -> Result<Environment> {
    let requirements = workspace.path(&["bindings-python", "requirements-dev.txt"]);
    Environment::ensure(workspace, "venv", Some(&requirements))
}

/// The environment `NAME` with the package, built in cargo's profile, and nothing else.
pub(crate) fn consumer(workspace: &Workspace, name: &str, profile: &str) -> Result<Environment> {
    let environment = Environment::ensure(workspace, name, None)?;
    install(workspace, &environment, &wheel(workspace, profile)?)?;
    Ok(environment)
}

/// The environment of the benchmark, with the peers.
pub(crate) fn bench_environment(workspace: &Workspace) -> Result<Environment> {
    let requirements = workspace.path(&["benchmarks", "peers", "python", "requirements.txt"]);
    Environment::ensure(workspace, "bench-venv", Some(&requirements))
}

/// As [`bench_environment`], with the package, built in cargo's profile.
pub(crate) fn bench_consumer(workspace: &Workspace, profile: &str) -> Result<Environment> {
    let environment = bench_environment(workspace)?;
    install(workspace, &environment, &wheel(workspace, profile)?)?;
    Ok(environment)
}

/// What is installed there, as `name version`, with commas.
pub(crate) fn bench_packages(workspace: &Workspace) -> Result<String> {
    let mut freeze = bench_environment(workspace)?.python();
    let list = process::quiet_output(freeze.args(["-m", "pip", "freeze"]))?;
    let packages = list.lines().filter_map(|line| line.split_once("=="));
    let packages: Vec<_> = packages
        .map(|(name, version)| format!("{name} {version}"))
        .collect();
    Ok(packages.join(", "))
}

/// The folders with Python sources.
pub(crate) const SOURCES: [&str; 4] = ["benchmarks", "bindings-python", "examples", "simulator"];

/// The linter and formatter, in the root.
pub(crate) fn ruff(workspace: &Workspace) -> Result<Command> {
    let mut ruff = Command::new(tools(workspace)?.program("ruff"));
    ruff.current_dir(&workspace.root)
        .env("RUFF_CACHE_DIR", workspace.target.join("ruff-cache"));
    Ok(ruff)
}

/// Builds the wheel in cargo's profile and puts it, alone, into `target/wheels/PROFILE`.
pub(crate) fn wheel(workspace: &Workspace, profile: &str) -> Result<PathBuf> {
    let folder = workspace.target.join("wheels").join(profile);
    empty_folder(&folder)?;
    let mut maturin = tools(workspace)?.python();
    maturin.args([
        "-m",
        "maturin",
        "build",
        "--locked",
        "--profile",
        profile,
        "--manifest-path",
    ]);
    maturin.arg(workspace.path(&["bindings-python", "Cargo.toml"]));
    maturin
        .arg("--out")
        .arg(&folder)
        .arg("--target-dir")
        .arg(&workspace.target);
    process::run(&mut maturin)?;
    let wheel = only_file(&folder)?;
    if profile == build::SHIPPED {
        size::check(&size::in_wheel(&tools(workspace)?, &wheel)?)?;
    }
    Ok(wheel)
}

/// Installs the wheel in place of an older one and imports it from there.
pub(crate) fn install(workspace: &Workspace, environment: &Environment, wheel: &Path) -> Result {
    let mut pip = environment.pip_install();
    pip.args(["--no-index", "--no-deps", "--force-reinstall"]);
    process::run(pip.arg(wheel))?;
    let mut import = environment.python();
    import.current_dir(&workspace.target);
    process::run(import.args([
        "-c",
        "import trueroom; print('imported', trueroom.__file__)",
    ]))
}

/// A way to start an interpreter: `python3`, or `py -3` on Windows.
struct Python(&'static [&'static str]);

impl Python {
    fn command(&self) -> Command {
        let mut words = self.0.iter();
        let mut command = Command::new(words.next().unwrap_or(&"python3"));
        command.args(words);
        command
    }
}

/// The first interpreter that is new enough, with its full version and place.
fn interpreter() -> Result<(Python, String)> {
    const CANDIDATES: [&[&str]; 8] = [
        &["python3"],
        &["python"],
        &["py", "-3"],
        &["python3.14"],
        &["python3.13"],
        &["python3.12"],
        &["python3.11"],
        &["python3.10"],
    ];
    const ASK: &str =
        "import sys; print(*sys.version_info[:2]); print(sys.version, sys.executable)";
    let mut seen = Vec::new();
    for words in CANDIDATES {
        let python = Python(words);
        let Ok(answer) = process::quiet_output(python.command().args(["-c", ASK])) else {
            continue;
        };
        let (numbers, version) = answer.split_once('\n').unwrap_or_default();
        let mut numbers = numbers
            .split_whitespace()
            .map_while(|number| number.parse().ok());
        if let (Some(major), Some(minor)) = (numbers.next(), numbers.next()) {
            if (major, minor) >= OLDEST {
                return Ok((python, version.trim().to_owned()));
            }
            seen.push(format!("{} is {major}.{minor}", words.join(" ")));
        }
    }
    let (major, minor) = OLDEST;
    let found = if seen.is_empty() {
        "none was found".to_owned()
    } else {
        seen.join(", ")
    };
    fail(format!(
        "Python {major}.{minor} or later is needed on the PATH: {found}"
    ))
}
