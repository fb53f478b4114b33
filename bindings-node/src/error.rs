//! Errors on their way to JavaScript.

use std::fmt::Display;

use napi::{Error, Status};
use serde_json::json;

/// An error of the core as an exception whose message is error JSON; the package makes the object.
pub(crate) fn thrown(error: &trueroom::Error) -> Error {
    Error::new(Status::GenericFailure, error.to_json())
}

/// The same text for something that is not an error of the core.
pub(crate) fn error_json(kind: &str, message: impl Display) -> String {
    json!({ "kind": kind, "message": message.to_string() }).to_string()
}
