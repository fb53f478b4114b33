//! What the process holds, and whether that grows.

use std::fs;

use trueroom_benchmarks::usage;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
    pub(crate) seconds: f64,
    pub(crate) rss_kb: f64,
    pub(crate) tasks: usize,
    pub(crate) threads: usize,
    pub(crate) descriptors: usize,
}

// Kilobytes of a process fit a float.
#[allow(clippy::cast_precision_loss)]
pub(crate) fn sample(seconds: f64) -> Sample {
    let entries = |folder: &str| fs::read_dir(folder).map_or(0, Iterator::count);
    Sample {
        seconds,
        rss_kb: usage::resident_kb().unwrap_or_default() as f64,
        tasks: tokio::runtime::Handle::current()
            .metrics()
            .num_alive_tasks(),
        threads: entries("/proc/self/task"),
        descriptors: entries("/proc/self/fd"),
    }
}

/// Growth per unit of the first coordinate, by least squares.
#[allow(clippy::cast_precision_loss)]
pub(crate) fn slope(points: &[(f64, f64)]) -> f64 {
    let count = points.len() as f64;
    let mean_x = points.iter().map(|(x, _)| x).sum::<f64>() / count;
    let mean_y = points.iter().map(|(_, y)| y).sum::<f64>() / count;
    let square: f64 = points.iter().map(|(x, _)| (x - mean_x).powi(2)).sum();
    let product = |(x, y): &(f64, f64)| (x - mean_x) * (y - mean_y);
    if square > 0.0 {
        points.iter().map(product).sum::<f64>() / square
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::slope;

    #[test]
    fn a_line_has_its_slope_and_a_point_has_none() {
        let line = slope(&[(0.0, 5.0), (1.0, 7.0), (2.0, 9.0)]);
        assert!((line - 2.0).abs() < 1e-9, "{line}");
        assert!(slope(&[(1.0, 5.0), (1.0, 7.0)]).abs() < 1e-9);
    }
}
