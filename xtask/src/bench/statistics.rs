//! Figures of a few samples.

/// What is told of the samples of one client in one case.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Spread {
    pub(super) median: f64,
    pub(super) min: f64,
    pub(super) max: f64,
}

/// None without samples.
pub(super) fn spread(samples: impl IntoIterator<Item = f64>) -> Option<Spread> {
    let mut samples: Vec<f64> = samples.into_iter().collect();
    samples.sort_by(f64::total_cmp);
    let middle = samples.len() / 2;
    let upper = *samples.get(middle)?;
    let median = if samples.len().is_multiple_of(2) {
        f64::midpoint(samples[middle - 1], upper)
    } else {
        upper
    };
    Some(Spread {
        median,
        min: samples[0],
        max: samples[samples.len() - 1],
    })
}

/// How many times better `ours` is than `theirs`: the ratio in each round in which both were
/// measured, and of those the spread. A slow round of the machine is in both of a pair.
pub(super) fn ratio(
    ours: &[Option<f64>],
    theirs: &[Option<f64>],
    more_is_better: bool,
) -> Option<Spread> {
    let pairs = ours.iter().zip(theirs).filter_map(|(ours, theirs)| {
        let (ours, theirs) = ((*ours)?, (*theirs)?);
        let ratio = if more_is_better {
            ours / theirs
        } else {
            theirs / ours
        };
        ratio.is_finite().then_some(ratio)
    });
    spread(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_or_between_the_two_in_the_middle() {
        let median = |samples: &[f64]| spread(samples.iter().copied()).map(|s| s.median);
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[3.0, 1.0, 100.0]), Some(3.0));
        assert_eq!(median(&[4.0, 1.0, 100.0, 2.0]), Some(3.0));
    }

    #[test]
    fn the_spread_is_from_the_least_to_the_most() {
        let spread = spread([3.0, 1.0, 2.0]).map(|s| (s.min, s.max));
        assert_eq!(spread, Some((1.0, 3.0)));
    }

    #[test]
    fn ratios_are_of_pairs() {
        // The second round was slow for both: the medians' ratio would be 4, the pairs' is 2.
        let ours = [Some(20.0), Some(2.0), Some(40.0)];
        let theirs = [Some(10.0), Some(1.0), Some(5.0)];
        let median = |more| ratio(&ours, &theirs, more).map(|s| s.median);
        assert_eq!((median(true), median(false)), (Some(2.0), Some(0.5)));
    }

    #[test]
    fn a_round_without_its_partner_does_not_count() {
        let ours = [Some(20.0), None, Some(30.0)];
        let theirs = [Some(10.0), Some(1.0), None];
        let median = ratio(&ours, &theirs, true).map(|s| s.median);
        assert_eq!(median, Some(2.0));
        assert_eq!(ratio(&[None], &theirs, true), None);
        assert_eq!(ratio(&[Some(1.0)], &[Some(0.0)], true), None);
    }
}
