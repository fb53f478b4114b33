//! The file requests of a terminal, in the order in which they were made.

use std::collections::{BTreeMap, HashMap};
use std::ops::{Index, IndexMut};

use super::{FileRequest, FileStatus};

/// Requests that no list shows any more are kept so that tests can look at them: so many, and up
/// to twice as many before the oldest go.
const KEPT: usize = 1_000;

/// Requests by the number of those made before.
#[derive(Debug, Clone, Default)]
pub(super) struct Requests {
    all: BTreeMap<usize, FileRequest>,
    by_id: HashMap<String, usize>,
    next: usize,
    /// When there are so many it is time to forget some.
    limit: usize,
}

impl Requests {
    /// How many were made.
    pub(super) fn made(&self) -> usize {
        self.next
    }

    pub(super) fn push(&mut self, request: FileRequest) -> usize {
        if self.all.len() >= self.limit {
            self.forget();
            self.limit = self.all.len() + KEPT;
        }
        let index = self.next;
        self.next += 1;
        self.by_id.insert(request.id.clone(), index);
        self.all.insert(index, request);
        index
    }

    /// The request with this UUID, or with this number before 4.1.
    pub(super) fn find(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied().or_else(|| {
            let number: i64 = id.parse().ok()?;
            let found = self.all.iter().find(|(_, one)| one.number == number);
            found.map(|(index, _)| *index)
        })
    }

    pub(super) fn get_mut(&mut self, index: usize) -> Option<&mut FileRequest> {
        self.all.get_mut(&index)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &FileRequest> {
        self.all.values()
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut FileRequest> {
        self.all.values_mut()
    }

    /// The numbers of those for which `wanted` is true.
    pub(super) fn indexes(&self, wanted: impl Fn(&FileRequest) -> bool) -> Vec<usize> {
        let found = self.all.iter().filter(|(_, request)| wanted(request));
        found.map(|(index, _)| *index).collect()
    }

    fn forget(&mut self) {
        let gone = self.indexes(|request| {
            let open = matches!(request.status, FileStatus::Waiting | FileStatus::Processing);
            !request.listed && !open && !request.scheduled
        });
        for index in &gone[..gone.len().saturating_sub(KEPT)] {
            if let Some(request) = self.all.remove(index) {
                self.by_id.remove(&request.id);
            }
        }
    }
}

impl Index<usize> for Requests {
    type Output = FileRequest;

    fn index(&self, index: usize) -> &FileRequest {
        &self.all[&index]
    }
}

impl IndexMut<usize> for Requests {
    fn index_mut(&mut self, index: usize) -> &mut FileRequest {
        self.all
            .get_mut(&index)
            .unwrap_or_else(|| unreachable!("request {index} is in use"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::terminal::{Terminal, TerminalOperation, TerminalOptions};

    #[test]
    fn what_no_list_shows_is_kept_for_a_while() {
        let mut terminal = Terminal::new(TerminalOptions::default(), 1);
        let mut perform = |operation| {
            let operation = TerminalOperation::from_json(operation).unwrap();
            terminal
                .perform(std::time::Duration::ZERO, operation)
                .unwrap()
        };
        let listed = perform(json!({"op": "offerFile"}));
        for _ in 0..5 * KEPT {
            let offer = perform(json!({"op": "offerFile", "text": "x"}));
            perform(json!({"op": "answerElsewhere", "id": offer["id"], "accept": false}));
        }
        let requests = terminal.file_requests();
        assert!(requests.len() <= 2 * KEPT + 1, "{}", requests.len());
        assert_eq!(requests[0].to_json(), listed);
        assert_eq!(requests[requests.len() - 1].number, 5 * 1000 + 1);
        assert!(
            requests
                .iter()
                .skip(1)
                .all(|request| request.content.size() == 0)
        );
        let last = requests[requests.len() - 1].id.clone();
        assert!(terminal.file_request_with(&last).is_some());
    }
}
