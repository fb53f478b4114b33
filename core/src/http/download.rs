//! Fetches a file from the terminal's HTTP server.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use hyper::StatusCode;
use hyper::header::{CONTENT_ENCODING, CONTENT_TYPE};
use tokio::fs::File;
use tokio::io::{AsyncSeekExt, AsyncWriteExt};

use super::client::Response;
use super::save::Place;
use super::{CHUNK, DownloadUrls, HttpClient, HttpError, HttpTarget, LOG, Progress, answer};

const ACTION: &str = "downloading from";

/// A download.
pub struct Download<'a> {
    /// The terminal's HTTP server.
    pub target: &'a HttpTarget,
    /// The forms of the address to try.
    pub urls: &'a DownloadUrls,
    /// Which form this terminal knows: an index into `urls`, kept by the caller between
    /// downloads. Start with 0.
    pub remembered: &'a AtomicUsize,
    /// The token for the server.
    pub token: &'a str,
    /// The file's id.
    pub file_id: &'a str,
    /// The size in bytes that was announced, if it is known.
    pub expected_size: Option<u64>,
    /// The most bytes to take.
    pub max_size: Option<u64>,
    /// The longest time without progress.
    pub stall: Duration,
    /// Told about the bytes received.
    pub progress: Option<Progress>,
}

/// Saves the file and returns its path.
///
/// `path` is a folder if there is one or if it ends with a separator (then it is made if
/// needed), and the file gets `safe_name` there, see [`safe_file_name`](super::safe_file_name).
/// Otherwise it is the path of the file itself. A name that is taken gets a number, unless
/// `overwrite` is set. The bytes go to a temporary file in the same folder, which is renamed
/// when complete and of the announced size, and removed in any other case.
///
/// # Errors
/// [`HttpError::Unauthorized`] when the token is refused, [`HttpError::NotFound`] when no form
/// of the address gives the file, [`HttpError::SizeMismatch`], [`HttpError::TooLarge`],
/// [`HttpError::Io`], [`HttpError::Timeout`] when nothing moved for `stall`, and others.
pub async fn download_to(
    client: &HttpClient,
    download: &Download<'_>,
    path: &Path,
    safe_name: &str,
    overwrite: bool,
) -> Result<PathBuf, HttpError> {
    download.check_limit(download.max_size)?;
    // Here and not on another thread, as is the renaming below: there a file could appear, or
    // stay a moment longer, after this future was dropped.
    let place = Place::new(path, safe_name, overwrite)?;
    let (file, temporary) = place.temporary()?;
    let mut sink = Sink::File {
        file: File::from_std(file),
        path: place.shown(),
    };
    download.run(client, &mut sink, download.max_size).await?;
    sink.finish().await?;
    place.keep(temporary)
}

/// Returns the file's bytes, at most `limit` of them.
///
/// # Errors
/// As [`download_to`]; a file larger than `limit` is [`HttpError::TooLarge`].
pub async fn download_bytes(
    client: &HttpClient,
    download: &Download<'_>,
    limit: u64,
) -> Result<Vec<u8>, HttpError> {
    let limit = Some(
        download
            .max_size
            .map_or(limit, |max_size| max_size.min(limit)),
    );
    download.check_limit(limit)?;
    let mut sink = Sink::Memory(Vec::new());
    download.run(client, &mut sink, limit).await?;
    Ok(sink.into_bytes())
}

/// What came of one form of the address.
enum Attempt {
    Done,
    /// Not this one, and why.
    Next(String),
}

