//! The JSON door: one function for Rust tests, scenarios, Python, Node and the program.

mod barriers;
mod wire;

use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::SimulatorError;
use crate::server::Shared;
use crate::terminal::TerminalOperation;

/// Carries out one operation. Those on the wire and the barriers are tried first, the rest is
/// the terminal's.
pub(crate) async fn perform(
    shared: &Arc<Shared>,
    mut operation: Value,
) -> Result<Value, SimulatorError> {
    let name = operation
        .get("op")
        .and_then(Value::as_str)
        .ok_or_else(|| failed("?", "a text \"op\" is needed"))?
        .to_owned();
    if barriers::NAMES.contains(&name.as_str()) {
        return barriers::perform(shared, &name, parse(&name, operation)?).await;
    }
    if wire::NAMES.contains(&name.as_str()) {
        return wire::perform(shared, &name, parse(&name, operation)?).await;
    }
    measure(&mut operation).await?;
    let operation = TerminalOperation::from_json(operation).map_err(|mut reason| {
        if reason.starts_with("unknown variant") {
            // These are not the terminal's.
            for other in wire::NAMES.iter().chain(&barriers::NAMES) {
                reason.extend([", `", other, "`"]);
            }
        }
        failed(&name, reason)
    })?;
    shared
        .act(|terminal, now| terminal.perform(now, operation))
        .map_err(|reason| failed(&name, reason))
}

fn parse<T: DeserializeOwned>(name: &str, operation: Value) -> Result<T, SimulatorError> {
    serde_json::from_value(operation).map_err(|error| failed(name, error.to_string()))
}

fn failed(operation: &str, reason: impl Into<String>) -> SimulatorError {
    SimulatorError::Operation {
        operation: operation.to_owned(),
        reason: reason.into(),
    }
}

/// The terminal opens no files: it is told how long the one at `path` is.
async fn measure(operation: &mut Value) -> Result<(), SimulatorError> {
    let Some(path) = operation
        .get("path")
        .and_then(Value::as_str)
        .map(str::to_owned)
    else {
        return Ok(());
    };
    let found = tokio::fs::metadata(&path)
        .await
        .map_err(SimulatorError::io(path))?;
    operation["pathSize"] = json!(found.len());
    Ok(())
}
