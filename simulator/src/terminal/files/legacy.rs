//! File transfer before 4.1, as the vendor's Python library has it.
//!
//! Only names and keys are known. Assumed: the statuses and directions have the numbers of the
//! current generation, `speed` is in bytes per second, timestamps have the current units.

use serde_json::{Map, Value, json};

use super::{Direction, FileRequest, FileStatus, NoConference};
use crate::terminal::Terminal;
use crate::terminal::message::{Reply, Request, done, fields};

/// The vendor's client wants every key to be there.
const USUAL: NoConference = NoConference::Empty;

impl Terminal {
    pub(super) fn legacy_file_command(&mut self, request: &Request<'_>) -> Option<Reply> {
        let reply = match request.method {
            "getFileRequests" => {
                Ok(self.legacy_list(|request| request.direction == Direction::Incoming))
            }
            "getFileUploads" => {
                Ok(self.legacy_list(|request| request.direction == Direction::Outgoing))
            }
            "getFileTransferInfo" => Ok(self.legacy_list(FileRequest::finished)),
            "getFileInfo" => self
                .legacy_request(request)
                .map(|index| self.legacy_info(&self.files.requests[index])),
            "acceptFile" => self.legacy_answer(request, true),
            "rejectFile" => self.legacy_answer(request, false),
            "sendConferenceFile" => self.send_to_conference(request),
            "clearFileTransfer" => self.clear_history(true),
            _ => return None,
        };
        Some(reply)
    }

    fn legacy_request(&self, request: &Request<'_>) -> Result<usize, super::Refusal> {
        self.file_request(&request.number(&["id"])?.to_string())
    }

    fn legacy_answer(&mut self, request: &Request<'_>, accept: bool) -> Reply {
        let index = self.legacy_request(request)?;
        self.answer_request(index, accept)?;
        done()
    }

    fn legacy_list(&self, wanted: impl Fn(&FileRequest) -> bool) -> Map<String, Value> {
        let entries = self.listed().filter(|request| wanted(request));
        let list: Vec<_> = entries.map(|request| self.legacy_info(request)).collect();
        fields(json!({"files": list}))
    }

    fn legacy_info(&self, request: &FileRequest) -> Map<String, Value> {
        let processed = u128::from(request.size) * u128::from(request.percent) / 100;
        let processed = u64::try_from(processed).unwrap_or(u64::MAX);
        let mut info = fields(json!({
            "id": request.number,
            "status": self.status_number(request.status),
            "directionType": request.direction_type(),
            "fileName": request.file_name,
            "fileId": self.file_id_value(request.file_id.unwrap_or_default()),
            "peerId": request.peer_id.as_deref().unwrap_or_default(),
            "peerDisplayName": request.peer_name.as_deref().unwrap_or_default(),
            "timestamp": request.timestamp(),
        }));
        self.put_conference(&mut info, request, USUAL);
        info.extend(fields(json!({
            "totalSize": request.size,
            "processedSize": processed,
            "speed": if request.status == FileStatus::Processing { processed } else { 0 },
            "peersCount": 1,
        })));
        info
    }

    pub(super) fn legacy_offer_fields(&self, request: &FileRequest) -> Map<String, Value> {
        let mut event = fields(json!({
            "id": request.number,
            "peerId": request.peer_id.as_deref().unwrap_or_default(),
            "peerDn": request.peer_name.as_deref().unwrap_or_default(),
            "fileName": request.file_name,
        }));
        self.put_conference(&mut event, request, USUAL);
        event
    }

    pub(super) fn legacy_announce_answer(&mut self, index: usize, accepted: bool) {
        if self.options.speaks_legacy() {
            let request = &self.files.requests[index];
            let mut event = fields(json!({"id": request.number}));
            self.put_conference(&mut event, request, USUAL);
            self.emit(
                if accepted {
                    "fileAccepted"
                } else {
                    "fileRejected"
                },
                &event,
            );
        }
    }

    pub(super) fn legacy_announce_status(&mut self, index: usize) {
        if self.options.speaks_legacy() {
            let request = &self.files.requests[index];
            let mut event = fields(json!({
                "id": request.number,
                "status": self.status_number(request.status),
                "directionType": request.direction_type(),
            }));
            self.put_conference(&mut event, request, USUAL);
            self.emit("fileStatus", &event);
        }
    }

    pub(super) fn legacy_announce_progress(&mut self, index: usize) {
        if self.options.speaks_legacy() {
            let request = &self.files.requests[index];
            let mut event = self.legacy_info(request);
            event.shift_remove("peersCount");
            let name = match request.direction {
                Direction::Incoming => {
                    event.shift_remove("directionType");
                    "fileDownloadingProgress"
                }
                Direction::Outgoing => "fileUploadingProgress",
            };
            self.emit(name, &event);
        }
    }

    pub(super) fn legacy_announce_sent(&mut self, index: usize) {
        if self.options.speaks_legacy() {
            let request = &self.files.requests[index];
            let mut event = fields(json!({"name": request.file_name, "id": request.number}));
            let name = if let Some(peer) = &request.peer_id {
                event.insert("peerId".into(), peer.as_str().into());
                let display = request.peer_name.as_deref().unwrap_or_default();
                event.insert("peerDn".into(), display.into());
                "fileSent"
            } else {
                "fileConferenceSent"
            };
            let file_id = self.file_id_value(request.file_id.unwrap_or_default());
            event.insert("fileId".into(), file_id);
            self.put_conference(&mut event, request, USUAL);
            self.emit(name, &event);
        }
    }

    pub(super) fn legacy_announce_deleted(&mut self, index: usize) {
        if self.options.speaks_legacy() {
            let info = self.legacy_info(&self.files.requests[index]);
            let event = fields(json!({"file": info}));
            self.emit("fileTransferFileDeleted", &event);
        }
    }
}
