//! Everything that goes over HTTP: finding the ports, uploading and downloading files,
//! and the TLS configuration that the WebSocket shares.
//!
//! The functions keep no state of their own. They take what they need as arguments, may be
//! cancelled by dropping their future, and log to the target `trueroom::http`. Tokens never
//! reach a log, an error or a `Debug` text.

mod answer;
mod client;
mod discovery;
mod download;
mod error;
mod file_name;
mod probe;
mod save;
mod source;
mod text;
mod tls;
mod upload;
mod urls;

use std::sync::Arc;

pub use client::HttpClient;
pub(crate) use discovery::fetch_config;
pub use discovery::{
    DEFAULT_HTTP_PORT, DEFAULT_WEBSOCKET_PORT, Discovery, PortSource, Ports, discover,
};
pub use download::{Download, download_bytes, download_to};
pub use error::HttpError;
pub use file_name::safe_file_name;
pub(crate) use probe::probe_downloads;
pub use tls::{client_config, explain_tls};
pub use upload::{Upload, UploadSource, upload};
pub use urls::{DownloadUrls, HttpTarget};

/// Told how far a transfer is: bytes done and bytes in all (0 while the size is unknown).
///
/// It is called from the task that moves the bytes, at most once per 64 KiB and once more at
/// the end, so it must return quickly.
pub type Progress = Arc<dyn Fn(u64, u64) + Send + Sync>;

/// The target of all log records of this module.
const LOG: &str = "trueroom::http";

/// The size of one step of a transfer, in bytes.
const CHUNK: usize = 64 * 1024;
