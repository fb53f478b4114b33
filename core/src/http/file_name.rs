//! Makes a file name that somebody else chose safe to create in a folder, on every platform.

/// The longest name in bytes. Most file systems allow 255; the rest is room for the number of
/// a name that is taken.
const MAX_BYTES: usize = 240;

/// The longest extension, in bytes with its dot, that survives the shortening of a name.
const MAX_EXTENSION_BYTES: usize = 32;

/// The name of a file whose own name has nothing usable.
const FALLBACK: &str = "file";

/// Turns any text into the name of a file that stays in its folder.
///
/// Only what follows the last path separator counts. Characters that some platform forbids
/// become `_`, invisible ones and those that turn the reading direction go away, so do dots
/// and spaces at either end. Names of devices get a `_` in front, long names are cut before
/// their extension, and nothing becomes `file`. Other Unicode stays. A name that went through
/// once does not change any more.
pub fn safe_file_name(raw: &str) -> String {
    let visible: String = raw.chars().filter(|c| !is_invisible(*c)).collect();
    let component = visible
        .split(['/', '\\'])
        .map(trim)
        .rfind(|component| !component.is_empty())
        .unwrap_or(FALLBACK);
    let name: String = component.chars().map(harmless).collect();
    // Once more at the end: the cut may have shortened a name to that of a device.
    guard_device(cut(&guard_device(name)))
}

fn guard_device(mut name: String) -> String {
    if is_device(&name) {
        name.insert(0, '_');
    }
    name
}

/// Splits a name before its last dot, so that both parts together are the name. A dot in
/// front makes no extension.
pub(super) fn split_extension(name: &str) -> (&str, &str) {
    match name.rfind('.') {
        Some(dot) if dot > 0 => name.split_at(dot),
        _ => (name, ""),
    }
}

fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| c == '.' || c.is_whitespace() || c.is_control())
}

fn harmless(c: char) -> char {
    let forbidden = c.is_control()
        || matches!(
            c,
            '<' | '>' | ':' | '"' | '|' | '?' | '*' | '\u{2028}' | '\u{2029}'
        )
        || is_noncharacter(c);
    if forbidden { '_' } else { c }
}

fn is_noncharacter(c: char) -> bool {
    matches!(c, '\u{fdd0}'..='\u{fdef}') || (u32::from(c) & 0xfffe) == 0xfffe
}

/// Characters that show nothing, or that make a name read as another one.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'                       // soft hyphen
        | '\u{34f}'                    // combining grapheme joiner
        | '\u{61c}'                    // Arabic letter mark
        | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' // Hangul fillers
        | '\u{17b4}' | '\u{17b5}'      // Khmer inherent vowels
        | '\u{180b}'..='\u{180f}'      // Mongolian selectors and vowel separator
        | '\u{200b}'..='\u{200f}'      // zero width, direction marks
        | '\u{202a}'..='\u{202e}'      // direction embeddings and overrides
        | '\u{2060}'..='\u{206f}'      // word joiner, direction isolates
        | '\u{feff}'                   // byte order mark
        | '\u{fff9}'..='\u{fffb}'      // interlinear annotation
        | '\u{e0000}'..='\u{e0fff}'    // tags and further selectors
    )
}

/// Windows opens a device for these names, whatever their extension.
fn is_device(name: &str) -> bool {
    let base = name
        .split('.')
        .next()
        .unwrap_or_default()
        .trim_end()
        .to_uppercase();
    if matches!(
        base.as_str(),
        "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$" | "CLOCK$"
    ) {
        return true;
    }
    let number = base
        .strip_prefix("COM")
        .or_else(|| base.strip_prefix("LPT"));
    number.is_some_and(|number| {
        let mut digits = number.chars();
        let digit = |c: char| c.is_ascii_digit() || matches!(c, '\u{b9}' | '\u{b2}' | '\u{b3}');
        digits.next().is_some_and(digit) && digits.next().is_none()
    })
}

fn cut(name: &str) -> String {
    if name.len() <= MAX_BYTES {
        return name.to_owned();
    }
    let (stem, extension) = split_extension(name);
    let (stem, extension) = if extension.len() <= MAX_EXTENSION_BYTES {
        (stem, extension)
    } else {
        (name, "")
    };
    let mut end = (MAX_BYTES - extension.len()).min(stem.len());
    while !stem.is_char_boundary(end) {
        end -= 1;
    }
    // The cut may have bared a dot or a space, which must not end a name.
    format!(
        "{}{extension}",
        stem[..end].trim_end_matches(|c: char| c == '.' || c.is_whitespace())
    )
}

#[cfg(test)]
#[path = "file_name_tests.rs"]
mod tests;
