//! How file requests look on the wire: every spelling, unit and type seen anywhere, read into one
//! form. protocol/notes.md, sections 7 to 9, has the evidence.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::{Availability, Direction, FileId, FileRequest, FileStatus, Generation};

/// Longest text kept of a name or an id. The terminal's own limits are far below.
const MAX_TEXT: usize = 4096;

/// What an event of the files area says about a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signal {
    /// Offered to the room.
    Offered,
    /// Accepted, by whomever.
    Accepted,
    /// Declined, by whomever.
    Rejected,
    /// The message carries a new status.
    Status,
    /// Bytes moved.
    Progress,
    /// The room offered a file.
    Sent,
    /// Gone from the history.
    Deleted,
    /// All finished requests are gone from the history.
    Cleared,
    /// Whether files can be sent and received has changed.
    Availability,
}

/// An event of the files area, told by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FileEvent {
    pub signal: Signal,
    pub direction: Option<Direction>,
    /// None for the one name that both generations share.
    pub generation: Option<Generation>,
}

impl FileEvent {
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        use Direction::{Incoming, Outgoing};
        use Generation::{Current, Legacy};
        let (signal, direction, generation) = match name {
            "receivedFileRequest" => (Signal::Offered, Some(Incoming), None),
            "incomingFileRequestAccepted" => (Signal::Accepted, Some(Incoming), Some(Current)),
            "fileAccepted" => (Signal::Accepted, None, Some(Legacy)),
            "incomingFileRequestRejected" => (Signal::Rejected, Some(Incoming), Some(Current)),
            "fileRejected" => (Signal::Rejected, None, Some(Legacy)),
            "fileRequestStatusChanged" => (Signal::Status, None, Some(Current)),
            "fileStatus" => (Signal::Status, None, Some(Legacy)),
            "incomingFileRequestDownloadingProgress" => {
                (Signal::Progress, Some(Incoming), Some(Current))
            }
            "fileDownloadingProgress" => (Signal::Progress, Some(Incoming), Some(Legacy)),
            "outgoingFileRequestUploadingProgress" => {
                (Signal::Progress, Some(Outgoing), Some(Current))
            }
            "fileUploadingProgress" => (Signal::Progress, Some(Outgoing), Some(Legacy)),
            "outgoingFileRequestSent" | "outgoingFileRequestSentToConference" => {
                (Signal::Sent, Some(Outgoing), Some(Current))
            }
            "fileSent" | "fileConferenceSent" => (Signal::Sent, Some(Outgoing), Some(Legacy)),
            "fileDeletedFromFileTransferHistory" => (Signal::Deleted, None, Some(Current)),
            "fileTransferFileDeleted" => (Signal::Deleted, None, Some(Legacy)),
            "fileTransferHistoryCleared" => (Signal::Cleared, None, Some(Current)),
            "fileTransferCleared" => (Signal::Cleared, None, Some(Legacy)),
            "fileTransferAvailabilityChanged" => (Signal::Availability, None, Some(Current)),
            "fileTransferAvailable" => (Signal::Availability, None, Some(Legacy)),
            _ => return None,
        };
        Some(Self {
            signal,
            direction,
            generation,
        })
    }
}

/// What one message says about one request. A field of a wrong type is a field not said.
#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct Patch {
    pub id: Option<Arc<str>>,
    pub direction: Option<Direction>,
    pub status: Option<FileStatus>,
    pub file_name: Option<Arc<str>>,
    pub size: Option<u64>,
    pub peer_id: Option<Arc<str>>,
    pub peer_name: Option<Arc<str>>,
    pub conference_id: Option<Arc<str>>,
    pub created_at: Option<i64>,
    pub file_id: Option<FileId>,
    pub percent: Option<u8>,
    /// Told by the spelling of the id; none where there is no id.
    pub generation: Option<Generation>,
}

impl Patch {
    /// Reads one request out of an object of any generation.
    pub(crate) fn read(object: &Map<String, Value>) -> Self {
        let field = |names: &[&str]| {
            names
                .iter()
                .find_map(|name| object.get(*name).filter(|value| !value.is_null()))
        };
        let current = field(&["fileRequestId", "sentFileRequestId"]).and_then(id);
        let generation = if current.is_some() {
            Some(Generation::Current)
        } else if object.contains_key("id") {
            Some(Generation::Legacy)
        } else {
            None
        };
        let size = field(&["size", "fileSize", "totalSize"]).and_then(unsigned);
        Self {
            id: current.or_else(|| field(&["id"]).and_then(id)),
            direction: field(&["directionType"]).and_then(direction),
            status: field(&["status"]).and_then(status),
            file_name: field(&["fileName", "name"]).and_then(text),
            size,
            peer_id: field(&["peerId", "callId"]).and_then(text),
            peer_name: field(&["peerDn", "peerDisplayName"]).and_then(text),
            conference_id: field(&["confId"]).and_then(text),
            created_at: field(&["timestamp"]).and_then(millis),
            file_id: field(&["fileId"]).and_then(file_id),
            percent: field(&["processedPercents"]).and_then(percent).or_else(|| {
                let done = field(&["processedSize"]).and_then(unsigned)?;
                // A percentage is below 101 by construction.
                #[allow(clippy::cast_possible_truncation)]
                size.filter(|size| *size > 0)
                    .map(|size| (u128::from(done.min(size)) * 100 / u128::from(size)) as u8)
            }),
            generation,
        }
    }
}

