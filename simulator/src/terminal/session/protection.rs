//! How a mode is protected, and how that is changed.

use std::time::Duration;

use serde_json::Map;

use super::{Mode, REFUSED};
use crate::terminal::Terminal;
use crate::terminal::ids;
use crate::terminal::message::{Refusal, Reply, Request};
use crate::terminal::options::Secret;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// Life of API tokens where no PIN is in play.
pub(super) const LONG: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// What opens a mode.
#[derive(Debug, Clone)]
pub(super) enum Protection {
    Unsecured,
    Pin(Secret),
    Password(Secret),
    /// User mode only: as the administrator is protected.
    Inherited,
}

impl Protection {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Unsecured => "unsecured",
            Self::Pin(_) => "pin",
            Self::Password(_) | Self::Inherited => "password",
        }
    }

    pub(super) fn opened_by(&self, credentials: &str) -> bool {
        match self {
            Self::Pin(secret) | Self::Password(secret) => secret.matches(credentials),
            Self::Unsecured | Self::Inherited => false,
        }
    }

    /// Life of API tokens made after it was passed.
    pub(super) fn life(&self) -> Duration {
        if matches!(self, Self::Pin(_)) {
            DAY
        } else {
            LONG
        }
    }
}

impl Terminal {
    pub(super) fn set_auth_params(&mut self, request: &Request<'_>) -> Reply {
        let caller = self.mode_of(request.connection);
        let target = Mode::from_name(request.text(&["userType"])?)
            .ok_or_else(|| Refusal::new("userType must be admin or user"))?;
        if caller == Mode::User && target == Mode::Admin {
            return Err(Refusal::coded("an administrator is needed", REFUSED));
        }
        if target == Mode::User && matches!(self.session.admin, Protection::Unsecured) {
            return Err(Refusal::new("protect the administrator first"));
        }
        let mut answer = Map::new();
        let protection = match request.text(&["authType"])? {
            "unsecured" => Protection::Unsecured,
            "password" => Protection::Password(Secret::new(request.text(&["password", "secret"])?)),
            "pin" => {
                let pin = ids::pin(&mut self.rng);
                answer.insert("newPin".into(), pin.clone().into());
                Protection::Pin(Secret::new(pin))
            }
            _ => return Err(Refusal::new("authType must be unsecured, pin or password")),
        };
        self.protect(caller, target, protection);
        if caller == target {
            let life = self.session.protection(target).life();
            answer.extend(self.new_tokens(target, life));
        }
        self.emit("authorizationParametersChanged", &Map::new());
        Ok(answer)
    }

    fn protect(&mut self, caller: Mode, target: Mode, protection: Protection) {
        let open = matches!(protection, Protection::Unsecured);
        match target {
            Mode::Admin => {
                self.session.admin = protection;
                if open {
                    self.session.user = Protection::Unsecured;
                    self.deauthorize_all(Some(Mode::User), 2);
                }
            }
            Mode::User => {
                self.session.user = protection;
                if caller == Mode::Admin {
                    self.deauthorize_all(Some(Mode::User), 4);
                }
            }
        }
    }

    /// Sets another PIN for the administrator, as if done on the terminal itself.
    pub fn set_pin(&mut self, now: Duration, pin: Option<Secret>) {
        self.tick(now);
        self.session.admin = pin.map_or(Protection::Unsecured, Protection::Pin);
        self.session.user = match self.session.admin {
            Protection::Unsecured => Protection::Unsecured,
            _ if self.options.user_unsecured => Protection::Unsecured,
            _ => Protection::Inherited,
        };
        self.session.tokens.clear();
        self.deauthorize_all(None, 3);
        self.flush_events();
    }
}
