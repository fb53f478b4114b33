//! How file requests look on the wire: every spelling, unit and type seen anywhere, read into one
//! form. protocol/notes.md, sections 7 to 9, has the evidence.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::value::RawValue;

use super::super::scalar::Scalar;
use super::fields::{Fields, Patch};
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

/// The entries of an answer that lists requests, whatever the list is called.
pub(crate) fn entries(answer: &str) -> Option<Vec<Patch<'_>>> {
    Some(Fields::read(answer)?.list?.into_iter().flatten().collect())
}

/// The requests in an answer that lists them or is one, as they stand there. `status` is what an
/// entry without a status has.
pub(crate) fn read_requests(answer: &str, status: FileStatus) -> Vec<FileRequest> {
    let list = entries(answer).unwrap_or_else(|| vec![Patch::read(answer)]);
    list.into_iter()
        .filter_map(|patch| {
            Some(FileRequest {
                id: patch.id?.into(),
                direction: patch.direction.unwrap_or(Direction::Incoming),
                status: patch.status.unwrap_or(status),
                file_name: patch.file_name.unwrap_or_default().into(),
                size: patch.size,
                peer_id: patch.peer_id.map(Arc::from),
                peer_name: patch.peer_name.map(Arc::from),
                conference_id: patch.conference_id.map(Arc::from),
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
    #[derive(serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Answer<'a> {
        #[serde(borrow)]
        file_list: Vec<&'a RawValue>,
    }
    let list = serde_json::from_str::<Answer<'_>>(answer).map(|answer| answer.file_list);
    let read = |entry: &RawValue| {
        let fields = Fields::read(entry.get())?;
        Some((file_id(&fields.file)?, text(fields.name)?.into_owned()))
    };
    list.unwrap_or_default()
        .into_iter()
        .filter_map(read)
        .collect()
}

/// Reads `availability` (4.1 and later) or `available` (before).
pub(crate) fn availability(message: &str) -> Option<Availability> {
    let fields = Fields::read(message)?;
    if let Some(code) = fields.availability.integer() {
        return match code {
            0 => Some(Availability::ForbiddenByServer),
            1 => Some(Availability::ForbiddenByLicence),
            2 => Some(Availability::LoginNeeded),
            3 => Some(Availability::Available),
            _ => None,
        };
    }
    let available = match fields.available.boolean() {
        Some(available) => available,
        None => fields.available.integer()? != 0,
    };
    Some(if available {
        Availability::Available
    } else {
        Availability::ForbiddenByServer
    })
}

pub(super) fn text(value: Scalar<'_>) -> Option<Cow<'_, str>> {
    let text = value.into_text().filter(|text| !text.is_empty())?;
    if text.len() <= MAX_TEXT {
        return Some(text);
    }
    let mut end = MAX_TEXT;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    Some(Cow::Owned(text[..end].to_owned()))
}

/// An id that was cut would be another id, so one that is too long is no id.
pub(super) fn id(value: Scalar<'_>) -> Option<Cow<'_, str>> {
    let id = value.into_text_or_number()?;
    (!id.is_empty() && id.len() <= MAX_TEXT).then_some(id)
}

/// Incoming requests have milliseconds and outgoing ones seconds in every vendor example, even
/// side by side in one list, so the unit is told by magnitude: 1e11 seconds is the year 5138.
pub(super) fn millis(value: &Scalar<'_>) -> Option<i64> {
    let time = value.integer().filter(|time| *time > 0)?;
    // Beyond the year 9999 it is no time that a host's calendar could hold.
    let time = if time >= 100_000_000_000 {
        time
    } else {
        time.checked_mul(1000)?
    };
    (time <= 253_402_300_799_999).then_some(time)
}

pub(super) fn file_id(value: &Scalar<'_>) -> Option<FileId> {
    match value.integer() {
        // Terminals before 4.1 may send a zero as long as there is no file.
        Some(0) => None,
        Some(number) => Some(FileId::Number(number)),
        None => value
            .as_str()
            .filter(|text| !text.is_empty() && text.len() <= 256 && *text != "0")
            .map(FileId::from),
    }
}

pub(crate) fn percent(value: &Scalar<'_>) -> Option<u8> {
    let number = value.float()?;
    // Clamped to 0..=100 before the cast.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    number.is_finite().then(|| number.clamp(0.0, 100.0) as u8)
}

/// The values of the generation before 4.1 are not documented; the same are assumed.
pub(super) fn status(value: &Scalar<'_>) -> Option<FileStatus> {
    match value.integer()? {
        0 => Some(FileStatus::Failed),
        1 => Some(FileStatus::Waiting),
        2 => Some(FileStatus::Processing),
        3 => Some(FileStatus::Processed),
        _ => None,
    }
}

pub(super) fn direction(value: &Scalar<'_>) -> Option<Direction> {
    match value.integer()? {
        0 => Some(Direction::Incoming),
        1 => Some(Direction::Outgoing),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::scan;
    use super::*;
    use serde_json::{Value, json};

    fn read(value: &Value) -> Patch<'static> {
        let text: &'static str = value.to_string().leak();
        let patch = Patch::read(text);
        let layout = scan::layout(text);
        assert!(layout.is_none_or(|layout| Patch::of(layout.members(), text) == patch));
        patch
    }

    #[test]
    fn the_seed_page_reads_as_it_is() {
        let page = include_str!("../../../../protocol/seed-getIncomingFilesRequests.txt");
        let start = page.find("Response example:").unwrap() + "Response example:".len();
        let end = page.find("Parameter description:").unwrap();
        let answer: Value = serde_json::from_str(&page[start..end]).unwrap();
        let answer = answer.to_string();
        let list = entries(&answer).unwrap();
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
    fn only_events_of_the_files_area_are_looked_at_as_such() {
        let known = crate::catalogue::events().iter();
        let found: Vec<_> = known
            .filter(|event| FileEvent::from_name(event.name).is_some())
            .collect();
        assert_eq!(found.len(), 21);
        assert!(found.iter().all(|event| event.area == "files"));
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
        assert_eq!(read(&json!({"id": 17, "fileId": 0})).file_id, None);
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
        let of = |value: Value| availability(&value.to_string());
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
