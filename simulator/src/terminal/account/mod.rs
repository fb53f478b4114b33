//! What the server keeps for the logged-in user: address book, schedule, properties; and the
//! servers that the terminal knows.

mod contacts;
mod groups;
mod schedule;
mod search;
mod servers;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use self::contacts::Presence;
use self::groups::Group;
use super::Terminal;
use super::message::{Refusal, Reply, Request};

/// What belongs to the user and to the server.
#[derive(Debug, Clone)]
pub(super) struct UserData {
    /// Ids of the address book.
    contacts: BTreeSet<String>,
    banned: BTreeSet<String>,
    presence: BTreeMap<String, Presence>,
    groups: BTreeMap<i64, Group>,
    last_group: i64,
    /// Conferences that the server, and that `setCustomScheduler` has scheduled.
    scheduled: Vec<Value>,
    custom: Vec<Value>,
    /// Servers used, newest first.
    servers: Vec<String>,
    profile_url: Option<String>,
    /// Properties that the server handed down, by name.
    properties: BTreeMap<String, String>,
}

impl UserData {
    pub(super) fn new(server: &str) -> Self {
        let user = |name: &str| format!("{name}@{server}");
        Self {
            contacts: [user("alice"), user("bob")].into(),
            banned: BTreeSet::new(),
            presence: BTreeMap::new(),
            groups: BTreeMap::new(),
            last_group: 0,
            scheduled: Vec::new(),
            custom: Vec::new(),
            servers: vec![server.to_owned()],
            profile_url: None,
            properties: BTreeMap::new(),
        }
    }
}

impl Terminal {
    pub(super) fn account_command(&mut self, request: &Request<'_>) -> Option<Reply> {
        self.server_command(request)
            .or_else(|| self.contact_command(request))
            .or_else(|| self.group_of_contacts_command(request))
            .or_else(|| self.search_command(request))
            .or_else(|| self.schedule_command(request))
    }

    fn logged_in(&self) -> Result<(), Refusal> {
        if self.link.logged_in() {
            Ok(())
        } else {
            Err(Refusal::new("login is needed"))
        }
    }
}
