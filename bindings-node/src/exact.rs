//! Integers that a JavaScript number would round.
//!
//! `JSON.parse` turns 9007199254740993 into 9007199254740992 without a word. Such integers are put
//! in quotes here, so that they arrive as strings of digits; all others stay as they are.

/// The largest integer up to which all are exact in JavaScript.
const MAX_SAFE: u64 = 9_007_199_254_740_991;

/// Digits from which on an integer may be too large.
pub(crate) const LONG: usize = 16;

/// Appends JSON text, with integers that would be rounded in quotes.
pub(crate) fn push(out: &mut String, text: &str) {
    if has_long_digits(text.as_bytes()) {
        quote(out, text);
    } else {
        out.push_str(text);
    }
}

/// True if there are 16 digits in a row anywhere. Looks at one byte in sixteen of other text.
fn has_long_digits(bytes: &[u8]) -> bool {
    let mut at = LONG - 1;
    while let Some(byte) = bytes.get(at) {
        if !byte.is_ascii_digit() {
            at += LONG;
            continue;
        }
        let digits = |byte: &&u8| byte.is_ascii_digit();
        let before = bytes[..at].iter().rev().take_while(digits).count();
        let after = bytes[at..].iter().take_while(digits).count();
        if before + after >= LONG {
            return true;
        }
        at += after + LONG;
    }
    false
}

/// The slow way: reads strings over, and looks at each number.
fn quote(out: &mut String, text: &str) {
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut copied = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => at = after_string(bytes, at),
            b'-' | b'0'..=b'9' => {
                let is_part = |byte: &&u8| {
                    byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E')
                };
                let end = at + bytes[at..].iter().take_while(is_part).count();
                let number = &text[at..end];
                if is_unsafe_integer(number) {
                    out.push_str(&text[copied..at]);
                    out.push('"');
                    out.push_str(number);
                    out.push('"');
                    copied = end;
                }
                at = end;
            }
            _ => at += 1,
        }
    }
    out.push_str(&text[copied..]);
}

fn after_string(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

pub(crate) fn is_unsafe_integer(number: &str) -> bool {
    let digits = number.strip_prefix('-').unwrap_or(number);
    digits.bytes().all(|byte| byte.is_ascii_digit())
        // What does not fit in 64 bits is certainly too large.
        && digits.parse::<u64>().map_or(!digits.is_empty(), |value| value > MAX_SAFE)
}
