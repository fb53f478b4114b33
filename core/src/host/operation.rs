//! What a host can ask for beside commands, as JSON.

use std::path::PathBuf;
use std::time::Duration;

use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Payload;
use crate::engine::{FileId, FileRequest};
use crate::error::{Error, Result};
use crate::files::{DeleteTarget, FileSource, SaveOptions};
use crate::http::Progress;
use crate::room::Room;
use crate::text::Text;

#[derive(Deserialize)]
#[serde(
    tag = "op",
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
enum Request {
    Accept {
        id: String,
    },
    Reject {
        id: String,
    },
    Wait {
        id: String,
        timeout: Option<f64>,
    },
    Save {
        id: String,
        path: PathBuf,
        #[serde(default)]
        overwrite: bool,
        #[serde(default)]
        progress: bool,
    },
    Read {
        id: String,
        #[serde(default)]
        progress: bool,
    },
    Upload {
        path: Option<PathBuf>,
        name: Option<String>,
        #[serde(default)]
        progress: bool,
    },
    Send {
        path: Option<PathBuf>,
        file_id: Option<Value>,
        to: String,
        name: Option<String>,
        #[serde(default)]
        progress: bool,
    },
    SendToConference {
        path: Option<PathBuf>,
        file_id: Option<Value>,
        name: Option<String>,
        #[serde(default)]
        progress: bool,
    },
    History {},
    ClearHistory {
        #[serde(default)]
        delete_files: bool,
    },
    Delete {
        id: Option<String>,
        file_id: Option<Value>,
    },
    FileList {},
    Refresh {},
    Flow {
        name: String,
        params: Value,
        timeout: Option<f64>,
    },
    WaitReady {},
    WaitClosed {},
}

pub(super) struct Operation {
    request: Request,
    bytes: Option<Bytes>,
}

impl Operation {
    pub(super) fn from_json(json: &str, bytes: Option<Vec<u8>>) -> Result<Self> {
        let request = serde_json::from_str(json)
            .map_err(|error| Error::Usage(format!("operation: {error}")))?;
        Ok(Self {
            request,
            bytes: bytes.map(Bytes::from),
        })
    }

    /// Transfers are boxed, so that what waits as long as a room lives does not take their space.
    pub(super) async fn run(self, room: &Room, told: Progress) -> Result<Payload> {
        let files = room.files();
        // Telling a host costs it a turn of its loop for each piece of a file.
        let told = |progress: bool| progress.then_some(told);
        let bytes = self.bytes;
        match self.request {
            Request::Accept { id } => files.accept(&id).await.map(nothing),
            Request::Reject { id } => files.reject(&id).await.map(nothing),
            Request::Wait { id, timeout } => {
                let timeout = timeout.map(limit).transpose()?;
                files.wait(&id, timeout).await.map(|request| file(&request))
            }
            Request::Save {
                id,
                path,
                overwrite,
                progress,
            } => {
                let progress = told(progress);
                let options = SaveOptions {
                    overwrite,
                    progress,
                };
                let path = Box::pin(files.save_with(&id, path, options)).await?;
                Ok(json_payload(&json!(path.to_string_lossy())))
            }
            Request::Read { id, progress } => {
                let read = files.read_with(&id, told(progress));
                Box::pin(read).await.map(Payload::Bytes)
            }
            Request::Upload {
                path,
                name,
                progress,
            } => {
                let source = source(path, None, bytes, name.as_deref())?;
                let uploaded = files.upload(source, name.as_deref(), told(progress));
                let id = Box::pin(uploaded).await?;
                Ok(json_payload(&json!({ "fileId": Value::from(&id) })))
            }
            Request::Send {
                path,
                file_id,
                to,
                name,
                progress,
            } => {
                let source = source(path, file_id, bytes, name.as_deref())?;
                let sent = files.send(source, &to, name.as_deref(), told(progress));
                Box::pin(sent).await.map(|request| file(&request))
            }
            Request::SendToConference {
                path,
                file_id,
                name,
                progress,
            } => {
                let source = source(path, file_id, bytes, name.as_deref())?;
                let sent = files.send_to_conference(source, name.as_deref(), told(progress));
                Box::pin(sent).await.map(|request| file(&request))
            }
            Request::History {} => files.history().await.map(|list| file_list(&list)),
            Request::ClearHistory { delete_files } => {
                files.clear_history(delete_files).await.map(nothing)
            }
            Request::Delete { id, file_id } => {
                let target = match (id, file_id) {
                    (Some(id), None) => DeleteTarget::Request(id),
                    (None, Some(id)) => DeleteTarget::File(read_file_id(&id)?),
                    _ => return Err(Error::Usage("delete: give either id or fileId".into())),
                };
                files.delete(target).await.map(nothing)
            }
            Request::FileList {} => {
                let list: Vec<Value> = files
                    .file_list()
                    .await?
                    .iter()
                    .map(|(id, name)| json!({"fileId": Value::from(id), "fileName": name}))
                    .collect();
                Ok(json_payload(&json!(list)))
            }
            Request::Refresh {} => files.refresh().await.map(nothing),
            Request::Flow {
                name,
                params,
                timeout,
            } => {
                let timeout = timeout.map(limit).transpose()?;
                room.run_flow(&name, params, timeout)
                    .await
                    .map(Payload::Json)
            }
            Request::WaitReady {} => room.wait_ready().await.map(nothing),
            Request::WaitClosed {} => room.closed().await.map(nothing),
        }
    }
}

fn nothing((): ()) -> Payload {
    json_payload(&Value::Null)
}

fn file(request: &FileRequest) -> Payload {
    Payload::Json(Text::from(request.to_json()))
}

fn file_list(requests: &[FileRequest]) -> Payload {
    let list: Vec<_> = requests.iter().map(FileRequest::to_json).collect();
    Payload::Json(Text::from(format!("[{}]", list.join(","))))
}

fn json_payload(value: &Value) -> Payload {
    Payload::Json(Text::from(value.to_string()))
}

fn limit(milliseconds: f64) -> Result<Duration> {
    Duration::try_from_secs_f64(milliseconds / 1000.0)
        .map_err(|_| Error::Usage("timeout must be a number of milliseconds >= 0".into()))
}

fn source(
    path: Option<PathBuf>,
    file_id: Option<Value>,
    bytes: Option<Bytes>,
    name: Option<&str>,
) -> Result<FileSource> {
    match (path, file_id, bytes) {
        (Some(path), None, None) => Ok(FileSource::Path(path)),
        (None, Some(id), None) => read_file_id(&id).map(FileSource::Uploaded),
        (None, None, Some(bytes)) => {
            let name = name.unwrap_or_default().to_owned();
            Ok(FileSource::Bytes { name, bytes })
        }
        _ => Err(Error::Usage(
            "give exactly one of a path, bytes and a file id".into(),
        )),
    }
}

fn read_file_id(value: &Value) -> Result<FileId> {
    match value {
        Value::Number(number) => number.as_i64().map(FileId::Number),
        Value::String(text) if !text.is_empty() => Some(
            text.parse()
                .map_or_else(|_| FileId::Text(text.as_str().into()), FileId::Number),
        ),
        _ => None,
    }
    .ok_or_else(|| Error::Usage("a file id is a whole number or a text".into()))
}
