//! The machine: which cores are used, how they are kept awake, what it is.

use std::ffi::OsStr;
use std::fs;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use crate::workspace::Workspace;
use crate::{Result, node, process, python};

/// An idle virtual processor halts, and waking it takes longer than what is measured.
const SPIN: &str = "while :; do :; done";

/// Server and clients on a core each, both kept awake by spinners of idle priority.
pub(super) struct Pins {
    /// None where it cannot be done; the reason was printed.
    cores: Option<[usize; 2]>,
    spinners: Vec<Child>,
}

impl Pins {
    pub(super) fn new() -> Self {
        let count = std::thread::available_parallelism().map_or(1, usize::from);
        let taskset = Command::new("taskset").args(["-c", "0", "true"]).output();
        let mut pins = Self {
            cores: None,
            spinners: Vec::new(),
        };
        if count < 2 {
            println!("not pinned: there is one core, which the server shares with the clients");
        } else if !taskset.is_ok_and(|output| output.status.success()) {
            println!("not pinned: taskset is missing or refused");
        } else {
            let cores = [0, 1];
            pins.cores = Some(cores);
            for core in cores {
                pins.spin(core);
            }
        }
        pins
    }

    fn spin(&mut self, core: usize) {
        let core = core.to_string();
        let words = ["chrt", "-i", "0", "taskset", "-c", &core];
        let allowed = Command::new(words[0])
            .args(&words[1..])
            .arg("true")
            .output()
            .is_ok_and(|output| output.status.success());
        let mut spinner = Command::new(words[0]);
        spinner.args(&words[1..]).args(["sh", "-c", SPIN]);
        match allowed.then(|| spinner.stdin(Stdio::null()).spawn()) {
            Some(Ok(child)) => self.spinners.push(child),
            _ => println!("core {core} is not kept awake: chrt is missing or refused"),
        }
    }

    pub(super) fn on_server_core(&self, program: impl AsRef<OsStr>) -> Command {
        pinned(self.cores.map(|cores| cores[0]), program.as_ref())
    }

    pub(super) fn on_client_core(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = pinned(self.cores.map(|cores| cores[1]), program.as_ref());
        // Python keeps what it has compiled, as it does for users. What compiling leaves free would
        // be taken for memory that connections need not have.
        command.env_remove("PYTHONDONTWRITEBYTECODE");
        command
    }
}

impl Drop for Pins {
    fn drop(&mut self) {
        for spinner in &mut self.spinners {
            // It never ends by itself.
            let _ = spinner.kill();
            let _ = spinner.wait();
        }
    }
}

fn pinned(core: Option<usize>, program: &OsStr) -> Command {
    match core {
        None => Command::new(program),
        Some(core) => {
            let mut command = Command::new("taskset");
            command.args(["-c", &core.to_string()]).arg(program);
            command
        }
    }
}

/// What the figures were measured on and with.
pub(super) fn describe(workspace: &Workspace) -> Result<Value> {
    let first_line = |command: &mut Command| {
        let output = process::quiet_output(command).unwrap_or_default();
        output.lines().next().unwrap_or_default().trim().to_owned()
    };
    let git = |words: &[&str]| {
        let mut git = Command::new("git");
        first_line(git.current_dir(&workspace.root).args(words))
    };
    let changed = if git(&["status", "--porcelain", "--untracked-files=no"]).is_empty() {
        ""
    } else {
        ", with changes"
    };
    Ok(json!({
        "commit": git(&["rev-parse", "--short=12", "HEAD"]) + changed,
        "date": first_line(Command::new("date").args(["-u", "+%F"])),
        "system": first_line(Command::new("uname").args(["-s", "-r", "-m"])),
        "processor": processor(),
        "cores": std::thread::available_parallelism().map_or(1, usize::from),
        "rust": first_line(Command::new("rustc").arg("--version")),
        "python": first_line(python::bench_environment(workspace)?.python().arg("--version")),
        "node": first_line(Command::new("node").arg("--version")),
        "python_packages": python::bench_packages(workspace)?,
        "node_packages": node::bench_packages(workspace)?,
    }))
}

fn processor() -> String {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = text.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        (name.trim() == "model name").then(|| value.trim().to_owned())
    });
    name.unwrap_or_else(|| std::env::consts::ARCH.to_owned())
}
