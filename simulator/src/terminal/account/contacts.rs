//! The address book, the block list and presence.

use serde_json::{Value, json};

use crate::terminal::Terminal;
use crate::terminal::message::{Refusal, Reply, Request, done};

/// How a user is there: `UserStatus` and `ExtendedStatus`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Presence {
    status: i64,
    extended: i64,
}

/// Available, in both senses.
const AVAILABLE: Presence = Presence {
    status: 1,
    extended: 2,
};

/// The form of id that the address book has: without a device.
pub(super) fn call_id(id: &str) -> &str {
    id.split('/').next().unwrap_or_default()
}

impl Terminal {
    pub(super) fn contact_command(&mut self, request: &Request<'_>) -> Option<Reply> {
        let reply = match request.method {
            "getAbook" => self.reply(request.method, "", json!({"abook": self.abook()})),
            "addToAbook" => self.add_contact(request),
            "removeFromAbook" => self.remove_contact(request),
            "renameInAbook" => self.rename_contact(request),
            "block" => self.block(request, true),
            "unblock" => self.block(request, false),
            "getBanList" => {
                let banned: Value = self.account.banned.iter().map(|id| self.user(id)).collect();
                self.reply(request.method, "", json!({"banList": banned}))
            }
            "getContactDetails" => self.details(request),
            "getDisplayNameById" => request
                .text(&["peerId"])
                .and_then(|peer| self.reply(request.method, peer, json!({}))),
            _ => return None,
        };
        Some(reply)
    }

    /// Id and display name.
    pub(super) fn user(&self, id: &str) -> Value {
        self.shape("UserRef", id, json!({}))
    }

    pub(super) fn contact(&self, id: &str) -> Value {
        let presence = self.account.presence.get(id).unwrap_or(&AVAILABLE);
        let more = json!({
            "isEditable": true, "status": presence.status, "extStatus": presence.extended,
        });
        self.shape("Contact", id, more)
    }

    pub(in crate::terminal) fn abook(&self) -> Value {
        let contacts = self.account.contacts.iter();
        contacts.map(|id| self.contact(id)).collect()
    }

    /// The contact that a command speaks of.
    pub(super) fn known_contact<'a>(&self, request: &Request<'a>) -> Result<&'a str, Refusal> {
        self.logged_in()?;
        let id = call_id(request.text(&["peerId"])?);
        if self.account.contacts.contains(id) {
            Ok(id)
        } else {
            Err(Refusal::new(format!("{id} is not in the address book")))
        }
    }

    fn add_contact(&mut self, request: &Request<'_>) -> Reply {
        let given = request.text(&["peerId"])?;
        let id = call_id(given);
        self.logged_in()?;
        if !self.account.contacts.insert(id.to_owned()) {
            return Err(Refusal::new(format!("{id} is in the address book already")));
        }
        self.call_by_name(id, request.optional_text("peerDn"));
        let contacts = json!([self.contact(id)]);
        self.tell("contactsAdded", "", json!({"contacts": contacts}));
        let turned = if given == id {
            json!({})
        } else {
            json!({"callId": id})
        };
        self.reply(request.method, "", turned)
    }

    fn remove_contact(&mut self, request: &Request<'_>) -> Reply {
        let id = self.known_contact(request)?;
        self.account.contacts.remove(id);
        for group in self.account.groups.values_mut() {
            group.users.remove(id);
        }
        let contacts = json!([self.user(id)]);
        self.tell("contactsDeleted", "", json!({"contacts": contacts}));
        self.reply(request.method, id, json!({}))
    }

    fn rename_contact(&mut self, request: &Request<'_>) -> Reply {
        let name = request.text(&["peerDn"])?;
        let id = self.known_contact(request)?;
        self.call_by_name(id, Some(name));
        let contacts = json!([self.user(id)]);
        self.tell("contactsRenamed", "", json!({"contacts": contacts}));
        self.reply(request.method, id, json!({}))
    }

    fn block(&mut self, request: &Request<'_>, block: bool) -> Reply {
        let given = request.text(&["peerId"])?;
        let id = call_id(given);
        self.logged_in()?;
        let (changed, event) = if block {
            (self.account.banned.insert(id.to_owned()), "contactBlocked")
        } else {
            (self.account.banned.remove(id), "contactUnblocked")
        };
        if !changed {
            let word = if block { "is" } else { "is not" };
            return Err(Refusal::new(format!("{id} {word} blocked")));
        }
        self.tell(event, id, json!({}));
        self.reply(request.method, given, json!({}))
    }

    /// The answer is empty; the details follow.
    fn details(&mut self, request: &Request<'_>) -> Reply {
        let id = call_id(request.text(&["peerId"])?);
        self.logged_in()?;
        let name = self.display_name_of(id);
        let company = self.link.domain().to_owned();
        let details = json!({"firstName": name, "company": company, "isEditable": true});
        self.tell("detailsInfo", id, details);
        done()
    }

    /// Whether the server keeps a user's calls from this terminal.
    pub(in crate::terminal) fn is_banned(&self, peer: &str) -> bool {
        self.account.banned.contains(call_id(peer))
    }

    /// A user comes online, goes, or is busy.
    pub(in crate::terminal) fn set_presence(&mut self, request: &Request<'_>, peer: &str) -> Reply {
        let status = request.number(&["status"])?;
        let extended = request.number(&["extStatus"]).unwrap_or(status);
        self.account
            .presence
            .insert(peer.to_owned(), Presence { status, extended });
        let statuses = json!([self.contact(peer)]);
        self.tell(
            "usersStatusesChanged",
            "",
            json!({"usersStatuses": statuses}),
        );
        done()
    }
}
