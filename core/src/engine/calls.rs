//! The table of calls in flight.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use rustc_hash::FxHashMap;

use super::Time;
use super::deadlines::Deadlines;
use super::files::{Direction, Generation};
use super::live::Part;

/// Identifies a call of this room; its decimal form is the `requestId` on the wire.
pub type CallId = u64;

/// More calls than this at once means that the program does not wait for answers at all.
pub(crate) const MAX_IN_FLIGHT: usize = 65_536;

/// Why a command was sent, which decides what its answer means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// The program called; it gets the answer.
    User,
    /// The program accepts or rejects a file request; it gets the answer, the book the outcome.
    Answer { id: Arc<str>, accept: bool },
    /// The program started a flow; it gets its outcome, which is not the answer.
    Flow,
    /// Who is logged in, before the command of this flow is sent.
    FlowOwner(CallId),
    /// Whether what this flow is for has been reached.
    FlowReached(CallId),
    /// A part of the live mirror.
    Live { part: Part, asked_at: u64 },
    /// Handshake: choose the API version.
    ApiVersion(&'static str),
    /// Handshake: authorize.
    Auth,
    /// Reconcile one list of file requests.
    List {
        direction: Direction,
        generation: Generation,
        asked_at: u64,
    },
    /// Fill in what an offer did not say.
    Info { id: Arc<str>, asked_at: u64 },
    /// Whether files can be sent and received.
    Availability,
}

impl Purpose {
    /// True where a caller outside the engine waits for the answer.
    pub(crate) fn has_waiter(&self) -> bool {
        matches!(self, Self::User | Self::Answer { .. })
    }
}

#[derive(Debug)]
pub(crate) struct Pending {
    pub method: Cow<'static, str>,
    pub purpose: Purpose,
    /// From the catalogue; what the catalogue does not know counts as an action.
    pub query: bool,
    /// The request's text where it may be sent again after a reconnect.
    pub again: Option<super::Text>,
    /// False while it waits for a connection.
    pub sent: bool,
    pub deadline: Time,
    pub timeout: Duration,
}

#[derive(Debug, Default)]
pub(crate) struct Calls {
    table: FxHashMap<CallId, Pending>,
    /// Entries of calls that settled stay behind until they surface or become the majority.
    deadlines: Deadlines,
    last: CallId,
}

impl Calls {
    pub(crate) fn next_id(&mut self) -> CallId {
        self.last += 1;
        self.last
    }

    pub(crate) fn len(&self) -> usize {
        self.table.len()
    }

    pub(crate) fn insert(&mut self, id: CallId, pending: Pending) {
        self.deadlines.add(pending.deadline, id);
        self.table.insert(id, pending);
    }

    pub(crate) fn remove(&mut self, id: CallId) -> Option<Pending> {
        let pending = self.table.remove(&id);
        if self.table.is_empty() {
            // No more room than one call after the other needs.
            self.table.shrink_to(4);
            self.deadlines.clear();
        } else if self.deadlines.len() > 2 * self.table.len() + 64 {
            let table = &self.table;
            self.deadlines.sweep(|id| table.contains_key(&id));
        }
        pending
    }

    /// Gives memory back, where there is no call.
    pub(crate) fn rest(&mut self) {
        if self.table.is_empty() {
            (self.table, self.deadlines) = <_>::default();
        }
    }

    /// The call that an answer belongs to: by request id, else the oldest of that method.
    pub(crate) fn find(&self, request_id: Option<&str>, method: Option<&str>) -> Option<CallId> {
        match request_id {
            Some(text) if !text.is_empty() => {
                text.parse().ok().filter(|id| self.table.contains_key(id))
            }
            _ => {
                let method = method?;
                let sent = self.table.iter();
                sent.filter(|(_, pending)| pending.sent && *pending.method == *method)
                    .map(|(id, _)| *id)
                    .min()
            }
        }
    }

