//! File requests of a room: what was offered to it, what it offers, and the bytes.

mod access;
mod bytes;
mod send;

use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::engine::{
    Availability, Direction, FileId, FileRequest, FileStatus, Filter, Generation, State,
};
use crate::error::{Error, Result};
use crate::room::Room;
use crate::subscription::{Requests, Subscription};
use crate::text::Text;

pub(crate) use access::Access;
pub use bytes::SaveOptions;
pub use send::FileSource;

/// File requests of a room. Cheap to clone.
#[derive(Clone)]
pub struct Files {
    room: Room,
}

/// What to remove from the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeleteTarget {
    /// The file with this id on the terminal's HTTP server.
    File(FileId),
    /// The file of this request.
    Request(String),
}

impl Files {
    pub(crate) fn new(room: Room) -> Self {
        Self { room }
    }

    /// Every request that the terminal has, newest first. Read from memory.
    pub fn requests(&self) -> Vec<FileRequest> {
        self.room
            .shared()
            .read(|engine| engine.files().into_iter().cloned().collect())
    }

    /// A request, also one that the terminal's history no longer has: of those that are finished and
    /// gone from it the room remembers the last few hundred. Read from memory.
    pub fn get(&self, id: &str) -> Option<FileRequest> {
        self.room.shared().read(|engine| engine.file(id).cloned())
    }

    /// Whether files can be sent and received; none when the terminal has not said.
    pub fn availability(&self) -> Option<Availability> {
        self.room.shared().read(|engine| engine.availability())
    }

    /// Each incoming request that waits for an answer, exactly once, those that wait already
    /// included, also across reconnects.
    pub fn offers(&self) -> Requests {
        Requests(Subscription::new(
            self.room.shared(),
            Filter::Requests,
            None,
        ))
    }

    /// A request whenever something about it has changed. Changes that were not yet taken are one.
    pub fn changes(&self) -> Requests {
        Requests(Subscription::new(self.room.shared(), Filter::Changes, None))
    }

    /// Accepts an incoming request (`acceptIncomingFileRequest`, before 4.1 `acceptFile`); the
    /// terminal begins to fetch the file.
    ///
    /// # Errors
    /// [`Error::FileRequest`] when it no longer waits for an answer; no command is sent then.
    pub async fn accept(&self, id: &str) -> Result<()> {
        self.room
            .submit(|engine, now| engine.answer_file(now, id, true))
            .await
            .map(drop)
    }

    /// Declines an incoming request (`rejectIncomingFileRequest`, before 4.1 `rejectFile`).
    ///
    /// # Errors
    /// As [`Files::accept`].
    pub async fn reject(&self, id: &str) -> Result<()> {
        self.room
            .submit(|engine, now| engine.answer_file(now, id, false))
            .await
            .map(drop)
    }

    /// Waits until nothing more happens to a request, and returns it.
    ///
    /// # Errors
    /// [`Error::FileRequest`] when it is not known, [`Error::WaitTimeout`] when `timeout` passes
    /// first, or what ended the room.
    pub async fn wait(&self, id: &str, timeout: Option<Duration>) -> Result<FileRequest> {
        let finished = self.wait_until(id, FileRequest::is_finished);
        match timeout {
            None => finished.await,
            Some(limit) => tokio::time::timeout(limit, finished)
                .await
                .unwrap_or_else(|_| {
                    Err(Error::WaitTimeout {
                        what: format!("the end of file request {id}"),
                        after: limit,
                    })
                }),
        }
    }

    async fn wait_until(
        &self,
        id: &str,
        done: impl Fn(&FileRequest) -> bool,
    ) -> Result<FileRequest> {
        let mut changes = self.changes();
        let mut request = self.known(id)?;
        while !done(&request) {
            let changed = changes.next().await.ok_or_else(|| self.room.ended())?;
            // The book may forget a request as soon as its last change was taken.
            request = if *changed.id == *id {
                changed
            } else {
                self.known(id)?
            };
        }
        Ok(request)
    }

    fn known(&self, id: &str) -> Result<FileRequest> {
        self.get(id).ok_or_else(|| Error::FileRequest {
            id: id.into(),
            message: "not known; it may be gone from the terminal's list".into(),
        })
    }

    /// Asks for the lists of requests now and waits until the answers are in. Not needed in
    /// ordinary use.
    ///
    /// # Errors
    /// What ended the room, or [`Error::ConnectionLost`] when there is no connection, or none any
    /// more before the lists came. The next connection brings them by itself.
    pub async fn refresh(&self) -> Result<()> {
        let shared = self.room.shared();
        shared.with(super::engine::Engine::refresh)?;
        shared
            .wait_for(|engine| match (engine.ended(), engine.state()) {
                (Some(error), _) => Some(Err(error.clone())),
                (None, State::Ready) => (!engine.is_syncing()).then_some(Ok(())),
                (None, _) => Some(Err(Error::ConnectionLost {
                    method: None,
                    request_id: None,
                    reason: "the connection was lost before the lists of file requests came; \
                             they are asked for again with the next one"
                        .into(),
                    outcome_unknown: false,
                })),
            })
            .await
    }

