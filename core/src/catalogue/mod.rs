//! What the protocol catalogue knows about each command and event, for look-up by wire name.
//!
//! The tables are made from `protocol/*.json` by `cargo xtask generate`; a fact is corrected there.
//! A name that is not found here is not an error: a newer terminal may know more than the catalogue.

pub mod flow;
#[rustfmt::skip]
mod generated;
#[rustfmt::skip]
mod generated_flows;
pub(crate) mod shapes;

use std::sync::LazyLock;

use flow::Flow;
use generated::{COMMANDS, EVENT_ALIASES, EVENTS};
use generated_flows::FLOWS;
use rustc_hash::FxHashMap;

/// One command that a client can send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Command {
    /// Wire name, the `method` of the request.
    pub name: &'static str,
    /// Whether the command only reads.
    pub kind: Kind,
    /// The generation of terminals that knows it; `None` when all do.
    pub generation: Option<Generation>,
    /// Where a user would look for it, such as `files` or `conference`.
    pub area: &'static str,
    /// The API versions it was seen in.
    pub api: Api,
    /// The parameters besides `method` and `requestId`.
    pub params: &'static [Param],
    /// The vendor says that only administrators may send it. False means that nothing is said.
    pub admin: bool,
}

/// One parameter of a [`Command`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Param {
    /// Wire name to send.
    pub name: &'static str,
    /// Whether the command fails without it.
    pub required: bool,
    /// Other names of the same parameter that were seen.
    pub aliases: &'static [&'static str],
}

/// One event that a terminal pushes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    /// Wire name, the `event` of the notification.
    pub name: &'static str,
    /// The generation of terminals that sends it; `None` when all do.
    pub generation: Option<Generation>,
    /// Where a user would look for it, such as `files` or `conference`.
    pub area: &'static str,
    /// Other spellings of the name that were seen.
    pub aliases: &'static [&'static str],
}

/// Whether a command may be repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Only reads; sending it again after a lost connection is harmless.
    Query,
    /// Changes something; sending it again could change it twice.
    Action,
}

/// API versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Api {
    /// Seen in v.1 only.
    V1,
    /// Seen in v.2 only, which came with product 5.0.
    V2,
    /// Seen in both.
    Both,
}

/// Terminals before and from product version 4.1.0; only the file commands and events differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Generation {
    /// Before 4.1.0.
    Legacy,
    /// 4.1.0 and later.
    Current,
}

/// By name, since every message asks.
static COMMANDS_BY_NAME: LazyLock<FxHashMap<&str, &Command>> =
    LazyLock::new(|| COMMANDS.iter().map(|found| (found.name, found)).collect());

/// By name and by every other spelling.
static EVENTS_BY_NAME: LazyLock<FxHashMap<&str, &Event>> = LazyLock::new(|| {
    let named = EVENTS.iter().map(|found| (found.name, found));
    let mut by_name: FxHashMap<&str, &Event> = named.collect();
    for (alias, name) in EVENT_ALIASES {
        if let Some(found) = by_name.get(name).copied() {
            by_name.insert(alias, found);
        }
    }
    by_name
});

/// The command with this wire name.
pub fn command(name: &str) -> Option<&'static Command> {
    COMMANDS_BY_NAME.get(name).copied()
}

/// The event with this wire name, or with this as another spelling of its name.
pub fn event(name: &str) -> Option<&'static Event> {
    EVENTS_BY_NAME.get(name).copied()
}

/// The flow of this name.
pub fn flow(name: &str) -> Option<&'static Flow> {
    let at = FLOWS.binary_search_by(|flow| flow.name.cmp(name)).ok()?;
    FLOWS.get(at)
}

/// All flows, sorted by name.
pub fn flows() -> &'static [Flow] {
    FLOWS
}

/// All commands, sorted by name.
pub fn commands() -> &'static [Command] {
    COMMANDS
}

/// All events, sorted by name.
pub fn events() -> &'static [Event] {
    EVENTS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_is_found_by_its_name() {
        assert!(commands().len() > 200);
        for entry in commands() {
            assert_eq!(command(entry.name), Some(entry));
        }
    }

    #[test]
    fn every_event_is_found_by_its_name_and_by_its_aliases() {
        assert!(events().len() > 150);
        for entry in events() {
            for name in [entry.name].iter().chain(entry.aliases) {
                assert_eq!(event(name), Some(entry), "{name}");
            }
        }
        assert_eq!(
            event("userPinEventOccured").map(|e| e.name),
            Some("userPinEventOccurred")
        );
    }

    #[test]
    fn every_flow_is_found_by_its_name_and_refers_to_what_there_is() {
        assert!(flows().len() > 30);
        for entry in flows() {
            assert_eq!(flow(entry.name), Some(entry));
            assert!(command(entry.command).is_some());
            for end in entry.ends_well.iter().chain(entry.ends_badly) {
                assert_eq!(event(end.event).map(|event| event.name), Some(end.event));
            }
        }
    }

    #[test]
    fn names_are_matched_exactly() {
        for name in ["", "GETSYSTEMINFO", "getSystemInfo ", "zzz"] {
            assert_eq!(command(name), None, "{name}");
            assert_eq!(event(name), None, "{name}");
        }
    }

    #[test]
    fn facts_come_from_the_catalogue() {
        let accept = command("acceptIncomingFileRequest").unwrap();
        assert_eq!(accept.kind, Kind::Action);
        assert_eq!(accept.generation, Some(Generation::Current));
        assert_eq!(accept.area, "files");
        let send = command("sendFile").unwrap();
        let to = send
            .params
            .iter()
            .find(|param| param.name == "callId")
            .unwrap();
        assert_eq!(to.aliases, ["peerId"]);
        assert!(command("shutdown").unwrap().admin);
        assert!(!send.admin);
        assert_eq!(command("getSystemInfo").unwrap().kind, Kind::Query);
        assert_eq!(
            event("fileStatus").unwrap().generation,
            Some(Generation::Legacy)
        );
    }
}
