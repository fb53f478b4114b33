//! The model of one file request.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;

/// Which way the file goes, seen from the room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Offered to the room.
    Incoming,
    /// Sent by the room.
    Outgoing,
}

/// Where a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FileStatus {
    /// Nobody has answered yet (wire status 1).
    Waiting,
    /// Accepted; bytes are moving (wire status 2).
    Processing,
    /// All bytes arrived (wire status 3).
    Processed,
    /// Declined. The wire has no such status; it is known from the event, or concluded when a
    /// waiting request is no longer in the terminal's list.
    Rejected,
    /// The terminal reports an internal failure (wire status 0).
    Failed,
}

impl FileStatus {
    /// True when nothing more happens to the request.
    pub fn is_finished(self) -> bool {
        matches!(self, Self::Processed | Self::Rejected | Self::Failed)
    }

    /// A request only moves to a status of the same or a higher rank.
    pub(crate) fn rank(self) -> u8 {
        match self {
            Self::Waiting => 0,
            Self::Processing => 1,
            Self::Processed | Self::Rejected | Self::Failed => 2,
        }
    }

    /// The number for it on the wire.
    pub(crate) fn to_wire(self) -> u8 {
        match self {
            // There is no number for rejected; processed is what such a request may become.
            Self::Failed => 0,
            Self::Waiting => 1,
            Self::Processing => 2,
            Self::Processed | Self::Rejected => 3,
        }
    }
}

/// Which commands and events the terminal has for files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Generation {
    /// Product 4.1 and later, under API v.1 and v.2.
    Current,
    /// Before product 4.1.
    Legacy,
}

/// Whether the room can send and receive files now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Availability {
    /// The server does not allow it (wire 0). Also what a terminal before 4.1 means by "no".
    ForbiddenByServer,
    /// The licence does not allow it (wire 1).
    ForbiddenByLicence,
    /// Somebody has to sign in at the terminal first (wire 2).
    LoginNeeded,
    /// Files can be sent and received (wire 3).
    Available,
}

/// Id of a file on the terminal's HTTP server. A number everywhere but in one vendor example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileId {
    /// The usual form.
    Number(i64),
    /// What does not read as a number, kept as it came.
    Text(Arc<str>),
}

impl From<i64> for FileId {
    fn from(id: i64) -> Self {
        Self::Number(id)
    }
}

impl From<&str> for FileId {
    fn from(id: &str) -> Self {
        Self::Text(id.into())
    }
}

impl From<&FileId> for serde_json::Value {
    /// An id beyond 2^53 would lose digits in a JavaScript number, so it becomes a text.
    fn from(id: &FileId) -> Self {
        match id {
            FileId::Number(number) if number.unsigned_abs() <= 1 << 53 => (*number).into(),
            other => other.to_string().into(),
        }
    }
}

impl fmt::Display for FileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => text.fmt(f),
        }
    }
}

/// What is known of one file request. Sizes are bytes, times milliseconds since 1970 (UTC),
/// whatever the terminal's generation sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRequest {
    /// A UUID from product 4.1 on, a decimal number before.
    pub id: Arc<str>,
    /// Which way the file goes.
    pub direction: Direction,
    /// Where the request stands.
    pub status: FileStatus,
    /// The name as the peer gave it. Hostile until made safe, which `save` does.
    pub file_name: Arc<str>,
    /// Size in bytes; none where the terminal did not say.
    pub size: Option<u64>,
    /// TrueConf ID of the other side; none for a file sent to a conference.
    pub peer_id: Option<Arc<str>>,
    /// Display name of the other side.
    pub peer_name: Option<Arc<str>>,
    /// The conference the file belongs to, if any.
    pub conference_id: Option<Arc<str>>,
    /// When the request was made.
    pub created_at: Option<i64>,
    /// Where the bytes are on the terminal's HTTP server; of an incoming file known only at the end.
    pub file_id: Option<FileId>,
    /// Progress of the bytes, 0 to 100.
    pub percent: u8,
}

impl FileRequest {
    /// True when nothing more happens to the request.
    pub fn is_finished(&self) -> bool {
        self.status.is_finished()
    }

    /// The request as JSON text, in the form that the bindings read.
    pub fn to_json(&self) -> String {
        serde_json::json!({
            "id": &*self.id,
            "direction": self.direction,
            "status": self.status,
            "fileName": &*self.file_name,
            "size": self.size.unwrap_or(0),
            "sizeKnown": self.size.is_some(),
            "peerId": self.peer_id.as_deref(),
            "peerName": self.peer_name.as_deref(),
            "conferenceId": self.conference_id.as_deref(),
            "createdAt": self.created_at,
            "fileId": self.file_id.as_ref().map(serde_json::Value::from),
            "percent": self.percent,
            "isFinished": self.is_finished(),
        })
        .to_string()
    }
}
