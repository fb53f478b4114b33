//! The life of a file request: offer, answer, progress, end.

use std::time::Duration;

use super::{Content, Direction, FileId, FileRequest, FileStatus, RejectedAs};
use crate::terminal::agenda::Task;
use crate::terminal::message::Refusal;
use crate::terminal::options::OutgoingStart;
use crate::terminal::{Terminal, ids};

/// A file that a peer offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// TrueConf ID of the sender.
    pub peer_id: String,
    /// Display name of the sender.
    pub peer_name: String,
    /// Name of the file, as hostile as you like.
    pub file_name: String,
    /// The bytes.
    pub content: Content,
    /// Announced size; None: the true one.
    pub size: Option<u64>,
    /// The conference in which it is sent.
    pub conference_id: Option<String>,
}

impl Terminal {
    /// A peer offers a file. Gives the id of the request.
    pub fn offer_file(&mut self, now: Duration, offer: Offer) -> String {
        self.tick(now);
        let size = offer.size.unwrap_or_else(|| offer.content.size());
        let index = self.add_request(FileRequest {
            id: String::new(),
            number: 0,
            direction: Direction::Incoming,
            status: FileStatus::Waiting,
            file_name: offer.file_name,
            size,
            peer_id: Some(offer.peer_id),
            peer_name: Some(offer.peer_name),
            conference_id: offer.conference_id,
            created_at: self.wall_clock(),
            file_id: None,
            percent: 0,
            listed: true,
            content: offer.content,
            taken: false,
            steps: 0,
            scheduled: false,
        });
        self.announce_offer(index);
        self.flush_events();
        self.files.requests[index].id.clone()
    }

    fn add_request(&mut self, mut request: FileRequest) -> usize {
        let made = self.files.requests.made();
        request.id = ids::uuid(&mut self.rng);
        request.number = i64::try_from(made).unwrap_or(i64::MAX).saturating_add(1);
        self.files.requests.push(request)
    }

    /// The answer of a client, or of the terminal's own user, to an incoming request.
    pub(super) fn answer_request(&mut self, index: usize, accept: bool) -> Result<(), Refusal> {
        let request = &mut self.files.requests[index];
        if request.direction != Direction::Incoming || request.status != FileStatus::Waiting {
            return Err(Refusal::new("the file request does not wait for an answer"));
        }
        if accept {
            request.status = FileStatus::Processing;
            self.announce_answer(index, true);
            self.announce_status(index);
            self.start_transfer(index);
        } else {
            request.status = FileStatus::Rejected;
            request.release();
            self.announce_answer(index, false);
            if self.options.rejected_as == RejectedAs::Gone {
                self.files.requests[index].listed = false;
            } else {
                self.announce_status(index);
            }
        }
        Ok(())
    }

    /// A client sends a stored file to `peer`, or to the conference with `conference`.
    pub(super) fn send_file(
        &mut self,
        file_id: FileId,
        peer: Option<String>,
        conference: Option<String>,
    ) -> Result<usize, Refusal> {
        if self.availability() != 3 {
            return Err(Refusal::new("file transfer is not available"));
        }
        let file = self
            .get_file(file_id)
            .ok_or_else(|| Refusal::new("there is no such file"))?;
        let (file_name, size) = (file.name.clone(), file.content.size());
        let starts = match self.options.outgoing_start {
            OutgoingStart::Waiting => FileStatus::Waiting,
            OutgoingStart::Processing => FileStatus::Processing,
        };
        let peer_name = peer.as_deref().map(|peer| self.display_name_of(peer));
        let index = self.add_request(FileRequest {
            id: String::new(),
            number: 0,
            direction: Direction::Outgoing,
            status: starts,
            file_name,
            size,
            peer_id: peer,
            peer_name,
            conference_id: conference,
            created_at: self.wall_clock(),
            file_id: Some(file_id),
            percent: 0,
            listed: true,
            content: Content::default(),
            taken: false,
            steps: 0,
            scheduled: false,
        });
        self.announce_sent(index);
        if self.options.auto_take {
            self.take(index);
        }
        Ok(index)
    }

    /// The peer takes an outgoing file: its bytes begin to move.
    fn take(&mut self, index: usize) {
        let request = &mut self.files.requests[index];
        if request.status == FileStatus::Waiting {
            request.status = FileStatus::Processing;
            self.announce_status(index);
        }
        self.start_transfer(index);
    }

    fn start_transfer(&mut self, index: usize) {
        self.files.requests[index].taken = true;
        if !self.files.held && !self.files.requests[index].scheduled {
            self.files.requests[index].scheduled = true;
            self.schedule_about(self.options.transfer_step, Task::Transfer(index));
        }
    }

