//! What came in and what went out: the ground of `log` and of the barriers.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::ConnectionId;

/// Commands that are kept; older ones are only counted.
const KEPT: usize = 2_000;

/// Parameters whose values are secrets.
const SECRETS: [&str; 8] = [
    "credentials",
    "password",
    "pin",
    "newPin",
    "token",
    "secret",
    "tokenForHttpServer",
    "key",
];

/// The record of a terminal's life. Secrets are replaced before they are stored.
#[derive(Debug, Clone, Default)]
pub(super) struct Journal {
    entries: VecDeque<Value>,
    received: HashMap<String, u64>,
    sent: HashMap<String, u64>,
}

impl Journal {
    pub(super) fn received(
        &mut self,
        now: Duration,
        connection: ConnectionId,
        method: &str,
        body: &Map<String, Value>,
    ) {
        *self.received.entry(method.to_owned()).or_default() += 1;
        if self.entries.len() == KEPT {
            self.entries.pop_front();
        }
        self.entries.push_back(json!({
            "at": u64::try_from(now.as_millis()).unwrap_or(u64::MAX),
            "connection": connection.number(),
            "method": method,
            "message": redacted(body),
        }));
    }

    /// No command, so only counted.
    pub(super) fn pinged(&mut self) {
        *self.received.entry("ping".to_owned()).or_default() += 1;
    }

    pub(super) fn sent(&mut self, event: &str) {
        *self.sent.entry(event.to_owned()).or_default() += 1;
    }

    pub(super) fn count_received(&self, method: &str) -> u64 {
        self.received.get(method).copied().unwrap_or_default()
    }

    pub(super) fn count_sent(&self, event: &str) -> u64 {
        self.sent.get(event).copied().unwrap_or_default()
    }

    pub(super) fn to_json(&self) -> Value {
        Value::Array(self.entries.iter().cloned().collect())
    }
}

/// A copy without secrets, at any depth.
fn redacted(body: &Map<String, Value>) -> Value {
    let clean = |(name, value): (&String, &Value)| {
        let value = match value {
            Value::String(_) if SECRETS.contains(&name.as_str()) => json!("[redacted]"),
            Value::Object(inner) => redacted(inner),
            other => other.clone(),
        };
        (name.clone(), value)
    };
    Value::Object(body.iter().map(clean).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_never_reach_the_log() {
        let mut journal = Journal::default();
        let body = json!({"method": "auth", "credentials": "4711", "a": {"password": "4711"}});
        let Value::Object(body) = body else {
            unreachable!()
        };
        journal.received(Duration::ZERO, ConnectionId::new(1), "auth", &body);
        assert!(!journal.to_json().to_string().contains("4711"));
        assert_eq!(journal.count_received("auth"), 1);
    }
}
