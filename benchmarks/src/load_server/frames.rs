//! WebSocket frames, by hand: a library would answer message by message.

pub(crate) const TEXT: u8 = 1;
pub(crate) const CLOSE: u8 = 8;
pub(crate) const PING: u8 = 9;
pub(crate) const PONG: u8 = 10;

/// A whole frame, unmasked.
pub(crate) struct Frame<'a> {
    pub(crate) opcode: u8,
    pub(crate) payload: &'a [u8],
    /// With its head.
    pub(crate) size: usize,
}

/// Unmasks the first frame, when all of it is there.
pub(crate) fn read(bytes: &mut [u8]) -> Option<Frame<'_>> {
    let opcode = bytes.first()? & 15;
    let (size, head) = match bytes.get(1)? & 127 {
        126 => (
            usize::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?)),
            4,
        ),
        127 => (
            usize::try_from(u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?)).ok()?,
            10,
        ),
        size => (usize::from(size), 2),
    };
    let mask: [u8; 4] = bytes.get(head..head + 4)?.try_into().ok()?;
    let payload = bytes.get_mut(head + 4..head + 4 + size)?;
    for part in payload.chunks_mut(4) {
        for (byte, mask) in part.iter_mut().zip(mask) {
            *byte ^= mask;
        }
    }
    Some(Frame {
        opcode,
        payload,
        size: head + 4 + size,
    })
}

/// Appends an unmasked frame.
pub(crate) fn put(opcode: u8, payload: &[u8], output: &mut Vec<u8>) {
    put_head(opcode, payload.len(), output);
    output.extend_from_slice(payload);
}

/// Appends the head of an unmasked frame whose payload follows.
pub(crate) fn put_head(opcode: u8, size: usize, output: &mut Vec<u8>) {
    output.push(128 | opcode);
    match u16::try_from(size) {
        Ok(size @ 0..=125) => output.extend_from_slice(&size.to_be_bytes()[1..]),
        Ok(size) => {
            output.push(126);
            output.extend_from_slice(&size.to_be_bytes());
        }
        Err(_) => {
            output.push(127);
            output.extend_from_slice(&(size as u64).to_be_bytes());
        }
    }
}