    /// One step of a transfer, and the end of it with the last one.
    pub(in crate::terminal) fn transfer_step(&mut self, index: usize) {
        let Some(request) = self.files.requests.get_mut(index) else {
            return;
        };
        request.scheduled = false;
        if request.status != FileStatus::Processing {
            return;
        }
        let all = self.options.transfer_steps.max(1);
        request.steps += 1;
        let last = request.steps >= all;
        let percent = u64::from(request.steps) * 100 / u64::from(all);
        request.percent = u8::try_from(percent.min(100)).unwrap_or(100);
        if !last || self.options.final_progress {
            self.announce_progress(index);
        }
        if last {
            self.finish(index);
        } else {
            self.start_transfer(index);
        }
    }

    fn finish(&mut self, index: usize) {
        let request = &mut self.files.requests[index];
        if request.direction == Direction::Incoming {
            let content = std::mem::take(&mut request.content);
            let name = request.file_name.clone();
            let id = self.store(&name, content);
            self.files.requests[index].file_id = Some(id);
        }
        let request = &mut self.files.requests[index];
        request.percent = 100;
        request.status = FileStatus::Processed;
        self.announce_status(index);
    }

    /// Carries out `steps` steps of each transfer under way, or of the one with `id`, at once;
    /// without a number lets all transfers run again by themselves.
    pub fn release_progress(
        &mut self,
        now: Duration,
        id: Option<&str>,
        steps: Option<u32>,
    ) -> Result<(), String> {
        self.tick(now);
        let moving = match id {
            Some(id) => vec![self.known_request(id)?],
            None => self.files.requests.indexes(moves),
        };
        if steps.is_none() && id.is_none() {
            self.files.held = false;
        }
        for index in moving {
            match steps {
                Some(steps) => (0..steps).for_each(|_| self.transfer_step(index)),
                None if self.files.held => {
                    while self.files.requests[index].status == FileStatus::Processing {
                        self.transfer_step(index);
                    }
                }
                None => self.start_transfer(index),
            }
        }
        self.flush_events();
        Ok(())
    }

    /// Transfers stand still until [`release_progress`](Self::release_progress).
    pub fn hold_progress(&mut self, now: Duration) {
        self.tick(now);
        self.files.held = true;
        self.agenda.hold_transfers();
        for request in self.files.requests.iter_mut() {
            request.scheduled = false;
        }
    }

    /// After a restart the transfers under way go on.
    pub(in crate::terminal) fn resume_transfers(&mut self) {
        for request in self.files.requests.iter_mut() {
            request.scheduled = false;
        }
        for index in self.files.requests.indexes(moves) {
            self.start_transfer(index);
        }
    }

    /// The peer takes an outgoing file.
    pub fn take_file(&mut self, now: Duration, id: &str) -> Result<(), String> {
        self.tick(now);
        let index = self.open_outgoing(id)?;
        self.take(index);
        self.flush_events();
        Ok(())
    }

    /// The peer refuses an outgoing file. The wire has no such status: it becomes failed.
    pub fn refuse_file(&mut self, now: Duration, id: &str) -> Result<(), String> {
        self.tick(now);
        let index = self.open_outgoing(id)?;
        self.fail(index);
        Ok(())
    }

    /// A request that is not finished fails.
    pub fn fail_request(&mut self, now: Duration, id: &str) -> Result<(), String> {
        self.tick(now);
        let index = self.known_request(id)?;
        match self.files.requests[index].status {
            FileStatus::Waiting | FileStatus::Processing => {
                self.fail(index);
                Ok(())
            }
            _ => Err(format!("file request {id} is finished")),
        }
    }

    fn fail(&mut self, index: usize) {
        let request = &mut self.files.requests[index];
        request.status = FileStatus::Failed;
        request.release();
        self.announce_status(index);
        self.flush_events();
    }

    /// A request disappears from every list without a word.
    pub fn vanish_request(&mut self, now: Duration, id: &str) -> Result<(), String> {
        self.tick(now);
        let index = self.known_request(id)?;
        let request = &mut self.files.requests[index];
        request.listed = false;
        if matches!(request.status, FileStatus::Waiting | FileStatus::Processing) {
            request.status = FileStatus::Failed;
        }
        request.release();
        Ok(())
    }

    /// Another client, or the terminal's own user, answers an incoming request.
    pub fn answer_elsewhere(
        &mut self,
        now: Duration,
        id: &str,
        accept: bool,
    ) -> Result<(), String> {
        self.tick(now);
        let index = self.known_request(id)?;
        self.answer_request(index, accept)
            .map_err(|refusal| refusal.text)?;
        self.flush_events();
        Ok(())
    }

    fn known_request(&self, id: &str) -> Result<usize, String> {
        self.files
            .requests
            .find(id)
            .ok_or_else(|| format!("there is no file request {id}"))
    }

    fn open_outgoing(&self, id: &str) -> Result<usize, String> {
        let index = self.known_request(id)?;
        let request = &self.files.requests[index];
        let open = matches!(request.status, FileStatus::Waiting | FileStatus::Processing);
        if request.direction == Direction::Outgoing && open {
            Ok(index)
        } else {
            Err(format!("file request {id} is not an open outgoing one"))
        }
    }
}

/// Whether bytes of this request may move.
fn moves(request: &FileRequest) -> bool {
    request.status == FileStatus::Processing && request.taken
}
