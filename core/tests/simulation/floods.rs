//! Floods of files, of which the book forgets the most.

use trueroom::Filter;

use crate::world::World;

/// Finished requests that the book keeps after the terminal has removed them; as many more gather
/// before it forgets them.
const KEPT: usize = 256;

#[derive(Debug, Default)]
pub(crate) struct Floods {
    /// Files that came in floods.
    files: usize,
    /// How many files of the terminal the room knew when it was last looked at.
    known: usize,
    /// A subscriber of changes keeps what it has not taken in the book.
    had_changes: bool,
    pub forgotten: u64,
}

impl World {
    pub(crate) fn flood(&mut self) {
        let now_ms = u64::try_from(self.now.as_millis()).expect("a short simulation");
        let before = self.terminal.files.all.len();
        let out = self.terminal.flood(&mut self.rng, now_ms);
        self.floods.files += self.terminal.files.all.len() - before;
        self.note(|| format!("a flood of {} messages", out.len()));
        self.transmit(out);
    }

    /// The book may hold what the terminal has, and a few hundred that it no longer has.
    pub(crate) fn most_requests(&mut self) -> usize {
        let mut filters = self.subs.iter().map(|sub| &sub.filter);
        self.floods.had_changes |= filters.any(|filter| *filter == Filter::Changes);
        if self.floods.files == 0 || self.floods.had_changes {
            return usize::MAX;
        }
        let others = self.terminal.files.all.len() - self.floods.files;
        self.engine.files().len() + others + 2 * KEPT
    }

    /// What comes of a request that was forgotten is news, to the program as well.
    pub(crate) fn note_forgotten(&mut self) {
        let known = self.engine.sizes().1;
        let before = std::mem::replace(&mut self.floods.known, known);
        if known >= before {
            return;
        }
        self.floods.forgotten += (before - known) as u64;
        let engine = &self.engine;
        for sub in &mut self.subs {
            sub.taken.retain(|id, _| engine.file(id).is_some());
        }
        for call in self.checks.calls.values_mut() {
            let about = call.file.as_deref();
            if about.is_some_and(|id| engine.file(id).is_none()) {
                call.file = None;
            }
        }
    }
}
