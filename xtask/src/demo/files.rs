//! The files that the demo offers, made here so that nothing has to be fetched.

use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::Result;

/// Above the offered folder, were it followed; the demo fails when something is there.
pub(super) const ESCAPED: &str = "escaped.txt";

/// A file that the simulator's peer offers to the room.
pub(super) struct Offer {
    /// What the peer calls it.
    pub(super) name: String,
    /// Where its bytes are.
    pub(super) path: PathBuf,
    pub(super) size: usize,
    pub(super) sha256: [u8; 32],
    /// Whether the bots take files of this kind.
    pub(super) wanted: bool,
}

/// Writes the files into `folder`.
pub(super) fn make(folder: &Path) -> Result<Vec<Offer>> {
    let text = "Quarterly report: прибыль, 利益, Gewinn.\n".repeat(100);
    let files = [
        ("report.txt".to_owned(), text.into_bytes(), true),
        ("whiteboard.png".to_owned(), picture(320, 200), true),
        ("recording.pdf".to_owned(), noise(20 << 20), true),
        ("setup.exe".to_owned(), noise(4096), false),
        (
            format!("../../{ESCAPED}"),
            b"I am where I belong.\n".to_vec(),
            true,
        ),
    ];
    let mut offers = Vec::new();
    for (index, (name, bytes, wanted)) in files.into_iter().enumerate() {
        let path = folder.join(format!("{index}.bin"));
        fs::write(&path, &bytes)?;
        let (size, sha256) = (bytes.len(), digest(&bytes));
        offers.push(Offer {
            name,
            path,
            size,
            sha256,
            wanted,
        });
    }
    Ok(offers)
}

pub(super) fn digest(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Bytes without a pattern, the same each time.
fn noise(size: usize) -> Vec<u8> {
    let mut state = 1_u64;
    let mut bytes = Vec::with_capacity(size);
    while bytes.len() < size {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend(state.to_le_bytes());
    }
    bytes.truncate(size);
    bytes
}

/// A PNG with a gradient, without compression.
fn picture(width: u16, height: u16) -> Vec<u8> {
    let mut rows = Vec::new();
    for y in 0..height {
        rows.push(0); // no filter
        for x in 0..width {
            rows.extend([shade(x, width), shade(y, height), 160]);
        }
    }
    let mut header = Vec::new();
    header.extend(u32::from(width).to_be_bytes());
    header.extend(u32::from(height).to_be_bytes());
    header.extend([8, 2, 0, 0, 0]); // 8 bits a colour, RGB
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, data) in [
        (b"IHDR", header),
        (b"IDAT", stored(&rows)),
        (b"IEND", Vec::new()),
    ] {
        let mut chunk = kind.to_vec();
        chunk.extend(&data);
        png.extend(u32::try_from(data.len()).unwrap_or(u32::MAX).to_be_bytes());
        png.extend(&chunk);
        png.extend(crc32(&chunk).to_be_bytes());
    }
    png
}

fn shade(at: u16, of: u16) -> u8 {
    u8::try_from(u32::from(at) * 255 / u32::from(of)).unwrap_or(u8::MAX)
}

/// A zlib stream of stored blocks.
fn stored(bytes: &[u8]) -> Vec<u8> {
    const BLOCK: usize = 0xffff;
    let mut out = vec![0x78, 0x01];
    let blocks = bytes.chunks(BLOCK);
    let last = blocks.len().saturating_sub(1);
    for (index, block) in blocks.enumerate() {
        let size = u16::try_from(block.len()).unwrap_or(u16::MAX);
        out.push(u8::from(index == last));
        out.extend(size.to_le_bytes());
        out.extend((!size).to_le_bytes());
        out.extend(block);
    }
    let (mut a, mut b) = (1_u32, 0_u32);
    for byte in bytes {
        a = (a + u32::from(*byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    out.extend((b << 16 | a).to_be_bytes());
    out
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |mut crc, byte| {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 {
                crc >> 1 ^ 0xedb8_8320
            } else {
                crc >> 1
            };
        }
        crc
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_are_those_of_the_standards() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(stored(b"Wikipedia")[16..], [0x11, 0xe6, 0x03, 0x98]);
        assert_eq!(digest(b"")[..4], [0xe3, 0xb0, 0xc4, 0x42]);
    }
}
