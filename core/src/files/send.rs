//! Bytes from here to the terminal, and on to a user or a conference.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};

use super::bytes::transfer;
use super::{Files, is_outgoing, object, wire_file_id};
use crate::engine::{Direction, FileId, FileRequest, FileStatus, Generation};
use crate::error::{Error, Result};
use crate::http::{self, HttpError, Progress, Upload, UploadSource};

/// How long the request of a file just sent may take to show where the answer does not name it.
const SHOW_PATIENCE: Duration = Duration::from_secs(5);

/// What to send.
#[derive(Debug, Clone)]
pub enum FileSource {
    /// A file on this machine. It is read piece by piece.
    Path(PathBuf),
    /// Bytes in memory, with the name that the receiver sees.
    Bytes {
        /// The file's name.
        name: String,
        /// Its content.
        bytes: Bytes,
    },
    /// A file that is on the terminal's HTTP server already.
    Uploaded(FileId),
}

/// A file on the terminal's HTTP server.
struct Uploaded {
    id: FileId,
    name: String,
    size: Option<u64>,
}

impl Files {
    /// Puts a file on the terminal's HTTP server and returns its id, which `sendFile`, `addSlide`,
    /// `setBackground` and others take. `name` replaces the file's own.
    ///
    /// # Errors
    /// [`Error::Transfer`] when the file cannot be read or the terminal does not take it.
    pub async fn upload(
        &self,
        source: FileSource,
        name: Option<&str>,
        progress: Option<Progress>,
    ) -> Result<FileId> {
        self.put(source, name, progress)
            .await
            .map(|uploaded| uploaded.id)
    }

    /// Offers a file to a user (`sendFile`). `to` is a TrueConf ID such as `user@server`.
    /// Returns the new request.
    ///
    /// # Errors
    /// As [`Files::upload`], and as any command.
    pub async fn send(
        &self,
        source: FileSource,
        to: &str,
        name: Option<&str>,
        progress: Option<Progress>,
    ) -> Result<FileRequest> {
        if to.is_empty() {
            return Err(Error::Usage(
                "send: 'to' must be a TrueConf ID such as user@server".into(),
            ));
        }
        let uploaded = self.put(source, name, progress).await?;
        let file_id = wire_file_id(&uploaded.id);
        // The pages name the receiver callId, the vendor's libraries peerId, and which of them a
        // given terminal takes is not known; it ignores the other.
        let params = json!({"fileId": file_id, "callId": to, "peerId": to});
        self.offer("sendFile", params, uploaded, Some(to)).await
    }

    /// Sends a file to the chat of the running group conference (`sendFileToConference`, before
    /// 4.1 `sendConferenceFile`). Returns the new request.
    ///
    /// # Errors
    /// As [`Files::send`]; the terminal refuses outside a group conference.
    pub async fn send_to_conference(
        &self,
        source: FileSource,
        name: Option<&str>,
        progress: Option<Progress>,
    ) -> Result<FileRequest> {
        let uploaded = self.put(source, name, progress).await?;
        let params = json!({"fileId": wire_file_id(&uploaded.id)});
        let method = match self.generation() {
            Generation::Current => "sendFileToConference",
            Generation::Legacy => "sendConferenceFile",
        };
        self.offer(method, params, uploaded, None).await
    }

    async fn put(
        &self,
        source: FileSource,
        name: Option<&str>,
        progress: Option<Progress>,
    ) -> Result<Uploaded> {
        let (source, own_name, size) = match source {
            FileSource::Uploaded(id) => {
                let name = name.unwrap_or_default().to_owned();
                return Ok(Uploaded {
                    id,
                    name,
                    size: None,
                });
            }
            FileSource::Bytes { name, bytes } => {
                let size = bytes.len() as u64;
                (UploadSource::Bytes(bytes), name, Some(size))
            }
            FileSource::Path(path) => {
                let name = path
                    .file_name()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into_owned();
                let size = tokio::fs::metadata(&path)
                    .await
                    .ok()
                    .map(|metadata| metadata.len());
                (UploadSource::Path(path), name, size)
            }
        };
        let name = name.map_or(own_name, str::to_owned);
        if name.is_empty() {
            return Err(Error::Usage("a file to send needs a name".into()));
        }
        let mut fresh = false;
        loop {
            let (target, token) = self.http_access(fresh).await?;
            let shared = self.room.shared();
            let upload = Upload {
                target: &target,
                token: token.expose(),
                name: &name,
                source: &source,
                stall: shared.options.transfer_timeout,
                progress: progress.clone(),
            };
            match http::upload(&shared.access.client, &upload).await {
                Err(HttpError::Unauthorized { .. }) if !fresh => fresh = true,
                Ok(id) => {
                    return Ok(Uploaded {
                        id: FileId::Number(id),
                        name,
                        size,
                    });
                }
                Err(error) => return Err(transfer(&name, &error)),
            }
        }
    }

    async fn offer(
        &self,
        method: &str,
        params: Value,
        uploaded: Uploaded,
        to: Option<&str>,
    ) -> Result<FileRequest> {
        let before: HashSet<Arc<str>> = self
            .requests()
            .into_iter()
            .filter(is_outgoing)
            .map(|request| request.id)
            .collect();
        let mut changes = self.changes();
        let answer = self.room.command(method, params).await?;
        if let Some(id) = object(&answer)
            .get("sentFileRequestId")
            .and_then(Value::as_str)
        {
            let request = FileRequest {
                id: id.into(),
                direction: Direction::Outgoing,
                status: FileStatus::Waiting,
                file_name: uploaded.name.into(),
                size: uploaded.size,
                peer_id: to.map(Into::into),
                peer_name: None,
                conference_id: None,
                created_at: None,
                file_id: Some(uploaded.id),
                percent: 0,
            };
            self.room
                .shared()
                .with(|engine, _| engine.file_sent(&request));
            return self.known(id);
        }
        // Before 4.1 the answer does not name the request: it is the new one with this file.
        let shown = async {
            loop {
                let found = self.requests().into_iter().find(|request| {
                    is_outgoing(request)
                        && request.file_id.as_ref() == Some(&uploaded.id)
                        && !before.contains(&request.id)
                });
                if let Some(request) = found {
                    return Ok(request);
                }
                if changes.next().await.is_none() {
                    return Err(self.room.ended());
                }
            }
        };
        tokio::time::timeout(SHOW_PATIENCE, shown)
            .await
            .unwrap_or_else(|_| {
                Err(Error::Transfer {
                    file: http::safe_file_name(&uploaded.name),
                    message: format!(
                        "{method} was accepted, but the terminal does not show the request; \
                     look for it in the list of requests before sending again"
                    ),
                })
            })
    }
}
