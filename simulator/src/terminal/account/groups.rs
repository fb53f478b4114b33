//! Groups of the address book.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::contacts::call_id;
use crate::terminal::Terminal;
use crate::terminal::message::{Refusal, Reply, Request, done};

/// One group.
#[derive(Debug, Clone)]
pub(super) struct Group {
    name: String,
    pub(super) users: BTreeSet<String>,
}

impl Terminal {
    pub(super) fn group_of_contacts_command(&mut self, request: &Request<'_>) -> Option<Reply> {
        let reply = match request.method {
            "getGroups" => {
                let groups: Value = self
                    .account
                    .groups
                    .keys()
                    .map(|id| self.group_of(*id))
                    .collect();
                self.reply(request.method, "", json!({"groups": groups}))
            }
            "createGroup" => self.create_group(request),
            "renameGroup" => self.rename_group(request),
            "removeGroup" => self.remove_group(request),
            "addToGroup" => self.add_to_group(request),
            "removeFromGroup" => self.remove_from_group(request),
            _ => return None,
        };
        Some(reply)
    }

    fn group_of(&self, id: i64) -> Value {
        let Some(group) = self.account.groups.get(&id) else {
            return json!({});
        };
        let users: Value = group.users.iter().map(|id| self.user(id)).collect();
        json!({"groupId": id, "name": group.name, "users": users})
    }

    fn tell_group(&mut self, event: &str, id: i64) {
        let group = self.group_of(id);
        self.tell(event, "", json!({"groups": [group]}));
    }

    fn known_group(&mut self, request: &Request<'_>) -> Result<(i64, &mut Group), Refusal> {
        self.logged_in()?;
        let id = request.number(&["groupId"])?;
        let group = self.account.groups.get_mut(&id);
        let group = group.ok_or_else(|| Refusal::new(format!("there is no group {id}")))?;
        Ok((id, group))
    }

    fn create_group(&mut self, request: &Request<'_>) -> Reply {
        let name = request.text(&["name"])?.to_owned();
        self.logged_in()?;
        self.account.last_group += 1;
        let id = self.account.last_group;
        let users = BTreeSet::new();
        self.account.groups.insert(id, Group { name, users });
        self.tell_group("groupsAdded", id);
        done()
    }

    fn rename_group(&mut self, request: &Request<'_>) -> Reply {
        let name = request.text(&["newName"])?;
        let (id, group) = self.known_group(request)?;
        name.clone_into(&mut group.name);
        self.tell_group("groupsRenamed", id);
        done()
    }

    fn remove_group(&mut self, request: &Request<'_>) -> Reply {
        let (id, _) = self.known_group(request)?;
        self.tell_group("groupsRemoved", id);
        self.account.groups.remove(&id);
        done()
    }

    fn add_to_group(&mut self, request: &Request<'_>) -> Reply {
        let user = self.known_contact(request)?;
        let (id, group) = self.known_group(request)?;
        if !group.users.insert(user.to_owned()) {
            return Err(Refusal::new(format!("{user} is in the group already")));
        }
        let added = json!([{"groupId": id, "peerId": user}]);
        self.tell("usersAddedToGroups", "", json!({"addedUsers": added}));
        done()
    }

    fn remove_from_group(&mut self, request: &Request<'_>) -> Reply {
        let user = call_id(request.text(&["peerId"])?);
        let (id, group) = self.known_group(request)?;
        if !group.users.remove(user) {
            return Err(Refusal::new(format!("{user} is not in the group")));
        }
        let removed = json!([{"groupId": id, "peerId": user}]);
        self.tell(
            "usersRemovedFromGroups",
            "",
            json!({"removedUsers": removed}),
        );
        done()
    }
}
