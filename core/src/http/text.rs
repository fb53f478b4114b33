//! Makes text from the network fit for an error or a log: short, printable and without secrets.

use std::time::Duration;

use super::urls;

/// The most characters of an answer's text that an error repeats.
const MAX_BODY_CHARS: usize = 300;

const REDACTED: &str = "[redacted]";

/// Replaces the value of every `token=` by `[redacted]`.
pub(super) fn redact(text: &str) -> String {
    const KEY: &str = "token=";
    // Only ASCII letters change, so positions in both texts agree.
    let lower = text.to_ascii_lowercase();
    let mut out = String::with_capacity(text.len());
    let mut position = 0;
    while let Some(found) = lower[position..].find(KEY) {
        let value = position + found + KEY.len();
        out.push_str(&text[position..value]);
        out.push_str(REDACTED);
        let ends = |c: char| c.is_whitespace() || "&#\"'<>(),;".contains(c);
        position = text[value..]
            .find(ends)
            .map_or(text.len(), |length| value + length);
    }
    out.push_str(&text[position..]);
    out
}

/// The beginning of an answer's text without control characters and without the token, which
/// a server may repeat in any form.
pub(super) fn body(bytes: &[u8], token: &str) -> String {
    let mut text = String::from_utf8_lossy(bytes).into_owned();
    if !token.is_empty() {
        text = text
            .replace(token, REDACTED)
            .replace(&urls::encode(token), REDACTED);
    }
    shorten(&clean(&redact(&text)))
}

/// One line of printable characters: runs of white space and control characters become a space.
pub(super) fn clean(text: &str) -> String {
    let blank = |c: char| c.is_control() || c.is_whitespace();
    let words: Vec<&str> = text.split(blank).filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

pub(super) fn shorten(text: &str) -> String {
    match text.char_indices().nth(MAX_BODY_CHARS) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

pub(super) fn after_colon(text: &str) -> String {
    if text.is_empty() {
        String::new()
    } else {
        format!(": {text}")
    }
}

pub(super) fn duration(duration: Duration) -> String {
    format!("{} s", duration.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn token_values_are_replaced() {
        let cases = [
            ("/files/?token=abc", "/files/?token=[redacted]"),
            ("/files/?token=abc&id=5", "/files/?token=[redacted]&id=5"),
            (
                "see (http://h/?Token=a*b%20c) now",
                "see (http://h/?Token=[redacted]) now",
            ),
            ("token=a token=b", "token=[redacted] token=[redacted]"),
            ("accessToken=é", "accessToken=[redacted]"),
            ("token=", "token=[redacted]"),
            ("no secret", "no secret"),
        ];
        for (text, expected) in cases {
            assert_eq!(redact(text), expected);
        }
    }

    #[test]
    fn a_body_is_short_printable_and_without_the_token() {
        assert_eq!(body(b"bad\r\n\x1b[31m  token\0!", ""), "bad [31m token !");
        assert_eq!(
            body(b"no access for 4*a b", "4*a b"),
            "no access for [redacted]"
        );
        assert_eq!(
            body(b"no access for 4*a%20b", "4*a b"),
            "no access for [redacted]"
        );
        let long = body("é".repeat(400).as_bytes(), "");
        assert_eq!(long.chars().count(), 303);
        assert!(long.ends_with("é..."));
        assert_eq!(body(&[0xff, 0xfe], ""), "\u{fffd}\u{fffd}");
    }

    #[test]
    fn durations_read_naturally() {
        assert_eq!(duration(Duration::from_secs(30)), "30 s");
        assert_eq!(duration(Duration::from_millis(1500)), "1.5 s");
    }
}
