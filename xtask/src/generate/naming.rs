//! Wire names in the manner of each language.

/// Words that a language keeps for itself; a name like that gets a `_`.
const RUST: [&str; 39] = [
    "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "dyn", "else",
    "enum", "extern", "false", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "match",
    "mod", "move", "mut", "pub", "ref", "return", "self", "static", "struct", "super", "trait",
    "true", "type", "unsafe", "use", "where",
];
const PYTHON: [&str; 32] = [
    "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif",
    "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda",
    "nonlocal", "not", "or", "pass", "raise", "return", "self", "try", "while", "with",
];
/// What may be left at the end of a name when the area's name is taken out of it.
const PREPOSITIONS: [&str; 5] = ["for", "from", "in", "of", "to"];

/// `createNDIDevice` -> `create`, `ndi`, `device`. Digits belong to the word they stand in.
pub(super) fn words(name: &str) -> Vec<String> {
    let chars: Vec<char> = name.chars().collect();
    let mut words = vec![String::new()];
    for (at, &c) in chars.iter().enumerate() {
        if c == '_' || (c.is_ascii_uppercase() && begins_word(&chars, at)) {
            words.push(String::new());
        }
        if c != '_'
            && let Some(word) = words.last_mut()
        {
            word.push(c.to_ascii_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Whether the capital at `at` begins a word: after a small letter (and digits), or as the last
/// capital before a small letter.
fn begins_word(chars: &[char], at: usize) -> bool {
    let before = chars.iter().take(at).rev().find(|c| !c.is_ascii_digit());
    let after = chars.get(at + 1);
    match before {
        Some(before) if before.is_ascii_lowercase() => true,
        Some(before) => before.is_ascii_uppercase() && after.is_some_and(char::is_ascii_lowercase),
        None => false,
    }
}

/// `getSystemInfo` -> `get_system_info`
pub(super) fn snake(name: &str) -> String {
    words(name).join("_")
}

/// `get_system_info` -> `GetSystemInfo`
pub(super) fn pascal(name: &str) -> String {
    words(name).iter().map(|word| capital(word)).collect()
}

/// `get_system_info` -> `getSystemInfo`
pub(super) fn camel(name: &str) -> String {
    let (mut out, mut first) = (String::new(), true);
    for word in words(name) {
        out.push_str(&if first { word } else { capital(&word) });
        first = false;
    }
    out
}

/// `not_connected` -> `NOT_CONNECTED`
pub(super) fn upper(name: &str) -> String {
    snake(name).to_uppercase()
}

/// [`snake`] as a name in Rust.
pub(super) fn rust(name: &str) -> String {
    unreserved(snake(name), &RUST)
}

/// [`snake`] as a name in Python.
pub(super) fn python(name: &str) -> String {
    unreserved(snake(name), &PYTHON)
}

fn unreserved(name: String, reserved: &[&str]) -> String {
    if reserved.contains(&name.as_str()) {
        name + "_"
    } else {
        name
    }
}

/// A command's name without its area: `chat.chat_clear` is `chat.clear` as well. None where the
/// area does not occur in the name, or nothing is left.
pub(super) fn short(area: &str, name: &str) -> Option<String> {
    let singular = |word: &str| word.strip_suffix('s').unwrap_or(word).to_owned();
    let area: Vec<String> = words(area).iter().map(|word| singular(word)).collect();
    let mut rest = words(name);
    let before = rest.len();
    while let Some(at) = rest.windows(area.len()).position(|part| {
        part.iter()
            .map(|word| singular(word))
            .eq(area.iter().cloned())
    }) {
        rest.drain(at..at + area.len());
    }
    let found = rest.len() < before;
    while rest
        .last()
        .is_some_and(|word| PREPOSITIONS.contains(&word.as_str()))
    {
        rest.pop();
    }
    let short = rest.join("_");
    (found && !rest.is_empty() && python(&short) == short).then_some(short)
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_ascii_uppercase().to_string() + chars.as_str()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wire_names_fall_into_words() {
        for (name, expected) in [
            ("getSystemInfo", "get_system_info"),
            ("createNDIDevice", "create_ndi_device"),
            ("NDIStateChanged", "ndi_state_changed"),
            ("getFileTransferPIN", "get_file_transfer_pin"),
            ("defaultP2PMatrix", "default_p2p_matrix"),
            ("receiveP2P", "receive_p2p"),
            ("rejectCallsNotFromAB", "reject_calls_not_from_ab"),
            ("searchContact2", "search_contact2"),
            ("schedule_type", "schedule_type"),
        ] {
            assert_eq!(snake(name), expected);
        }
        assert_eq!(pascal("createNDIDevice"), "CreateNdiDevice");
        assert_eq!(pascal("not_connected"), "NotConnected");
        assert_eq!(camel("remote_camera"), "remoteCamera");
        assert_eq!(
            (rust("type"), python("type")),
            ("type_".to_owned(), "type".to_owned())
        );
        assert_eq!(python("from"), "from_");
    }

    #[test]
    fn an_area_in_a_name_is_left_out_of_the_short_name() {
        for (area, name, expected) in [
            ("chat", "chatClear", Some("clear")),
            (
                "conference",
                "getConferenceParticipants",
                Some("get_participants"),
            ),
            ("conference", "inviteToConference", Some("invite")),
            ("slides", "addSlide", Some("add")),
            ("server", "connectToServer", Some("connect")),
            ("call", "prepareCallIdForCall", Some("prepare_id")),
            ("settings", "getSettings", Some("get")),
            ("call", "call", None),
            ("chat", "sendMessage", None),
        ] {
            assert_eq!(short(area, name).as_deref(), expected, "{name}");
        }
    }
}
