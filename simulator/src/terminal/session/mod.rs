//! Authorization: protection, modes, tokens, one authorized connection per mode.

mod protection;

use std::time::Duration;

use serde_json::{Map, Value, json};

use self::protection::{LONG, Protection};
use super::message::{Refusal, Reply, Request, done, fields};
use super::options::{Secret, TerminalOptions, VersionAnswer};
use super::tokens::{ApiToken, Tokens};
use super::{ConnectionId, Effect, Terminal, ids};

const MINUTE: Duration = Duration::from_secs(60);
/// The code of a refusal that the vendor's libraries look for.
const REFUSED: i64 = 3;

/// What a connection was authorized as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mode {
    /// May do everything.
    Admin,
    /// May not do what the pages call "Administrator".
    User,
}

impl Mode {
    /// The name in `role` and `userType`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::User => "user",
        }
    }

    /// `previleges` of the answer; 2 is documented for an administrator, 1 is assumed.
    fn privileges(self) -> i64 {
        match self {
            Self::Admin => 2,
            Self::User => 1,
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        match name {
            "admin" => Some(Self::Admin),
            "user" => Some(Self::User),
            _ => None,
        }
    }
}

/// `cause` of `authorizationNeeded`, 1 to 8 in the vendor's pages.
pub type AuthorizationCause = u8;

/// One connection.
#[derive(Debug, Clone, Default)]
pub(super) struct Connection {
    pub(super) mode: Option<Mode>,
    pub(super) api_version: Option<String>,
}

/// Protection and tokens.
#[derive(Debug, Clone)]
pub(super) struct Session {
    admin: Protection,
    user: Protection,
    pub(super) tokens: Tokens,
}

impl Session {
    pub(super) fn new(options: &TerminalOptions) -> Self {
        let protection = |pin: &Option<Secret>, password: &Option<Secret>| match (pin, password) {
            (Some(pin), _) => Some(Protection::Pin(pin.clone())),
            (None, Some(password)) => Some(Protection::Password(password.clone())),
            (None, None) => None,
        };
        let admin = protection(&options.pin, &options.password).unwrap_or(Protection::Unsecured);
        let user = protection(&options.user_pin, &options.user_password);
        let user = match (&admin, user) {
            (Protection::Unsecured, _) => Protection::Unsecured,
            (_, Some(user)) => user,
            (_, None) if options.user_unsecured => Protection::Unsecured,
            (_, None) => Protection::Inherited,
        };
        Self {
            admin,
            user,
            tokens: Tokens::default(),
        }
    }

    fn protection(&self, mode: Mode) -> &Protection {
        match (mode, &self.user) {
            (Mode::Admin, _) | (Mode::User, Protection::Inherited) => &self.admin,
            (Mode::User, user) => user,
        }
    }
}

impl Terminal {
    pub(super) fn set_used_api_version(&mut self, request: &Request<'_>) -> Option<Reply> {
        let reply = match self.options.set_used_api_version {
            VersionAnswer::Silent => return None,
            VersionAnswer::Refuse => Err(Refusal::new("unknown method")),
            VersionAnswer::Accept => request.text(&["version"]).and_then(|version| {
                if !self
                    .options
                    .api_versions
                    .iter()
                    .any(|known| known == version)
                {
                    return Err(Refusal::new("this API version is not supported"));
                }
                if let Some(connection) = self.connections.get_mut(&request.connection) {
                    connection.api_version = Some(version.to_owned());
                }
                done()
            }),
        };
        Some(reply)
    }

    pub(super) fn auth(&mut self, request: &Request<'_>) -> Reply {
        let reply = self.authorize(request);
        let Err(mut refusal) = reply else {
            return reply;
        };
        if !self.options.result_code {
            refusal.code = None;
        }
        if self.options.close_refused {
            let close = Effect::Close {
                connection: request.connection,
                code: 1008,
            };
            self.outbox.push_back(close);
        }
        Err(refusal)
    }

    fn authorize(&mut self, request: &Request<'_>) -> Reply {
        let role = match request.optional_text("role") {
            None => None,
            Some(name) => match Mode::from_name(name) {
                None => return Err(Refusal::coded("role must be admin or user", REFUSED)),
                mode => mode,
            },
        };
        let (mode, life) = match (request.optional_text("type"), role) {
            (Some("unsecured"), _) => self.open_unsecured(role),
            (Some("secured"), _) => {
                let credentials = request.text(&["credentials"]).unwrap_or_default();
                self.open_secured(credentials, role)
            }
            (None, Some(Mode::User)) => self.step_down(request.connection),
            _ => Err(Refusal::coded("type must be secured or unsecured", REFUSED)),
        }?;
        self.evict(mode, Some(request.connection));
        if let Some(connection) = self.connections.get_mut(&request.connection) {
            connection.mode = Some(mode);
        }
        let mut answer = fields(json!({"previleges": mode.privileges()}));
        answer.extend(self.new_tokens(mode, life));
        if self.options.result_code {
            answer.insert("resultCode".into(), 0.into());
        }
        Ok(answer)
    }

    fn open_unsecured(&self, role: Option<Mode>) -> Result<(Mode, Duration), Refusal> {
        let open = |mode| matches!(self.session.protection(mode), Protection::Unsecured);
        [Mode::Admin, Mode::User]
            .into_iter()
            .find(|mode| role.is_none_or(|role| role == *mode) && open(*mode))
            .map(|mode| (mode, LONG))
            .ok_or_else(|| Refusal::coded("the terminal is protected", REFUSED))
    }

