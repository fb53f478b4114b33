//! Where the items of a JSON array are, found without reading them.
//!
//! The text was checked before, so this need not find every fault; but whatever the text is, the
//! ranges lie within it and on its character borders, as they begin and end at ASCII characters.

use std::ops::Range;

/// The items of the array in `text`.
pub(super) fn items(text: &[u8]) -> Option<Vec<Range<usize>>> {
    let mut scan = Scan { text, at: 0 };
    let mut items = Vec::new();
    scan.expect(b'[')?;
    scan.space();
    while scan.peek()? != b']' {
        if !items.is_empty() {
            scan.expect(b',')?;
            scan.space();
        }
        let start = scan.at;
        scan.value()?;
        items.push(start..scan.at);
        scan.space();
    }
    Some(items)
}

/// A text, and how far it was read.
struct Scan<'a> {
    text: &'a [u8],
    at: usize,
}

impl Scan<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn space(&mut self) {
        // One comparison where there is none, as is usual.
        while self.peek().is_some_and(|byte| byte <= b' ') {
            self.at += 1;
        }
    }

    fn expect(&mut self, wanted: u8) -> Option<()> {
        (self.peek()? == wanted).then(|| self.at += 1)
    }

    /// From behind the opening quote to behind the closing one.
    fn string(&mut self) -> Option<()> {
        loop {
            self.at = quote_or_backslash(self.text, self.at)?;
            if self.peek()? == b'"' {
                self.at += 1;
                return Some(());
            }
            self.at += 2;
        }
    }

    fn value(&mut self) -> Option<()> {
        match self.peek()? {
            b'"' => {
                self.at += 1;
                self.string()?;
            }
            b'{' | b'[' => self.nested()?,
            b',' | b'}' | b']' => return None,
            _ => {
                let ends = |byte| matches!(byte, b',' | b'}' | b']' | 0..=b' ');
                while !ends(self.peek()?) {
                    self.at += 1;
                }
            }
        }
        Some(())
    }

    /// Reads over an array or an object. Brackets are counted, not matched.
    fn nested(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        loop {
            let byte = self.peek()?;
            self.at += 1;
            match byte {
                b'"' => {
                    self.string()?;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => {
                    depth -= 1;
                    if depth == 0 {
                        return Some(());
                    }
                }
                _ => {}
            }
        }
    }
}

/// The place of the first quote or backslash from `at` on. Most strings are short, so this looks at
/// eight bytes at a time in place, where a library would first look which instructions there are.
#[inline]
fn quote_or_backslash(text: &[u8], mut at: usize) -> Option<usize> {
    const LOW: u64 = u64::from_ne_bytes([0x01; 8]);
    const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
    while let Some(word) = text.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        let word = u64::from_le_bytes(*word);
        let quote = word ^ (LOW * u64::from(b'"'));
        let slash = word ^ (LOW * u64::from(b'\\'));
        // A byte has its high bit set where it is zero; above the first such byte there may be
        // false ones.
        let found = (quote.wrapping_sub(LOW) & !quote) | (slash.wrapping_sub(LOW) & !slash);
        let found = found & HIGH;
        if found != 0 {
            return Some(at + found.trailing_zeros() as usize / 8);
        }
        at += 8;
    }
    let mut rest = text.get(at..)?.iter();
    let end = rest.position(|byte| matches!(byte, b'"' | b'\\'))?;
    Some(at + end)
}
