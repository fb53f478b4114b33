//! How file requests look on the wire: every spelling, unit and type seen anywhere, read into one
//! form. protocol/notes.md, sections 7 to 9, has the evidence.

use std::fmt;
use std::sync::Arc;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::super::scalar::{Key, Nested, Scalar};
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
    pub(crate) fn read(object: &str) -> Self {
        serde_json::from_str::<Fields<'_>>(object)
            .map(Self::from)
            .unwrap_or_default()
    }
}

/// The members that matter, under every name they go by.
#[derive(Default)]
struct Fields<'a> {
    request_id: Scalar<'a>,
    legacy_id: Option<Scalar<'a>>,
    direction: Scalar<'a>,
    status: Scalar<'a>,
    name: Scalar<'a>,
    size: Scalar<'a>,
    peer: Scalar<'a>,
    peer_name: Scalar<'a>,
    conference: Scalar<'a>,
    time: Scalar<'a>,
    file: Scalar<'a>,
    percent: Scalar<'a>,
    done: Scalar<'a>,
    availability: Scalar<'a>,
    available: Scalar<'a>,
    /// Entries of a list of requests, whatever it is called.
    list: Option<Vec<Option<Patch>>>,
}

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FieldsVisitor)
    }
}

struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Fields<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields<'de>, A::Error> {
        let mut fields = Fields::default();
        while let Some(Key(key)) = map.next_key::<Key<'de>>()? {
            let field = match &*key {
                "fileRequestId" | "sentFileRequestId" => &mut fields.request_id,
                "id" => fields.legacy_id.insert(Scalar::Null),
                "directionType" => &mut fields.direction,
                "status" => &mut fields.status,
                "fileName" | "name" => &mut fields.name,
                "size" | "fileSize" | "totalSize" => &mut fields.size,
                "peerId" | "callId" => &mut fields.peer,
                "peerDn" | "peerDisplayName" => &mut fields.peer_name,
                "confId" => &mut fields.conference,
                "timestamp" => &mut fields.time,
                "fileId" => &mut fields.file,
                "processedPercents" => &mut fields.percent,
                "processedSize" => &mut fields.done,
                "availability" => &mut fields.availability,
                "available" => &mut fields.available,
                "incomingFilesRequests" | "outgoingFilesRequests" | "filesRequests" | "files" => {
                    if let List(Some(list)) = map.next_value()? {
                        fields.list = Some(list);
                    }
                    continue;
                }
                _ => {
                    map.next_value::<Nested>()?;
                    continue;
                }
            };
            let value = map.next_value::<Scalar<'de>>()?;
            // Of two names of one thing, the one that says something counts.
            if !value.is_null() {
                *field = value;
            }
        }
        Ok(fields)
    }
}

/// An array of requests; an element that is no object is passed over, as is what is no array.
struct List(Option<Vec<Option<Patch>>>);

impl<'de> Deserialize<'de> for List {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&RawValue>::deserialize(deserializer)?;
        let list = serde_json::from_str::<Vec<&RawValue>>(raw.get()).ok();
        let read = |entry: &RawValue| serde_json::from_str(entry.get()).ok().map(fields_to_patch);
        Ok(Self(list.map(|list| list.into_iter().map(read).collect())))
    }
}

fn fields_to_patch(fields: Fields<'_>) -> Patch {
    fields.into()
}

