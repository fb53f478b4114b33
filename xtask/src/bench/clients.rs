//! Who is measured, and how they are installed and started.

use std::ffi::OsString;
use std::path::PathBuf;

use super::cases::{self, Case};
use super::options::Options;
use crate::workspace::Workspace;
use crate::{Result, fail, node, python};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Language {
    Python,
    Node,
    Rust,
}

impl Language {
    pub(super) const ALL: [Self; 3] = [Self::Python, Self::Node, Self::Rust];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Python => "Python",
            Self::Node => "Node",
            Self::Rust => "Rust",
        }
    }

    pub(super) fn named(name: &str) -> Result<Self> {
        let found = |language: &Self| language.name().eq_ignore_ascii_case(name);
        match Self::ALL.into_iter().find(found) {
            Some(language) => Ok(language),
            None => fail(format!("no language {name}; there are python, node, rust")),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Ours,
    /// The one to beat in its language, also measured in quick runs.
    Main,
    Peer,
    /// No client: what the server can do at most.
    Ceiling,
}

struct Entry {
    name: &'static str,
    language: Language,
    role: Role,
    /// Its program, or its script below `benchmarks/`.
    source: &'static str,
    /// Names or families of the cases that it has; all when there is none.
    only: &'static [&'static str],
}

const ENTRIES: &[Entry] = &[
    Entry {
        name: "trueroom",
        language: Language::Python,
        role: Role::Ours,
        source: "python/trueroom_client.py",
        only: &[],
    },
    Entry {
        name: "picows + orjson",
        language: Language::Python,
        role: Role::Main,
        source: "peers/python/picows_client.py",
        only: &[],
    },
    Entry {
        name: "websockets + orjson",
        language: Language::Python,
        role: Role::Peer,
        source: "peers/python/websockets_client.py",
        only: &[],
    },
    Entry {
        name: "aiohttp + orjson",
        language: Language::Python,
        role: Role::Peer,
        source: "peers/python/aiohttp_client.py",
        only: &[],
    },
    Entry {
        name: "python-trueconf-room",
        language: Language::Python,
        role: Role::Peer,
        source: "peers/python/vendor_client.py",
        only: &["calls-1", "events-two"],
    },
    Entry {
        name: "trueroom",
        language: Language::Node,
        role: Role::Ours,
        source: "node/trueroom-client.mjs",
        only: &[],
    },
    Entry {
        name: "ws + JSON.parse",
        language: Language::Node,
        role: Role::Main,
        source: "peers/node/ws-client.mjs",
        only: &[],
    },
    Entry {
        name: "undici + JSON.parse",
        language: Language::Node,
        role: Role::Peer,
        source: "peers/node/undici-client.mjs",
        only: &[],
    },
    Entry {
        name: "trueroom",
        language: Language::Rust,
        role: Role::Ours,
        source: "rust-client",
        only: &[],
    },
    Entry {
        name: "tokio-tungstenite + serde_json",
        language: Language::Rust,
        role: Role::Main,
        source: "tungstenite-peer",
        only: &[],
    },
    Entry {
        name: "the server's ceiling",
        language: Language::Rust,
        role: Role::Ceiling,
        source: "ceiling",
        only: &["calls", "events"],
    },
];

/// A program to measure.
pub(super) struct Client {
    pub(super) name: &'static str,
    pub(super) language: Language,
    role: Role,
    only: &'static [&'static str],
    pub(super) program: PathBuf,
    /// Before the port, the case and the seconds.
    pub(super) arguments: Vec<OsString>,
    pub(super) variables: Vec<(&'static str, OsString)>,
}

impl Client {
    pub(super) fn is_ours(&self) -> bool {
        self.role == Role::Ours
    }

    /// Whether trueroom is compared with it.
    pub(super) fn is_rival(&self) -> bool {
        matches!(self.role, Role::Main | Role::Peer)
    }

    pub(super) fn takes(&self, case: &Case) -> bool {
        self.only.is_empty() || self.only.iter().any(|name| cases::matches(case.name, name))
    }
}

/// Builds and installs everything that the run needs.
pub(super) fn prepare(workspace: &Workspace, options: &Options) -> Result<Vec<Client>> {
    let mut clients = Vec::new();
    for language in Language::ALL.into_iter().filter(|l| options.wants(*l)) {
        let entries = ENTRIES.iter().filter(|entry| {
            entry.language == language && (!options.quick || entry.role != Role::Peer)
        });
        let python = match language {
            Language::Python => Some(python::bench_consumer(workspace)?),
            _ => None,
        };
        let node = match language {
            Language::Node => Some(node::bench_consumer(workspace)?),
            _ => None,
        };
        for entry in entries {
            let mut client = Client {
                name: entry.name,
                language,
                role: entry.role,
                only: entry.only,
                program: PathBuf::new(),
                arguments: Vec::new(),
                variables: Vec::new(),
            };
            if let Some(environment) = &python {
                let benchmarks = workspace.path(&["benchmarks"]);
                client.program = environment.python_path();
                client.arguments.push(benchmarks.join(entry.source).into());
                let path = benchmarks.join("python").into();
                client.variables.push(("PYTHONPATH", path));
                // Two folders of sources are not for a benchmark to write into.
                let cache = workspace.target.join("bench").join("pycache").into();
                client.variables.push(("PYTHONPYCACHEPREFIX", cache));
            } else if let Some(folder) = &node {
                client.program = "node".into();
                client.arguments.push("--expose-gc".into());
                client.arguments.push(folder.join(entry.source).into());
            } else {
                client.program =
                    workspace.program("trueroom-benchmarks", entry.source, "release")?;
            }
            clients.push(client);
        }
    }
    Ok(clients)
}
