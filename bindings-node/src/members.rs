//! Takes the text of a JSON object apart into its members, without reading the values.

use memchr::memchr2;
use smallvec::SmallVec;

use crate::exact;

/// Of most objects without an allocation.
pub(crate) type Members<'a> = SmallVec<[Member<'a>; 16]>;

/// A key and its value, as they stand in the text.
pub(crate) struct Member<'a> {
    /// What is between the quotes.
    pub(crate) key: &'a str,
    pub(crate) value: &'a str,
}

/// Reads the members of the object. None if the text is something else, or has more than `max`.
///
/// `guesses` are labels (`"key":`) and values that are likely: where one stands, its end need not
/// be searched for. True if the labels were those, all of them and in that order.
pub(crate) fn read<'a, 'g>(
    text: &'a str,
    mut guesses: impl ExactSizeIterator<Item = (&'g str, &'g str)>,
    max: usize,
    members: &mut Members<'a>,
) -> Option<bool> {
    let mut reader = Reader { text, at: 0 };
    let mut as_guessed = true;
    if reader.token()? != b'{' {
        return None;
    }
    while members.len() < max {
        let (label, value) = guesses.next().unwrap_or_default();
        let key = if reader.guessed(label).is_some() {
            &text[reader.at - label.len()..reader.at - 1]
        } else {
            as_guessed = false;
            let key = reader.value().filter(|key| key.starts_with('"'))?;
            if reader.token()? != b':' {
                return None;
            }
            key
        };
        let value = reader.guessed(value).or_else(|| reader.value())?;
        let key = &key[1..key.len() - 1];
        members.push(Member { key, value });
        match reader.token()? {
            b',' => {}
            b'}' => return Some(as_guessed && guesses.len() == 0),
            _ => return None,
        }
    }
    None
}

/// The items of a list of objects, and of an empty one. None if it is something else.
pub(crate) fn objects(text: &str) -> Option<Vec<&str>> {
    let mut reader = Reader { text, at: 0 };
    let mut items = Vec::new();
    if reader.token()? != b'[' {
        return None;
    }
    reader.skip_spaces();
    if text.as_bytes().get(reader.at) == Some(&b']') {
        return Some(items);
    }
    loop {
        items.push(reader.value().filter(|item| item.starts_with('{'))?);
        match reader.token()? {
            b',' => {}
            b']' => return Some(items),
            _ => return None,
        }
    }
}

/// A number that JavaScript can hold as it is.
pub(crate) fn number(value: &str) -> Option<f64> {
    if let Some(number) = short_integer(value) {
        return Some(number);
    }
    let is_number = value.starts_with(|first: char| first == '-' || first.is_ascii_digit());
    (is_number && !exact::is_unsafe_integer(value))
        .then(|| value.parse().ok())
        .flatten()
}

/// What a string of digits spells, if JavaScript writes the number in the same way.
pub(crate) fn digits(value: &str) -> Option<f64> {
    let digits = value.strip_prefix('"')?.strip_suffix('"')?;
    let is_canonical = digits == "0" || !digits.starts_with('0');
    is_canonical.then(|| short_integer(digits)).flatten()
}

fn short_integer(digits: &str) -> Option<f64> {
    let is_short = !digits.is_empty() && digits.len() < exact::LONG;
    if !is_short || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = digits
        .bytes()
        .fold(0, |number, digit| number * 10 + u64::from(digit - b'0'));
    // Fifteen digits are exact.
    #[allow(clippy::cast_precision_loss)]
    Some(number as f64)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    /// The string or label, if it stands here. Not for what could go on, such as a number.
    fn guessed(&mut self, guess: &str) -> Option<&'a str> {
        let rest = &self.text.as_bytes()[self.at..];
        if !guess.starts_with('"') || !rest.starts_with(guess.as_bytes()) {
            return None;
        }
        self.take(self.at + guess.len())
    }

    /// Takes a single character that is not a space.
    fn token(&mut self) -> Option<u8> {
        self.skip_spaces();
        let byte = *self.text.as_bytes().get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    /// Takes a whole value of any kind.
    fn value(&mut self) -> Option<&'a str> {
        self.skip_spaces();
        let bytes = self.text.as_bytes();
        let end = match bytes.get(self.at)? {
            b'"' => after_string(bytes, self.at)?,
            b'{' | b'[' => after_nested(bytes, self.at)?,
            _ => {
                let is_part = |byte: &&u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
                self.at + bytes[self.at..].iter().take_while(is_part).count()
            }
        };
        self.take(end).filter(|value| !value.is_empty())
    }

    fn take(&mut self, end: usize) -> Option<&'a str> {
        let taken = self.text.get(self.at..end)?;
        self.at = end;
        Some(taken)
    }

    fn skip_spaces(&mut self) {
        let bytes = &self.text.as_bytes()[self.at..];
        self.at += bytes
            .iter()
            .take_while(|byte| b" \t\r\n".contains(byte))
            .count();
    }
}

fn after_string(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start + 1;
    loop {
        at += memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes[at] == b'"' {
            return Some(at + 1);
        }
        at += 2;
    }
}

fn after_nested(bytes: &[u8], start: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = start;
    loop {
        match bytes.get(at)? {
            b'"' => {
                at = after_string(bytes, at)?;
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            _ => {}
        }
        at += 1;
        if depth == 0 {
            return Some(at);
        }
    }
}
