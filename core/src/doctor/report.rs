//! What the doctor found out, as data.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

use crate::engine::Generation;

use super::findings::{Finding, Seen};

/// The version of the report's form. `cargo xtask merge-report` refuses others.
pub const REPORT_VERSION: u32 = 1;

/// What the doctor found out. It holds names, types, codes and counts, and no other values.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// [`REPORT_VERSION`].
    pub version: u32,
    /// The version of this library.
    pub trueroom: &'static str,
    /// The terminal's version, such as `5.0.1.2`; none when it did not tell.
    pub product: Option<String>,
    /// True when the terminal is the simulator, whose answers prove nothing.
    pub simulator: bool,
    /// The API version that was agreed on.
    pub api_version: Option<u8>,
    /// `current` from product 4.1 on, `legacy` before; none when nothing showed it.
    pub generation: Option<Generation>,
    /// How long events were listened to, in milliseconds, after the last query.
    #[serde(serialize_with = "milliseconds")]
    pub watched: Duration,
    /// The kind of error that ended it early, such as `Superseded`; none when none did.
    pub ended: Option<String>,
    /// What became of the queries.
    pub queries: Queries,
    /// How often each event came.
    pub events: BTreeMap<String, u64>,
    /// How often each form of each variable thing was met.
    pub variants: BTreeMap<String, BTreeMap<String, u64>>,
    /// Differences from the catalogue.
    pub findings: Vec<Finding>,
    /// Messages that were no JSON objects.
    pub unreadable: u64,
    /// Fields that came as the catalogue has them, by file and entry of the catalogue.
    pub seen: Seen,
}

/// What became of the queries.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Queries {
    /// Answered.
    pub answered: Vec<String>,
    /// Refused, with the code where there was one.
    pub refused: BTreeMap<String, Option<i64>>,
    /// Without an answer in time.
    pub silent: Vec<String>,
    /// Not asked, and why.
    pub not_asked: BTreeMap<String, String>,
}

impl Report {
    /// The report as one line of JSON.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_else(|_| "null".to_owned())
    }
}

fn milliseconds<S: serde::Serializer>(time: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(u64::try_from(time.as_millis()).unwrap_or(u64::MAX))
}
