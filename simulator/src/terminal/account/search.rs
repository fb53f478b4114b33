//! Search for users: those of the address book, and those a test has named.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::terminal::Terminal;
use crate::terminal::message::{Refusal, Reply, Request};

/// As `SearchContactMask` has them; values are added up.
const BY_ID: i64 = 1;
const BY_NAME: i64 = 2;
/// As `SearchContactResult` has them.
const FOUND: u8 = 0;
const NOT_FOUND: u8 = 1;
/// Milliseconds that a search may take, as documented.
const LONGEST_SEARCH: i64 = 20_000;

impl Terminal {
    pub(super) fn search_command(&mut self, request: &Request<'_>) -> Option<Reply> {
        let reply = match request.method {
            "searchContact" => self.search(request),
            "searchContact2" => self.search_later(request),
            _ => return None,
        };
        Some(reply)
    }

    fn found(&self, text: &str, mask: i64) -> Vec<Value> {
        let text = text.to_lowercase();
        let contacts = &self.account.contacts;
        let users: BTreeSet<&String> = contacts.iter().chain(self.names.keys()).collect();
        let hits = users.into_iter().filter(|id| {
            let named = || self.display_name_of(id).to_lowercase().contains(&text);
            mask & BY_ID != 0 && id.contains(&text) || mask & BY_NAME != 0 && named()
        });
        hits.map(|id| {
            json!({
                "peerId": id, "displayName": self.display_name_of(id),
                "isInAbook": contacts.contains(id),
            })
        })
        .collect()
    }

    fn search(&mut self, request: &Request<'_>) -> Reply {
        let text = request.text(&["searchingString"])?;
        let patience = request.number(&["searchingTimeoutMsec"])?;
        self.logged_in()?;
        if text.is_empty() || !(1..=LONGEST_SEARCH).contains(&patience) {
            return Err(Refusal::new(
                "a text, and 1 to 20000 milliseconds, are needed",
            ));
        }
        let mask = match request.body.get("searchingMask") {
            Some(_) => request.number(&["searchingMask"])?,
            None => BY_ID | BY_NAME,
        };
        let found = self.found(text, mask);
        let result = if found.is_empty() { NOT_FOUND } else { FOUND };
        let answer = json!({"foundContacts": found, "searchingResult": result});
        self.reply(request.method, "", answer)
    }

    /// What is known is answered; what the server finds comes as an event with the same id.
    fn search_later(&mut self, request: &Request<'_>) -> Reply {
        let text = request.text(&["searchingString"])?;
        self.logged_in()?;
        let found = self.found(text, BY_ID | BY_NAME);
        let known: Value = found
            .iter()
            .filter(|user| user["isInAbook"] == true)
            .cloned()
            .collect();
        let id = request
            .body
            .get("requestId")
            .cloned()
            .unwrap_or_else(|| "".into());
        let event = json!({"requestId": id, "foundContacts": found});
        self.tell("contactsSearched", "", event);
        self.reply(request.method, "", json!({"foundContacts": known}))
    }
}
