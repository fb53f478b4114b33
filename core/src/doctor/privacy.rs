//! What of a message may stand in a report: names of keys and kinds of values, never the values
//! themselves, apart from codes.

use crate::secret::Secret;

const WITHHELD: &str = "[withheld]";

/// Knows the secrets of the connection.
pub(super) struct Privacy(Vec<Secret>);

impl Privacy {
    pub(super) fn new(secrets: Vec<Secret>) -> Self {
        Self(secrets)
    }

    /// The name of a key, an event or a method. An object may have anything as its keys, such as
    /// the ids of users, so only what looks like a word of a program is shown.
    pub(super) fn name(&self, name: &str) -> String {
        let word = name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.len() <= 64
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        self.shown(name, word)
    }

    /// A value of an enum of strings: one short word, not a name or a sentence.
    pub(super) fn word(&self, value: &str) -> String {
        let word = value.starts_with(|c: char| c.is_ascii_alphabetic())
            && value.len() <= 24
            && value
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "_-.+|".contains(c));
        self.shown(value, word)
    }

    /// A value of an enum of numbers. Large numbers are no codes but times, sizes or ids.
    pub(super) fn code(&self, value: i64) -> String {
        let text = value.to_string();
        let small = value.unsigned_abs() <= 99_999;
        self.shown(&text, small)
    }

    fn shown(&self, text: &str, harmless: bool) -> String {
        // Equal is enough: a short PIN within a longer word would withhold half of the report.
        let secret = |secret: &Secret| {
            let secret = secret.expose();
            text == secret || (secret.len() >= 6 && text.contains(secret))
        };
        if harmless && !self.0.iter().any(secret) {
            text.to_owned()
        } else {
            WITHHELD.to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_people_and_secrets_are_withheld() {
        let privacy = Privacy::new(vec![Secret::new("1234"), Secret::new("4*tokentoken")]);
        for (shown, expected) in [
            (privacy.name("fileName"), "fileName"),
            (privacy.name("alice@example.test"), WITHHELD),
            (privacy.name("Alice Smith"), WITHHELD),
            (privacy.name(""), WITHHELD),
            (privacy.word("H.264"), "H.264"),
            (privacy.word("alice@example.test"), WITHHELD),
            (privacy.word("what Alice said"), WITHHELD),
            (privacy.code(42), "42"),
            (privacy.code(-1), "-1"),
            (privacy.code(1234), WITHHELD),
            (privacy.code(1_764_000_000), WITHHELD),
        ] {
            assert_eq!(shown, expected);
        }
    }
}
