//! Who is measured, and how they are installed and started.

use std::ffi::OsString;
use std::path::PathBuf;

use super::cases::{self, Case, Group};
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
    /// A statement that loads it.
    load: &'static str,
    groups: &'static [Group],
    /// Names or families of the cases that it has in these groups; all when there is none.
    only: &'static [&'static str],
}

impl Entry {
    const fn new(name: &'static str, language: Language, role: Role, source: &'static str) -> Self {
        Self {
            name,
            language,
            role,
            source,
            load: "",
            groups: &[Group::Messages],
            only: &[],
        }
    }

    /// Of the peers that are not the main one, those that the main one leaves cases to.
    fn is_for_quick_runs(&self) -> bool {
        self.role != Role::Peer || self.groups.contains(&Group::Transfers)
    }

    const fn loaded_by(self, load: &'static str) -> Self {
        Self { load, ..self }
    }

    const fn has(self, groups: &'static [Group]) -> Self {
        Self { groups, ..self }
    }

    const fn only(self, only: &'static [&'static str]) -> Self {
        Self { only, ..self }
    }
}

const EVERYTHING: &[Group] = &[
    Group::Messages,
    Group::Transfers,
    Group::Load,
    Group::Growth,
];

const ALL_BUT_GROWTH: &[Group] = &[Group::Messages, Group::Transfers, Group::Load];

const ENTRIES: &[Entry] = &[
    Entry::new(
        "trueroom",
        Language::Python,
        Role::Ours,
        "python/trueroom_client.py",
    )
    .loaded_by("import trueroom")
    .has(EVERYTHING),
    Entry::new(
        "picows + orjson",
        Language::Python,
        Role::Main,
        "peers/python/picows_client.py",
    )
    .loaded_by("import picows, orjson")
    .has(&[Group::Messages, Group::Load]),
    Entry::new(
        "websockets + orjson",
        Language::Python,
        Role::Peer,
        "peers/python/websockets_client.py",
    )
    .loaded_by("import websockets.asyncio.client, orjson")
    .has(&[Group::Messages, Group::Load]),
    Entry::new(
        "aiohttp + orjson",
        Language::Python,
        Role::Peer,
        "peers/python/aiohttp_client.py",
    )
    .loaded_by("import aiohttp, orjson")
    .has(ALL_BUT_GROWTH),
    Entry::new(
        "python-trueconf-room",
        Language::Python,
        Role::Peer,
        "peers/python/vendor_client.py",
    )
    .only(&["calls-1", "events-two"]),
    Entry::new(
        "trueroom",
        Language::Node,
        Role::Ours,
        "node/trueroom-client.mjs",
    )
    .loaded_by("require('trueroom')")
    .has(EVERYTHING),
    Entry::new(
        "ws + JSON.parse",
        Language::Node,
        Role::Main,
        "peers/node/ws-client.mjs",
    )
    .loaded_by("require('ws')")
    .has(&[Group::Messages, Group::Load]),
    Entry::new(
        "undici + JSON.parse",
        Language::Node,
        Role::Peer,
        "peers/node/undici-client.mjs",
    )
    .loaded_by("require('undici')")
    .has(ALL_BUT_GROWTH),
    Entry::new("trueroom", Language::Rust, Role::Ours, "rust-client").has(&[
        Group::Messages,
        Group::Transfers,
        Group::Growth,
    ]),
    Entry::new(
        "tokio-tungstenite + serde_json",
        Language::Rust,
        Role::Main,
        "tungstenite-peer",
    ),
    Entry::new(
        "the server's ceiling",
        Language::Rust,
        Role::Ceiling,
        "ceiling",
    )
    .has(&[Group::Messages, Group::Transfers])
    .only(&["calls", "events", "download", "upload"]),
];

/// A program to measure.
pub(super) struct Client {
    pub(super) name: &'static str,
    pub(super) language: Language,
    role: Role,
    groups: &'static [Group],
    only: &'static [&'static str],
    /// A statement that loads it, in its language.
    pub(super) load: &'static str,
    /// Where that works.
    pub(super) folder: PathBuf,
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
        let named = |name: &&str| cases::matches(case.name, name);
        self.groups.contains(&case.group) && (self.only.is_empty() || self.only.iter().any(named))
    }
}

/// Builds and installs everything that the run needs.
pub(super) fn prepare(workspace: &Workspace, options: &Options) -> Result<Vec<Client>> {
    let mut clients = Vec::new();
    for language in Language::ALL.into_iter().filter(|l| options.wants(*l)) {
        let entries = ENTRIES.iter().filter(|entry| {
            entry.language == language && (!options.quick || entry.is_for_quick_runs())
        });
        let python = match language {
            Language::Python => Some(python::bench_consumer(workspace, &options.profile)?),
            _ => None,
        };
        let node = match language {
            Language::Node => Some(node::bench_consumer(workspace, &options.profile)?),
            _ => None,
        };
        for entry in entries {
            let mut client = Client {
                name: entry.name,
                language,
                role: entry.role,
                groups: entry.groups,
                only: entry.only,
                load: entry.load,
                folder: workspace.target.clone(),
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
                client.folder.clone_from(folder);
                client.arguments.push("--expose-gc".into());
                client.arguments.push(folder.join(entry.source).into());
            } else {
                client.program =
                    workspace.program("trueroom-benchmarks", entry.source, &options.profile)?;
            }
            clients.push(client);
        }
    }
    Ok(clients)
}
