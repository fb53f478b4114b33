//! File requests: keeping the book true, and acting on what is in it.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::calls::{CallId, Purpose};
use super::files::{
    Change, Direction, FileEvent, FileRequest, FileStatus, Generation, MAX_REQUESTS, Patch, Signal,
    availability, entries,
};
use super::sync::Sync;
use super::{Effect, Engine, Phase, Text, Time, events};
use crate::error::{Error, Result};

/// How long a list of file requests is waited for. The other generation is tried after it.
const PATIENCE: Duration = Duration::from_secs(3);

/// A doubt is settled by asking, but only after this pause, since messages come in bursts.
const SETTLE: Duration = Duration::from_secs(1);

/// A question that was not answered is asked again after this pause, doubled each time up to the
/// second: without the periodic comparison nothing else would.
const AGAIN: [Duration; 2] = [Duration::from_secs(5), Duration::from_secs(60)];

/// Details asked for at once. No ordinary terminal comes near it; a flood of offers without sizes
/// must not become a flood of questions, and is announced as it is.
const MAX_DETAILS: u32 = 1024;

impl Engine {
    pub(super) fn sync_start(&mut self, now: Time) {
        self.sync_round(now);
    }

    pub(super) fn sync_stop(&mut self) {
        self.sync = Sync {
            seen: self.sync.seen,
            ..Sync::default()
        };
        self.book.forget_questions();
    }

    pub(super) fn sync_on_time(&mut self, now: Time) {
        if self.sync.next.is_some_and(|next| next <= now) {
            self.sync.next = None;
            self.sync_round(now);
        }
    }

    fn sync_round(&mut self, now: Time) {
        // What this round has been told already may be older than what it is needed for.
        self.sync.again = self.sync.outstanding > 0;
        if self.sync.again {
            return;
        }
        self.sync.came = 0;
        self.sync.missed = false;
        self.sync.tried_both = false;
        if !self.calls.any(|purpose| *purpose == Purpose::Availability) {
            let method = "getFileTransferAvailability";
            let purpose = Purpose::Availability;
            self.ask(now, now + PATIENCE, method, &json!({}), purpose);
        }
        self.ask_lists(now, self.generation.unwrap_or(Generation::Current));
    }

    fn ask_lists(&mut self, now: Time, generation: Generation) {
        self.tick += 1;
        for (direction, method) in [
            (
                Direction::Incoming,
                list_method(Direction::Incoming, generation),
            ),
            (
                Direction::Outgoing,
                list_method(Direction::Outgoing, generation),
            ),
        ] {
            let purpose = Purpose::List {
                direction,
                generation,
                asked_at: self.tick,
            };
            self.ask(now, now + PATIENCE, method, &json!({}), purpose);
            self.sync.outstanding += 1;
        }
    }

    /// Compares the book with the terminal's lists now.
    ///
    /// # Errors
    /// While there is no connection.
    pub fn refresh(&mut self, now: Time) -> Result<()> {
        if !matches!(self.phase, Phase::Ready { .. }) {
            return Err(self.not_connected(None, now));
        }
        self.sync_round(now);
        Ok(())
    }

    /// One list of a round came, or will not come.
    fn list_done(&mut self, now: Time, generation: Generation) {
        self.sync.outstanding = self.sync.outstanding.saturating_sub(1);
        if self.sync.outstanding > 0 {
            return;
        }
        // A terminal of the other generation does not know the command. Whether it says so or
        // says nothing is not documented.
        if self.sync.came == 0 && !std::mem::replace(&mut self.sync.tried_both, true) {
            self.ask_lists(now, other(generation));
            return;
        }
        self.sync.seen |= self.sync.came > 0;
        self.sync.settled = true;
        self.effects.push_back(Effect::StateChanged);
        if !self.options.resync_interval.is_zero() {
            self.sync.sooner(now + self.options.resync_interval);
        }
        // One that has neither generation's lists refuses both, and has shown neither.
        let failed = self.sync.missed || self.sync.came == 0 && self.generation.is_some();
        if self.sync.came < 2 && failed {
            self.sync_later(now);
        } else {
            self.sync.failures = 0;
        }
        if self.sync.again {
            self.sync_round(now);
        }
    }