impl From<Fields<'_>> for Patch {
    fn from(fields: Fields<'_>) -> Self {
        let current = id(&fields.request_id);
        let generation = match (&current, &fields.legacy_id) {
            (Some(_), _) => Some(Generation::Current),
            (None, Some(_)) => Some(Generation::Legacy),
            (None, None) => None,
        };
        let size = fields.size.unsigned();
        Self {
            id: current.or_else(|| fields.legacy_id.as_ref().and_then(id)),
            direction: direction(&fields.direction),
            status: status(&fields.status),
            file_name: text(&fields.name),
            size,
            peer_id: text(&fields.peer),
            peer_name: text(&fields.peer_name),
            conference_id: text(&fields.conference),
            created_at: millis(&fields.time),
            file_id: file_id(&fields.file),
            percent: percent(&fields.percent).or_else(|| {
                let done = fields.done.unsigned()?;
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
pub(crate) fn entries(answer: &str) -> Option<Vec<Patch>> {
    let fields: Fields<'_> = serde_json::from_str(answer).ok()?;
    Some(fields.list?.into_iter().flatten().collect())
}

/// The requests in an answer that lists them or is one, as they stand there. `status` is what an
/// entry without a status has.
pub(crate) fn read_requests(answer: &str, status: FileStatus) -> Vec<FileRequest> {
    let list = entries(answer).unwrap_or_else(|| vec![Patch::read(answer)]);
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
    #[derive(serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Answer<'a> {
        #[serde(borrow)]
        file_list: Vec<&'a RawValue>,
    }
    let list = serde_json::from_str::<Answer<'_>>(answer).map(|answer| answer.file_list);
    let read = |entry: &RawValue| {
        let fields: Fields<'_> = serde_json::from_str(entry.get()).ok()?;
        Some((file_id(&fields.file)?, text(&fields.name)?.to_string()))
    };
    list.unwrap_or_default()
        .into_iter()
        .filter_map(read)
        .collect()
}

/// Reads `availability` (4.1 and later) or `available` (before).
pub(crate) fn availability(message: &str) -> Option<Availability> {
    let fields: Fields<'_> = serde_json::from_str(message).ok()?;
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

fn text(value: &Scalar<'_>) -> Option<Arc<str>> {
    let text = value.as_str().filter(|text| !text.is_empty())?;
    let mut end = text.len().min(MAX_TEXT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    Some(text[..end].into())
}

/// An id that was cut would be another id, so one that is too long is no id.
fn id(value: &Scalar<'_>) -> Option<Arc<str>> {
    match value {
        Scalar::Text(text) if !text.is_empty() && text.len() <= MAX_TEXT => Some((&**text).into()),
        Scalar::Integer(number) => Some(number.to_string().into()),
        _ => None,
    }
}

/// Incoming requests have milliseconds and outgoing ones seconds in every vendor example, even
/// side by side in one list, so the unit is told by magnitude: 1e11 seconds is the year 5138.
fn millis(value: &Scalar<'_>) -> Option<i64> {
    let time = value.integer().filter(|time| *time > 0)?;
    // Beyond the year 9999 it is no time that a host's calendar could hold.
    let time = if time >= 100_000_000_000 {
        time
    } else {
        time.checked_mul(1000)?
    };
    (time <= 253_402_300_799_999).then_some(time)
}

fn file_id(value: &Scalar<'_>) -> Option<FileId> {
    match value.integer() {
        // Terminals before 4.1 may send a zero as long as there is no file.
        Some(0) => None,
        Some(number) => Some(FileId::Number(number)),
        None => text(value)
            .filter(|text| text.len() <= 256 && &**text != "0")
            .map(FileId::Text),
    }
}

fn percent(value: &Scalar<'_>) -> Option<u8> {
    let number = value.float()?;
    // Clamped to 0..=100 before the cast.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    number.is_finite().then(|| number.clamp(0.0, 100.0) as u8)
}

/// The values of the generation before 4.1 are not documented; the same are assumed.
fn status(value: &Scalar<'_>) -> Option<FileStatus> {
    match value.integer()? {
        0 => Some(FileStatus::Failed),
        1 => Some(FileStatus::Waiting),
        2 => Some(FileStatus::Processing),
        3 => Some(FileStatus::Processed),
        _ => None,
    }
}

fn direction(value: &Scalar<'_>) -> Option<Direction> {
    match value.integer()? {
        0 => Some(Direction::Incoming),
        1 => Some(Direction::Outgoing),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn read(value: &Value) -> Patch {
        Patch::read(&value.to_string())
    }

    #[test]
    fn the_seed_page_reads_as_it_is() {
        let page = include_str!("../../../../protocol/seed-getIncomingFilesRequests.txt");
        let start = page.find("Response example:").unwrap() + "Response example:".len();
        let end = page.find("Parameter description:").unwrap();
        let answer: Value = serde_json::from_str(&page[start..end]).unwrap();
        let list = entries(&answer.to_string()).unwrap();
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
