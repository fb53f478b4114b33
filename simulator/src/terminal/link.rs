//! The terminal's connection to its TrueConf server and its login there.

use serde_json::{Map, Value, json};

use super::agenda::Task;
use super::message::{Refusal, Reply, Request, done, fields};
use super::options::TerminalOptions;
use super::session::Connection;
use super::{Terminal, ids};

/// Ports of TrueConf servers are 4307 unless told otherwise.
const SERVER_PORT: i64 = 4307;
const UNKNOWN_LOGIN: i64 = 2;
const WRONG_PASSWORD: i64 = 3;

/// Where the terminal stands towards its server.
#[derive(Debug, Clone)]
pub(super) struct Link {
    stage: Stage,
    server: String,
    port: i64,
    service: bool,
    domain: String,
    peer_id: String,
    display_name: String,
    next_peer: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Offline,
    Connecting,
    LoginNeeded,
    LoggedIn,
}

impl Link {
    pub(super) fn new(options: &TerminalOptions) -> Self {
        let domain = options
            .peer_id
            .split('@')
            .next_back()
            .unwrap_or_default()
            .to_owned();
        Self {
            stage: match options.app_state {
                0 => Stage::Offline,
                1 => Stage::Connecting,
                2 => Stage::LoginNeeded,
                _ => Stage::LoggedIn,
            },
            server: domain.clone(),
            port: SERVER_PORT,
            service: false,
            domain,
            peer_id: options.peer_id.clone(),
            display_name: options.display_name.clone(),
            next_peer: None,
        }
    }

    pub(super) fn logged_in(&self) -> bool {
        self.stage == Stage::LoggedIn
    }

    pub(super) fn domain(&self) -> &str {
        &self.domain
    }

    pub(super) fn peer_id(&self) -> &str {
        &self.peer_id
    }

    pub(super) fn display_name(&self) -> &str {
        &self.display_name
    }

    pub(super) fn rename(&mut self, name: &str) {
        name.clone_into(&mut self.display_name);
    }

    pub(super) fn to_json(&self) -> Value {
        json!({
            "server": self.server,
            "port": self.port,
            "domain": self.domain,
            "loggedIn": self.logged_in(),
            "peerId": self.peer_id,
            "displayName": self.display_name,
        })
    }

    fn info(&self) -> Value {
        json!({
            "server": self.server,
            "service": self.service,
            "port": self.port,
            "domain": self.domain,
        })
    }

    fn login_fields(&self) -> Map<String, Value> {
        let mut answer = fields(json!({"isLoggedIn": self.logged_in()}));
        if self.logged_in() {
            answer.insert("peerId".into(), self.peer_id.as_str().into());
            answer.insert("peerDn".into(), self.display_name.as_str().into());
        }
        answer
    }
}

impl Terminal {
    pub(super) fn link_command(&mut self, request: &Request<'_>) -> Option<Reply> {
        let reply = match request.method {
            "getAppState" => {
                let connection = self.connections.get(&request.connection)?.clone();
                Ok(self.app_state_fields(&connection))
            }
            "getConnected" => {
                let state = match self.link.stage {
                    Stage::Offline => 0,
                    Stage::Connecting => 1,
                    Stage::LoginNeeded | Stage::LoggedIn => 2,
                };
                let mut answer = fields(json!({"state": state}));
                if state > 0 {
                    answer.insert("serverInfo".into(), self.link.info());
                }
                Ok(answer)
            }
            "getLogin" => Ok(self.link.login_fields()),
            "getServerDomain" => Ok(fields(json!({"domain": self.link.domain}))),
            "connectToServer" => self.connect_to_server(request),
            "connectToService" => {
                let domain = request.optional_text("domain").unwrap_or("trueconf.com");
                self.start_connecting(domain, SERVER_PORT, true)
            }
            "login" => self.login_command(request),
            "logout" => self.logout_command(),
            _ => return None,
        };
        Some(reply)
    }

    fn connect_to_server(&mut self, request: &Request<'_>) -> Reply {
        let server = request.text(&["server"])?;
        let port = if request.body.contains_key("port") {
            request.number(&["port"])?
        } else {
            SERVER_PORT
        };
        self.start_connecting(server, port, false)
    }

    fn start_connecting(&mut self, server: &str, port: i64, service: bool) -> Reply {
        server.clone_into(&mut self.link.server);
        server.clone_into(&mut self.link.domain);
        self.link.port = port;
        self.link.service = service;
        self.set_stage(Stage::Connecting);
        self.schedule_about(self.options.server_delay, Task::ServerConnected);
        done()
    }

    pub(super) fn server_connected(&mut self) {
        if self.link.stage == Stage::Connecting {
            let info = fields(self.link.info());
            self.emit("serverConnected", &info);
            let server = self.link.server.clone();
            self.remember_server(&server);
            self.set_stage(Stage::LoginNeeded);
        }
    }

