//! Reads the answers that mean failure.

use std::time::Duration;

use hyper::StatusCode;

use super::client::Response;
use super::{HttpError, text};

/// The most bytes of such an answer that are read.
const MAX_BYTES: usize = 4096;

/// Whether the token was refused. The vendor's pages at hand do not list the codes.
pub(super) fn is_unauthorized(status: StatusCode) -> bool {
    matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)
}

/// The error for an answer whose status means failure.
pub(super) async fn refusal(response: Response, token: &str, stall: Duration) -> HttpError {
    let status = response.status();
    if is_unauthorized(status) {
        return HttpError::Unauthorized {
            status: status.as_u16(),
        };
    }
    let body = read_text(response, token, stall).await;
    HttpError::Status {
        status: status.as_u16(),
        body,
    }
}

/// The beginning of the body as a short text. What cannot be read in time is left out, since
/// the text only explains an error that is known already.
pub(super) async fn read_text(mut response: Response, token: &str, stall: Duration) -> String {
    let mut bytes = Vec::new();
    while bytes.len() < MAX_BYTES {
        match tokio::time::timeout(stall, response.chunk()).await {
            Ok(Ok(Some(chunk))) => {
                let room = MAX_BYTES - bytes.len();
                bytes.extend_from_slice(&chunk[..chunk.len().min(room)]);
            }
            _ => break,
        }
    }
    text::body(&bytes, token)
}
