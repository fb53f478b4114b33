//! The core's log records, for `logging`.

use pyo3::prelude::*;
use trueroom::host::{self, Level};

use crate::dispatch::{self, Bell};
use crate::guard;

/// Asks for records of a level of Python's `logging` and above; None turns them off. `doorbell` is
/// called on the dispatch thread when there are some.
#[pyfunction]
pub(crate) fn set_log_level(
    py: Python<'_>,
    level: Option<u32>,
    doorbell: Py<PyAny>,
) -> PyResult<()> {
    guard::enter(py, || {
        let level = match level {
            None | Some(41..) => Level::Off,
            Some(31..=40) => Level::Error,
            Some(21..=30) => Level::Warn,
            Some(11..=20) => Level::Info,
            Some(6..=10) => Level::Debug,
            Some(0..=5) => Level::Trace,
        };
        let ringer = dispatch::ringer(py)?;
        let bell = Bell::new(doorbell);
        host::set_log_level(level, move || ringer.ring(&bell));
        Ok(())
    })
}

/// Level of `logging`, target, message.
type Line = (u32, String, String);

/// What has come, as `(level of logging, target, message)`, and how many records were dropped.
#[pyfunction]
pub(crate) fn take_logs(py: Python<'_>) -> PyResult<(Vec<Line>, u64)> {
    guard::enter(py, || {
        let (records, dropped) = host::take_logs();
        let records = records.into_iter().map(|record| {
            let level = match record.level {
                "ERROR" => 40,
                "WARN" => 30,
                "INFO" => 20,
                "DEBUG" => 10,
                _ => 5,
            };
            (level, record.target, record.message)
        });
        Ok((records.collect(), dropped))
    })
}
