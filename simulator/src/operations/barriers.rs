//! Operations that wait: tests need no sleeps.

use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::SimulatorError;
use crate::server::Shared;
use crate::terminal::Terminal;

/// The operations of this file.
pub(super) const NAMES: [&str; 3] = ["waitFor", "waitConnections", "waitFile"];

/// Milliseconds a barrier waits when nothing else is said.
const PATIENCE: u64 = 30_000;

/// A request id: the UUID, or the number of terminals before 4.1.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum Id {
    Text(String),
    Number(i64),
}

impl Id {
    fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.to_string(),
        }
    }
}

/// An operation that waits.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "op", deny_unknown_fields)]
pub(super) enum Barrier {
    /// Until so many commands came in, or events were sent, since the start.
    #[serde(rename = "waitFor")]
    For {
        received: Option<String>,
        sent: Option<String>,
        #[serde(default = "one")]
        count: u64,
        timeout: Option<u64>,
    },
    /// Until exactly so many connections are open, or authorized.
    #[serde(rename = "waitConnections")]
    Connections {
        count: u64,
        #[serde(default)]
        authorized: bool,
        timeout: Option<u64>,
    },
    /// Until a file request has this status.
    #[serde(rename = "waitFile")]
    File {
        id: Id,
        status: String,
        timeout: Option<u64>,
    },
}

fn one() -> u64 {
    1
}

pub(super) async fn perform(
    shared: &Arc<Shared>,
    name: &str,
    barrier: Barrier,
) -> Result<Value, SimulatorError> {
    let (Barrier::For { timeout, .. }
    | Barrier::Connections { timeout, .. }
    | Barrier::File { timeout, .. }) = &barrier;
    let timeout = timeout.unwrap_or(PATIENCE);
    if let Barrier::For {
        received: None,
        sent: None,
        ..
    } = barrier
    {
        return Err(super::failed(name, "received or sent is needed"));
    }
    let mut changes = shared.watch();
    let reached = async {
        loop {
            changes.mark_unchanged();
            if let Some(seen) = shared.peek(|terminal| barrier.reached(terminal)) {
                return seen;
            }
            if changes.changed().await.is_err() {
                return std::future::pending().await;
            }
        }
    };
    match tokio::time::timeout(Duration::from_millis(timeout), reached).await {
        Ok(seen) => Ok(seen),
        Err(_) => Err(SimulatorError::Timeout {
            operation: name.to_owned(),
            timeout,
            seen: shared.peek(|terminal| barrier.seen(terminal)),
        }),
    }
}

impl Barrier {
    fn reached(&self, terminal: &Terminal) -> Option<Value> {
        match self {
            Self::For { count, .. } => {
                let seen = self.count(terminal);
                (seen >= *count).then(|| json!({"count": seen}))
            }
            Self::Connections { count, .. } => {
                let seen = self.count(terminal);
                (seen == *count).then(|| json!({"count": seen}))
            }
            Self::File { id, status, .. } => {
                let request = terminal.file_request_with(&id.text())?.to_json();
                (request["status"] == status.as_str()).then_some(request)
            }
        }
    }

    fn count(&self, terminal: &Terminal) -> u64 {
        match self {
            Self::For {
                received: Some(method),
                ..
            } => terminal.received(method),
            Self::For { sent, .. } => sent.as_deref().map_or(0, |event| terminal.sent(event)),
            Self::Connections { authorized, .. } => {
                let wanted = |mode: &Option<_>| !authorized || mode.is_some();
                terminal
                    .connections()
                    .filter(|(_, mode)| wanted(mode))
                    .count() as u64
            }
            Self::File { .. } => 0,
        }
    }

    /// For the error: how far it got.
    fn seen(&self, terminal: &Terminal) -> String {
        match self {
            Self::File { id, .. } => terminal.file_request_with(&id.text()).map_or_else(
                || "there is no such file request".to_owned(),
                |request| format!("its status is {:?}", request.status).to_lowercase(),
            ),
            _ => format!("the count is {}", self.count(terminal)),
        }
    }
}
