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

/// Tokens of each kind that are kept: so many, and up to twice as many before the oldest go. They
/// may live for a day, and each connection makes some.
const KEPT: u64 = 1_000;

/// Tokens by their texts, each with its number.
#[derive(Clone)]
struct Newest<T> {
    by_text: BTreeMap<String, (u64, T)>,
    made: u64,
}

impl<T> Newest<T> {
    fn add(&mut self, text: String, token: T) {
        self.made += 1;
        self.by_text.insert(text, (self.made, token));
        if self.by_text.len() as u64 > 2 * KEPT {
            let oldest = self.made.saturating_sub(KEPT);
            self.by_text.retain(|_, (number, _)| *number > oldest);
        }
    }

    fn get(&self, text: &str) -> Option<&T> {
        self.by_text.get(text).map(|(_, token)| token)
    }
}

impl<T> Default for Newest<T> {
    fn default() -> Self {
        Self {
            by_text: BTreeMap::new(),
            made: 0,
        }
    }
}

/// All tokens alive. Texts of tokens are secrets: no `Debug` output shows them.
#[derive(Clone, Default)]
pub(super) struct Tokens {
    api: Newest<ApiToken>,
    http: Newest<HttpToken>,
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            formatter,
            "Tokens {{ api: {}, http: {} }}",
            self.api.by_text.len(),
            self.http.by_text.len()
        )
    }
}

impl Tokens {
    pub(super) fn add_api(&mut self, text: String, token: ApiToken) {
        self.api.add(text, token);
    }

    pub(super) fn add_http(&mut self, text: String, mode: Mode, until: Option<Duration>) {
        self.http.add(text, HttpToken { mode, until });
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
        let tokens = &mut self.http.by_text;
        tokens.retain(|_, (_, token)| token.mode != mode);
    }

    pub(super) fn drop_all_http(&mut self) {
        self.http.by_text.clear();
    }

    pub(super) fn clear(&mut self) {
        self.api.by_text.clear();
        self.http.by_text.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_tokens_the_newest_open() {
        let mut tokens = Tokens::default();
        for number in 0..10 * KEPT {
            tokens.add_http(number.to_string(), Mode::User, None);
        }
        assert!(tokens.http.by_text.len() as u64 <= 2 * KEPT);
        assert!(!tokens.opens_http(Duration::ZERO, "0"));
        for number in 9 * KEPT..10 * KEPT {
            assert!(tokens.opens_http(Duration::ZERO, &number.to_string()));
        }
    }
}