    fn sync_later(&mut self, now: Time) {
        let pause = AGAIN[0] * (1 << self.sync.failures.min(8));
        self.sync.failures += 1;
        self.sync.sooner(now + pause.min(AGAIN[1]));
    }

    /// A question of the engine's own was refused, or not answered in time.
    pub(super) fn on_internal_failure(&mut self, now: Time, purpose: &Purpose, refused: bool) {
        match purpose {
            Purpose::List { generation, .. } => {
                self.sync.missed |= !refused;
                self.list_done(now, *generation);
            }
            Purpose::Info { id, .. } => {
                self.sync.details = self.sync.details.saturating_sub(1);
                self.complete_offer(id);
            }
            Purpose::Availability if !refused => self.sync_later(now),
            Purpose::Auth | Purpose::Availability => {
                tracing::debug!(target: "trueroom", ?purpose, refused, "no answer to a question");
            }
            Purpose::FlowOwner(_) | Purpose::FlowReached(_) => {
                self.on_flow_question(now, purpose, None);
            }
            Purpose::Live { part, asked_at } => {
                self.on_live_answer(now, (*part, *asked_at), None, refused);
            }
            Purpose::User | Purpose::Answer { .. } | Purpose::Flow | Purpose::ApiVersion(_) => {}
        }
    }

    /// An answer to a question of the engine's own about files.
    pub(super) fn on_file_answer(&mut self, now: Time, purpose: &Purpose, answer: &Text) {
        match purpose {
            Purpose::List {
                direction,
                generation,
                asked_at,
            } => {
                let Some(mut list) = entries(answer.as_str()) else {
                    self.on_internal_failure(now, purpose, true);
                    return;
                };
                // Oldest first, so that requests are announced in the order they were made.
                list.sort_by_key(|patch| patch.created_at);
                // More than the book can hold: the newest.
                self.book.evicted_open += list.len().saturating_sub(MAX_REQUESTS) as u64;
                list.drain(..list.len().saturating_sub(MAX_REQUESTS));
                // Known before the entries are, since details are asked for by it.
                self.generation = Some(*generation);
                self.apply_list(now, *direction, &mut list, *asked_at);
                self.sync.came += 1;
                self.list_done(now, *generation);
            }
            Purpose::Info { id, asked_at } => {
                self.sync.details = self.sync.details.saturating_sub(1);
                let mut patch = Patch::read(answer.as_str());
                // An answer without a request id may be that to the same question about another.
                let about: Arc<str> = patch
                    .id
                    .get_or_insert_with(|| (&**id).into())
                    .as_ref()
                    .into();
                if self.book.get(&about).is_some() {
                    let change = self.book.apply_answer(&patch, self.tick, *asked_at);
                    self.on_change(change, None);
                    self.complete_offer(&about);
                }
                self.complete_offer(id);
            }
            Purpose::Availability => {
                self.book.availability = availability(answer.as_str()).or(self.book.availability);
                self.effects.push_back(Effect::StateChanged);
            }
            _ => {}
        }
    }