    pub(crate) fn next_deadline(&mut self) -> Option<Time> {
        while let Some((deadline, id)) = self.deadlines.first() {
            if self.table.contains_key(&id) {
                return Some(deadline);
            }
            self.deadlines.pop();
        }
        None
    }

    pub(crate) fn pop_due(&mut self, now: Time) -> Option<(CallId, Pending)> {
        while let Some((deadline, id)) = self.deadlines.first() {
            if deadline > now {
                return None;
            }
            self.deadlines.pop();
            if let Some(pending) = self.table.remove(&id) {
                return Some((id, pending));
            }
        }
        None
    }

    /// Takes out the calls for which `take` says so, oldest first.
    pub(crate) fn extract(
        &mut self,
        mut take: impl FnMut(&Pending) -> bool,
    ) -> Vec<(CallId, Pending)> {
        let taken = self.unsettled().into_iter();
        let ids: Vec<CallId> = taken
            .filter(|(_, pending)| take(pending))
            .map(|(id, _)| id)
            .collect();
        ids.into_iter()
            .filter_map(|id| self.remove(id).map(|pending| (id, pending)))
            .collect()
    }

    pub(crate) fn any(&self, test: impl Fn(&Purpose) -> bool) -> bool {
        self.table.values().any(|pending| test(&pending.purpose))
    }

    /// All calls, oldest first.
    pub(crate) fn unsettled(&mut self) -> Vec<(CallId, &mut Pending)> {
        let calls = self.table.iter_mut();
        let mut calls: Vec<_> = calls.map(|(id, pending)| (*id, pending)).collect();
        calls.sort_unstable_by_key(|(id, _)| *id);
        calls
    }

    /// The calls that wait for a connection, oldest first.
    pub(crate) fn unsent(&mut self) -> impl Iterator<Item = (CallId, &mut Pending)> {
        let calls = self.unsettled().into_iter();
        calls.filter(|(_, pending)| !pending.sent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pending(method: &str, deadline: u64) -> Pending {
        Pending {
            method: method.to_owned().into(),
            purpose: Purpose::User,
            query: true,
            again: None,
            sent: true,
            deadline: Time::from_secs(deadline),
            timeout: Duration::from_secs(1),
        }
    }

    #[test]
    fn an_answer_without_id_goes_to_the_oldest_call_of_its_method() {
        let mut calls = Calls::default();
        for method in ["a", "b", "b"] {
            let id = calls.next_id();
            calls.insert(id, pending(method, 9));
        }
        assert_eq!(calls.find(None, Some("b")), Some(2));
        assert_eq!(calls.find(Some(""), Some("b")), Some(2));
        assert_eq!(calls.find(Some("3"), Some("b")), Some(3));
        assert_eq!(
            calls.find(Some("99"), Some("b")),
            None,
            "a late answer is not another call's"
        );
        assert_eq!(calls.find(Some("x"), Some("b")), None);
    }

    #[test]
    fn deadlines_fall_due_in_order_and_leave_nothing_behind() {
        let mut calls = Calls::default();
        for deadline in [5, 3, 4] {
            let id = calls.next_id();
            calls.insert(id, pending("m", deadline));
        }
        calls.remove(3);
        assert_eq!(calls.next_deadline(), Some(Time::from_secs(3)));
        assert_eq!(calls.pop_due(Time::from_secs(9)).map(|(id, _)| id), Some(2));
        assert_eq!(calls.pop_due(Time::from_secs(4)).map(|(id, _)| id), None);
        assert_eq!(calls.pop_due(Time::from_secs(5)).map(|(id, _)| id), Some(1));
        assert_eq!(calls.next_deadline(), None);
    }

    #[test]
    fn settled_calls_do_not_pile_up_in_the_heap() {
        let mut calls = Calls::default();
        for _ in 0..10_000 {
            let id = calls.next_id();
            calls.insert(id, pending("m", 1_000_000));
            calls.remove(id);
        }
        assert!(calls.deadlines.len() <= 65, "{}", calls.deadlines.len());
    }
}