/// The entries of an answer that lists requests, whatever the list is called.
pub(crate) fn entries(answer: &Map<String, Value>) -> Option<Vec<Patch>> {
    let list = [
        "incomingFilesRequests",
        "outgoingFilesRequests",
        "filesRequests",
        "files",
    ]
    .iter()
    .find_map(|name| answer.get(*name)?.as_array())?;
    Some(
        list.iter()
            .filter_map(Value::as_object)
            .map(Patch::read)
            .collect(),
    )
}

/// The requests in an answer that lists them or is one, as they stand there. `status` is what an
/// entry without a status has.
pub(crate) fn read_requests(answer: &str, status: FileStatus) -> Vec<FileRequest> {
    let answer: Map<String, Value> = serde_json::from_str(answer).unwrap_or_default();
    let list = entries(&answer).unwrap_or_else(|| vec![Patch::read(&answer)]);
    list.into_iter()
        .filter_map(|patch| {
            Some(FileRequest {
                id: patch.id?,
                direction: patch.direction.unwrap_or(Direction::Incoming),
                status: patch.status.unwrap_or(status),
                file_name: patch.file_name.unwrap_or_else(|| "".into()),
                size: patch.size,
                peer_id: patch.peer_id,
                peer_name: patch.peer_name,
                conference_id: patch.conference_id,
                created_at: patch.created_at,
                file_id: patch.file_id,
                percent: patch
                    .percent
                    .unwrap_or(if status.is_finished() { 100 } else { 0 }),
            })
        })
        .collect()
}

/// The entries of a `getFileList` answer.
pub(crate) fn read_file_list(answer: &str) -> Vec<(FileId, String)> {
    let answer: Map<String, Value> = serde_json::from_str(answer).unwrap_or_default();
    let list = answer.get("fileList").and_then(Value::as_array);
    list.into_iter()
        .flatten()
        .filter_map(|entry| {
            let name = entry.get("fileName").and_then(text)?;
            Some((entry.get("fileId").and_then(file_id)?, name.to_string()))
        })
        .collect()
}

/// Reads `availability` (4.1 and later) or `available` (before).
pub(crate) fn availability(message: &Map<String, Value>) -> Option<Availability> {
    if let Some(code) = message.get("availability").and_then(integer) {
        return match code {
            0 => Some(Availability::ForbiddenByServer),
            1 => Some(Availability::ForbiddenByLicence),
            2 => Some(Availability::LoginNeeded),
            3 => Some(Availability::Available),
            _ => None,
        };
    }
    match message.get("available")? {
        Value::Bool(true) => Some(Availability::Available),
        Value::Bool(false) => Some(Availability::ForbiddenByServer),
        other => integer(other).map(|value| {
            if value == 0 {
                Availability::ForbiddenByServer
            } else {
                Availability::Available
            }
        }),
    }
}

fn text(value: &Value) -> Option<Arc<str>> {
    let text = value.as_str().filter(|text| !text.is_empty())?;
    let mut end = text.len().min(MAX_TEXT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    Some(text[..end].into())
}

/// An id that was cut would be another id, so one that is too long is no id.
fn id(value: &Value) -> Option<Arc<str>> {
    match value {
        Value::String(text) if !text.is_empty() && text.len() <= MAX_TEXT => {
            Some(text.as_str().into())
        }
        Value::Number(_) => integer(value).map(|number| number.to_string().into()),
        _ => None,
    }
}

/// A whole number, also in the form `3.0` or `"3"`.
fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| {
            let float = number.as_f64()?;
            // Within 2^53 a float holds whole numbers exactly.
            #[allow(clippy::cast_possible_truncation)]
            (float.fract() == 0.0 && float.abs() <= 9_007_199_254_740_992.0).then_some(float as i64)
        }),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

fn unsigned(value: &Value) -> Option<u64> {
    value
        .as_u64()
        .or_else(|| integer(value).and_then(|number| u64::try_from(number).ok()))
}

/// Incoming requests have milliseconds and outgoing ones seconds in every vendor example, even
/// side by side in one list, so the unit is told by magnitude: 1e11 seconds is the year 5138.
fn millis(value: &Value) -> Option<i64> {
    let time = integer(value).filter(|time| *time > 0)?;
    // Beyond the year 9999 it is no time that a host's calendar could hold.
    let time = if time >= 100_000_000_000 {
        time
    } else {
        time.checked_mul(1000)?
    };
    (time <= 253_402_300_799_999).then_some(time)
}

