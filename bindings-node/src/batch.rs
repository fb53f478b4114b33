//! The rows and the text of a batch of messages, as `columns.rs` describes them.

use std::ops::Range;

use trueroom::Text;

use crate::exact;

/// Places for values of a batch that may come again.
const REPEATED: usize = 64;

/// Numbers that an object takes which crosses whole.
const WHOLE: usize = 2;

/// There is no room for a row, or it cannot be made after all.
pub(crate) struct Full;

/// What is handed over.
pub(crate) struct Batch<'a> {
    /// Filled from the front.
    rows: &'a mut [f64],
    used: usize,
    /// Kept for the messages that are still to come.
    kept: usize,
    /// Forms that are new, with commas.
    pub(crate) announced: String,
    /// A comma and a value, over and over.
    values: String,
    places: u32,
    repeated: [Repeated; REPEATED],
    number: u32,
    /// A value was put into the text that two objects must not share.
    unshared: bool,
    last: Option<Last<'a>>,
}

/// A message whose rows may be those of the next one, but for a few numbers.
#[derive(Clone)]
pub(crate) struct Last<'a> {
    pub(crate) message: &'a Text,
    pub(crate) form: usize,
    pub(crate) rows: Range<usize>,
}

/// How much there was before a message.
pub(crate) struct Mark {
    used: usize,
    values: usize,
    places: u32,
}

/// Where a value stands in the text.
#[derive(Clone, Copy, Default)]
struct Repeated {
    start: usize,
    end: usize,
    place: u32,
}

impl<'a> Batch<'a> {
    /// None if there is no room for so many messages.
    pub(crate) fn new(rows: &'a mut [f64], messages: usize, number: u32) -> Option<Self> {
        let kept = messages.checked_mul(WHOLE)?;
        (kept <= rows.len()).then(|| Self {
            rows,
            used: 0,
            kept,
            announced: String::new(),
            values: String::with_capacity(1024),
            places: 0,
            repeated: [Repeated::default(); REPEATED],
            number,
            unshared: false,
            last: None,
        })
    }

    /// Changes whenever places that were given before are no longer good.
    pub(crate) fn number(&self) -> u32 {
        self.number
    }

    /// A message begins, for which room was kept.
    pub(crate) fn next_message(&mut self) -> Mark {
        self.kept = self.kept.saturating_sub(WHOLE);
        self.unshared = false;
        Mark {
            used: self.used,
            values: self.values.len(),
            places: self.places,
        }
    }

    /// Forgets the message at hand.
    pub(crate) fn rewind(&mut self, mark: Mark, number: u32) {
        self.used = mark.used;
        self.values.truncate(mark.values);
        self.places = mark.places;
        self.repeated = [Repeated::default(); REPEATED];
        self.number = number;
        self.last = None;
    }

    /// Forgets the rows of the message at hand.
    pub(crate) fn drop_rows(&mut self, mark: &Mark) {
        self.used = mark.used;
    }

    /// A message is complete that began at the mark.
    pub(crate) fn set_last(&mut self, mark: &Mark, message: &'a Text, form: usize) {
        self.last = (!self.unshared).then_some(Last {
            message,
            form,
            rows: mark.used..self.used,
        });
    }

    pub(crate) fn last(&self) -> Option<Last<'a>> {
        self.last.clone()
    }

    /// The same rows once more; the index of the first, none if there is no room.
    pub(crate) fn repeat(&mut self, rows: &Range<usize>) -> Option<usize> {
        let at = self.reserve(rows.len()).ok()?;
        self.rows.copy_within(rows.clone(), at);
        Some(at)
    }

    /// The text that belongs to the rows.
    pub(crate) fn finish(self) -> String {
        format!("[[{}]{}]", self.announced, self.values)
    }

    /// Room in the rows; its index.
    pub(crate) fn reserve(&mut self, numbers: usize) -> Result<usize, Full> {
        let at = self.used;
        if numbers > self.rows.len().saturating_sub(at + self.kept) {
            return Err(Full);
        }
        self.used += numbers;
        Ok(at)
    }

    pub(crate) fn set(&mut self, at: usize, number: f64) {
        if let Some(slot) = self.rows.get_mut(at) {
            *slot = number;
        }
    }

    /// A row for an object that crosses as it is.
    pub(crate) fn whole(&mut self, object: &str) -> Result<(), Full> {
        let row = self.reserve(WHOLE)?;
        let place = self.add(object);
        self.set(row, 0.0);
        self.set(row + 1, f64::from(place));
        Ok(())
    }

    /// The same for a message, for which there is always room.
    pub(crate) fn whole_message(&mut self, message: &str) {
        // By what `new` has kept.
        let _ = self.whole(message);
    }

    /// The place of a value that may have come before and may be shared.
    pub(crate) fn repeatable(&mut self, value: &str) -> u32 {
        let slot = hash(value.as_bytes()) % REPEATED;
        let known = self.repeated[slot];
        if known.place != 0 && self.values.get(known.start..known.end) == Some(value) {
            return known.place;
        }
        let place = self.put(value);
        let end = self.values.len();
        // What got quotes is longer than that; it is just not found again.
        let start = end - value.len();
        self.repeated[slot] = Repeated { start, end, place };
        place
    }

    /// Puts a value into the text that belongs to one object only, and gives its place.
    pub(crate) fn add(&mut self, value: &str) -> u32 {
        self.unshared = true;
        self.put(value)
    }

    fn put(&mut self, value: &str) -> u32 {
        self.values.push(',');
        exact::push(&mut self.values, value);
        self.places += 1;
        self.places
    }
}

/// Tells most values apart: their length, their ends and their middle.
fn hash(bytes: &[u8]) -> usize {
    let length = bytes.len();
    let word = |at: usize| match bytes.get(at..).and_then(<[u8]>::first_chunk) {
        Some(chunk) => u64::from_le_bytes(*chunk),
        None => bytes
            .iter()
            .fold(0, |word, byte| word << 8 | u64::from(*byte)),
    };
    let mixed = [word(0), word(length / 2), word(length.saturating_sub(8))]
        .iter()
        .fold(length as u64, |hash, word| {
            (hash.rotate_left(23) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15)
        });
    usize::try_from(mixed >> 48).unwrap_or_default()
}
