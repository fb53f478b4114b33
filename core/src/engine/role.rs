//! What a member of a message is to the library, told by its key.

/// The members that routing looks at, and those of file requests under every name they go by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Only the program may have a use for it.
    Other,
    Method,
    Event,
    RequestId,
    Result,
    Error,
    Code,
    FileRequest,
    /// The id of a request before 4.1.
    LegacyId,
    Direction,
    Status,
    Name,
    Size,
    Peer,
    PeerName,
    Conference,
    Time,
    File,
    Percent,
    Done,
    Availability,
    Available,
}

impl Role {
    /// Whether the member decides where a message goes.
    pub(crate) fn is_of_routing(self) -> bool {
        matches!(
            self,
            Self::Method | Self::Event | Self::RequestId | Self::Result | Self::Error | Self::Code
        )
    }

    pub(crate) fn of(key: &str) -> Self {
        match key {
            "method" => Self::Method,
            "event" => Self::Event,
            "requestId" => Self::RequestId,
            "result" => Self::Result,
            "error" => Self::Error,
            "resultCode" => Self::Code,
            "fileRequestId" | "sentFileRequestId" => Self::FileRequest,
            "id" => Self::LegacyId,
            "directionType" => Self::Direction,
            "status" => Self::Status,
            "fileName" | "name" => Self::Name,
            "size" | "fileSize" | "totalSize" => Self::Size,
            "peerId" | "callId" => Self::Peer,
            "peerDn" | "peerDisplayName" => Self::PeerName,
            "confId" => Self::Conference,
            "timestamp" => Self::Time,
            "fileId" => Self::File,
            "processedPercents" => Self::Percent,
            "processedSize" => Self::Done,
            "availability" => Self::Availability,
            "available" => Self::Available,
            _ => Self::Other,
        }
    }
}