    fn open_secured(
        &self,
        credentials: &str,
        role: Option<Mode>,
    ) -> Result<(Mode, Duration), Refusal> {
        let session = &self.session;
        let (highest, life) = if let Some(token) = session.tokens.api(self.now, credentials) {
            (token.mode, token.life)
        } else if session.admin.opened_by(credentials) {
            (Mode::Admin, session.admin.life())
        } else if session.user.opened_by(credentials) {
            (Mode::User, session.user.life())
        } else {
            return Err(Refusal::coded("wrong credentials", REFUSED));
        };
        match role {
            Some(Mode::Admin) if highest == Mode::User => Err(Refusal::coded(
                "these credentials open the user mode only",
                REFUSED,
            )),
            Some(role) => Ok((role, life)),
            None => Ok((highest, life)),
        }
    }

    fn step_down(&mut self, connection: ConnectionId) -> Result<(Mode, Duration), Refusal> {
        match self
            .connections
            .get(&connection)
            .and_then(|connection| connection.mode)
        {
            Some(_) => Ok((Mode::User, self.session.protection(Mode::User).life())),
            None => Err(Refusal::coded("authorization is needed", REFUSED)),
        }
    }

    /// Fresh `token` and `tokenForHttpServer`.
    fn new_tokens(&mut self, mode: Mode, life: Duration) -> Map<String, Value> {
        let life = self.options.token_life.map_or(life, Duration::from_millis);
        let until = self.now + life;
        let token = ids::token(&mut self.rng, 1);
        self.session
            .tokens
            .add_api(token.clone(), ApiToken { mode, life, until });
        let http = self.new_http_token(mode);
        fields(json!({"token": token, "tokenForHttpServer": http}))
    }

    pub(super) fn new_http_token(&mut self, mode: Mode) -> String {
        let pin = matches!(self.session.protection(mode), Protection::Pin(_));
        let until = match self.options.http_token_life {
            Some(life) => Some(self.now + Duration::from_millis(life)),
            None if pin => None,
            None => Some(self.now + 5 * MINUTE),
        };
        let text = ids::token(&mut self.rng, 5);
        self.session.tokens.add_http(text.clone(), mode, until);
        text
    }

    /// Takes the authorization of `mode` from whoever has it, except from `newcomer`.
    pub(super) fn evict(&mut self, mode: Mode, newcomer: Option<ConnectionId>) {
        let holder = self.connections.iter().find_map(|(id, connection)| {
            (connection.mode == Some(mode) && Some(*id) != newcomer).then_some(*id)
        });
        if let Some(holder) = holder {
            self.deauthorize(holder, 1);
        }
    }

    /// The connection stays open, but has to authorize again.
    pub(super) fn deauthorize(&mut self, id: ConnectionId, cause: AuthorizationCause) {
        let mode = self
            .connections
            .get_mut(&id)
            .and_then(|connection| connection.mode.take());
        if let Some(mode) = mode {
            self.session.tokens.drop_http(mode);
            self.emit_to(id, "authorizationNeeded", &fields(json!({"cause": cause})));
        }
    }

    /// Takes the authorization of every connection in `mode`; None: in any.
    pub(super) fn deauthorize_all(&mut self, mode: Option<Mode>, cause: AuthorizationCause) {
        let holders: Vec<_> = self
            .connections
            .iter()
            .filter(|(_, connection)| mode.is_none() || connection.mode == mode)
            .map(|(id, _)| *id)
            .collect();
        for id in holders {
            self.deauthorize(id, cause);
        }
    }

    pub(super) fn session_command(&mut self, request: &Request<'_>) -> Option<Reply> {
        let reply = match request.method {
            "getAuthInfo" => Ok(fields(json!({
                "adminAuth": self.session.admin.name(),
                "userAuth": self.session.protection(Mode::User).name(),
            }))),
            "clearTokens" => {
                self.session.tokens.clear();
                done()
            }
            "getTokenForHttpServer" => {
                let token = self.new_http_token(self.mode_of(request.connection));
                Ok(fields(json!({"token": token})))
            }
            "getOverlayHttpToken" => {
                let token = ids::token(&mut self.rng, 6);
                self.reply(request.method, "", json!({"token": token}))
            }
            "setAuthParams" => self.set_auth_params(request),
            _ => return None,
        };
        Some(reply)
    }

    fn mode_of(&self, connection: ConnectionId) -> Mode {
        let mode = self
            .connections
            .get(&connection)
            .and_then(|connection| connection.mode);
        mode.unwrap_or(Mode::User)
    }

    /// Takes the authorization of every connection, with `authorizationNeeded` of this cause.
    pub fn require_auth(&mut self, now: Duration, cause: AuthorizationCause) {
        self.tick(now);
        self.deauthorize_all(None, cause);
        self.flush_events();
    }

    /// A client that is not there authorizes in `mode` and evicts the one that is.
    pub fn evict_client(&mut self, now: Duration, mode: Mode) {
        self.tick(now);
        self.evict(mode, None);
        self.flush_events();
    }

    /// Whether `token` opens the HTTP server now.
    pub fn opens_http(&mut self, now: Duration, token: &str) -> bool {
        self.tick(now);
        self.session.tokens.opens_http(self.now, token)
    }

    /// All tokens for the HTTP server, or all tokens, die at once.
    pub fn expire_tokens(&mut self, now: Duration, http_only: bool) {
        self.tick(now);
        if http_only {
            self.session.tokens.drop_all_http();
        } else {
            self.session.tokens.clear();
        }
    }
}
