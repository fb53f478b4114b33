//! Identifiers that look like the terminal's own, drawn from the seed.

use fastrand::Rng;

/// Lower-case UUID, as file requests have from 4.1 on.
pub(super) fn uuid(rng: &mut Rng) -> String {
    let bits = rng.u128(..);
    // Version 4, variant 1, so that strict readers take it.
    let bits = (bits & !(0xf << 76) | (0x4 << 76)) & !(0x3 << 62) | (0x2 << 62);
    let hex = format!("{bits:032x}");
    format!(
        "{}-{}-{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..]
    )
}

/// A token: kind, 16 characters, a decimal and a hexadecimal number, joined by asterisks.
/// Examples of the vendor begin with 1 for the API and 5 for the HTTP server.
pub(super) fn token(rng: &mut Rng, kind: u8) -> String {
    let text: String = (0..16).map(|_| rng.alphanumeric()).collect();
    format!("{kind}*{text}*{}*{:x}", rng.u32(..), rng.u64(..))
}

/// A file id of nine digits.
pub(super) fn file_id(rng: &mut Rng) -> i64 {
    rng.i64(100_000_000..1_000_000_000)
}

/// A session id such as `0000016f35f42ef6@example.test#vcs`.
pub(super) fn conference(rng: &mut Rng, server: &str) -> String {
    format!("{:016x}@{server}#vcs", rng.u64(..) >> 20)
}

/// A PIN of four digits.
pub(super) fn pin(rng: &mut Rng) -> String {
    format!("{:04}", rng.u32(..10_000))
}

/// A chat id, a hash in 32 hexadecimal digits, the same for the same peer.
pub(super) fn chat(peer: &str) -> String {
    let mut hash: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    for byte in peer.bytes() {
        hash = (hash ^ u128::from(byte)).wrapping_mul(0x0100_0000_0000_0000_0000_013b);
    }
    format!("{hash:032x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_depend_on_the_seed_only() {
        let draw = |seed| {
            let mut rng = Rng::with_seed(seed);
            (uuid(&mut rng), token(&mut rng, 1), file_id(&mut rng))
        };
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
    }

    #[test]
    fn a_uuid_has_the_usual_form() {
        let id = uuid(&mut Rng::with_seed(1));
        assert_eq!(id.len(), 36);
        assert_eq!(&id[14..15], "4");
        assert!("89ab".contains(&id[19..20]));
        assert_eq!(id, id.to_lowercase());
    }
}
