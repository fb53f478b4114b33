//! Where the fields of a JSON object are, found without reading their values.
//!
//! The text was checked before, so this need not find every fault; but whatever the text is, the
//! ranges lie within it and on its character borders, as they begin and end at ASCII characters.

use std::ops::Range;

/// A field of an object.
pub(super) struct Field {
    /// The name between its quotes.
    key: (u32, u32),
    /// The value without the space around it.
    value: (u32, u32),
}

impl Field {
    pub(super) fn key(&self) -> Range<usize> {
        self.key.0 as usize..self.key.1 as usize
    }

    pub(super) fn value(&self) -> Range<usize> {
        self.value.0 as usize..self.value.1 as usize
    }
}

/// The fields of the object in `text`, in order; none when it is no object, or when a name would have
/// to be decoded.
pub(super) fn fields(text: &str) -> Option<Vec<Field>> {
    // Offsets of 32 bits keep the index small. No message is as large as that.
    u32::try_from(text.len()).ok()?;
    let mut scan = Scan(text.as_bytes(), 0);
    let mut fields = Vec::with_capacity(16);
    scan.open(b'{')?;
    while scan.more(b'}', fields.is_empty())? {
        let key = scan
            .string()
            .and_then(|(key, escaped)| (!escaped).then_some(key))?;
        scan.space();
        scan.expect(b':')?;
        let value = scan.value()?;
        fields.push(Field {
            key: short(&key),
            value: short(&value),
        });
    }
    Some(fields)
}

/// The items of the array in `text`.
pub(super) fn items(text: &str) -> Option<Vec<Range<usize>>> {
    let mut scan = Scan(text.as_bytes(), 0);
    let mut items = Vec::new();
    scan.open(b'[')?;
    while scan.more(b']', items.is_empty())? {
        items.push(scan.value()?);
    }
    Some(items)
}

#[allow(clippy::cast_possible_truncation)] // The text is no longer than that.
fn short(range: &Range<usize>) -> (u32, u32) {
    (range.start as u32, range.end as u32)
}

/// A text, and how far it was read.
struct Scan<'a>(&'a [u8], usize);

impl Scan<'_> {
    fn peek(&self) -> Option<u8> {
        self.0.get(self.1).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.1 += 1;
        }
    }

    fn expect(&mut self, wanted: u8) -> Option<()> {
        (self.peek()? == wanted).then(|| self.1 += 1)
    }

    fn open(&mut self, bracket: u8) -> Option<()> {
        self.space();
        self.expect(bracket)
    }

    /// Whether something follows before the closing bracket; reads over the comma.
    fn more(&mut self, bracket: u8, first: bool) -> Option<bool> {
        self.space();
        if self.peek()? == bracket {
            self.1 += 1;
            return Some(false);
        }
        if !first {
            self.expect(b',')?;
            self.space();
        }
        Some(true)
    }

    /// What stands between quotes, and whether it has escapes.
    fn string(&mut self) -> Option<(Range<usize>, bool)> {
        self.expect(b'"')?;
        let start = self.1;
        let mut escaped = false;
        loop {
            self.1 += quote_or_backslash(self.0.get(self.1..)?)?;
            if self.peek()? == b'"' {
                self.1 += 1;
                return Some((start..self.1 - 1, escaped));
            }
            escaped = true;
            self.1 += 2;
        }
    }

    fn value(&mut self) -> Option<Range<usize>> {
        self.space();
        let start = self.1;
        match self.peek()? {
            b'"' => {
                self.string()?;
            }
            b'{' | b'[' => self.nested()?,
            _ => {
                let rest = self.0.get(start..)?;
                let end =
                    |byte: &u8| matches!(byte, b',' | b'}' | b']' | b' ' | b'\t' | b'\n' | b'\r');
                self.1 += rest.iter().position(end)?;
            }
        }
        (self.1 > start).then_some(start..self.1)
    }

    /// Reads over an array or an object. Brackets are counted, not matched.
    fn nested(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        loop {
            match self.peek()? {
                b'"' => {
                    self.string()?;
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            self.1 += 1;
            if depth == 0 {
                return Some(());
            }
        }
    }
}

/// The distance to the first quote or backslash. Most strings are short, so this looks at eight
/// bytes at a time in place, where a library would first look which instructions there are.
fn quote_or_backslash(text: &[u8]) -> Option<usize> {
    const LOW: u64 = u64::from_ne_bytes([0x01; 8]);
    const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
    // A byte of `found` has its high bit set where one of `word` is zero; above the first such
    // byte there may be false ones.
    let zero = |word: u64| word.wrapping_sub(LOW) & !word & HIGH;
    let (words, _) = text.as_chunks::<8>();
    for (at, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let found = zero(word ^ (LOW * u64::from(b'"'))) | zero(word ^ (LOW * u64::from(b'\\')));
        if found != 0 {
            return Some(at * 8 + found.trailing_zeros() as usize / 8);
        }
    }
    let start = words.len() * 8;
    let rest = text.get(start..)?;
    let end = rest.iter().position(|byte| matches!(byte, b'"' | b'\\'))?;
    Some(start + end)
}
