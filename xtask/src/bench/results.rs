//! What was measured.

use serde::{Deserialize, Serialize};

use super::cases::Case;
use super::clients::Client;
use super::statistics::{self, Spread};

/// The line that a client prints, one case of one round.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(super) struct Line {
    /// In the case's unit.
    pub(super) value: f64,
    pub(super) p50_us: Option<f64>,
    pub(super) p99_us: Option<f64>,
    /// User and system time of the client for each request or event.
    pub(super) cpu_us: Option<f64>,
    pub(super) peak_kb: Option<f64>,
}

/// All rounds of one client in one case.
pub(super) struct Row<'a> {
    pub(super) case: &'static Case,
    pub(super) client: &'a Client,
    /// None: it failed in this round.
    pub(super) rounds: Vec<Option<Line>>,
    /// Why it failed. It is not tried again.
    pub(super) failure: Option<String>,
}

impl Row<'_> {
    pub(super) fn samples(&self, field: fn(&Line) -> Option<f64>) -> Vec<Option<f64>> {
        self.rounds
            .iter()
            .map(|line| line.as_ref().and_then(field))
            .collect()
    }

    pub(super) fn spread(&self, field: fn(&Line) -> Option<f64>) -> Option<Spread> {
        statistics::spread(self.samples(field).into_iter().flatten())
    }

    pub(super) fn median(&self, field: fn(&Line) -> Option<f64>) -> Option<f64> {
        self.spread(field).map(|spread| spread.median)
    }
}

/// The rows of all cases: case by case, in each the clients in the table's order.
pub(super) struct Results<'a> {
    pub(super) rows: Vec<Row<'a>>,
}

impl Results<'_> {
    /// How many times better trueroom is than this client in this case.
    pub(super) fn ratio(&self, theirs: &Row) -> Option<Spread> {
        let more = theirs.case.unit.more_is_better;
        self.compared(theirs, |line| Some(line.value), more)
    }

    /// How many times less processor time trueroom needs.
    pub(super) fn cpu_ratio(&self, theirs: &Row) -> Option<Spread> {
        self.compared(theirs, |line| line.cpu_us, false)
    }

    /// How many times better trueroom is here than in the case it should be like.
    pub(super) fn likeness(&self, here: &Row) -> Option<Spread> {
        let more = here.case.unit.more_is_better;
        self.likeness_in(here, |line| Some(line.value), more)
    }

    /// How many times less processor time it needs here than there.
    pub(super) fn cpu_likeness(&self, here: &Row) -> Option<Spread> {
        self.likeness_in(here, |line| line.cpu_us, false)
    }

    fn likeness_in(
        &self,
        here: &Row,
        field: fn(&Line) -> Option<f64>,
        more_is_better: bool,
    ) -> Option<Spread> {
        let like = here.case.like?;
        let there = self
            .rows
            .iter()
            .find(|row| row.case.name == like && std::ptr::eq(row.client, here.client))?;
        statistics::ratio(&here.samples(field), &there.samples(field), more_is_better)
    }

    fn compared(
        &self,
        theirs: &Row,
        field: fn(&Line) -> Option<f64>,
        more_is_better: bool,
    ) -> Option<Spread> {
        if theirs.client.is_ours() || !theirs.client.is_rival() {
            return None;
        }
        let ours = self.rows.iter().find(|row| {
            row.case.name == theirs.case.name
                && row.client.language == theirs.client.language
                && row.client.is_ours()
        })?;
        statistics::ratio(&ours.samples(field), &theirs.samples(field), more_is_better)
    }
}
