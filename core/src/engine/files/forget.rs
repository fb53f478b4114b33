//! What the book forgets: a room may live for years, and every file leaves an entry.

use std::sync::Arc;

use super::{Book, Patch};

/// Requests kept at most. Finished ones go first, the oldest before the others.
pub(crate) const MAX_REQUESTS: usize = 10_000;

/// Requests kept after they are finished and the terminal no longer has them, for programs that
/// still look at them. So many more gather before the oldest go, all at once, so that looking for
/// these costs little for each.
pub(crate) const KEPT: usize = 256;

impl Book {
    /// True when it is time for [`Book::forget`].
    pub(crate) fn is_crowded(&self) -> bool {
        self.departed >= KEPT
    }

    /// Forgets requests that are finished and that the terminal no longer has, the oldest first,
    /// but for the newest [`KEPT`] and for those that somebody waits for.
    pub(crate) fn forget(&mut self, is_awaited: impl Fn(&str) -> bool) {
        self.departed = 0;
        let gone = self.entries.iter().filter(|(id, entry)| {
            // Its answer is still to come where it is being answered.
            entry.is_gone() && !entry.answering && !is_awaited(id)
        });
        let mut gone: Vec<(u64, u64, Arc<str>)> = gone
            .map(|(id, entry)| (entry.touched, entry.born, id.clone()))
            .collect();
        gone.sort_unstable();
        gone.truncate(gone.len().saturating_sub(KEPT));
        for (touched, _, id) in &gone {
            self.entries.remove(id);
            self.forgotten = self.forgotten.max(*touched);
        }
        self.evicted += gone.len() as u64;
        // A flood leaves room for all of it behind.
        if self.entries.capacity() / 4 > self.entries.len() + KEPT {
            self.entries.shrink_to(2 * self.entries.len());
        }
    }

    /// True for an entry of a list that may be a request which was forgotten since the list was
    /// asked for at `asked_at`, and not a new one.
    pub(crate) fn may_be_forgotten(&self, patch: &Patch<'_>, asked_at: u64) -> bool {
        let is_unknown = |id: &str| !self.entries.contains_key(id);
        asked_at < self.forgotten && patch.id.as_deref().is_some_and(is_unknown)
    }

    /// Many at once, so that a flood of requests does not cost a look at all of them for each.
    pub(super) fn make_room(&mut self) {
        if self.entries.len() < MAX_REQUESTS {
            return;
        }
        let mut order: Vec<(bool, bool, u64, Arc<str>)> = self
            .entries
            .iter()
            .map(|(id, e)| (!e.request.is_finished(), e.listed, e.touched, id.clone()))
            .collect();
        order.sort_unstable();
        for (open, _, _, id) in order.iter().take(MAX_REQUESTS / 20) {
            self.entries.remove(id);
            self.evicted += 1;
            self.evicted_open += u64::from(*open);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Direction, FileStatus, Signal};
    use super::*;

    fn patch(id: &str, status: FileStatus) -> Patch<'_> {
        Patch {
            id: Some(id.into()),
            direction: Some(Direction::Incoming),
            status: Some(status),
            ..Patch::default()
        }
    }

    fn add(book: &mut Book, id: &str, status: FileStatus, now: u64) {
        book.apply_event(Signal::Status, &patch(id, status), now);
    }

    fn pass(book: &mut Book, id: &str, now: u64) {
        add(book, id, FileStatus::Processed, now);
        book.apply_event(Signal::Deleted, &patch(id, FileStatus::Processed), now);
    }

    #[test]
    fn of_many_files_that_pass_the_newest_are_kept() {
        let mut book = Book::default();
        let (mut looks, mut most) = (0, 0);
        for now in 1..=10_000 {
            pass(&mut book, &now.to_string(), now);
            if book.is_crowded() {
                looks += 1;
                book.forget(|_| false);
                assert!(!book.is_crowded());
            }
            most = most.max(book.len());
        }
        assert_eq!(looks, 10_000 / KEPT, "many at once");
        assert!(most <= 2 * KEPT, "{most}");
        let first_known = (1..=10_000).position(|id| book.get(&format!("{id}")).is_some());
        let known = 10_000 - first_known.unwrap();
        assert!(known >= KEPT && known == book.len(), "{known}");
        assert!(book.entries.capacity() < 16 * KEPT);
    }

    #[test]
    fn what_is_still_of_use_is_never_forgotten() {
        let mut book = Book::default();
        add(&mut book, "waiting", FileStatus::Waiting, 1);
        add(&mut book, "moving", FileStatus::Processing, 1);
        add(&mut book, "listed", FileStatus::Processed, 1);
        pass(&mut book, "awaited", 1);
        add(&mut book, "being answered", FileStatus::Waiting, 1);
        book.set_answering("being answered", true);
        book.apply_event(
            Signal::Deleted,
            &patch("being answered", FileStatus::Waiting),
            1,
        );
        pass(&mut book, "of no use", 2);
        for now in 3..=1000 {
            pass(&mut book, &now.to_string(), now);
        }
        assert!(book.is_crowded());
        book.forget(|id| id == "awaited");
        for id in ["waiting", "moving", "listed", "awaited", "being answered"] {
            assert!(book.get(id).is_some(), "{id}");
        }
        assert!(book.get("of no use").is_none());
        assert_eq!(book.len(), KEPT + 5);
        assert_eq!(book.evicted_open, 0);
    }

    #[test]
    fn declined_ones_that_no_list_has_are_forgotten_unless_one_has_them_again() {
        let mut book = Book::default();
        for now in 1..=1000 {
            add(&mut book, &now.to_string(), FileStatus::Rejected, now);
        }
        assert!(!book.is_crowded(), "the terminal may have them");
        let (changes, _) = book.apply_absence(Direction::Incoming, &[], 1001, 1001);
        assert!(changes.is_empty() && book.listed().len() == 1000);
        book.apply_answer(&patch("1", FileStatus::Processed), 1002, 1002);
        assert!(book.is_crowded());
        book.forget(|_| false);
        assert_eq!(book.len(), KEPT + 1);
        assert!(book.get("1").is_some() && book.get("2").is_none());
        book.apply_absence(Direction::Incoming, &[], 1003, 1003);
        assert!(!book.is_crowded(), "each of them leaves once");
    }

    #[test]
    fn a_list_asked_for_before_may_name_what_is_forgotten() {
        let mut book = Book::default();
        for now in 1..=1000 {
            pass(&mut book, &now.to_string(), now);
        }
        book.forget(|_| false);
        let last_forgotten = 1000 - KEPT as u64;
        let entry = |id| patch(id, FileStatus::Processed);
        assert!(book.may_be_forgotten(&entry("1"), last_forgotten - 1));
        assert!(!book.may_be_forgotten(&entry("1000"), 1), "it is known");
        assert!(!book.may_be_forgotten(&entry("new"), last_forgotten));
        assert!(!book.may_be_forgotten(&Patch::default(), 1));
    }
}
