//! Every file request the room knows, and how it moves.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::RandomState;

use super::entry::{Change, Entry};
use super::{Availability, Direction, FileRequest, FileStatus, Patch, Signal};

/// The file book.
#[derive(Debug, Default)]
pub(crate) struct Book {
    /// The ids come from outside, so their places must not be foreseeable.
    pub(super) entries: HashMap<Arc<str>, Entry, RandomState>,
    /// Requests that ever became known.
    births: u64,
    /// Requests that became of no further use since such were last forgotten.
    pub(super) departed: usize,
    /// When a message last spoke of any of those that were forgotten.
    pub(super) forgotten: u64,
    pub(crate) availability: Option<Availability>,
    /// Requests that had to be forgotten.
    pub(crate) evicted: u64,
    /// Those of them that were still open.
    pub(crate) evicted_open: u64,
}

impl Book {
    pub(crate) fn get(&self, id: &str) -> Option<&FileRequest> {
        self.entries.get(id).map(|entry| &entry.request)
    }

    /// The id as it is kept here, so that many may hold it; none where it is not known.
    pub(crate) fn shared(&self, id: &str) -> Option<Arc<str>> {
        self.get(id).map(|request| request.id.clone())
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The requests the terminal still has, newest first.
    pub(crate) fn listed(&self) -> Vec<&FileRequest> {
        let mut list: Vec<&Entry> = self.entries.values().filter(|entry| entry.listed).collect();
        list.sort_by_key(|entry| std::cmp::Reverse((entry.request.created_at, entry.born)));
        list.into_iter().map(|entry| &entry.request).collect()
    }

    /// True for an incoming request that waits for an answer, unless its details are being asked
    /// for.
    pub(crate) fn is_presentable(&self, id: &str) -> bool {
        self.entries
            .get(id)
            .is_some_and(|entry| !entry.incomplete && is_offer(&entry.request))
    }

    pub(crate) fn is_announced(&self, id: &str) -> bool {
        self.entries.get(id).is_some_and(|entry| entry.announced)
    }

    pub(crate) fn set_announced(&mut self, id: &str) {
        if let Some(entry) = self.entries.get_mut(id) {
            entry.announced = true;
        }
    }

    /// What was being asked for will not be answered any more.
    pub(crate) fn forget_questions(&mut self) {
        for entry in self.entries.values_mut() {
            entry.incomplete = false;
        }
    }

    /// Incoming requests that wait for an answer and have been announced, oldest first: what a
    /// new subscriber begins with.
    pub(crate) fn waiting(&self) -> Vec<Arc<str>> {
        let mut list: Vec<&Entry> = self
            .entries
            .values()
            .filter(|entry| entry.announced && is_offer(&entry.request))
            .collect();
        list.sort_by_key(|entry| (entry.request.created_at, entry.born));
        list.into_iter()
            .map(|entry| entry.request.id.clone())
            .collect()
    }

    pub(crate) fn is_waiting_offer(&self, id: &str) -> bool {
        self.get(id).is_some_and(is_offer)
    }

    /// Marks a request whose details are being asked for, or are no longer.
    pub(crate) fn set_incomplete(&mut self, id: &str, incomplete: bool) {
        if let Some(entry) = self.entries.get_mut(id) {
            entry.incomplete = incomplete;
        }
    }

    pub(crate) fn is_answering(&self, id: &str) -> bool {
        self.entries.get(id).is_some_and(|entry| entry.answering)
    }

    pub(crate) fn set_answering(&mut self, id: &str, answering: bool) {
        if let Some(entry) = self.entries.get_mut(id) {
            entry.answering = answering;
        }
    }

    /// Applies an event. Events move a request forward only, whatever order they come in.
    /// Returns the change, and whether the event leaves a doubt that asking would settle.
    pub(crate) fn apply_event(
        &mut self,
        signal: Signal,
        patch: &Patch<'_>,
        now: u64,
    ) -> (Option<Change>, bool) {
        let Some(id) = &patch.id else {
            return (None, true);
        };
        let status = match signal {
            Signal::Offered | Signal::Sent => patch.status.or(Some(FileStatus::Waiting)),
            Signal::Accepted | Signal::Progress => Some(FileStatus::Processing),
            Signal::Rejected => Some(FileStatus::Rejected),
            Signal::Status => patch.status,
            Signal::Deleted => {
                if patch.direction.is_some() && !self.entries.contains_key(&**id) {
                    // What was said of it before may still come, and must not bring it back.
                    self.merge(id, patch, Some(FileStatus::Processed), now, false);
                }
                return (self.unlist(id, now), false);
            }
            Signal::Cleared | Signal::Availability => None,
        };
        let known = self.entries.get(&**id);
        if known.is_none() && (patch.direction.is_none() || status.is_none()) {
            return (None, true);
        }
        let backward = known.is_some_and(|entry| {
            let old = entry.request.status;
            !entry.inferred
                && status.is_some_and(|new| {
                    new.rank() < old.rank()
                        || (old.is_finished() && new.is_finished() && new != old)
                })
        });
        // An offer repeated, or progress that comes after the end, is ordinary; a status is not.
        let doubt = backward && signal == Signal::Status
            || known.map_or(!matches!(signal, Signal::Offered), |entry| {
                !entry.listed || entry.inferred
            });
        let status = if backward { None } else { status };
        (self.merge(id, patch, status, now, false), doubt)
    }

    /// Applies progress of a request that is under way, as [`Book::apply_event`] would; progress comes
    /// in floods. Returns whether anything changed; none for any other request, about which there is
    /// more to say.
    pub(crate) fn apply_progress(&mut self, id: &str, patch: &Patch<'_>, now: u64) -> Option<bool> {
        let entry = self.under_way(id)?;
        Some(entry.update(patch, None, now, false).is_some())
    }

    /// [`Book::apply_progress`] of a message that says nothing else that is new.
    pub(crate) fn apply_percent(&mut self, id: &str, percent: u8, now: u64) -> Option<bool> {
        Some(self.under_way(id)?.advance(percent, now))
    }

    fn under_way(&mut self, id: &str) -> Option<&mut Entry> {
        self.entries.get_mut(id).filter(|entry| {
            let under_way = entry.request.status == FileStatus::Processing;
            under_way && entry.listed && !entry.inferred
        })
    }

    /// Applies one entry of a list or of a getFileRequestInfo answer that was asked for at
    /// `asked_at`. It is the truth unless a later message spoke of the request.
    pub(crate) fn apply_answer(
        &mut self,
        patch: &Patch<'_>,
        now: u64,
        asked_at: u64,
    ) -> Option<Change> {
        let id = patch.id.as_ref()?;
        let status = match self.entries.get(&**id) {
            // A declined request may be listed as processed: there is no number for declined.
            Some(entry)
                if entry.request.status == FileStatus::Rejected
                    && !entry.inferred
                    && patch
                        .status
                        .is_none_or(|status| status == FileStatus::Processed)
                    && patch.file_id.is_none() =>
            {
                None
            }
            Some(entry) if entry.touched > asked_at => patch
                .status
                .filter(|new| new.rank() > entry.request.status.rank()),
            Some(_) => patch.status,
            // A number this library does not know is not one that waits for an answer.
            None => patch.status.or(Some(FileStatus::Processing)),
        };
        let truth = self
            .entries
            .get(&**id)
            .is_none_or(|entry| entry.touched <= asked_at);
        self.merge(id, patch, status, now, truth)
    }

    /// Concludes what became of the requests that a list asked for at `asked_at` left out. Also
    /// returns whether that leaves a doubt.
    pub(crate) fn apply_absence(
        &mut self,
        direction: Direction,
        present: &[Patch<'_>],
        now: u64,
        asked_at: u64,
    ) -> (Vec<Change>, bool) {
        let present: std::collections::HashSet<&str> = present
            .iter()
            .filter_map(|patch| patch.id.as_deref())
            .collect();
        let mut changes = Vec::new();
        let mut doubt = false;
        for (id, entry) in &mut self.entries {
            if entry.request.direction != direction || present.contains(&**id) {
                continue;
            }
            let concluded = match entry.request.status {
                FileStatus::Waiting => Some(FileStatus::Rejected),
                FileStatus::Processing => Some(FileStatus::Failed),
                FileStatus::Processed if entry.listed => None,
                // Known only here.
                _ => {
                    if entry.touched <= asked_at {
                        self.departed += usize::from(entry.leaves(|entry| entry.left_out = true));
                    }
                    continue;
                }
            };
            if entry.touched > asked_at {
                // It may be newer than the list, or an old message came late.
                doubt = true;
                continue;
            }
            let left = entry.leaves(|entry| {
                if let Some(status) = concluded {
                    entry.request.status = status;
                    entry.inferred = true;
                } else {
                    entry.listed = false;
                }
            });
            self.departed += usize::from(left);
            let change = Change {
                id: id.clone(),
                created: false,
                status: concluded.is_some(),
                unlisted: concluded.is_none(),
            };
            entry.answering = false;
            entry.touched = now;
            changes.push(change);
        }
        changes.sort_by(|a, b| a.id.cmp(&b.id));
        (changes, doubt)
    }

    /// All finished requests left the history.
    pub(crate) fn clear(&mut self, now: u64) -> Vec<Change> {
        let finished: Vec<Arc<str>> = self
            .entries
            .iter()
            .filter(|(_, entry)| entry.listed && entry.request.is_finished())
            .map(|(id, _)| id.clone())
            .collect();
        finished
            .iter()
            .filter_map(|id| self.unlist(id, now))
            .collect()
    }

    fn unlist(&mut self, id: &str, now: u64) -> Option<Change> {
        let entry = self.entries.get_mut(id)?;
        entry.touched = now;
        if !entry.listed {
            return None;
        }
        // An open request that leaves the list will not be answered any more.
        let open = !entry.request.is_finished();
        let left = entry.leaves(|entry| {
            entry.listed = false;
            if open {
                entry.request.status = if entry.request.status == FileStatus::Waiting {
                    FileStatus::Rejected
                } else {
                    FileStatus::Failed
                };
                entry.inferred = true;
            }
        });
        self.departed += usize::from(left);
        Some(Change {
            id: entry.request.id.clone(),
            created: false,
            status: open,
            unlisted: true,
        })
    }

    fn merge(
        &mut self,
        id: &str,
        patch: &Patch<'_>,
        status: Option<FileStatus>,
        now: u64,
        truth: bool,
    ) -> Option<Change> {
        if let Some(entry) = self.entries.get_mut(id) {
            let mut change = None;
            let left = entry.leaves(|entry| change = entry.update(patch, status, now, truth));
            self.departed += usize::from(left);
            return change;
        }
        self.make_room();
        self.births += 1;
        let mut entry = Entry::new(id.into(), patch.direction, status, self.births);
        // Its whole content is a change, and to be of this status another one.
        let mut change = entry.update(patch, status, now, truth);
        if change.is_none() {
            change = Some(entry.change());
        }
        self.entries.insert(entry.request.id.clone(), entry);
        change.map(|change| Change {
            created: true,
            status: true,
            ..change
        })
    }
}

fn is_offer(request: &FileRequest) -> bool {
    request.direction == Direction::Incoming && request.status == FileStatus::Waiting
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_of_one_message_and_one_time_keep_its_order() {
        let mut book = Book::default();
        let ids: Vec<Arc<str>> = (0..50).map(|n| Arc::from(format!("{n}"))).collect();
        for id in &ids {
            let patch = Patch {
                id: Some((&**id).into()),
                direction: Some(Direction::Incoming),
                status: Some(FileStatus::Waiting),
                created_at: Some(7),
                ..Patch::default()
            };
            book.apply_answer(&patch, 1, 1);
            assert!(book.is_presentable(id) && !book.is_announced(id));
            book.set_announced(id);
        }
        assert_eq!(book.waiting(), ids);
        let newest_first: Vec<_> = book.listed().iter().map(|found| found.id.clone()).collect();
        assert!(newest_first.iter().rev().eq(&ids));
    }
}