fn file_id(value: &Value) -> Option<FileId> {
    match integer(value) {
        Some(number) => Some(FileId::Number(number)),
        None => text(value)
            .filter(|text| text.len() <= 256)
            .map(FileId::Text),
    }
}

fn percent(value: &Value) -> Option<u8> {
    let number = value
        .as_f64()
        .or_else(|| value.as_str()?.trim().parse().ok())?;
    // Clamped to 0..=100 before the cast.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    number.is_finite().then(|| number.clamp(0.0, 100.0) as u8)
}

/// The values of the generation before 4.1 are not documented; the same are assumed.
fn status(value: &Value) -> Option<FileStatus> {
    match integer(value)? {
        0 => Some(FileStatus::Failed),
        1 => Some(FileStatus::Waiting),
        2 => Some(FileStatus::Processing),
        3 => Some(FileStatus::Processed),
        _ => None,
    }
}

fn direction(value: &Value) -> Option<Direction> {
    match integer(value)? {
        0 => Some(Direction::Incoming),
        1 => Some(Direction::Outgoing),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(value: &Value) -> Patch {
        Patch::read(value.as_object().unwrap())
    }

    #[test]
    fn the_seed_page_reads_as_it_is() {
        let page = include_str!("../../../../protocol/seed-getIncomingFilesRequests.txt");
        let start = page.find("Response example:").unwrap() + "Response example:".len();
        let end = page.find("Parameter description:").unwrap();
        let answer: Value = serde_json::from_str(&page[start..end]).unwrap();
        let list = entries(answer.as_object().unwrap()).unwrap();
        assert_eq!(list.len(), 2);
        assert_eq!(
            list[0].id.as_deref(),
            Some("8e9dc8cc-fd65-47c0-8474-a4042bbbb395")
        );
        assert_eq!(list[0].size, Some(3200));
        assert_eq!(list[0].status, Some(FileStatus::Waiting));
        assert_eq!(list[0].created_at, Some(1_659_249_467_212));
        assert_eq!(list[0].conference_id, None);
        assert_eq!(
            list[1].conference_id.as_deref(),
            Some("0000016f35f42ef6@some.server#vcs")
        );
        assert_eq!(list[1].peer_name.as_deref(), Some("820_1"));
    }

    #[test]
    fn spellings_and_units_become_one() {
        let legacy = read(
            &json!({"id": 17, "totalSize": "200", "processedSize": 50, "name": "a",
            "peerDisplayName": "P", "confId": "", "timestamp": 1_659_249_467, "fileId": "33"}),
        );
        assert_eq!(legacy.id.as_deref(), Some("17"));
        assert_eq!(legacy.generation, Some(Generation::Legacy));
        assert_eq!((legacy.size, legacy.percent), (Some(200), Some(25)));
        assert_eq!(legacy.created_at, Some(1_659_249_467_000));
        assert_eq!(legacy.file_id, Some(FileId::Number(33)));
        assert_eq!(legacy.conference_id, None);
    }

    #[test]
    fn wrong_types_and_absurd_numbers_cost_only_their_field() {
        for wrong in [
            json!([1]),
            json!({"a": 1}),
            json!(true),
            json!(-5),
            json!(1e300),
            json!(null),
        ] {
            let patch = read(
                &json!({"fileRequestId": "x", "fileName": wrong, "size": wrong,
                "status": wrong, "timestamp": wrong, "peerId": wrong, "confId": wrong,
                "directionType": wrong, "peerDn": wrong}),
            );
            assert_eq!(patch.id.as_deref(), Some("x"));
            assert_eq!(
                (patch.size, patch.status, patch.created_at),
                (None, None, None),
                "{wrong}"
            );
            assert_eq!((patch.file_name, patch.peer_id), (None, None));
        }
        assert_eq!(read(&json!({"fileRequestId": {"no": 1}})).id, None);
        assert_eq!(read(&json!({"processedPercents": 1e9})).percent, Some(100));
        assert_eq!(read(&json!({"processedPercents": -3})).percent, Some(0));
        assert_eq!(read(&json!({"size": u64::MAX})).size, Some(u64::MAX));
        assert_eq!(read(&json!({"status": 77})).status, None);
    }

    #[test]
    fn availability_of_both_generations() {
        let of = |value: Value| availability(value.as_object().unwrap());
        assert_eq!(
            of(json!({"availability": 2})),
            Some(Availability::LoginNeeded)
        );
        assert_eq!(
            of(json!({"available": true})),
            Some(Availability::Available)
        );
        assert_eq!(
            of(json!({"available": 0})),
            Some(Availability::ForbiddenByServer)
        );
        assert_eq!(of(json!({"availability": 9})), None);
    }
}
