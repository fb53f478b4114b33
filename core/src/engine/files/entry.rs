//! One request in the book, and how messages change it.

use std::borrow::Cow;
use std::sync::Arc;

use super::{Direction, FileRequest, FileStatus, Patch};

/// A request, and what the book remembers of it.
#[derive(Debug)]
pub(super) struct Entry {
    pub request: FileRequest,
    /// When a message last spoke of it, in the engine's count of messages.
    pub touched: u64,
    /// Its number among all that became known: the order where times are equal or not told.
    pub born: u64,
    /// False once the terminal's history no longer has it. It stays readable for a while, since a
    /// program may still hold it.
    pub listed: bool,
    /// It is finished, and a list left it out although nothing said that it was removed: those that
    /// were declined or have failed may not be in any.
    pub left_out: bool,
    /// The status was concluded from silence; a message overrules it.
    pub inferred: bool,
    /// An accept or reject is under way.
    pub answering: bool,
    /// Size or name are still being asked for, so subscribers do not see it yet.
    pub incomplete: bool,
    pub announced: bool,
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

impl Entry {
    pub(super) fn new(
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
            left_out: false,
            inferred: false,
            answering: false,
            incomplete: false,
            announced: false,
        }
    }

    /// Takes in what a message says. Returns the change, if anything is another than before.
    pub(super) fn update(
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
        self.left_out &= !truth;
        self.touched = now;
        (changed || moved).then(|| Change {
            status: moved,
            ..self.change()
        })
    }

    /// True when nothing more happens to it and the terminal does not have it any more.
    pub(super) fn is_gone(&self) -> bool {
        (!self.listed || self.left_out) && self.request.is_finished()
    }

    /// Does something with it; true when it is gone by that.
    pub(super) fn leaves(&mut self, act: impl FnOnce(&mut Self)) -> bool {
        let before = self.is_gone();
        act(self);
        !before && self.is_gone()
    }

    /// Takes in how far it is; true when that is further than before.
    pub(super) fn advance(&mut self, percent: u8, now: u64) -> bool {
        let further = percent > self.request.percent;
        self.request.percent = self.request.percent.max(percent);
        self.touched = now;
        further
    }

    pub(super) fn change(&self) -> Change {
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
