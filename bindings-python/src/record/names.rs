//! Names on the wire and names in Python.
//!
//! The terminal writes `fileName`, Python reads `file_name`. Python to wire is a plain rule. Wire to
//! Python is not always its reverse (`createdNDIDevices`, `schedule_type`), so a record also
//! compares the Python names of its own keys.

use pyo3::prelude::*;

/// `file_request_id` -> `fileRequestId`; a name in wire form stays as it is.
#[pyfunction]
pub(crate) fn to_wire(name: &str) -> String {
    let mut parts = name.split('_');
    let mut wire = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let mut letters = part.chars();
        wire.extend(letters.next().into_iter().flat_map(char::to_uppercase));
        wire.push_str(letters.as_str());
    }
    wire
}

/// `createdNDIDevices` -> `created_ndi_devices`.
#[pyfunction]
pub(crate) fn to_snake(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    for (at, letter) in name.char_indices() {
        if letter.is_ascii_uppercase() && starts_a_word(name.as_bytes(), at) {
            snake.push('_');
        }
        snake.push(letter);
    }
    snake.to_lowercase()
}

/// Whether the capital at `at` begins a word: after a small letter (and digits, which belong to the
/// word before them), or as the last capital of several that a small letter follows.
fn starts_a_word(name: &[u8], at: usize) -> bool {
    let before = name.get(..at).unwrap_or_default();
    let after_digits = before.iter().rev().find(|letter| !letter.is_ascii_digit());
    if after_digits.is_some_and(u8::is_ascii_lowercase) {
        return true;
    }
    name.get(at + 1).is_some_and(u8::is_ascii_lowercase)
        && before
            .iter()
            .rev()
            .take_while(|letter| letter.is_ascii_uppercase() || letter.is_ascii_digit())
            .any(u8::is_ascii_uppercase)
}

/// Whether `key` is `snake` in Python. Most keys are told apart without making a string.
pub(crate) fn is_named(key: &str, snake: &str) -> bool {
    (letters(key).eq(letters(snake)) || !key.is_ascii()) && to_snake(key) == snake
}

fn letters(name: &str) -> impl Iterator<Item = u8> {
    let all = name.bytes().filter(|byte| *byte != b'_');
    all.map(|byte| byte.to_ascii_lowercase())
}

/// Whether a missing attribute of this name reads as a field that was not sent.
pub(crate) fn is_field_name(name: &str) -> bool {
    let snake = to_snake(name);
    snake.starts_with(|first: char| first.is_ascii_lowercase())
        && snake
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}