    /// The answer only says that the attempt was taken; the event `login` says how it ended.
    fn login_command(&mut self, request: &Request<'_>) -> Reply {
        let login = request.text(&["login"])?;
        let password = request.text(&["password"])?;
        match self.link.stage {
            Stage::Offline | Stage::Connecting => {
                return Err(Refusal::new("there is no connection to a server"));
            }
            Stage::LoggedIn => return Err(Refusal::new("already logged in")),
            Stage::LoginNeeded => {}
        }
        let result = match &self.options.account {
            _ if self.options.login_result.is_some() => self.options.login_result.unwrap_or(0),
            Some(account) if account.login != login => UNKNOWN_LOGIN,
            Some(account) if !account.password.matches(password) => WRONG_PASSWORD,
            _ => 0,
        };
        let full = login.contains('@');
        let peer = if full {
            login.into()
        } else {
            format!("{login}@{}", self.link.domain)
        };
        self.link.next_peer = Some(peer);
        self.schedule_about(self.options.server_delay, Task::LoggedIn(result));
        done()
    }

    pub(super) fn login_over(&mut self, result: i64) {
        if self.link.stage != Stage::LoginNeeded {
            return;
        }
        let peer = self.link.next_peer.take().unwrap_or_default();
        let name = self.display_name_of(&peer);
        let event = fields(json!({"result": result, "peerId": peer, "peerDn": name}));
        self.emit("login", &event);
        if result == 0 {
            self.link.peer_id = peer;
            self.link.display_name = name;
            self.set_stage(Stage::LoggedIn);
            self.account_loaded();
        }
    }

    fn logout_command(&mut self) -> Reply {
        if !self.link.logged_in() {
            return Err(Refusal::new("not logged in"));
        }
        self.leave_meeting();
        // The values of result and cause are not documented.
        self.emit("logout", &fields(json!({"result": 0, "cause": 0})));
        self.set_stage(Stage::LoginNeeded);
        done()
    }

    /// The terminal loses its server, or gets it back logged in.
    pub(super) fn set_server(&mut self, connected: bool) {
        if !connected && self.link.stage != Stage::Offline {
            self.leave_meeting();
            let mut event = fields(self.link.info());
            event.shift_remove("domain");
            self.emit("serverDisconnected", &event);
            self.set_stage(Stage::Offline);
        } else if connected && !self.link.logged_in() {
            let info = fields(self.link.info());
            self.emit("serverConnected", &info);
            self.set_stage(Stage::LoggedIn);
            self.account_loaded();
        }
    }

    fn set_stage(&mut self, stage: Stage) {
        let was = self.availability();
        self.link.stage = stage;
        self.announce_app_state();
        if self.availability() != was {
            self.announce_availability();
        }
    }

    pub(super) fn app_state(&self) -> u8 {
        match self.link.stage {
            Stage::Offline => 0,
            Stage::Connecting => 1,
            Stage::LoginNeeded => 2,
            Stage::LoggedIn => self.meetings.app_state(),
        }
    }

    pub(super) fn announce_app_state(&mut self) {
        self.emit_each("appStateChanged", Terminal::app_state_fields);
        self.announce_slides();
    }

    /// Fields of getAppState and appStateChanged; some came with API v.2.
    fn app_state_fields(&self, connection: &Connection) -> Map<String, Value> {
        let version = connection.api_version.as_deref();
        let second = version.unwrap_or(&self.options.default_api_version) == "2";
        let mut state = fields(json!({"appState": self.app_state()}));
        if second {
            let mut presence = fields(self.registers.all("setExtStatus"));
            if !self.link.logged_in() {
                // 0 is "offline".
                presence.insert("extStatus".into(), 0.into());
            }
            state.extend(presence);
        }
        state.extend(fields(json!({
            "embeddedHttpPort": self.ports.http,
            "desktopSharing": self.sharing.to_json(),
            "broadcastPicture": self.registers.all("startBroadcastPicture"),
            "audioCaptureTest": self.registers.flag("testAudioCapturerStart", "started"),
        })));
        if let Some(requests) = self.pending_requests() {
            state.insert("requests".into(), requests);
        }
        if second {
            state.insert("recording".into(), false.into());
        }
        state
    }

    /// The part before the @, with a capital: good enough for a peer that nobody named.
    pub(super) fn display_name_of(&self, peer: &str) -> String {
        if peer == self.link.peer_id {
            return self.link.display_name.clone();
        }
        if let Some(name) = self.names.get(peer) {
            return name.clone();
        }
        let name = peer.split('@').next().unwrap_or_default();
        let mut letters = name.chars();
        letters.next().map_or_else(String::new, |first| {
            first.to_uppercase().chain(letters).collect()
        })
    }

    pub(super) fn new_conference_id(&mut self) -> String {
        let domain = self.link.domain().to_owned();
        ids::conference(&mut self.rng, &domain)
    }
}
