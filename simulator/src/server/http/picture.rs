//! Small pictures made in code: a colour per peer.

use bytes::Bytes;

/// A PNG of one colour that depends on `seed`; 32 x 18 for a frame, 16 x 16 for an avatar.
pub(super) fn png(seed: &str, square: bool) -> Bytes {
    let (width, height): (u8, u8) = if square { (16, 16) } else { (32, 18) };
    let hash = crc(seed.as_bytes());
    let [red, green, blue, _] = hash.to_le_bytes();
    let mut pixels = Vec::new();
    for _ in 0..height {
        // Each line begins with its filter: none.
        pixels.push(0);
        pixels.extend([red, green, blue].repeat(usize::from(width)));
    }
    let mut picture = b"\x89PNG\r\n\x1a\n".to_vec();
    // 8 bits a channel, RGB, no interlacing.
    chunk(
        &mut picture,
        *b"IHDR",
        &[0, 0, 0, width, 0, 0, 0, height, 8, 2, 0, 0, 0],
    );
    chunk(&mut picture, *b"IDAT", &stored(&pixels));
    chunk(&mut picture, *b"IEND", &[]);
    picture.into()
}

fn chunk(picture: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) {
    let length = u32::try_from(data.len()).unwrap_or_default();
    picture.extend(length.to_be_bytes());
    let start = picture.len();
    picture.extend(kind);
    picture.extend(data);
    let sum = crc(&picture[start..]);
    picture.extend(sum.to_be_bytes());
}

/// zlib with one stored block: the pictures are far below its 65535 bytes.
fn stored(data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len()).unwrap_or_default();
    let mut out = vec![0x78, 0x01, 0x01];
    out.extend(length.to_le_bytes());
    out.extend((!length).to_le_bytes());
    out.extend(data);
    let (mut low, mut high) = (1_u32, 0_u32);
    for byte in data {
        low = (low + u32::from(*byte)) % 65521;
        high = (high + low) % 65521;
    }
    out.extend(((high << 16) | low).to_be_bytes());
    out
}

fn crc(data: &[u8]) -> u32 {
    !data.iter().fold(!0_u32, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            if sum & 1 == 1 {
                (sum >> 1) ^ 0xedb8_8320
            } else {
                sum >> 1
            }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_usual_one() {
        assert_eq!(crc(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn pictures_differ_by_peer_only() {
        assert_eq!(png("#self:0", false), png("#self:0", false));
        assert_ne!(png("#self:0", false), png("a@b", false));
        assert!(png("", true).starts_with(b"\x89PNG"));
    }
}