    fn apply_list(
        &mut self,
        now: Time,
        direction: Direction,
        list: &mut [Patch<'_>],
        asked_at: u64,
    ) {
        let found_by_asking = self.sync.seen;
        let mut stale = false;
        for patch in list.iter_mut() {
            if self.book.may_be_forgotten(patch, asked_at) {
                stale = true;
                continue;
            }
            patch.direction = Some(direction);
            let change = self.book.apply_answer(patch, self.tick, asked_at);
            let created = change.as_ref().is_some_and(|change| change.created);
            let status = change.as_ref().is_some_and(|change| change.status);
            let name = match direction {
                Direction::Incoming if created => Some("receivedFileRequest"),
                _ if status => Some("status"),
                _ => None,
            };
            self.on_change(change, name.filter(|_| found_by_asking));
            self.see_to_offer(now, patch);
        }
        let (changes, doubt) = self
            .book
            .apply_absence(direction, list, self.tick, asked_at);
        if doubt || stale {
            self.sync.sooner(now + SETTLE);
        }
        for change in changes {
            let name = if change.unlisted { "deleted" } else { "status" };
            self.on_change(Some(change), Some(name).filter(|_| found_by_asking));
        }
        self.trim_book();
    }

    /// An event of the files area, already published.
    pub(super) fn on_file_event(
        &mut self,
        now: Time,
        event: FileEvent,
        patch: &Patch<'_>,
        text: &Text,
    ) {
        let shown = event.generation.or(patch.generation);
        if let (None, Some(shown)) = (self.generation, shown) {
            self.generation = Some(shown);
            self.effects.push_back(Effect::StateChanged);
            self.sync.sooner(now + SETTLE);
        }
        match event.signal {
            Signal::Availability => {
                let said = availability(text.as_str());
                self.book.availability = said.or(self.book.availability);
                self.effects.push_back(Effect::StateChanged);
            }
            Signal::Cleared => {
                for change in self.book.clear(self.tick) {
                    self.on_change(Some(change), None);
                }
                self.sync.sooner(now + SETTLE);
            }
            signal => {
                let (change, doubt) = self.book.apply_event(signal, patch, self.tick);
                self.on_change(change, None);
                self.see_to_offer(now, patch);
                if doubt {
                    self.sync.sooner(now + SETTLE);
                }
            }
        }
        self.trim_book();
    }

    /// Announces a request that waits for an answer; no subscriber takes it twice. It may come
    /// without its size or name (before 4.1 it does): both are asked for before the program sees
    /// it, since it decides by them.
    fn see_to_offer(&mut self, now: Time, patch: &Patch<'_>) {
        let Some(id) = patch
            .id
            .as_deref()
            .filter(|id| self.book.is_presentable(id))
        else {
            return;
        };
        let Some(request) = self.book.get(id) else {
            return;
        };
        let id = &request.id.clone();
        let complete = request.size.is_some() && !request.file_name.is_empty();
        let complete = complete || self.book.is_announced(id);
        if complete || self.sync.details >= MAX_DETAILS {
            self.announce(id);
            return;
        }
        self.sync.details += 1;
        self.book.set_incomplete(id, true);
        let generation = self.generation.unwrap_or(Generation::Current);
        let (method, params) = match generation {
            Generation::Current => ("getFileRequestInfo", json!({"fileRequestId": &**id})),
            Generation::Legacy => ("getFileInfo", json!({"id": legacy_id(id)})),
        };
        let purpose = Purpose::Info {
            id: id.clone(),
            asked_at: self.tick,
        };
        self.ask(now, now + PATIENCE, method, &params, purpose);
    }

    /// The details are in, or will not come.
    fn complete_offer(&mut self, id: &Arc<str>) {
        self.book.set_incomplete(id, false);
        if self.book.is_presentable(id) {
            self.announce(id);
        }
    }

    fn announce(&mut self, id: &Arc<str>) {
        self.book.set_announced(id);
        let mut ready = Vec::new();
        self.subscriptions.announce(id, |id| ready.push(id));
        self.ready_for(ready);
    }

    /// Tells subscribers of a change. `found` says how it was found by asking, where it was: then
    /// the event that the terminal did not send, or that was sent while nobody listened, is made up
    /// for.
    pub(super) fn on_change(&mut self, change: Option<Change>, found: Option<&str>) {
        let Some(change) = change else { return };
        self.tell_change(&change.id);
        let (Some(found), Some(request)) = (found, self.book.get(&change.id)) else {
            return;
        };
        let generation = self.generation.unwrap_or(Generation::Current);
        let name = match (found, generation) {
            ("status", Generation::Current) => "fileRequestStatusChanged",
            ("status", Generation::Legacy) => "fileStatus",
            ("deleted", Generation::Current) => "fileDeletedFromFileTransferHistory",
            ("deleted", Generation::Legacy) => "fileTransferFileDeleted",
            _ => "receivedFileRequest",
        };
        let event = events::file(name, request, generation);
        self.publish_event(event, None);
    }

    pub(super) fn tell_change(&mut self, id: &Arc<str>) {
        let mut ready = Vec::new();
        self.subscriptions.change(id, |id| ready.push(id));
        self.ready_for(ready);
    }

    /// Keeps the book within its bounds.
    fn trim_book(&mut self) {
        if self.book.is_crowded() {
            let subscriptions = &self.subscriptions;
            self.book.forget(|id| subscriptions.await_change(id));
        }
        if std::mem::take(&mut self.book.evicted) > 0 {
            let book = &self.book;
            self.subscriptions
                .keep_requests(|id| book.get(id).is_some());
        }
        let evicted = std::mem::take(&mut self.book.evicted_open);
        if evicted > 0 {
            self.notify(&format!(
                "{evicted} open file requests had to be forgotten: the terminal has more than the \
                 book can hold"
            ));
        }
    }

    /// A file request, as far as known.
    pub fn file(&self, id: &str) -> Option<&FileRequest> {
        self.book.get(id)
    }

    /// The file requests that the terminal has, newest first.
    pub fn files(&self) -> Vec<&FileRequest> {
        self.book.listed()
    }

    /// Records a request that the program itself has just made, so that it is known even if the
    /// terminal's event is late.
    pub fn file_sent(&mut self, request: &FileRequest) {
        let patch = Patch {
            id: Some((&*request.id).into()),
            direction: Some(Direction::Outgoing),
            file_name: Some((&*request.file_name).into()),
            size: request.size,
            peer_id: request.peer_id.as_deref().map(Into::into),
            file_id: request.file_id.clone(),
            ..Patch::default()
        };
        let (change, _) = self.book.apply_event(Signal::Sent, &patch, self.tick);
        self.on_change(change, None);
    }

    /// Accepts or rejects an incoming request.
    ///
    /// # Errors
    /// [`Error::FileRequest`] when the request is not known or no longer waits for an answer; no
    /// command is sent then.
    pub fn answer_file(&mut self, now: Time, id: &str, accept: bool) -> Result<CallId> {
        let wrong = |message: &str| {
            Err(Error::FileRequest {
                id: id.into(),
                message: message.into(),
            })
        };
        let Some(request) = self.book.get(id) else {
            return wrong("not known; it may be gone from the terminal's list");
        };
        if request.direction == Direction::Outgoing {
            return wrong("sent by this room; only the receiver can accept or reject it");
        }
        match request.status {
            FileStatus::Waiting if self.book.is_answering(id) => {
                return wrong("an answer to it is under way already");
            }
            FileStatus::Waiting => {}
            FileStatus::Processing => return wrong("already accepted; its bytes are on the way"),
            FileStatus::Processed => return wrong("already accepted and received"),
            FileStatus::Rejected => return wrong("already rejected, or withdrawn"),
            FileStatus::Failed => return wrong("the terminal reported a failure for it"),
        }
        let key = request.id.clone();
        let legacy = self.generation == Some(Generation::Legacy);
        let (method, params) = match (legacy, accept) {
            (false, true) => ("acceptIncomingFileRequest", json!({"fileRequestId": id})),
            (false, false) => ("rejectIncomingFileRequest", json!({"fileRequestId": id})),
            (true, true) => ("acceptFile", json!({"id": legacy_id(id)})),
            (true, false) => ("rejectFile", json!({"id": legacy_id(id)})),
        };
        let purpose = Purpose::Answer { id: key, accept };
        let call = self.submit(now, method, &params.to_string(), None, purpose)?;
        self.book.set_answering(id, true);
        Ok(call)
    }

    pub(super) fn on_answered(&mut self, id: &Arc<str>, accept: bool, done: bool) {
        self.book.set_answering(id, false);
        if !done || self.book.get(id).is_none() {
            return;
        }
        let signal = if accept {
            Signal::Accepted
        } else {
            Signal::Rejected
        };
        let patch = Patch {
            id: Some((&**id).into()),
            direction: Some(Direction::Incoming),
            ..Patch::default()
        };
        let (change, _) = self.book.apply_event(signal, &patch, self.tick);
        self.on_change(change, None);
    }
}

fn list_method(direction: Direction, generation: Generation) -> &'static str {
    match (direction, generation) {
        (Direction::Incoming, Generation::Current) => "getIncomingFilesRequests",
        (Direction::Outgoing, Generation::Current) => "getOutgoingFilesRequests",
        (Direction::Incoming, Generation::Legacy) => "getFileRequests",
        (Direction::Outgoing, Generation::Legacy) => "getFileUploads",
    }
}

fn other(generation: Generation) -> Generation {
    match generation {
        Generation::Current => Generation::Legacy,
        Generation::Legacy => Generation::Current,
    }
}

/// Before 4.1 ids are numbers.
fn legacy_id(id: &str) -> Value {
    id.parse::<i64>().map_or_else(|_| id.into(), Value::from)
}
