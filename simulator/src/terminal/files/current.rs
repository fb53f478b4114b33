//! File transfer from 4.1 on: commands, lists and events.

use serde_json::{Map, Value, json};

use super::{Direction, FileRequest, NoConference};
use crate::terminal::Terminal;
use crate::terminal::message::{Reply, Request, done, fields};

/// What lists and events do outside a conference in all examples.
const USUAL: NoConference = NoConference::Missing;

impl Terminal {
    pub(super) fn current_file_command(&mut self, request: &Request<'_>) -> Option<Reply> {
        let reply = match request.method {
            "getIncomingFilesRequests" => {
                Ok(self.list("incomingFilesRequests", Direction::Incoming))
            }
            "getOutgoingFilesRequests" => {
                Ok(self.list("outgoingFilesRequests", Direction::Outgoing))
            }
            "getFileRequestInfo" => request
                .text(&["fileRequestId"])
                .and_then(|id| self.file_request(id))
                .map(|index| self.info(&self.files.requests[index])),
            "getFileTransferHistory" => {
                let finished = self.listed().filter(|request| request.finished());
                let list: Value = finished
                    .map(|request| self.history_entry(request))
                    .collect();
                Ok(fields(json!({"filesRequests": list})))
            }
            "acceptIncomingFileRequest" => self.answer_command(request, true),
            "rejectIncomingFileRequest" => self.answer_command(request, false),
            "sendFileToConference" => self.send_to_conference(request),
            "clearFileTransferHistory" => request
                .flag("deleteFilesFromDisk")
                .and_then(|delete| self.clear_history(delete)),
            _ => return None,
        };
        Some(reply)
    }

    fn answer_command(&mut self, request: &Request<'_>, accept: bool) -> Reply {
        let index = self.file_request(request.text(&["fileRequestId"])?)?;
        self.answer_request(index, accept)?;
        done()
    }

    /// Newest last, as in the examples.
    pub(super) fn listed(&self) -> impl Iterator<Item = &FileRequest> {
        self.files.requests.iter().filter(|request| request.listed)
    }

    fn list(&self, name: &str, direction: Direction) -> Map<String, Value> {
        let entries = self
            .listed()
            .filter(|request| request.direction == direction);
        let list: Value = entries.map(|request| self.list_entry(request)).collect();
        let mut answer = Map::new();
        answer.insert(name.into(), list);
        answer
    }

    fn list_entry(&self, request: &FileRequest) -> Value {
        let mut entry = fields(json!({"fileRequestId": request.id}));
        put_peer(&mut entry, request, "peerDn");
        entry.extend(fields(json!({
            "fileName": request.file_name,
            "size": request.size,
            "status": self.status_number(request.status),
            "timestamp": request.timestamp(),
        })));
        if let (Some(id), Direction::Outgoing) = (request.file_id, request.direction) {
            entry.insert("fileId".into(), self.file_id_value(id));
        }
        self.put_conference(&mut entry, request, USUAL);
        entry.into()
    }

    fn info(&self, request: &FileRequest) -> Map<String, Value> {
        let mut info = fields(json!({
            "fileRequestId": request.id,
            "status": self.status_number(request.status),
            "directionType": request.direction_type(),
            "fileName": request.file_name,
            "timestamp": request.timestamp(),
            "fileSize": request.size,
        }));
        put_peer(&mut info, request, "peerDisplayName");
        self.put_conference(&mut info, request, USUAL);
        if let Some(id) = request.file_id {
            info.insert("fileId".into(), self.file_id_value(id));
        }
        info
    }

    fn history_entry(&self, request: &FileRequest) -> Value {
        let mut entry = fields(json!({
            "directionType": request.direction_type(),
            "fileName": request.file_name,
            "fileSize": request.size,
            "timestamp": request.timestamp(),
            "fileRequestId": request.id,
        }));
        put_peer(&mut entry, request, "peerDn");
        if let Some(id) = request.file_id {
            entry.insert("fileId".into(), self.file_id_value(id));
        }
        self.put_conference(&mut entry, request, USUAL);
        entry.into()
    }

    /// The fields of receivedFileRequest and of the answers to it.
    pub(super) fn offer_fields(&self, request: &FileRequest) -> Map<String, Value> {
        let mut event = fields(json!({"fileRequestId": request.id}));
        put_peer(&mut event, request, "peerDn");
        event.extend(fields(json!({
            "fileName": request.file_name,
            "fileSize": request.size,
            "timestamp": request.timestamp(),
        })));
        self.put_conference(&mut event, request, USUAL);
        event
    }

