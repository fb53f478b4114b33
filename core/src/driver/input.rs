//! Bytes that were read, until they are taken.

use std::cell::Cell;
use std::io;
use std::ops::Range;

use bytes::Bytes;

/// Bytes read at once, into memory that the connections of a thread share.
const SHARED: usize = 64 << 10;

/// Messages that follow each other share this much memory. Who keeps one keeps all of it.
const COPIED: usize = 4 << 10;

thread_local! {
    static SPARE: Cell<Box<[u8]>> = Cell::default();
}

/// A connection has memory for what came of a frame that is not complete, and for nothing else
/// while nothing is read.
#[derive(Default)]
pub(super) struct Input {
    /// The shared memory; or what a frame needs that is longer than that; or no more than the rest.
    bytes: Box<[u8]>,
    rest: Range<usize>,
    /// What stands in the bytes from `copied` on.
    copy: Bytes,
    copied: usize,
}

impl Input {
    pub(super) fn new(bytes: &[u8]) -> Self {
        Self {
            bytes: bytes.into(),
            rest: 0..bytes.len(),
            ..Self::default()
        }
    }

    /// What was not taken yet.
    pub(super) fn rest(&self) -> &[u8] {
        self.bytes.get(self.rest.clone()).unwrap_or_default()
    }

    /// Reads more, with room for `size` bytes in all, which is more than there are.
    pub(super) fn fill(
        &mut self,
        size: usize,
        read: impl FnOnce(&mut [u8]) -> io::Result<usize>,
    ) -> io::Result<usize> {
        self.make_room(size);
        let place = self.bytes.get_mut(self.rest.end..).unwrap_or_default();
        let read = read(place)?;
        self.rest.end += read;
        Ok(read)
    }

    /// Takes these of the bytes, and those before them.
    pub(super) fn take(&mut self, part: Range<usize>) -> Bytes {
        let start = self.rest.start + part.start;
        let end = self.rest.start + part.end;
        self.rest.start = end;
        if self.rest.is_empty() && self.bytes.len() > SHARED {
            self.rest = 0..0;
            return Bytes::from(std::mem::take(&mut self.bytes)).slice(start..end);
        }
        let place = |copied: usize| start.wrapping_sub(copied)..end.wrapping_sub(copied);
        if start < self.copied || place(self.copied).end > self.copy.len() {
            let until = self.rest.end.min(start + COPIED).max(end);
            let bytes = self.bytes.get(start..until).unwrap_or_default();
            self.copy = Bytes::copy_from_slice(bytes);
            self.copied = start;
        }
        if self.copy.len() == part.len() {
            return std::mem::take(&mut self.copy);
        }
        self.copy.slice(place(self.copied))
    }

    /// Takes what fits, at most `limit`.
    pub(super) fn give(&mut self, buffer: &mut [u8], limit: usize) -> usize {
        let size = self.rest.len().min(buffer.len()).min(limit);
        if let (Some(given), Some(place)) = (self.rest().get(..size), buffer.get_mut(..size)) {
            place.copy_from_slice(given);
        }
        self.rest.start += size;
        size
    }

    /// Nothing is read for now: leaves the shared memory to others.
    pub(super) fn settle(&mut self) {
        self.copy = Bytes::new();
        if self.rest.is_empty() || self.bytes.len() == SHARED {
            let rest = self.rest().into();
            self.replace(rest);
        }
    }

    fn make_room(&mut self, size: usize) {
        self.copy = Bytes::new();
        let size = size.max(SHARED);
        if self.bytes.len() == size {
            self.bytes.copy_within(self.rest.clone(), 0);
            self.rest = 0..self.rest.len();
            return;
        }
        let mut bytes = if size == SHARED {
            SPARE.take()
        } else {
            Box::default()
        };
        if bytes.is_empty() {
            bytes = vec![0; size].into();
        }
        if let Some(place) = bytes.get_mut(..self.rest.len()) {
            place.copy_from_slice(self.rest());
        }
        self.replace(bytes);
    }

    /// Goes on with other memory, in which the rest comes first.
    fn replace(&mut self, bytes: Box<[u8]>) {
        self.rest = 0..self.rest.len();
        let old = std::mem::replace(&mut self.bytes, bytes);
        if old.len() == SHARED {
            SPARE.set(old);
        }
    }
}
