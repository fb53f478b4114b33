//! Every file request the room knows, and how it moves.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use super::{Availability, Direction, FileRequest, FileStatus, Patch, Signal};

/// Requests kept at most. Finished ones go first, the oldest before the others.
pub(crate) const MAX_REQUESTS: usize = 10_000;

#[derive(Debug)]
struct Entry {
    request: FileRequest,
    /// When a message last spoke of it, in the engine's count of messages.
    touched: u64,
    /// Its number among all that became known: the order where times are equal or not told.
    born: u64,
    /// False once the terminal's history no longer has it. It stays readable for a while, since a
    /// program may still hold it.
    listed: bool,
    /// The status was concluded from silence; a message overrules it.
    inferred: bool,
    /// An accept or reject is under way.
    answering: bool,
    /// Size or name are still being asked for, so subscribers do not see it yet.
    incomplete: bool,
    announced: bool,
}

/// What a message changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    pub id: Arc<str>,
    /// Not known before.
    pub created: bool,
    /// The status is another one.
    pub status: bool,
    /// No longer in the terminal's history.
    pub unlisted: bool,
}

/// The file book.
#[derive(Debug, Default)]
pub(crate) struct Book {
    entries: HashMap<Arc<str>, Entry>,
    /// Requests that ever became known.
    births: u64,
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

    /// The id as it is kept here, so that many may hold it; a copy where it is not known.
    pub(crate) fn shared_id(&self, id: &str) -> Arc<str> {
        self.get(id)
            .map_or_else(|| id.into(), |request| request.id.clone())
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
            let request = &mut entry.request;
            if request.direction != direction || present.contains(&**id) {
                continue;
            }
            let concluded = match request.status {
                FileStatus::Waiting => Some(FileStatus::Rejected),
                FileStatus::Processing => Some(FileStatus::Failed),
                FileStatus::Processed if entry.listed => None,
                // Known only here; they stay until the book needs the room.
                _ => continue,
            };
            if entry.touched > asked_at {
                // It may be newer than the list, or an old message came late.
                doubt = true;
                continue;
            }
            if let Some(status) = concluded {
                request.status = status;
                entry.inferred = true;
            } else {
                entry.listed = false;
            }
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
        if !std::mem::replace(&mut entry.listed, false) {
            return None;
        }
        // An open request that leaves the list will not be answered any more.
        let open = !entry.request.is_finished();
        if open {
            entry.request.status = if entry.request.status == FileStatus::Waiting {
                FileStatus::Rejected
            } else {
                FileStatus::Failed
            };
            entry.inferred = true;
        }
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
            return entry.update(patch, status, now, truth);
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

    /// Many at once, so that a flood of requests does not cost a look at all of them for each.
    fn make_room(&mut self) {
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

impl Entry {
    fn new(
        id: Arc<str>,
        direction: Option<Direction>,
        status: Option<FileStatus>,
        born: u64,
    ) -> Self {
        Self {
            request: FileRequest {
                id,
                direction: direction.unwrap_or(Direction::Incoming),
                status: status.unwrap_or(FileStatus::Processing),
                file_name: "".into(),
                size: None,
                peer_id: None,
                peer_name: None,
                conference_id: None,
                created_at: None,
                file_id: None,
                percent: 0,
            },
            touched: 0,
            born,
            listed: true,
            inferred: false,
            answering: false,
            incomplete: false,
            announced: false,
        }
    }

    /// Takes in what a message says. Returns the change, if anything is another than before.
    fn update(
        &mut self,
        patch: &Patch<'_>,
        status: Option<FileStatus>,
        now: u64,
        truth: bool,
    ) -> Option<Change> {
        let request = &mut self.request;
        // Who, what and how big is told once; a later message fills gaps but rewrites nothing,
        // so that a name or size checked at the offer is the one that is saved.
        let mut changed = false;
        if request.file_name.is_empty()
            && let Some(name) = &patch.file_name
        {
            request.file_name = (&**name).into();
            changed = true;
        }
        changed |= fill(&mut request.size, patch.size.as_ref());
        changed |= fill_text(&mut request.peer_id, patch.peer_id.as_ref());
        changed |= fill_text(&mut request.peer_name, patch.peer_name.as_ref());
        changed |= fill_text(&mut request.conference_id, patch.conference_id.as_ref());
        changed |= fill(&mut request.created_at, patch.created_at.as_ref());
        if patch.file_id.is_some() && request.file_id != patch.file_id {
            request.file_id.clone_from(&patch.file_id);
            changed = true;
        }
        let percent = match status.unwrap_or(request.status) {
            FileStatus::Processed => 100,
            _ => request.percent.max(patch.percent.unwrap_or(0)),
        };
        changed |= std::mem::replace(&mut request.percent, percent) != percent;
        let before = request.status;
        if let Some(status) = status {
            request.status = status;
            self.inferred = false;
        }
        if request.status != FileStatus::Waiting {
            self.answering = false;
        }
        let moved = before != request.status;
        // Being in a list that is the truth brings a request back; a straggling event does not.
        changed |= truth && !std::mem::replace(&mut self.listed, true);
        self.touched = now;
        (changed || moved).then(|| Change {
            status: moved,
            ..self.change()
        })
    }

    fn change(&self) -> Change {
        Change {
            id: self.request.id.clone(),
            created: false,
            status: false,
            unlisted: false,
        }
    }
}

/// True when there was a gap and it is filled.
fn fill<T: Clone>(field: &mut Option<T>, value: Option<&T>) -> bool {
    let gap = field.is_none() && value.is_some();
    if gap {
        *field = value.cloned();
    }
    gap
}

fn fill_text(field: &mut Option<Arc<str>>, value: Option<&Cow<'_, str>>) -> bool {
    let gap = field.is_none() && value.is_some();
    if gap {
        *field = value.map(|text| Arc::from(&**text));
    }
    gap
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