    pub(super) fn announce_offer(&mut self, index: usize) {
        // The name that both generations share: a terminal of both puts both ids into one event.
        let mut event = Map::new();
        if self.options.speaks_legacy() {
            event.extend(self.legacy_offer_fields(&self.files.requests[index]));
        }
        if self.options.speaks_current() {
            event.extend(self.offer_fields(&self.files.requests[index]));
        }
        self.emit("receivedFileRequest", &event);
    }

    pub(super) fn announce_answer(&mut self, index: usize, accepted: bool) {
        if self.options.speaks_current() {
            let event = self.offer_fields(&self.files.requests[index]);
            let name = if accepted {
                "incomingFileRequestAccepted"
            } else {
                "incomingFileRequestRejected"
            };
            self.emit(name, &event);
        }
        self.legacy_announce_answer(index, accepted);
    }

    pub(super) fn announce_status(&mut self, index: usize) {
        if self.options.speaks_current() {
            let event = self.info(&self.files.requests[index]);
            self.emit("fileRequestStatusChanged", &event);
        }
        self.legacy_announce_status(index);
    }

    pub(super) fn announce_progress(&mut self, index: usize) {
        if self.options.speaks_current() {
            let request = &self.files.requests[index];
            let mut event = fields(json!({
                "fileSize": request.size,
                "processedPercents": request.percent,
                "fileRequestId": request.id,
                "fileName": request.file_name,
                "timestamp": request.timestamp(),
            }));
            put_peer(&mut event, request, "peerDisplayName");
            self.put_conference(&mut event, request, USUAL);
            let name = match request.direction {
                Direction::Incoming => "incomingFileRequestDownloadingProgress",
                Direction::Outgoing => "outgoingFileRequestUploadingProgress",
            };
            if let (Some(id), Direction::Outgoing) = (request.file_id, request.direction) {
                event.insert("fileId".into(), self.file_id_value(id));
            }
            self.emit(name, &event);
        }
        self.legacy_announce_progress(index);
    }

    pub(super) fn announce_sent(&mut self, index: usize) {
        if self.options.speaks_current() {
            let request = &self.files.requests[index];
            let mut event = self.offer_fields(request);
            if let Some(id) = request.file_id {
                event.insert("fileId".into(), self.file_id_value(id));
            }
            let name = match request.peer_id {
                Some(_) => "outgoingFileRequestSent",
                None => "outgoingFileRequestSentToConference",
            };
            self.emit(name, &event);
        }
        self.legacy_announce_sent(index);
    }

    pub(super) fn announce_deleted(&mut self, index: usize, removed: bool) {
        if self.options.speaks_current() {
            let entry = self.history_entry(&self.files.requests[index]);
            let mut event = fields(entry);
            event.insert("removedFromDisk".into(), removed.into());
            self.emit("fileDeletedFromFileTransferHistory", &event);
        }
        self.legacy_announce_deleted(index);
    }

    pub(super) fn announce_cleared(&mut self) {
        if self.options.speaks_current() {
            // The fields of this event are not known; it has none here.
            self.emit("fileTransferHistoryCleared", &Map::new());
        }
        if self.options.speaks_legacy() {
            self.emit("fileTransferCleared", &Map::new());
        }
    }

    /// Sets the availability and tells it; None: as the login state has it.
    pub fn set_availability(&mut self, now: std::time::Duration, availability: Option<u8>) {
        self.tick(now);
        self.files.availability = availability;
        self.announce_availability();
        self.flush_events();
    }

    pub(in crate::terminal) fn announce_availability(&mut self) {
        let availability = self.availability();
        if self.options.speaks_current() {
            let event = fields(json!({"availability": availability}));
            self.emit("fileTransferAvailabilityChanged", &event);
        }
        if self.options.speaks_legacy() {
            let event = fields(json!({"available": availability == 3}));
            self.emit("fileTransferAvailable", &event);
        }
    }
}

/// `peerId` and the display name, absent on a file sent to a conference.
fn put_peer(fields: &mut Map<String, Value>, request: &FileRequest, name: &str) {
    if let Some(id) = &request.peer_id {
        fields.insert("peerId".into(), id.as_str().into());
        let display = request.peer_name.as_deref().unwrap_or_default();
        fields.insert(name.into(), display.into());
    }
}
