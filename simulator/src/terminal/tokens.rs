//! Tokens: what they open and how long.

use std::collections::BTreeMap;
use std::time::Duration;

use super::session::Mode;

/// A token for a later `auth`.
#[derive(Debug, Clone)]
pub(super) struct ApiToken {
    pub(super) mode: Mode,
    /// How long each token of this line lives; a token made from a token inherits it.
    pub(super) life: Duration,
    pub(super) until: Duration,
}

/// A token for the HTTP server; it dies with its mode's authorization.
#[derive(Debug, Clone)]
struct HttpToken {
    mode: Mode,
    until: Option<Duration>,
}

/// All tokens alive. Texts of tokens are secrets: no `Debug` output shows them.
#[derive(Clone, Default)]
pub(super) struct Tokens {
    api: BTreeMap<String, ApiToken>,
    http: BTreeMap<String, HttpToken>,
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            formatter,
            "Tokens {{ api: {}, http: {} }}",
            self.api.len(),
            self.http.len()
        )
    }
}

impl Tokens {
    pub(super) fn add_api(&mut self, text: String, token: ApiToken) {
        self.api.insert(text, token);
    }

    pub(super) fn add_http(&mut self, text: String, mode: Mode, until: Option<Duration>) {
        self.http.insert(text, HttpToken { mode, until });
    }

    pub(super) fn api(&self, now: Duration, text: &str) -> Option<&ApiToken> {
        self.api.get(text).filter(|token| now < token.until)
    }

    pub(super) fn opens_http(&self, now: Duration, text: &str) -> bool {
        self.http
            .get(text)
            .is_some_and(|token| token.until.is_none_or(|until| now < until))
    }

    /// After `authorizationNeeded` the HTTP tokens of that mode are dead.
    pub(super) fn drop_http(&mut self, mode: Mode) {
        self.http.retain(|_, token| token.mode != mode);
    }

    pub(super) fn drop_all_http(&mut self) {
        self.http.clear();
    }

    pub(super) fn clear(&mut self) {
        self.api.clear();
        self.http.clear();
    }
}
