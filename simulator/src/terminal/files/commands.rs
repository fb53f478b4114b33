//! File commands that both generations share.

use serde_json::{Value, json};

use super::FileId;
use crate::terminal::Terminal;
use crate::terminal::message::{Refusal, Reply, Request, done, fields};

impl Terminal {
    pub(super) fn shared_file_command(&mut self, request: &Request<'_>) -> Option<Reply> {
        let reply = match request.method {
            "getFileList" => {
                // The one place where the documented fileId is a string.
                let list: Value = self
                    .files
                    .stored
                    .iter()
                    .map(|(id, file)| json!({"fileId": id.to_string(), "fileName": file.name}))
                    .collect();
                Ok(fields(json!({"fileList": list})))
            }
            "getFileTransferAvailability" => {
                let availability = self.availability();
                let mut answer = fields(json!({}));
                if self.options.speaks_current() {
                    answer.insert("availability".into(), availability.into());
                }
                if self.options.speaks_legacy() {
                    answer.insert("available".into(), (availability == 3).into());
                }
                Ok(answer)
            }
            "sendFile" => self.send_file_command(request),
            "deleteFileTransferFile" => self.delete_command(request),
            _ => return None,
        };
        Some(reply)
    }

    fn send_file_command(&mut self, request: &Request<'_>) -> Reply {
        let file_id = request.number(&["fileId"])?;
        let names: &[&str] = match (self.options.strict_receiver, self.options.speaks_current()) {
            (false, true) => &["callId", "peerId"],
            (false, false) => &["peerId", "callId"],
            (true, true) => &["callId"],
            (true, false) => &["peerId"],
        };
        let peer = request.text(names)?;
        if peer.contains('/') {
            return Err(Refusal::new("an InstanceId cannot receive files"));
        }
        if peer.is_empty() {
            return Err(Refusal::new("the receiver is empty"));
        }
        let index = self.send_file(file_id, Some(peer.to_owned()), None)?;
        self.sent_reply(index)
    }

    /// Sends to the running group conference, and only there.
    pub(super) fn send_to_conference(&mut self, request: &Request<'_>) -> Reply {
        let file_id = request.number(&["fileId"])?;
        let conference = self
            .group_conference()
            .ok_or_else(|| Refusal::new("there is no group conference"))?;
        let index = self.send_file(file_id, None, Some(conference))?;
        self.sent_reply(index)
    }

    fn sent_reply(&self, index: usize) -> Reply {
        if self.options.speaks_current() {
            Ok(fields(
                json!({"sentFileRequestId": self.files.requests[index].id}),
            ))
        } else {
            done()
        }
    }

    /// The libraries send `fileId`; `fileRequestId` is taken as well, as the event has it.
    fn delete_command(&mut self, request: &Request<'_>) -> Reply {
        let file_id = match request.optional_text("fileRequestId") {
            Some(id) => {
                let index = self.file_request(id)?;
                self.files.requests[index].file_id
            }
            None => Some(request.number(&["fileId"])?),
        };
        let indexes = self
            .files
            .requests
            .indexes(|request| request.listed && request.finished() && request.file_id == file_id);
        let removed = file_id
            .and_then(|id| self.files.stored.remove(&id))
            .is_some();
        if indexes.is_empty() && !removed {
            return Err(Refusal::new("there is no such file"));
        }
        for index in indexes {
            self.files.requests[index].listed = false;
            self.announce_deleted(index, removed);
        }
        done()
    }

    /// Removes the finished requests from every list, and on demand their files.
    pub(super) fn clear_history(&mut self, delete_files: bool) -> Reply {
        let mut dropped: Vec<FileId> = Vec::new();
        for request in self.files.requests.iter_mut() {
            if request.listed && request.finished() {
                request.listed = false;
                dropped.extend(request.file_id);
            }
        }
        if delete_files {
            for id in dropped {
                self.files.stored.remove(&id);
            }
        }
        self.announce_cleared();
        done()
    }
}
