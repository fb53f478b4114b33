//! The top-level members of a message, found in one pass over its bytes.
//!
//! This takes what terminals really send and vouches for all of it: every byte is checked by the
//! rules of the general parser. What is out of the ordinary (escapes in names, numbers with an
//! exponent, deep nesting, any fault) is refused, not judged: the general parser then has the last
//! word. So it can be quick without being a second opinion on what is valid.

use std::ops::Range;

use smallvec::SmallVec;

use super::layout::{Kind, Layout, Member};
use super::role::Role;

/// Nesting of messages that is looked into here; the general parser goes on to 127.
const MESSAGE_DEPTH: u32 = 32;

/// Nesting that is looked into for a host, which has texts of its own.
const HOST_DEPTH: u32 = 512;

/// Most messages have fewer than this many, and need no memory for them.
pub(super) type Members = SmallVec<[Member; 16]>;

/// Where the members of an object are; none where only the host's own parser can tell.
pub fn layout(text: &str) -> Option<Layout> {
    whole(Scanner::for_host(text))
}

/// Where the members of a message are; none where the general parser has to look.
pub(super) fn message(text: &str) -> Option<Layout> {
    whole(Scanner::at(text, 0))
}

/// True if there is a value of this kind at this place of the text, and nothing else.
pub(super) fn is_value(text: &str, place: Range<usize>, kind: Kind) -> bool {
    let mut scanner = Scanner::at(text, place.start);
    scanner.value(0) == Some(kind) && scanner.at == place.end
}

fn whole(mut scanner: Scanner<'_>) -> Option<Layout> {
    let text = scanner.text;
    let mut members = Members::new();
    scanner.space();
    scanner.take(b'{')?;
    scanner.object(0, &mut |member| {
        let role = Role::of(member.key(text));
        members.push(member.with_role(role));
    })?;
    scanner.space();
    (scanner.at == text.len()).then(|| Layout::new(&members))
}

pub(super) struct Scanner<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    max_depth: u32,
}

impl<'a> Scanner<'a> {
    pub(super) fn at(text: &'a str, at: usize) -> Self {
        Self {
            text,
            bytes: text.as_bytes(),
            at,
            max_depth: MESSAGE_DEPTH,
        }
    }

    pub(super) fn for_host(text: &'a str) -> Self {
        Self {
            max_depth: HOST_DEPTH,
            ..Self::at(text, 0)
        }
    }

    pub(super) fn place(&self) -> usize {
        self.at
    }

    /// The elements of the array that is the whole text. `each` reads one, with [`Self::members`] or
    /// [`Self::element`].
    pub(super) fn elements(
        &mut self,
        each: &mut impl FnMut(&mut Self) -> Option<()>,
    ) -> Option<()> {
        self.take(b'[')?;
        self.array(each)?;
        (self.at == self.text.len()).then_some(())
    }

    /// The members of an element that is an object; false when it is something else.
    pub(super) fn members(&mut self, members: &mut Members) -> Option<bool> {
        if self.take(b'{').is_none() {
            return Some(false);
        }
        self.object(1, &mut |member| members.push(member))?;
        Some(true)
    }

    /// An element that is no object.
    pub(super) fn element(&mut self) -> Option<Kind> {
        self.value(1)
    }

    /// From behind a member to behind the next one; false when there is none, and the text ends
    /// behind the object.
    pub(super) fn next_member(&mut self, members: &mut Members) -> Option<bool> {
        self.space();
        if self.take(b',').is_none() {
            self.take(b'}')?;
            self.space();
            return (self.at == self.text.len()).then_some(false);
        }
        self.space();
        members.push(self.member(0)?);
        Some(true)
    }

    fn member(&mut self, depth: u32) -> Option<Member> {
        self.take(b'"')?;
        let key = self.at;
        let Kind::Plain = self.string()? else {
            return None;
        };
        let key = key..self.at - 1;
        self.space();
        self.take(b':')?;
        self.space();
        let value = self.at;
        let kind = self.value(depth)?;
        Member::new(key, value..self.at, kind)
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    fn space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    /// From behind the opening brace to behind the closing one.
    fn object(&mut self, depth: u32, each: &mut impl FnMut(Member)) -> Option<()> {
        self.space();
        if self.take(b'}').is_some() {
            return Some(());
        }
        loop {
            each(self.member(depth)?);
            self.space();
            if self.take(b',').is_none() {
                return self.take(b'}');
            }
            self.space();
        }
    }

    /// From behind the opening bracket to behind the closing one.
    fn array(&mut self, each: &mut impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.space();
        if self.take(b']').is_some() {
            return Some(());
        }
        loop {
            each(self)?;
            self.space();
            if self.take(b',').is_none() {
                return self.take(b']');
            }
            self.space();
        }
    }

    fn value(&mut self, depth: u32) -> Option<Kind> {
        let first = self.peek()?;
        let kind = match first {
            b'"' => {
                self.at += 1;
                self.string()?
            }
            b'{' | b'[' => {
                if depth == self.max_depth {
                    return None;
                }
                self.at += 1;
                if first == b'{' {
                    self.object(depth + 1, &mut |_| {})?;
                } else {
                    self.array(&mut |inside| inside.value(depth + 1).map(drop))?;
                }
                Kind::Nested
            }
            b't' => self.word("true", Kind::True)?,
            b'f' => self.word("false", Kind::False)?,
            b'n' => self.word("null", Kind::Null)?,
            _ => self.number()?,
        };
        Some(kind)
    }

    fn word(&mut self, word: &str, kind: Kind) -> Option<Kind> {
        let rest = self.bytes.get(self.at..)?;
        rest.starts_with(word.as_bytes()).then(|| {
            self.at += word.len();
            kind
        })
    }

    fn number(&mut self) -> Option<Kind> {
        // Absence is an ordinary case of the sign only.
        let _ = self.take(b'-');
        let start = self.at;
        self.digits()?;
        if self.bytes.get(start) == Some(&b'0') && self.at > start + 1 {
            return None;
        }
        if self.take(b'.').is_some() {
            self.digits()?;
        }
        // An exponent, or hundreds of digits, may be out of range.
        let ordinary = self.at - start <= 64 && !matches!(self.peek(), Some(b'e' | b'E'));
        ordinary.then_some(Kind::Number)
    }

    fn digits(&mut self) -> Option<()> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        (self.at > start).then_some(())
    }

