//! Where the frames of a WebSocket end.
//!
//! Nearly all messages are one frame of text, which is taken as it stands. tungstenite reads all
//! others, a whole frame at a time, and has the last word on what is wrong with them.

use std::ops::Range;

/// What the bytes begin with that came from the terminal.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Frame {
    /// A message of text, which these bytes are.
    Text(Range<usize>),
    /// Something else, which tungstenite reads or refuses by this many bytes.
    Other(usize),
    /// Less than a frame; there has to be this much at least.
    Part(usize),
}

/// A last frame, of text.
const TEXT: u8 = 0x81;

/// `in_pieces` is a message that has begun with earlier frames. No frame may be longer than `limit`.
pub(super) fn first(bytes: &[u8], in_pieces: bool, limit: usize) -> Frame {
    let &[kind, length, ..] = bytes else {
        return Frame::Part(2);
    };
    let masked = length & 0x80 != 0;
    let (size, length) = match length & 0x7f {
        126 => (4, number(bytes, 2..4)),
        127 => (10, number(bytes, 2..10)),
        length => (2, u64::from(length)),
    };
    let start = if masked { size + 4 } else { size };
    if bytes.len() < start {
        return Frame::Part(start);
    }
    let length = usize::try_from(length).ok().filter(|size| *size <= limit);
    let Some(end) = length.and_then(|length| start.checked_add(length)) else {
        return Frame::Other(start);
    };
    if bytes.len() < end {
        Frame::Part(end)
    } else if kind == TEXT && !masked && !in_pieces {
        Frame::Text(start..end)
    } else {
        Frame::Other(end)
    }
}

/// Whether a message is in pieces after a frame that begins with this byte, and was before.
pub(super) fn leaves_pieces(kind: u8, before: bool) -> bool {
    let is_control = kind & 0x08 != 0;
    let is_last = kind & 0x80 != 0;
    if is_control { before } else { !is_last }
}

/// What the bytes spell; of too few, anything.
fn number(bytes: &[u8], place: Range<usize>) -> u64 {
    let digits = bytes.get(place).unwrap_or_default();
    digits
        .iter()
        .fold(0, |number, byte| number << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_ends_where_its_length_says() {
        let of = |bytes: &[u8]| first(bytes, false, 1 << 20);
        assert_eq!(of(b""), Frame::Part(2));
        assert_eq!(of(b"\x81"), Frame::Part(2));
        assert_eq!(of(b"\x81\x02{"), Frame::Part(4));
        assert_eq!(of(b"\x81\x02{}\x81"), Frame::Text(2..4));
        assert_eq!(of(b"\x81\x7e\x01"), Frame::Part(4));
        assert_eq!(of(b"\x81\x7e\x01\x00"), Frame::Part(260));
        assert_eq!(of(b"\x81\x7f\0\0\0\0\0\0\0"), Frame::Part(10));
        assert_eq!(of(b"\x81\x7f\0\0\0\0\0\0\0\x01a"), Frame::Text(10..11));
    }

    #[test]
    fn all_but_plain_text_is_for_tungstenite() {
        let of = |bytes: &[u8]| first(bytes, false, 300);
        assert_eq!(of(b"\x82\x01a"), Frame::Other(3), "binary");
        assert_eq!(of(b"\x01\x01a"), Frame::Other(3), "a first piece");
        assert_eq!(of(b"\x89\x00"), Frame::Other(2), "a ping");
        assert_eq!(of(b"\xc1\x01a"), Frame::Other(3), "a reserved bit");
        assert_eq!(of(b"\x81\x81mask"), Frame::Part(7));
        assert_eq!(of(b"\x81\x81maska"), Frame::Other(7), "masked");
        assert_eq!(of(b"\x81\x7e\x01\x2d"), Frame::Other(4), "too long");
        assert_eq!(of(b"\x81\xfe\x01\x2d"), Frame::Part(8), "and masked");
        let endless = b"\x81\x7f\xff\xff\xff\xff\xff\xff\xff\xff";
        assert_eq!(first(endless, false, usize::MAX), Frame::Other(10));
        assert_eq!(first(b"\x81\x01a", true, 300), Frame::Other(3), "in pieces");
    }
}
