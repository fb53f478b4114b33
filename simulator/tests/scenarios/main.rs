//! Runs the conformance scenarios of `protocol/scenarios` against the simulator and the public API.
//!
//! `protocol/scenarios/README.md` has the format. `SCENARIO=part-of-a-name cargo test -p
//! trueroom-simulator --test scenarios` runs only some of them.

// Helpers of tests may fail at once where they stand, like the tests themselves.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod format;
mod operation;
mod pattern;
mod player;
mod seed_page;

use std::path::PathBuf;

use tokio::task::JoinSet;

use format::Scenario;

/// What file names begin with, one test for each.
const GROUPS: [&str; 14] = [
    "auth-",
    "call-",
    "connect-",
    "event-",
    "files-current-",
    "files-legacy-",
    "flow-",
    "http-",
    "junk-",
    "lag-",
    "live-",
    "reconnect-",
    "superseded-",
    "tls-",
];

/// Scenarios played at once; more would only wait for each other.
const AT_ONCE: usize = 8;

fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every scenario: its name and its text, sorted.
fn files() -> Vec<(String, String)> {
    let folder = repository().join("protocol/scenarios");
    let mut files: Vec<(String, String)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read_to_string(path).unwrap())
        })
        .collect();
    files.sort();
    files
}

fn read(name: &str, text: &str) -> Scenario {
    Scenario::read(text).unwrap_or_else(|problem| panic!("{name}.json: {problem}"))
}

fn play(group: &str) {
    let wanted = std::env::var("SCENARIO").unwrap_or_default();
    let mut waiting: Vec<(String, Scenario)> = files()
        .into_iter()
        .filter(|(name, _)| name.starts_with(group) && name.contains(&wanted))
        .map(|(name, text)| {
            let scenario = read(&name, &text);
            (name, scenario)
        })
        .collect();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let mut failures = runtime.block_on(async move {
        let mut playing = JoinSet::new();
        let mut failures = Vec::new();
        loop {
            while playing.len() < AT_ONCE
                && let Some((name, scenario)) = waiting.pop()
            {
                playing.spawn(async move { (name, player::play(scenario).await) });
            }
            match playing.join_next().await {
                Some(Ok((_, Ok(())))) => {}
                Some(Ok((name, Err(problem)))) => failures.push(format!("{name}.json: {problem}")),
                Some(Err(error)) => failures.push(format!("a scenario broke off: {error}")),
                None => return failures,
            }
        }
    });
    failures.sort();
    assert!(failures.is_empty(), "\n{}\n", failures.join("\n"));
}

macro_rules! groups {
    ($($name:ident: $group:literal,)*) => {
        $(#[test] fn $name() { play($group); })*

        #[test]
        fn every_group_is_played() {
            assert_eq!(GROUPS, [$($group),*]);
        }
    };
}

groups! {
    auth: "auth-",
    call: "call-",
    connect: "connect-",
    event: "event-",
    files_current: "files-current-",
    files_legacy: "files-legacy-",
    flow: "flow-",
    http: "http-",
    junk: "junk-",
    lag: "lag-",
    live: "live-",
    reconnect: "reconnect-",
    superseded: "superseded-",
    tls: "tls-",
}

#[test]
fn every_file_is_well_formed_and_belongs_to_a_group() {
    let files = files();
    for (name, text) in &files {
        read(name, text);
        let groups = GROUPS.iter().filter(|group| name.starts_with(**group));
        assert_eq!(groups.count(), 1, "{name}.json belongs to no group");
    }
}
