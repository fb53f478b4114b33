//! The line that a client prints.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::usage;

/// A case while it runs.
pub struct Measurement {
    start: Instant,
    cpu: Duration,
}

/// What came of a case.
pub struct Measured {
    count: usize,
    elapsed: Duration,
    cpu: Duration,
    times: Vec<Duration>,
    value: Option<f64>,
}

impl Measurement {
    /// Starts now.
    #[must_use]
    pub fn start() -> Self {
        Self {
            cpu: usage::cpu(),
            start: Instant::now(),
        }
    }

    /// The time since the start.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    /// Ends now, after `count` calls or events; `times` has how long each took, if that is known.
    #[must_use]
    pub fn end(self, count: usize, times: Vec<Duration>) -> Measured {
        Measured {
            count,
            elapsed: self.start.elapsed(),
            cpu: usage::cpu().saturating_sub(self.cpu),
            times,
            value: None,
        }
    }
}

impl Measured {
    /// Another value than how many there were in a second.
    #[must_use]
    pub fn with_value(self, value: f64) -> Self {
        Self {
            value: Some(value),
            ..self
        }
    }

    /// One JSON object, as benchmarks/README.md describes it.
    #[must_use]
    pub fn line(mut self, case: &str) -> Value {
        self.times.sort_unstable();
        let at = |part: usize| {
            let time = self.times.get(self.times.len() * part / 100)?;
            Some(time.as_secs_f64() * 1e6)
        };
        // A count of a few seconds fits a float.
        #[allow(clippy::cast_precision_loss)]
        let count = self.count as f64;
        json!({
            "case": case,
            "value": self.value.unwrap_or(count / self.elapsed.as_secs_f64()),
            "p50_us": at(50),
            "p99_us": at(99),
            "cpu_us": self.cpu.as_secs_f64() * 1e6 / count,
            "peak_kb": usage::peak_kb(),
        })
    }
}
