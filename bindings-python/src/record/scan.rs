//! Where the fields of a JSON object are, found without reading their values.
//!
//! The text was checked before, so this need not find every fault; but whatever the text is, the
//! ranges lie within it and on its character borders, as they begin and end at ASCII characters.

use std::ops::Range;

use trueroom::host::{common_end, common_start};

/// A field of an object.
#[derive(Clone)]
pub(super) struct Field {
    key: u32,
    key_length: u32,
    value: u32,
    value_end: u32,
}

impl Field {
    /// The name between its quotes.
    pub(super) fn key(&self) -> Range<usize> {
        let start = self.key as usize;
        start..start + self.key_length as usize
    }

    /// The value without the space around it.
    pub(super) fn value(&self) -> Range<usize> {
        self.value as usize..self.value_end as usize
    }

    fn moved(&self, shift: u32) -> Self {
        Self {
            key: self.key.wrapping_add(shift),
            value: self.value.wrapping_add(shift),
            value_end: self.value_end.wrapping_add(shift),
            ..*self
        }
    }

    /// Whether the name in the text is this one. Most are told apart by their length.
    pub(super) fn is(&self, text: &[u8], name: &[u8]) -> bool {
        self.key_length as usize == name.len() && text.get(self.key()) == Some(name)
    }
}

/// A text whose fields are known.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    pub(super) text: &'a [u8],
    pub(super) fields: &'a [Field],
}

/// Puts the fields of the object in `text` in order into `found`; none when it is no object, or when
/// a name would have to be decoded.
///
/// Messages of one kind are much alike. What this one has in common with the beginning of the
/// known one needs no reading, nor has the rest once a field ends where both go on in the same way.
pub(super) fn fields(text: &[u8], known: Option<Known<'_>>, found: &mut Vec<Field>) -> Option<()> {
    // Offsets of 32 bits keep the index small. No message is as large as that.
    let length = u32::try_from(text.len()).ok()?;
    let known = known.filter(|known| !known.fields.is_empty());
    let mut scan = Scan { text, at: 0 };
    let mut rest: &[Field] = &[];
    let (mut shift, mut same_end) = (0, 0);
    if let Some(known) = known {
        let same_start = common_start(text, known.text);
        let end = |field: &Field| (field.value_end as usize) < same_start;
        let (same, others) = known.fields.split_at(known.fields.partition_point(end));
        found.extend_from_slice(same);
        rest = others;
        shift = length.wrapping_sub(short(known.text.len()));
        same_end = short(common_end(text, known.text));
        scan.at = same.last().map_or(0, |last| last.value_end as usize);
    }
    if found.is_empty() {
        scan.space();
        scan.expect(b'{')?;
    }
    loop {
        scan.space();
        if scan.peek()? == b'}' {
            return Some(());
        }
        if !found.is_empty() {
            scan.expect(b',')?;
            scan.space();
        }
        let field = scan.field()?;
        let end = field.value_end;
        found.push(field);
        while rest
            .first()
            .is_some_and(|field| field.value_end.wrapping_add(shift) < end)
        {
            rest = &rest[1..];
        }
        if let [same, after @ ..] = rest
            && same.value_end.wrapping_add(shift) == end
            && length - end <= same_end
        {
            found.extend(after.iter().map(|field| field.moved(shift)));
            return Some(());
        }
    }
}

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

#[allow(clippy::cast_possible_truncation)] // The text is no longer than that.
fn short(offset: usize) -> u32 {
    offset as u32
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

    /// A name and a value. None for a name with escapes.
    fn field(&mut self) -> Option<Field> {
        self.expect(b'"')?;
        let key = self.at;
        let escaped = self.string()?;
        let key_length = self.at - 1 - key;
        self.space();
        self.expect(b':')?;
        self.space();
        let value = self.at;
        self.value()?;
        (!escaped).then(|| Field {
            key: short(key),
            key_length: short(key_length),
            value: short(value),
            value_end: short(self.at),
        })
    }

    /// From behind the opening quote to behind the closing one; whether there were escapes.
    fn string(&mut self) -> Option<bool> {
        let mut escaped = false;
        loop {
            self.at = quote_or_backslash(self.text, self.at)?;
            if self.peek()? == b'"' {
                self.at += 1;
                return Some(escaped);
            }
            escaped = true;
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
