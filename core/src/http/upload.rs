//! Sends a file to the terminal's HTTP server.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{Stream, StreamExt, TryStreamExt, stream};
use http_body_util::{BodyExt, StreamBody};
use hyper::Request;
use hyper::body::Frame;
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE};
use tokio::time::Instant;

use super::client::Response;
use super::source::Source;
use super::{HttpClient, HttpError, HttpTarget, LOG, Progress, answer, text};

/// The name of the multipart part. Rests on the vendor's older Python module.
const PART: &str = "file";

/// The answer's header with the id of the uploaded file. Rests on the same module.
const FILE_ID: &str = "FileId";

/// Where the bytes of an upload come from.
#[derive(Debug, Clone)]
pub enum UploadSource {
    /// A file. It is read while it is sent, and must not change meanwhile.
    Path(PathBuf),
    /// Bytes in memory.
    Bytes(Bytes),
}

/// An upload. It can be sent again, with a fresh token for example.
pub struct Upload<'a> {
    /// The terminal's HTTP server.
    pub target: &'a HttpTarget,
    /// The token for it.
    pub token: &'a str,
    /// The file's name as the receivers see it.
    pub name: &'a str,
    /// The bytes.
    pub source: &'a UploadSource,
    /// The longest time without progress.
    pub stall: Duration,
    /// Told about the bytes handed to the network.
    pub progress: Option<Progress>,
}

/// Sends a file and returns the id that the terminal gave it.
///
/// The bytes go out as they are read, so that memory holds a few chunks at any time.
///
/// # Errors
/// [`HttpError::Unauthorized`] when the token is refused, [`HttpError::Io`] when the file
/// cannot be read or changes its size, [`HttpError::Timeout`] when nothing moved for `stall`.
/// After an error other than a refusal it is unknown whether the terminal has the file.
pub async fn upload(client: &HttpClient, upload: &Upload<'_>) -> Result<i64, HttpError> {
    let url = upload.target.upload_url(upload.token)?;
    let (source, total) = Source::open(upload.source).await?;
    let watch = Arc::new(Watch::new());
    let sending = Sending {
        source,
        done: 0,
        total,
        watch: Arc::clone(&watch),
        progress: upload.progress.clone(),
    };
    let form = Form::around(upload.name);
    let request = Request::post(url)
        .header(CONTENT_TYPE, form.content_type())
        .header(CONTENT_LENGTH, form.length(total));
    let chunks = stream::try_unfold(sending, Sending::next);
    let body = StreamBody::new(form.wrap(chunks).map_ok(Frame::data)).boxed_unsync();
    let response = tokio::select! {
        response = client.send(upload.target, request, body) => response?,
        () = watch.stalled(upload.stall) => {
            return Err(HttpError::timeout("uploading to", upload.target, upload.stall));
        }
    };
    let id = read_answer(response, upload).await?;
    tracing::debug!(target: LOG, file_id = id, bytes = total, "uploaded");
    Ok(id)
}

async fn read_answer(response: Response, upload: &Upload<'_>) -> Result<i64, HttpError> {
    if !response.status().is_success() {
        return Err(answer::refusal(response, upload.token, upload.stall).await);
    }
    let Some(header) = response.headers().get(FILE_ID) else {
        let body = answer::read_text(response, upload.token, upload.stall).await;
        let message = format!("no {FILE_ID} header{}", text::after_colon(&body));
        return Err(HttpError::bad_response(upload.target, message));
    };
    if let Some(id) = header.to_str().ok().and_then(|id| id.trim().parse().ok()) {
        return Ok(id);
    }
    let value = text::body(header.as_bytes(), upload.token);
    let body = answer::read_text(response, upload.token, upload.stall).await;
    let body = text::after_colon(&body);
    let message = format!("the {FILE_ID} header is {value:?}, not a number{body}");
    Err(HttpError::bad_response(upload.target, message))
}

/// A multipart body with one part: what goes before and after the file.
struct Form {
    boundary: String,
    head: Bytes,
    tail: Bytes,
}

impl Form {
    fn around(name: &str) -> Self {
        // Too long to occur in a file by chance.
        let random = || fastrand::u64(..);
        let boundary = format!("{:016x}{:016x}{:016x}", random(), random(), random());
        let name = header_name(name);
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{PART}\"; \
             filename=\"{name}\"\r\n\r\n"
        );
        Self {
            head: Bytes::from(head),
            tail: Bytes::from(format!("\r\n--{boundary}--\r\n")),
            boundary,
        }
    }

    fn content_type(&self) -> String {
        format!("multipart/form-data; boundary={}", self.boundary)
    }

    /// The size of the whole body around a file of `size` bytes.
    fn length(&self, size: u64) -> u64 {
        size.saturating_add((self.head.len() + self.tail.len()) as u64)
    }

    fn wrap(
        self,
        file: impl Stream<Item = Result<Bytes, HttpError>>,
    ) -> impl Stream<Item = Result<Bytes, HttpError>> {
        let only = |bytes| stream::iter([Ok(bytes)]);
        only(self.head).chain(file).chain(only(self.tail))
    }
}

/// The name as it may stand between quotes in a header. Line ends would end it; quotes and
/// backslashes are understood differently by different servers.
fn header_name(name: &str) -> String {
    let bad = |c: char| c.is_control() || matches!(c, '"' | '\\' | '/');
    let name: String = name.chars().map(|c| if bad(c) { '_' } else { c }).collect();
    if name.is_empty() {
        "file".to_owned()
    } else {
        name
    }
}

/// The body under way: a stream of chunks that knows how far it is.
struct Sending {
    source: Source,
    done: u64,
    total: u64,
    watch: Arc<Watch>,
    progress: Option<Progress>,
}

impl Sending {
    /// The network took the chunk before, and wants the next one.
    async fn next(mut self) -> Result<Option<(Bytes, Self)>, HttpError> {
        self.watch.touch();
        let left = self.total - self.done;
        if left == 0 {
            return Ok(None);
        }
        let chunk = self.source.read(left).await?;
        self.done += chunk.len() as u64;
        if let Some(progress) = &self.progress {
            progress(self.done, self.total);
        }
        Ok(Some((chunk, self)))
    }
}

/// Knows when something moved last. A limit on the whole request would end long uploads.
struct Watch {
    start: Instant,
    /// Milliseconds from the start.
    last: AtomicU64,
}

impl Watch {
    fn new() -> Self {
        Self {
            start: Instant::now(),
            last: AtomicU64::new(0),
        }
    }

    fn touch(&self) {
        let elapsed = u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.last.store(elapsed, Ordering::Relaxed);
    }

    /// Returns when nothing has moved for `limit`.
    async fn stalled(&self, limit: Duration) {
        loop {
            let last = self.last.load(Ordering::Relaxed);
            tokio::time::sleep_until(self.start + Duration::from_millis(last) + limit).await;
            if self.last.load(Ordering::Relaxed) == last {
                return;
            }
        }
    }
}
