//! The bytes of files, without holding them where a rule makes them.

use std::path::PathBuf;

use bytes::Bytes;

/// Where the bytes of a file come from. Cloning is cheap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Held in memory.
    Bytes(Bytes),
    /// Made by [`pattern`].
    Pattern {
        /// Length in bytes.
        size: u64,
        /// What makes it different from other patterns.
        seed: u64,
    },
    /// In a file on the disk of whoever drives the terminal; the terminal never opens it.
    Path {
        /// The file.
        path: PathBuf,
        /// Its length in bytes.
        size: u64,
    },
}

impl Default for Content {
    fn default() -> Self {
        Self::Bytes(Bytes::new())
    }
}

impl Content {
    /// Length in bytes.
    pub fn size(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Pattern { size, .. } | Self::Path { size, .. } => *size,
        }
    }
}

/// Fills `buffer` with the bytes of the pattern `seed` from `offset` on.
///
/// Byte `i` is the byte `i % 8`, lowest first, of the `SplitMix64` output for `seed + i / 8`; any
/// language can make the same bytes.
pub fn pattern(seed: u64, offset: u64, buffer: &mut [u8]) {
    for (at, byte) in (offset..).zip(buffer.iter_mut()) {
        let mut word = seed
            .wrapping_add(at / 8 + 1)
            .wrapping_mul(0x9e37_79b9_7f4a_7c15);
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^= word >> 31;
        *byte = word.to_le_bytes()[(at % 8) as usize];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_the_same_in_pieces() {
        let mut whole = [0; 64];
        pattern(3, 0, &mut whole);
        let mut tail = [0; 27];
        pattern(3, 37, &mut tail);
        assert_eq!(tail, whole[37..]);
        let mut other = [0; 64];
        pattern(4, 0, &mut other);
        assert_ne!(whole, other);
    }
}
