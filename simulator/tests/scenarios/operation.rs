//! The verb `do`: operations on files, by the public API.

use std::path::{Path, PathBuf};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};
use trueroom::files::{DeleteTarget, FileSource, SaveOptions};
use trueroom::{Error, FileId, FileRequest, Files, Room};

/// A file above this is not shown as text.
const TEXT: usize = 100_000;

#[derive(Debug, Deserialize)]
#[serde(
    tag = "op",
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
pub(crate) enum Operation {
    Accept {
        id: String,
    },
    Reject {
        id: String,
    },
    Wait {
        id: String,
        timeout: Option<u64>,
    },
    Save {
        id: String,
        path: PathBuf,
        #[serde(default)]
        overwrite: bool,
    },
    Read {
        id: String,
    },
    Upload {
        path: Option<PathBuf>,
        content: Option<Content>,
        name: Option<String>,
    },
    Send {
        path: Option<PathBuf>,
        content: Option<Content>,
        file_id: Option<Value>,
        name: Option<String>,
        to: String,
    },
    SendToConference {
        path: Option<PathBuf>,
        content: Option<Content>,
        file_id: Option<Value>,
        name: Option<String>,
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
}

/// Bytes of a file.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) enum Content {
    Text(String),
    Base64(String),
    Size(usize),
}

impl Content {
    pub(crate) fn bytes(self) -> Vec<u8> {
        match self {
            Self::Text(text) => text.into_bytes(),
            Self::Base64(text) => STANDARD.decode(text).unwrap(),
            Self::Size(size) => (0..=250).cycle().take(size).collect(),
        }
    }
}

impl Operation {
    pub(crate) fn read(value: &Value) -> Result<Self, String> {
        serde_json::from_value(value.clone()).map_err(|error| error.to_string())
    }

    /// Carries it out. `folder` is where a saved file has to lie.
    pub(crate) async fn run(self, room: &Room, folder: &Path) -> Result<Value, Error> {
        let files = room.files();
        match self {
            Self::Accept { id } => files.accept(&id).await.map(|()| Value::Null),
            Self::Reject { id } => files.reject(&id).await.map(|()| Value::Null),
            Self::Wait { id, timeout } => {
                let timeout = timeout.map(Duration::from_millis);
                files
                    .wait(&id, timeout)
                    .await
                    .map(|request| shown(&request))
            }
            Self::Save {
                id,
                path,
                overwrite,
            } => {
                let options = SaveOptions {
                    overwrite,
                    ..SaveOptions::default()
                };
                let path = files.save_with(&id, path, options).await?;
                Ok(saved(&path, folder))
            }
            Self::Read { id } => files.read(&id).await.map(|bytes| described(&bytes)),
            Self::Upload {
                path,
                content,
                name,
            } => {
                let source = source(path, content, None, name.as_deref());
                let id = files.upload(source, name.as_deref(), None).await?;
                Ok(json!({"fileId": Value::from(&id)}))
            }
            Self::Send {
                path,
                content,
                file_id,
                name,
                to,
            } => {
                let source = source(path, content, file_id, name.as_deref());
                let sent = files.send(source, &to, name.as_deref(), None).await;
                sent.map(|request| shown(&request))
            }
            Self::SendToConference {
                path,
                content,
                file_id,
                name,
            } => {
                let source = source(path, content, file_id, name.as_deref());
                let sent = files
                    .send_to_conference(source, name.as_deref(), None)
                    .await;
                sent.map(|request| shown(&request))
            }
            Self::History {} => Ok(files.history().await?.iter().map(shown).collect()),
            Self::ClearHistory { delete_files } => files
                .clear_history(delete_files)
                .await
                .map(|()| Value::Null),
            Self::Delete { id, file_id } => delete(&files, id, file_id).await,
            Self::FileList {} => {
                let list = files.file_list().await?;
                let entry =
                    |(id, name)| json!({"fileId": Value::from(&id), "fileName": Value::from(name)});
                Ok(list.into_iter().map(entry).collect())
            }
            Self::Refresh {} => files.refresh().await.map(|()| Value::Null),
        }
    }
}

async fn delete(files: &Files, id: Option<String>, file_id: Option<Value>) -> Result<Value, Error> {
    let target = match (id, file_id) {
        (Some(id), None) => DeleteTarget::Request(id),
        (None, Some(id)) => DeleteTarget::File(read_file_id(&id)),
        _ => panic!("delete takes id or fileId"),
    };
    files.delete(target).await.map(|()| Value::Null)
}

fn read_file_id(value: &Value) -> FileId {
    match value.as_i64() {
        Some(number) => FileId::Number(number),
        None => FileId::Text(value.as_str().expect("fileId is a number or a text").into()),
    }
}

fn source(
    path: Option<PathBuf>,
    content: Option<Content>,
    file_id: Option<Value>,
    name: Option<&str>,
) -> FileSource {
    match (path, content, file_id) {
        (Some(path), None, None) => FileSource::Path(path),
        (None, Some(content), None) => FileSource::Bytes {
            name: name.unwrap_or_default().to_owned(),
            bytes: Bytes::from(content.bytes()),
        },
        (None, None, Some(id)) => FileSource::Uploaded(read_file_id(&id)),
        _ => panic!("a source is one of path, content and fileId"),
    }
}

/// A file request as JSON.
pub(crate) fn shown(request: &FileRequest) -> Value {
    serde_json::from_str(&request.to_json()).unwrap()
}

fn described(bytes: &[u8]) -> Value {
    use std::fmt::Write as _;

    let digest = ring::digest::digest(&ring::digest::SHA256, bytes);
    let sha256 = digest
        .as_ref()
        .iter()
        .fold(String::new(), |mut text, byte| {
            write!(text, "{byte:02x}").unwrap();
            text
        });
    let text = std::str::from_utf8(bytes)
        .ok()
        .filter(|_| bytes.len() <= TEXT);
    json!({"size": bytes.len(), "sha256": sha256, "text": text})
}

fn saved(path: &Path, folder: &Path) -> Value {
    let inside = path
        .canonicalize()
        .unwrap()
        .starts_with(folder.canonicalize().unwrap());
    assert!(inside, "{} is not in the scenario's folder", path.display());
    let mut file = described(&std::fs::read(path).unwrap());
    file["name"] = path.file_name().unwrap().to_string_lossy().into();
    file
}