impl Download<'_> {
    fn check_limit(&self, limit: Option<u64>) -> Result<(), HttpError> {
        match (self.expected_size, limit) {
            (Some(size), Some(limit)) if size > limit => Err(HttpError::TooLarge { limit }),
            _ => Ok(()),
        }
    }

    async fn run(
        &self,
        client: &HttpClient,
        sink: &mut Sink,
        limit: Option<u64>,
    ) -> Result<(), HttpError> {
        let templates = self.urls.templates();
        let remembered = self
            .remembered
            .load(Ordering::Relaxed)
            .min(templates.len() - 1);
        let others = (0..templates.len()).filter(|index| *index != remembered);
        let mut tried = Vec::new();
        for index in std::iter::once(remembered).chain(others) {
            let template = &templates[index];
            let label = DownloadUrls::label(template, self.file_id);
            match self.attempt(client, template, sink, limit).await? {
                Attempt::Done => {
                    self.remembered.store(index, Ordering::Relaxed);
                    tracing::debug!(target: LOG, "this terminal has a file at {label}");
                    return Ok(());
                }
                Attempt::Next(reason) => {
                    tracing::debug!(target: LOG, "no file at {label}: {reason}");
                    tried.push(format!("{label} -> {reason}"));
                    sink.restart().await?;
                }
            }
        }
        Err(HttpError::NotFound { tried })
    }

    async fn attempt(
        &self,
        client: &HttpClient,
        template: &str,
        sink: &mut Sink,
        limit: Option<u64>,
    ) -> Result<Attempt, HttpError> {
        let url = DownloadUrls::url(template, self.target, self.file_id, self.token)?;
        let response = self.in_time(client.get(self.target, &url)).await?;
        match response.status() {
            StatusCode::OK => {}
            status @ (StatusCode::BAD_REQUEST
            | StatusCode::NOT_FOUND
            | StatusCode::METHOD_NOT_ALLOWED) => return Ok(Attempt::Next(status.to_string())),
            _ => return Err(answer::refusal(response, self.token, self.stall).await),
        }
        if let Some(encoding) = response.headers().get(CONTENT_ENCODING)
            && encoding != "identity"
        {
            let message = "a compressed file, which was not asked for";
            return Err(HttpError::bad_response(self.target, message));
        }
        // Some servers answer an address they do not know with a page instead of a status.
        // Whether it is one shows in the size, since a file may well be a page itself.
        let page = is_page(&response);
        match self.receive(response, sink, limit).await {
            Err(HttpError::SizeMismatch { expected, got }) if page => Ok(Attempt::Next(format!(
                "a page of {got} bytes instead of the file of {expected} bytes"
            ))),
            other => other.map(|()| Attempt::Done),
        }
    }

    async fn receive(
        &self,
        mut response: Response,
        sink: &mut Sink,
        limit: Option<u64>,
    ) -> Result<(), HttpError> {
        let announced = response.content_length();
        if let Some(size) = announced {
            self.check_size(size, true)?;
        }
        let too_large = |size: u64| match limit {
            Some(limit) if size > limit => Err(HttpError::TooLarge { limit }),
            _ => Ok(()),
        };
        too_large(announced.unwrap_or(0))?;
        let total = self.expected_size.or(announced);
        let (mut done, mut reported) = (0_u64, 0_u64);
        while let Some(chunk) = self.in_time(response.chunk()).await? {
            done = done.saturating_add(chunk.len() as u64);
            self.check_size(done, false)?;
            too_large(done)?;
            sink.write(&chunk).await?;
            if done - reported >= CHUNK as u64 && Some(done) != total {
                reported = done;
                self.report(done, total.unwrap_or(0));
            }
        }
        self.check_size(done, true)?;
        self.report(done, done);
        Ok(())
    }

    /// Compares with the announced size: more is always wrong, less only in the end.
    fn check_size(&self, got: u64, whole: bool) -> Result<(), HttpError> {
        match self.expected_size {
            Some(expected) if got > expected || (whole && got < expected) => {
                Err(HttpError::SizeMismatch { expected, got })
            }
            _ => Ok(()),
        }
    }

    fn report(&self, done: u64, total: u64) {
        if let Some(progress) = &self.progress {
            progress(done, total);
        }
    }

    async fn in_time<T>(
        &self,
        step: impl Future<Output = Result<T, HttpError>>,
    ) -> Result<T, HttpError> {
        match tokio::time::timeout(self.stall, step).await {
            Ok(result) => result,
            Err(_) => Err(HttpError::timeout(ACTION, self.target, self.stall)),
        }
    }
}

fn is_page(response: &Response) -> bool {
    let kind = response
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let kind = kind.unwrap_or_default().trim_start().to_ascii_lowercase();
    kind.starts_with("text/html") || kind.starts_with("application/json")
}

/// Takes the bytes of a download.
enum Sink {
    File { file: File, path: PathBuf },
    Memory(Vec<u8>),
}

impl Sink {
    async fn write(&mut self, chunk: &[u8]) -> Result<(), HttpError> {
        match self {
            Self::File { file, path } => file
                .write_all(chunk)
                .await
                .map_err(|error| HttpError::io(path, &error)),
            Self::Memory(bytes) => {
                bytes.extend_from_slice(chunk);
                Ok(())
            }
        }
    }

    /// Forgets what was written.
    async fn restart(&mut self) -> Result<(), HttpError> {
        match self {
            Self::File { file, path } => {
                let failed = |error| HttpError::io(path, &error);
                file.rewind().await.map_err(failed)?;
                file.set_len(0).await.map_err(failed)
            }
            Self::Memory(bytes) => {
                bytes.clear();
                Ok(())
            }
        }
    }

    fn into_bytes(self) -> Vec<u8> {
        match self {
            Self::File { .. } => Vec::new(),
            Self::Memory(bytes) => bytes,
        }
    }

    /// Closes a file, since Windows does not rename an open one.
    async fn finish(self) -> Result<(), HttpError> {
        if let Self::File { mut file, path } = self {
            file.flush()
                .await
                .map_err(|error| HttpError::io(&path, &error))?;
            drop(file.into_std().await);
        }
        Ok(())
    }
}
