//! How the comparison of the file book with the terminal's lists goes on.

use super::Time;

/// The state of the comparison with the terminal's own lists.
#[derive(Debug, Default)]
pub(crate) struct Sync {
    /// Lists of this round that are still to come.
    pub(super) outstanding: u8,
    /// Lists of this round that came.
    pub(super) came: u8,
    /// A list of this round was not answered.
    pub(super) missed: bool,
    /// How often questions had to be asked again, since a round was complete.
    pub(super) failures: u32,
    /// Details of offers that are being asked for.
    pub(super) details: u32,
    /// Another round has to follow this one.
    pub(super) again: bool,
    /// This round has gone on to the other generation already.
    pub(super) tried_both: bool,
    /// The first round of this connection is over.
    pub(super) settled: bool,
    /// A round has brought the lists before, on this connection or an earlier one: what the next
    /// one finds are changes, not the beginning.
    pub(super) seen: bool,
    pub(super) next: Option<Time>,
}

impl Sync {
    pub(crate) fn is_settled(&self) -> bool {
        self.settled
    }

    pub(crate) fn is_asking(&self) -> bool {
        self.outstanding > 0
    }

    pub(crate) fn next_timeout(&self) -> Option<Time> {
        self.next
    }

    pub(super) fn sooner(&mut self, at: Time) {
        self.next = Some(self.next.map_or(at, |next| next.min(at)));
    }
}
