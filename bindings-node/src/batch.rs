//! The rows and the text of a batch of messages, as `columns.rs` describes them.

use crate::exact;

/// Places for values of a batch that may come again.
const REPEATED: usize = 64;

/// What is handed over.
pub(crate) struct Batch<'a> {
    /// Filled from the front; the first is how many rows there are.
    rows: &'a mut [f64],
    used: usize,
    /// A comma and a value, over and over.
    values: String,
    places: u32,
    repeated: [Repeated; REPEATED],
}

/// Where a value stands in the text.
#[derive(Clone, Copy, Default)]
struct Repeated {
    start: usize,
    end: usize,
    place: u32,
}

impl<'a> Batch<'a> {
    pub(crate) fn new(rows: &'a mut [f64]) -> Self {
        Self {
            rows,
            used: 1,
            values: String::new(),
            places: 0,
            repeated: [Repeated::default(); REPEATED],
        }
    }

    /// How many more numbers fit.
    pub(crate) fn free(&self) -> usize {
        self.rows.len().saturating_sub(self.used)
    }

    /// The text that belongs to the rows.
    pub(crate) fn finish(mut self, announced: &str, rows: usize) -> String {
        self.set(0, f64::from(u32::try_from(rows).unwrap_or(u32::MAX)));
        format!("[[{announced}]{}]", self.values)
    }

    /// Appends a number to the row at hand, and gives its index.
    pub(crate) fn push(&mut self, number: f64) -> usize {
        let at = self.used;
        self.used += 1;
        self.set(at, number);
        at
    }

    pub(crate) fn set(&mut self, at: usize, number: f64) {
        if let Some(slot) = self.rows.get_mut(at) {
            *slot = number;
        }
    }

    /// A row for a message that crosses as it is.
    pub(crate) fn whole(&mut self, message: &str) {
        let place = self.add(message);
        self.push(0.0);
        self.push(f64::from(place));
    }

    /// The place of a value that may have come before and may be shared.
    pub(crate) fn repeatable(&mut self, value: &str) -> u32 {
        let slot = hash(value.as_bytes()) % REPEATED;
        let known = self.repeated[slot];
        if known.place != 0 && self.values.get(known.start..known.end) == Some(value) {
            return known.place;
        }
        let place = self.add(value);
        let end = self.values.len();
        // What got quotes is longer than that; it is just not found again.
        let start = end - value.len();
        self.repeated[slot] = Repeated { start, end, place };
        place
    }

    /// Puts a value into the text and gives its place.
    pub(crate) fn add(&mut self, value: &str) -> u32 {
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