    /// From behind the opening quote to behind the closing one.
    fn string(&mut self) -> Option<Kind> {
        let mut kind = Kind::Plain;
        loop {
            self.at = special(self.bytes, self.at)?;
            match self.bytes.get(self.at)? {
                b'"' => {
                    self.at += 1;
                    return Some(kind);
                }
                b'\\' => {
                    // Halves of surrogate pairs are left to the general parser.
                    let escape = self.bytes.get(self.at + 1)?;
                    if !matches!(
                        escape,
                        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't'
                    ) {
                        let hex = self.text.get(self.at + 2..self.at + 6)?;
                        let plain = hex.bytes().all(|byte| byte.is_ascii_hexdigit());
                        let half = hex.starts_with(['d', 'D']);
                        if *escape != b'u' || !plain || half {
                            return None;
                        }
                        self.at += 4;
                    }
                    self.at += 2;
                    kind = Kind::Escaped;
                }
                _ => return None,
            }
        }
    }
}

/// The next quote, backslash or control character. Eight bytes at a time; the lowest mark is exact,
/// those above it need not be.
fn special(bytes: &[u8], mut at: usize) -> Option<usize> {
    const ONES: u64 = u64::MAX / 255;
    const HIGH: u64 = ONES << 7;
    while let Some(chunk) = bytes.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        let chunk = u64::from_le_bytes(*chunk);
        let quote = chunk ^ (ONES * u64::from(b'"'));
        let slash = chunk ^ (ONES * u64::from(b'\\'));
        let found = (quote.wrapping_sub(ONES) & !quote)
            | (slash.wrapping_sub(ONES) & !slash)
            | (chunk.wrapping_sub(ONES * 0x20) & !chunk);
        let found = found & HIGH;
        if found != 0 {
            return Some(at + found.trailing_zeros() as usize / 8);
        }
        at += 8;
    }
    let rest = bytes.get(at..)?;
    let found = rest
        .iter()
        .position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20))?;
    Some(at + found)
}

#[cfg(test)]
mod tests {
    use super::super::frame::Frame;
    use super::super::scalar::Scalar;
    use super::*;

    const SAMPLES: &[&str] = &[
        r#"{"method":"event","event":"login","n":-12,"f":0.5,"t":true,"x":null,"s":"a\u00e9\n"}"#,
        r#"{"a":{"b":[1,2,{"c":[]},"]}"]},"requestId":"17","result":false,"error":"no \"way\""}"#,
        " { \"requestId\" : 3 , \"resultCode\" : 0 , \"method\" : \"x\" , \"method\" : 5 } ",
        r#"{"s":"\ud83d\ude00","big":1e400,"long":123456789012345678901234567890}"#,
        r#"{"deep":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}"#,
        "{}",
    ];

    /// What this vouches for, the general parser accepts, and reads the same out of it.
    fn agrees(text: &str) -> bool {
        let Some(layout) = message(text) else {
            return false;
        };
        let read: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
        for member in layout.members() {
            assert!(read.contains_key(member.key(text)), "{text}");
        }
        let general = Frame::decode(text).unwrap_or_else(|error| panic!("{error}: {text}"));
        assert_eq!(Frame::of(&layout, text), general, "{text}");
        for member in layout.members() {
            let alone: Scalar<'_> = serde_json::from_str(member.value(text)).unwrap();
            assert_eq!(member.scalar(text), alone, "{text}");
        }
        true
    }

    #[test]
    fn ordinary_messages_are_vouched_for_and_odd_ones_are_not() {
        let taken: Vec<bool> = SAMPLES.iter().map(|text| agrees(text)).collect();
        assert_eq!(taken, [true, true, true, false, false, true]);
        for text in [
            "",
            "[]",
            "{",
            "{\"a\":}",
            "{} {}",
            "{\"a\":01}",
            "{\"a\":1.}",
            "{\"a\":\"\t\"}",
        ] {
            assert!(!agrees(text), "{text}");
        }
    }

    #[test]
    fn damaged_messages_are_never_read_in_another_way_than_by_the_general_parser() {
        let mut rng = fastrand::Rng::with_seed(7);
        let alphabet: Vec<char> = "{}[]\",:\\u0019-.eE tfnd\u{1}é".chars().collect();
        let mut taken = 0;
        for round in 0..60_000 {
            let mut text: Vec<char> = SAMPLES[round % SAMPLES.len()].chars().collect();
            for _ in 0..=rng.usize(..3) {
                let at = rng.usize(..text.len());
                match rng.u8(..3) {
                    0 => text[at] = alphabet[rng.usize(..alphabet.len())],
                    1 => text.insert(at, alphabet[rng.usize(..alphabet.len())]),
                    _ => drop(text.remove(at)),
                }
                if text.is_empty() {
                    break;
                }
            }
            taken += usize::from(agrees(&text.into_iter().collect::<String>()));
        }
        assert!(taken > 1000, "{taken}");
    }
}