    /// Finished transfers of both directions (`getFileTransferHistory`, before 4.1
    /// `getFileTransferInfo`). The history has no status; what is in it is processed.
    ///
    /// # Errors
    /// As any command.
    pub async fn history(&self) -> Result<Vec<FileRequest>> {
        let answer = match self.generation() {
            Generation::Current => {
                self.room
                    .command("getFileTransferHistory", json!({}))
                    .await?
            }
            Generation::Legacy => self.room.command("getFileTransferInfo", json!({})).await?,
        };
        Ok(crate::engine::read_requests(
            answer.as_str(),
            FileStatus::Processed,
        ))
    }

    /// Empties the history (`clearFileTransferHistory`, before 4.1 `clearFileTransfer`, which
    /// always deletes the files). `delete_files` deletes the terminal's copies too.
    ///
    /// # Errors
    /// As any command.
    pub async fn clear_history(&self, delete_files: bool) -> Result<()> {
        match self.generation() {
            Generation::Current => {
                let params = json!({ "deleteFilesFromDisk": delete_files });
                self.room.command("clearFileTransferHistory", params).await
            }
            Generation::Legacy if !delete_files => {
                return Err(Error::Usage(
                    "a terminal before 4.1 deletes the files with the history; pass delete_files \
                     to agree to that"
                        .into(),
                ));
            }
            Generation::Legacy => self.room.command("clearFileTransfer", json!({})).await,
        }
        .map(drop)
    }

    /// Removes one file from the history (`deleteFileTransferFile`). The vendor's libraries send
    /// `fileId`; a current terminal's page was not at hand.
    ///
    /// # Errors
    /// [`Error::FileRequest`] when the request has no file id yet; otherwise as any command.
    pub async fn delete(&self, target: DeleteTarget) -> Result<()> {
        let file_id = match target {
            DeleteTarget::File(id) => id,
            DeleteTarget::Request(id) => self.file_id(&self.known(&id)?).await?,
        };
        let params = json!({ "fileId": wire_file_id(&file_id) });
        self.room
            .command("deleteFileTransferFile", params)
            .await
            .map(drop)
    }

    /// Files on the terminal's HTTP server (`getFileList`): id and name.
    ///
    /// # Errors
    /// As any command.
    pub async fn file_list(&self) -> Result<Vec<(FileId, String)>> {
        let answer = self.room.command("getFileList", json!({})).await?;
        Ok(crate::engine::read_file_list(answer.as_str()))
    }

    fn generation(&self) -> Generation {
        let shown = self.room.shared().read(|engine| engine.generation());
        shown.unwrap_or(Generation::Current)
    }

    /// Where the bytes of a finished request are. The status event of an incoming one names the
    /// id; where it did not come, the details and then the history have it.
    async fn file_id(&self, request: &FileRequest) -> Result<FileId> {
        if let Some(id) = &request.file_id {
            return Ok(id.clone());
        }
        let (method, params) = match self.generation() {
            Generation::Current => ("getFileRequestInfo", json!({"fileRequestId": &*request.id})),
            Generation::Legacy => ("getFileInfo", json!({"id": legacy_id(&request.id)})),
        };
        if let Ok(answer) = self.room.command(method, params).await {
            let found = crate::engine::read_requests(answer.as_str(), request.status);
            if let Some(id) = found.into_iter().find_map(|request| request.file_id) {
                return Ok(id);
            }
        }
        let history = self.history().await?;
        history
            .into_iter()
            .find(|entry| entry.id == request.id)
            .and_then(|entry| entry.file_id)
            .ok_or_else(|| Error::FileRequest {
                id: request.id.to_string(),
                message: "the terminal does not say where its bytes are".into(),
            })
    }
}

/// All sources send file ids as numbers.
fn wire_file_id(id: &FileId) -> Value {
    match id {
        FileId::Number(number) => (*number).into(),
        FileId::Text(text) => text
            .parse::<i64>()
            .map_or_else(|_| (&**text).into(), Value::from),
    }
}

fn legacy_id(id: &str) -> Value {
    id.parse::<i64>().map_or_else(|_| id.into(), Value::from)
}

fn object(answer: &Text) -> Map<String, Value> {
    serde_json::from_str(answer.as_str()).unwrap_or_default()
}

fn is_outgoing(request: &FileRequest) -> bool {
    request.direction == Direction::Outgoing
}
