//! What befalls authorizations and tokens.

use serde_json::Value;

use crate::terminal::message::{Refusal, Request};
use crate::terminal::{Mode, Secret, Terminal};

impl Terminal {
    pub(super) fn authorization_operation(
        &mut self,
        operation: &Request<'_>,
    ) -> Option<Result<Value, Refusal>> {
        let now = self.now;
        let done = match operation.method {
            "evict" => mode(operation).map(|mode| self.evict_client(now, mode)),
            "requireAuth" => operation
                .count("cause")
                .map(|cause| self.require_auth(now, cause.unwrap_or_default())),
            "setPin" => {
                self.set_pin(now, operation.optional_text("pin").map(Secret::new));
                Ok(())
            }
            "expireTokens" => operation
                .flag_or("http", false)
                .map(|http| self.expire_tokens(now, http)),
            _ => return None,
        };
        Some(done.map(|()| Value::Null))
    }
}

fn mode(operation: &Request<'_>) -> Result<Mode, Refusal> {
    match operation.optional_text("role") {
        None | Some("admin") => Ok(Mode::Admin),
        Some("user") => Ok(Mode::User),
        Some(other) => Err(Refusal::new(format!("there is no role {other}"))),
    }
}
