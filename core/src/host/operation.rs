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
#[serde(rename_all = "camelCase")]
enum Kind {
    Accept,
    Reject,
    Wait,
    Save,
    Read,
    Upload,
    Send,
    SendToConference,
    History,
    ClearHistory,
    Delete,
    FileList,
    Refresh,
    Flow,
    WaitReady,
    WaitClosed,
}

/// What an operation needs, of all kinds in one: a form for each would be ten times the code.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Request {
    op: Kind,
    id: Option<String>,
    path: Option<PathBuf>,
    file_id: Option<Value>,
    /// Of a file, or of a flow.
    name: Option<String>,
    to: Option<String>,
    params: Option<Value>,
    /// In milliseconds.
    timeout: Option<f64>,
    #[serde(default)]
    overwrite: bool,
    #[serde(default)]
    delete_files: bool,
    /// Telling a host how far it is costs a turn of its loop for each piece of a file.
    #[serde(default)]
    progress: bool,
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
        let Self { request, bytes } = self;
        let progress = request.progress.then_some(told);
        let timeout = request.timeout.map(limit).transpose()?;
        let (path, name) = (request.path, request.name.as_deref());
        match request.op {
            Kind::Accept => files
                .accept(needed("id", request.id.as_deref())?)
                .await
                .map(nothing),
            Kind::Reject => files
                .reject(needed("id", request.id.as_deref())?)
                .await
                .map(nothing),
            Kind::Wait => {
                let waiting = files.wait(needed("id", request.id.as_deref())?, timeout);
                waiting.await.map(|request| file(&request))
            }
            Kind::Save => {
                let options = SaveOptions {
                    overwrite: request.overwrite,
                    progress,
                };
                let id = needed("id", request.id.as_deref())?;
                let saving = files.save_with(id, needed("path", path.as_deref())?, options);
                let path = Box::pin(saving).await?;
                Ok(json_payload(&json!(path.to_string_lossy())))
            }
            Kind::Read => {
                let reading = files.read_with(needed("id", request.id.as_deref())?, progress);
                Box::pin(reading).await.map(Payload::Bytes)
            }
            Kind::Upload => {
                let source = source(path, None, bytes, name)?;
                let id = Box::pin(files.upload(source, name, progress)).await?;
                Ok(json_payload(&json!({ "fileId": Value::from(&id) })))
            }
            Kind::Send => {
                let source = source(path, request.file_id, bytes, name)?;
                let sent = files.send(source, needed("to", request.to.as_deref())?, name, progress);
                Box::pin(sent).await.map(|request| file(&request))
            }
            Kind::SendToConference => {
                let source = source(path, request.file_id, bytes, name)?;
                let sent = files.send_to_conference(source, name, progress);
                Box::pin(sent).await.map(|request| file(&request))
            }
            Kind::History => files.history().await.map(|list| file_list(&list)),
            Kind::ClearHistory => {
                let clearing = files.clear_history(request.delete_files);
                clearing.await.map(nothing)
            }
            Kind::Delete => {
                let target = match (request.id, request.file_id) {
                    (Some(id), None) => DeleteTarget::Request(id),
                    (None, Some(id)) => DeleteTarget::File(read_file_id(&id)?),
                    _ => return Err(Error::Usage("delete: give either id or fileId".into())),
                };
                files.delete(target).await.map(nothing)
            }
            Kind::FileList => {
                let list: Vec<Value> = files
                    .file_list()
                    .await?
                    .iter()
                    .map(|(id, name)| json!({"fileId": Value::from(id), "fileName": name}))
                    .collect();
                Ok(json_payload(&json!(list)))
            }
            Kind::Refresh => files.refresh().await.map(nothing),
            Kind::Flow => {
                let name = needed("name", name)?;
                let params = request.params.unwrap_or_default();
                let running = room.run_flow(name, params, timeout);
                running.await.map(Payload::Json)
            }
            Kind::WaitReady => room.wait_ready().await.map(nothing),
            Kind::WaitClosed => room.closed().await.map(nothing),
        }
    }
}

fn needed<T>(name: &str, value: Option<T>) -> Result<T> {
    value.ok_or_else(|| Error::Usage(format!("operation: {name} is missing")))
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
