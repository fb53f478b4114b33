//! Values that must never be shown.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Deserializer};

/// A PIN, password or token. `Debug` prints `[redacted]`, and there is no `Display`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Arc<str>);

impl Secret {
    /// Wraps a value that must not be shown.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into().into())
    }

    /// The value itself, for the wire only.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl<T: Into<String>> From<T> for Secret {
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

impl<'de> Deserialize<'de> for Secret {
    /// By hand, because the usual error for a wrong type repeats the value.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match serde_json::Value::deserialize(deserializer)? {
            serde_json::Value::String(value) => Ok(Self(value.into())),
            _ => Err(serde::de::Error::custom(
                "a PIN, password or token must be a string",
            )),
        }
    }
}

/// Replaces each of `secrets` in a text that came from outside, so that a terminal which echoes
/// a PIN in its error text does not put it into an exception or a log.
pub(crate) fn redact<'a>(text: &str, secrets: impl Iterator<Item = &'a Secret>) -> String {
    let mut clean = text.to_owned();
    for secret in secrets {
        // Too short a secret would turn ordinary words into noise and hide nothing.
        if secret.0.len() >= 3 && clean.contains(secret.expose()) {
            clean = clean.replace(secret.expose(), "[redacted]");
        }
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_hides_the_value() {
        assert_eq!(format!("{:?}", Secret::new("4711")), "[redacted]");
        assert_eq!(
            format!("{:?}", Some(Secret::new("4711"))),
            "Some([redacted])"
        );
    }

    #[test]
    fn a_wrong_type_is_not_repeated_in_the_error() {
        let error = serde_json::from_str::<Secret>("4711")
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("must be a string") && !error.contains("4711"),
            "{error}"
        );
    }

    #[test]
    fn echoed_secrets_are_removed_from_texts() {
        let secrets = [Secret::new("4711"), Secret::new("tok*en")];
        assert_eq!(
            redact("PIN 4711 is wrong (tok*en)", secrets.iter()),
            "PIN [redacted] is wrong ([redacted])"
        );
    }
}
