//! Which calls fall due, in order.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use super::Time;
use super::calls::CallId;

type Entry = (Time, CallId);

/// Deadlines of calls. Those of calls that settled stay behind until they surface, or are swept out.
#[derive(Debug, Default)]
pub(super) struct Deadlines {
    /// In order: nearly all calls have the same timeout, so that each falls due after the last.
    queue: VecDeque<Entry>,
    /// Those that fall due before one that was added earlier.
    early: BinaryHeap<Reverse<Entry>>,
}

impl Deadlines {
    pub(super) fn len(&self) -> usize {
        self.queue.len() + self.early.len()
    }

    pub(super) fn add(&mut self, deadline: Time, id: CallId) {
        let entry = (deadline, id);
        match self.queue.back() {
            Some(last) if *last > entry => self.early.push(Reverse(entry)),
            _ => self.queue.push_back(entry),
        }
    }

    /// The first that falls due.
    pub(super) fn first(&self) -> Option<Entry> {
        let queued = self.queue.front().copied();
        match (queued, self.early.peek()) {
            (Some(queued), Some(Reverse(early))) => Some(queued.min(*early)),
            (queued, early) => queued.or_else(|| early.map(|Reverse(entry)| *entry)),
        }
    }

    /// Takes the first out.
    pub(super) fn pop(&mut self) {
        if self.first() == self.queue.front().copied() {
            self.queue.pop_front();
        } else {
            self.early.pop();
        }
    }

    /// Keeps the calls for which `keep` says so.
    pub(super) fn sweep(&mut self, keep: impl Fn(CallId) -> bool) {
        self.queue.retain(|(_, id)| keep(*id));
        self.early.retain(|Reverse((_, id))| keep(*id));
    }

    /// Takes all out, and keeps no more room than one call after the other needs.
    pub(super) fn clear(&mut self) {
        self.queue.clear();
        self.queue.shrink_to(4);
        self.early = BinaryHeap::new();
    }
}
