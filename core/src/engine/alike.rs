//! What two texts have in common.

/// How much of the beginning is the same, in bytes.
pub(super) fn common_start(one: &[u8], other: &[u8]) -> usize {
    let chunks = one.as_chunks::<16>().0.iter().zip(other.as_chunks().0);
    let start = 16 * chunks.take_while(|(one, other)| one == other).count();
    let rest = one.iter().skip(start).zip(other.iter().skip(start));
    start + rest.take_while(|(one, other)| one == other).count()
}

/// How much of the end is the same, in bytes.
pub(super) fn common_end(one: &[u8], other: &[u8]) -> usize {
    let chunks = one.as_rchunks::<16>().1.iter().rev();
    let chunks = chunks.zip(other.as_rchunks().1.iter().rev());
    let end = 16 * chunks.take_while(|(one, other)| one == other).count();
    let rest = one.iter().rev().skip(end).zip(other.iter().rev().skip(end));
    end + rest.take_while(|(one, other)| one == other).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_counted_to_the_byte() {
        for length in 0..70 {
            for at in 0..length {
                let one: Vec<u8> = (0..length).collect();
                let mut other = one.clone();
                other[usize::from(at)] = 200;
                assert_eq!(common_start(&one, &other), usize::from(at));
                assert_eq!(common_end(&one, &other), usize::from(length - at - 1));
            }
            let one = vec![7; usize::from(length)];
            let longer = vec![7; usize::from(length) + 3];
            assert_eq!(common_start(&one, &longer), one.len());
            assert_eq!(common_end(&longer, &one), one.len());
        }
    }
}
