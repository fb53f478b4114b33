//! The form of names and texts.

/// Letters and digits, a letter first.
pub(in super::super) fn is_wire_name(name: &str) -> bool {
    starts(name, |c| c.is_ascii_alphabetic()) && name.chars().all(|c| c.is_ascii_alphanumeric())
}

/// As a wire name, and underscores.
pub(in super::super) fn is_field_name(name: &str) -> bool {
    starts(name, |c| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// As a wire name, a capital first.
pub(super) fn is_type_name(name: &str) -> bool {
    starts(name, |c| c.is_ascii_uppercase()) && is_wire_name(name)
}

/// `like_this_1`
pub(super) fn is_snake_case(name: &str) -> bool {
    let small = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    starts(name, |c| c.is_ascii_lowercase())
        && name
            .split('_')
            .all(|word| !word.is_empty() && word.chars().all(small))
}

/// `1.22.333`
pub(super) fn is_version(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    parts.len() == 3 && parts.iter().all(|part| is_digits(part))
}

/// `-1`, `22`
pub(in super::super) fn is_integer(text: &str) -> bool {
    is_digits(text.strip_prefix('-').unwrap_or(text))
}

/// `docs:v1/...`, `lib:python`, ...
pub(super) fn is_source(text: &str) -> bool {
    text.split_once(':').is_some_and(|(kind, place)| {
        ["docs", "maui", "named", "lib", "sample", "seen"].contains(&kind)
            && !place.is_empty()
            && !place.contains(char::is_whitespace)
    })
}

/// What is wrong with a text of the documentation.
pub(super) fn text_fault(text: &str, may_be_empty: bool) -> Option<String> {
    if text != text.trim() {
        Some("space around the text".to_owned())
    } else if text.is_empty() {
        (!may_be_empty).then(|| "empty text".to_owned())
    } else if !text.ends_with(['.', ':', ')']) {
        Some(format!("text does not end with a full stop: {text:?}"))
    } else {
        None
    }
}

fn starts(name: &str, first: impl Fn(char) -> bool) -> bool {
    name.chars().next().is_some_and(first)
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_digit())
}
