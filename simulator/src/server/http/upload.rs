//! Uploads: one part named `file`, written to disk piece by piece.

use std::io;
use std::path::{Path, PathBuf};

use futures_util::StreamExt;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use hyper::{Request, Response, StatusCode};
use multer::{Field, Multipart};
use tokio::fs::File;
use tokio::io::AsyncWriteExt;

use super::faults::{HttpFault, Kind, status};
use super::{Answer, Exchange, full, plain};
use crate::terminal::Content;

/// What is read of a body that is too large, so that the client comes to read the answer.
const PATIENCE: u64 = 64 << 20;
const PART: &str = "file";

pub(super) async fn receive(
    exchange: Exchange,
    fault: Option<HttpFault>,
    request: Request<Incoming>,
) -> Answer {
    match fault.as_ref().map(|fault| &fault.kind) {
        Some(Kind::Reset) => {
            exchange.reset.arm();
            return Err(io::Error::other("reset by the test"));
        }
        Some(Kind::Short) => return Err(io::Error::other("closed by the test")),
        // The body is not even read.
        Some(Kind::Stall) => std::future::pending().await,
        _ => {}
    }
    let limit = exchange.shared.act(|terminal, _| terminal.max_post_size());
    let length = request
        .headers()
        .get(CONTENT_LENGTH)
        .and_then(|text| text.to_str().ok());
    let length: u64 = length
        .and_then(|text| text.parse().ok())
        .unwrap_or_default();
    let kind = request
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|text| text.to_str().ok());
    let Some(boundary) = kind.and_then(|kind| multer::parse_boundary(kind).ok()) else {
        return Ok(plain(StatusCode::BAD_REQUEST, "not multipart/form-data"));
    };
    if length > limit.saturating_add(4096) {
        drain(request.into_body()).await;
        return Ok(plain(
            StatusCode::PAYLOAD_TOO_LARGE,
            "the file is too large",
        ));
    }
    let parts = Multipart::new(request.into_body().into_data_stream(), boundary);
    let (name, path, size) = match store(&exchange, parts, limit).await {
        Ok(stored) => stored,
        Err(refused) => return Ok(refused),
    };
    match fault.as_ref().map(|fault| &fault.kind) {
        Some(Kind::Silent) => std::future::pending().await,
        Some(Kind::Status | Kind::Redirect) => {
            return Ok(fault
                .as_ref()
                .map_or_else(|| plain(StatusCode::INTERNAL_SERVER_ERROR, ""), status));
        }
        _ => {}
    }
    let content = Content::Path { path, size };
    let id = exchange
        .shared
        .act(|terminal, now| terminal.put_file(now, &name, content));
    let mut response = Response::new(full(""));
    let id = match fault {
        Some(HttpFault {
            kind: Kind::FileId,
            value,
            ..
        }) => value,
        _ => Some(id.to_string()),
    };
    if let Some(id) = id.and_then(|id| HeaderValue::from_str(&id).ok()) {
        response.headers_mut().insert("FileId", id);
    }
    Ok(response)
}

type Refused = Response<super::Body>;

async fn store(
    exchange: &Exchange,
    mut parts: Multipart<'_>,
    limit: u64,
) -> Result<(String, PathBuf, u64), Refused> {
    let bad = |_| plain(StatusCode::BAD_REQUEST, "the multipart body is broken");
    while let Some(part) = parts.next_field().await.map_err(bad)? {
        if part.name() != Some(PART) {
            continue;
        }
        let Some(name) = part.file_name().map(str::to_owned) else {
            return Err(plain(StatusCode::BAD_REQUEST, "the part has no file name"));
        };
        let path = exchange.shared.folder.upload().map_err(unwritten)?;
        let size = write(part, &path, limit).await?;
        // Nothing is expected after the part, but the body must be read to its end.
        while parts.next_field().await.map_err(bad)?.is_some() {}
        return Ok((name, path, size));
    }
    Err(plain(
        StatusCode::BAD_REQUEST,
        "there is no part named file",
    ))
}

fn unwritten(error: io::Error) -> Refused {
    tracing::warn!(%error, "upload");
    plain(
        StatusCode::INTERNAL_SERVER_ERROR,
        "the file could not be written",
    )
}

async fn write(mut part: Field<'_>, path: &Path, limit: u64) -> Result<u64, Refused> {
    let broken = |_| plain(StatusCode::BAD_REQUEST, "the multipart body is broken");
    let mut file = File::create(path).await.map_err(unwritten)?;
    let mut size = 0;
    while let Some(piece) = part.chunk().await.map_err(broken)? {
        size += piece.len() as u64;
        if size <= limit {
            file.write_all(&piece).await.map_err(unwritten)?;
        } else if size > limit.saturating_add(PATIENCE) {
            break;
        }
    }
    if size > limit {
        return Err(plain(
            StatusCode::PAYLOAD_TOO_LARGE,
            "the file is too large",
        ));
    }
    file.flush().await.map_err(unwritten)?;
    Ok(size)
}

async fn drain(body: Incoming) {
    let mut left = PATIENCE;
    let mut pieces = body.into_data_stream();
    while let Some(Ok(piece)) = pieces.next().await {
        left = left.saturating_sub(piece.len() as u64);
        if left == 0 {
            return;
        }
    }
}
