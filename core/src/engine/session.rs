//! What the authorized connection holds: credentials, tokens and the agreed API version.

use std::collections::VecDeque;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::Time;
use crate::options::{ApiVersion, Options};
use crate::secret::{Secret, redact};

/// One way to authorize.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Credential {
    Unsecured,
    Secret(Secret),
}

#[derive(Debug)]
pub(crate) struct Session {
    options: Arc<Options>,
    /// API token of the last authorization; can stand in for a PIN.
    token: Option<Secret>,
    /// PIN that `setAuthParams` of this very room made.
    new_pin: Option<Secret>,
    pub(crate) http_token: Option<(Secret, Time)>,
    pub(crate) privileges: Option<i64>,
    pub(crate) api_version: Option<u8>,
    /// The terminal did not answer `setUsedApiVersion`, so it is not waited for again.
    pub(crate) version_silent: bool,
    /// What to try, the next at the end.
    attempts: Vec<Credential>,
    /// Every secret met lately, stale ones too: a token outlives its replacement at the terminal.
    met: VecDeque<Secret>,
}

/// Secrets remembered for the sake of keeping them out of texts.
const MOST_MET: usize = 64;

impl Session {
    pub(crate) fn new(options: &Arc<Options>) -> Self {
        Self {
            options: options.clone(),
            token: None,
            new_pin: None,
            http_token: None,
            privileges: None,
            api_version: None,
            version_silent: false,
            attempts: Vec::new(),
            met: options.pin.iter().cloned().collect(),
        }
    }

    /// Plans what to authorize with. `cause` is that of `authorizationNeeded`, or none for a new
    /// connection. What was given by the program comes first, save where the cause says that it
    /// is stale:
    /// - 2: the protection was reset because the administrator became unsecured;
    /// - 3, 4, 5: the credentials were changed; a PIN or token that this room got by changing them
    ///   itself comes first;
    /// - 7: the PIN changed after a session; the token may have survived it;
    /// - 8: the token expired; it is no use any more.
    pub(crate) fn plan(&mut self, cause: Option<i64>) {
        let given = match &self.options.pin {
            Some(pin) => Credential::Secret(pin.clone()),
            None => Credential::Unsecured,
        };
        if cause == Some(8) {
            self.token = None;
        }
        let made = self.new_pin.clone().map(Credential::Secret);
        let token = self.token.clone().map(Credential::Secret);
        let first: Vec<Option<Credential>> = match cause {
            Some(2) => vec![Some(Credential::Unsecured), Some(given), token],
            Some(3..=5) => vec![made, token, Some(given)],
            Some(7) => vec![token, made, Some(given)],
            _ => vec![made, Some(given), token],
        };
        self.attempts.clear();
        for attempt in first.into_iter().flatten() {
            if !self.attempts.contains(&attempt) {
                self.attempts.push(attempt);
            }
        }
        self.attempts.reverse();
    }

    pub(crate) fn next_attempt(&mut self) -> Option<Credential> {
        self.attempts.pop()
    }

    /// Versions of the API to ask for, in order.
    pub(crate) fn versions(&self) -> &'static [&'static str] {
        match self.options.api_version {
            ApiVersion::Auto => &["2", "1"],
            ApiVersion::V1 => &["1"],
            ApiVersion::V2 => &["2"],
        }
    }

    /// Keeps what an answer of `auth`, `setAuthParams` or `getTokenForHttpServer` brings.
    pub(crate) fn learn(&mut self, method: &str, answer: &Map<String, Value>, now: Time) {
        let met = &mut self.met;
        let mut text = |name: &str| {
            let text = answer.get(name).and_then(Value::as_str);
            let secret = text.filter(|text| !text.is_empty()).map(Secret::new)?;
            met.push_back(secret.clone());
            Some(secret)
        };
        match method {
            "auth" | "setAuthParams" => {
                self.token = text("token").or(self.token.take());
                self.new_pin = text("newPin").or(self.new_pin.take());
                if let Some(token) = text("tokenForHttpServer") {
                    self.http_token = Some((token, now));
                }
                if let Some(level) = answer.get("previleges").and_then(Value::as_i64) {
                    self.privileges = Some(level);
                }
            }
            "getTokenForHttpServer" => {
                if let Some(token) = text("token").or_else(|| text("tokenForHttpServer")) {
                    self.http_token = Some((token, now));
                }
            }
            _ => {}
        }
        self.forget_oldest();
    }

    /// A secret that the program sends in a command.
    pub(crate) fn keep_out(&mut self, secret: Secret) {
        self.met.push_back(secret);
        self.forget_oldest();
    }

    /// Gives memory back.
    pub(crate) fn rest(&mut self) {
        self.attempts.shrink_to_fit();
        self.met.shrink_to_fit();
    }

    fn forget_oldest(&mut self) {
        // The one that the program connects with stays.
        while self.met.len() > MOST_MET {
            self.met.remove(usize::from(self.options.pin.is_some()));
        }
    }

    /// Tokens for the HTTP server end with the authorization.
    pub(crate) fn forget_http_token(&mut self) {
        self.http_token = None;
    }

    /// Removes every secret this session has met from a text that came from outside.
    pub(crate) fn redact(&self, text: &str) -> String {
        redact(text, self.met.iter())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(pin: Option<&str>) -> Session {
        let options = Options {
            pin: pin.map(Secret::new),
            ..Options::default()
        };
        let mut session = Session::new(&Arc::new(options));
        session.token = Some(Secret::new("token"));
        session
    }

    fn plan(session: &mut Session, cause: Option<i64>) -> Vec<String> {
        session.plan(cause);
        std::iter::from_fn(|| session.next_attempt())
            .map(|attempt| match attempt {
                Credential::Unsecured => "unsecured".to_owned(),
                Credential::Secret(secret) => secret.expose().to_owned(),
            })
            .collect()
    }

    #[test]
    fn each_cause_has_its_own_order() {
        for (cause, expected) in [
            (None, &["1234", "token"][..]),
            (Some(2), &["unsecured", "1234", "token"]),
            (Some(4), &["token", "1234"]),
            (Some(7), &["token", "1234"]),
            (Some(8), &["1234"]),
            (Some(99), &["1234", "token"]),
        ] {
            assert_eq!(
                plan(&mut session(Some("1234")), cause),
                expected,
                "{cause:?}"
            );
        }
        assert_eq!(plan(&mut session(None), None), ["unsecured", "token"]);
        assert_eq!(
            plan(&mut session(Some("token")), None),
            ["token"],
            "no attempt is made twice"
        );
    }

    #[test]
    fn a_pin_made_by_this_room_is_used_and_never_shown() {
        let mut session = session(Some("1234"));
        let answer: Value =
            serde_json::from_str(r#"{"newPin":"9876","token":"t2","tokenForHttpServer":"h2"}"#)
                .unwrap();
        session.learn("setAuthParams", answer.as_object().unwrap(), Time::ZERO);
        assert_eq!(plan(&mut session, Some(3)), ["9876", "t2", "1234"]);
        let shown = format!("{session:?}");
        for secret in ["9876", "t2", "h2", "1234"] {
            assert!(!shown.contains(&format!("\"{secret}\"")), "{shown}");
        }
        assert_eq!(
            session.redact("pin 9876 is not 1234"),
            "pin [redacted] is not [redacted]"
        );
    }
}
