//! File requests and the files behind them.
//!
//! One state machine ([`transfer`]) and two sets of wire shapes: [`current`] (4.1 and later) and
//! [`legacy`]. Documented are the statuses and which event follows which command; the exact order
//! of events is an assumption, and options vary it.

mod commands;
mod content;
mod current;
mod legacy;
mod requests;
mod store;
mod transfer;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

pub use self::content::{Content, pattern};
use self::requests::Requests;
pub use self::store::StoredFile;
pub use self::transfer::Offer;
use super::Terminal;
use super::message::{Refusal, Reply, Request};
use super::options::{FileIdForm, NoConference, RejectedAs, TerminalOptions};

/// Id of a file on the built-in HTTP server.
pub type FileId = i64;

/// Who sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// A peer sends to the terminal.
    Incoming,
    /// The terminal sends.
    Outgoing,
}

/// Where a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileStatus {
    /// 1 on the wire: waits for an answer.
    Waiting,
    /// 2 on the wire: bytes are moving.
    Processing,
    /// 3 on the wire: done.
    Processed,
    /// No number of its own; see [`RejectedAs`].
    Rejected,
    /// 0 on the wire.
    Failed,
}

/// The truth about one file request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRequest {
    /// Id from 4.1 on: a UUID.
    pub id: String,
    /// Id before 4.1: a number.
    pub number: i64,
    /// Who sends.
    pub direction: Direction,
    /// Where it stands.
    pub status: FileStatus,
    /// Name of the file as the sender calls it, unchecked.
    pub file_name: String,
    /// Announced size in bytes.
    pub size: u64,
    /// The peer; None for a file sent to a conference.
    pub peer_id: Option<String>,
    /// Display name of the peer.
    pub peer_name: Option<String>,
    /// The conference in which it was sent.
    pub conference_id: Option<String>,
    /// When it was made, milliseconds since 1970.
    pub created_at: u64,
    /// The file on the HTTP server, once there is one.
    pub file_id: Option<FileId>,
    /// Progress, 0 to 100.
    pub percent: u8,
    /// Whether lists still show it: not after it was rejected, cleared or deleted.
    pub listed: bool,
    /// What an incoming request brings.
    pub(super) content: Content,
    /// Whether the other side took part: accepted here, taken there.
    pub(super) taken: bool,
    /// Steps of the transfer carried out.
    pub(super) steps: u32,
    /// Whether the next step is in the agenda.
    pub(super) scheduled: bool,
}

/// All file requests and stored files.
#[derive(Debug, Clone)]
pub(super) struct FileBook {
    requests: Requests,
    stored: BTreeMap<FileId, StoredFile>,
    held: bool,
    availability: Option<u8>,
}

impl FileBook {
    pub(super) fn new(options: &TerminalOptions) -> Self {
        Self {
            requests: Requests::default(),
            stored: BTreeMap::new(),
            held: options.hold_progress,
            availability: None,
        }
    }

    pub(super) fn to_json(&self) -> Value {
        self.requests.iter().map(FileRequest::to_json).collect()
    }

    pub(super) fn stored_json(&self) -> Value {
        self.stored
            .iter()
            .map(|(id, file)| file.to_json(*id))
            .collect()
    }
}

impl FileRequest {
    /// The truth as JSON, in the words of the library.
    pub fn to_json(&self) -> Value {
        json!({
            "id": self.id,
            "number": self.number,
            "direction": match self.direction {
                Direction::Incoming => "incoming",
                Direction::Outgoing => "outgoing",
            },
            "status": match self.status {
                FileStatus::Waiting => "waiting",
                FileStatus::Processing => "processing",
                FileStatus::Processed => "processed",
                FileStatus::Rejected => "rejected",
                FileStatus::Failed => "failed",
            },
            "fileName": self.file_name,
            "size": self.size,
            "peerId": self.peer_id,
            "peerName": self.peer_name,
            "conferenceId": self.conference_id,
            "createdAt": self.created_at,
            "fileId": self.file_id,
            "percent": self.percent,
            "listed": self.listed,
        })
    }

    /// Its bytes are needed no more.
    fn release(&mut self) {
        self.content = Content::default();
    }

    fn finished(&self) -> bool {
        self.status == FileStatus::Processed
    }

    /// `timestamp`: every example has milliseconds incoming and seconds outgoing.
    fn timestamp(&self) -> u64 {
        match self.direction {
            Direction::Incoming => self.created_at,
            Direction::Outgoing => self.created_at / 1000,
        }
    }

    fn direction_type(&self) -> u8 {
        match self.direction {
            Direction::Incoming => 0,
            Direction::Outgoing => 1,
        }
    }
}

impl Terminal {
    /// Every file request since the start, oldest first; of those that no list shows any more,
    /// the last thousand.
    pub fn file_requests(&self) -> Vec<&FileRequest> {
        self.files.requests.iter().collect()
    }

    /// The request with this UUID, or with this number before 4.1.
    pub fn file_request_with(&self, id: &str) -> Option<&FileRequest> {
        let index = self.files.requests.find(id)?;
        Some(&self.files.requests[index])
    }

    pub(super) fn file_command(&mut self, request: &Request<'_>) -> Option<Reply> {
        self.shared_file_command(request)
            .or_else(|| self.current_file_command(request))
            .or_else(|| self.legacy_file_command(request))
    }

    /// 0 forbidden by the server, 1 by the licence, 2 login needed, 3 available.
    pub(super) fn availability(&self) -> u8 {
        self.files
            .availability
            .unwrap_or(if self.link.logged_in() { 3 } else { 2 })
    }

    fn file_request(&self, id: &str) -> Result<usize, Refusal> {
        self.files
            .requests
            .find(id)
            .filter(|index| self.files.requests[*index].listed)
            .ok_or_else(|| Refusal::new("there is no such file request"))
    }

    fn status_number(&self, status: FileStatus) -> u8 {
        match (status, self.options.rejected_as) {
            (FileStatus::Failed, _) | (FileStatus::Rejected, RejectedAs::Failed) => 0,
            (FileStatus::Waiting, _) => 1,
            (FileStatus::Processing, _) => 2,
            (FileStatus::Processed | FileStatus::Rejected, _) => 3,
        }
    }

    fn file_id_value(&self, id: FileId) -> Value {
        match self.options.file_id {
            FileIdForm::Number => id.into(),
            FileIdForm::String => id.to_string().into(),
        }
    }

    /// Adds `confId`; `usual` is how it looks outside a conference when no option says so.
    fn put_conference(
        &self,
        fields: &mut Map<String, Value>,
        request: &FileRequest,
        usual: NoConference,
    ) {
        let form = self.options.no_conference.unwrap_or(usual);
        let value = match (&request.conference_id, form) {
            (Some(id), _) => id.as_str().into(),
            (None, NoConference::Missing) => return,
            (None, NoConference::Null) => Value::Null,
            (None, NoConference::Empty) => "".into(),
        };
        fields.insert("confId".into(), value);
    }
}
