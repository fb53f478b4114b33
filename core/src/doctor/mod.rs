//! Looks at a terminal without changing it: what differs from the catalogue, and which of the
//! known variants it speaks.
//!
//! [`examine`] connects, sends the queries of the catalogue, listens for a while and returns a
//! [`Report`]. Everything but the visit itself is pure: messages in, findings out.

mod analysis;
mod compare;
mod config;
mod findings;
mod plan;
mod privacy;
mod report;
mod text;
mod variants;
mod visit;

use std::time::Duration;

pub use findings::{Difference, File, Finding};
pub use report::{Queries, REPORT_VERSION, Report};
pub use visit::examine;

/// What a user is told before the doctor connects.
pub const NOTICE: &str = "\
The doctor only asks: no setting is changed, no call or file is touched, and no value but codes is
kept. It counts as a client, though: the terminal keeps one connection for each role, so another
program in the same role loses its connection to the doctor.
";

/// How to examine.
#[derive(Debug, Clone)]
pub struct DoctorOptions {
    /// How long to listen to events after the queries. Default 60 s.
    pub watch: Duration,
    /// Whether to ask the terminal's HTTP server for one received file, to find out its address.
    /// Only the head of the answer is read. Default true.
    pub downloads: bool,
}

impl Default for DoctorOptions {
    fn default() -> Self {
        Self {
            watch: Duration::from_secs(60),
            downloads: true,
        }
    }
}
