//! The servers that the terminal knows, and what the present one says of the user.

use serde_json::{Value, json};

use crate::terminal::Terminal;
use crate::terminal::message::{Refusal, Reply, Request, done};

impl Terminal {
    pub(super) fn server_command(&mut self, request: &Request<'_>) -> Option<Reply> {
        let reply = match request.method {
            "getAvailableServersList" => {
                let list = self.server_list(usize::MAX);
                self.tell(
                    "availableServersListLoaded",
                    "",
                    json!({"serverList": list}),
                );
                done()
            }
            "getLastUsedServersList" => request.number(&["count"]).and_then(|count| {
                let list = self.server_list(usize::try_from(count).unwrap_or_default());
                self.reply(request.method, "", json!({"lastUsedServersList": list}))
            }),
            "removeFromServersList" => self.forget_server(request),
            "getCurrentUserProfileUrl" => {
                let url = self.profile_url();
                self.reply(request.method, "", json!({"url": url}))
            }
            "getProperties" => {
                let properties = self.properties();
                self.reply(request.method, "", json!({"properties": properties}))
            }
            _ => return None,
        };
        Some(reply)
    }

    /// The form of the entries is assumed.
    fn server_list(&self, most: usize) -> Value {
        let servers = self.account.servers.iter().take(most);
        servers.map(|name| json!({"server": name})).collect()
    }

    pub(in crate::terminal) fn remember_server(&mut self, name: &str) {
        self.account.servers.retain(|known| known != name);
        self.account.servers.insert(0, name.to_owned());
    }

    fn forget_server(&mut self, request: &Request<'_>) -> Reply {
        let name = request.text(&["serverName"])?;
        let known = self.account.servers.len();
        self.account.servers.retain(|server| server != name);
        if self.account.servers.len() == known {
            return Err(Refusal::new(format!("there is no server {name}")));
        }
        done()
    }

    /// Empty while nobody is logged in.
    fn profile_url(&self) -> String {
        match &self.account.profile_url {
            _ if !self.link.logged_in() => String::new(),
            Some(url) => url.clone(),
            None => format!("https://{}/{}", self.link.domain(), self.link.peer_id()),
        }
    }

    fn properties(&self) -> Value {
        let properties = self.account.properties.iter();
        properties
            .map(|(name, value)| json!({"name": name, "value": value}))
            .collect()
    }

    /// What comes with a login.
    pub(in crate::terminal) fn account_loaded(&mut self) {
        let abook = self.abook();
        self.tell("abReceivedAfterLogin", "", json!({"abook": abook}));
        let url = self.profile_url();
        self.tell("currentUserProfileUrlChanged", "", json!({"url": url}));
    }

    /// The user has another name, or another page.
    pub(in crate::terminal) fn user_changes(&mut self, request: &Request<'_>) -> Reply {
        self.logged_in()?;
        if let Some(name) = request.optional_text("name") {
            self.link.rename(name);
            self.tell("currentUserDisplayNameChanged", "", json!({"peerDn": name}));
        }
        if let Some(url) = request.optional_text("url") {
            self.account.profile_url = Some(url.to_owned());
            self.tell("currentUserProfileUrlChanged", "", json!({"url": url}));
        }
        done()
    }

    /// The server hands a property down.
    pub(in crate::terminal) fn set_property(&mut self, request: &Request<'_>) -> Reply {
        let (name, value) = (request.text(&["name"])?, request.text(&["value"])?);
        self.account
            .properties
            .insert(name.to_owned(), value.to_owned());
        let properties = self.properties();
        self.tell("propertiesUpdated", "", json!({"properties": properties}));
        done()
    }
}
