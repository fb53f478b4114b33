//! Bodies made piece by piece, and broken off on demand.

use std::io;
use std::io::SeekFrom;
use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream;
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Frame;
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt};

use super::Body;
use crate::server::socket::Reset;
use crate::terminal::{Content, pattern};

const PIECE: usize = 64 * 1024;

/// How a body ends.
pub(super) enum End {
    /// As it should.
    Complete,
    /// Never.
    Stall,
    /// With the connection.
    Break,
    /// With a TCP reset.
    Reset(Reset),
}

/// What is sent of a content.
pub(super) struct Plan {
    /// Bytes that are sent; what exceeds the content is filled with zeros.
    pub(super) bytes: u64,
    /// What comes then.
    pub(super) end: End,
    /// Wait before each piece.
    pub(super) pause: Duration,
}

impl Plan {
    /// Everything, at once.
    pub(super) fn complete(content: &Content) -> Self {
        Self {
            bytes: content.size(),
            end: End::Complete,
            pause: Duration::ZERO,
        }
    }
}

struct Sending {
    content: Content,
    file: Option<File>,
    position: u64,
    plan: Plan,
    over: bool,
}

/// The body that the plan makes of the content.
pub(super) fn body(content: Content, plan: Plan) -> Body {
    let sending = Sending {
        content,
        file: None,
        position: 0,
        plan,
        over: false,
    };
    let pieces = stream::unfold(sending, |mut sending| async move {
        let piece = sending.next().await?;
        Some((piece.map(Frame::data), sending))
    });
    StreamBody::new(pieces).boxed_unsync()
}

impl Sending {
    async fn next(&mut self) -> Option<io::Result<Bytes>> {
        if self.over {
            return None;
        }
        if self.position < self.plan.bytes {
            if !self.plan.pause.is_zero() {
                tokio::time::sleep(self.plan.pause).await;
            }
            let left = usize::try_from(self.plan.bytes - self.position).unwrap_or(usize::MAX);
            let piece = self.piece(left.min(PIECE)).await;
            self.over = piece.is_err();
            self.position += piece.as_ref().map_or(0, |bytes| bytes.len() as u64);
            return Some(piece);
        }
        self.over = true;
        match &self.plan.end {
            End::Complete => None,
            End::Stall => std::future::pending().await,
            End::Break => Some(Err(broken().await)),
            End::Reset(reset) => {
                let error = broken().await;
                reset.arm();
                Some(Err(error))
            }
        }
    }

    async fn piece(&mut self, length: usize) -> io::Result<Bytes> {
        let size = self.content.size();
        let rest = usize::try_from(size.saturating_sub(self.position)).unwrap_or(usize::MAX);
        if rest == 0 {
            return Ok(Bytes::from(vec![0; length]));
        }
        let length = length.min(rest);
        match &self.content {
            Content::Bytes(bytes) => {
                let at = usize::try_from(self.position).unwrap_or(usize::MAX);
                Ok(bytes.slice(at..at + length))
            }
            Content::Pattern { seed, .. } => {
                let mut piece = vec![0; length];
                pattern(*seed, self.position, &mut piece);
                Ok(piece.into())
            }
            Content::Path { path, .. } => {
                let file = match &mut self.file {
                    Some(file) => file,
                    none => none.insert(open(path, self.position).await?),
                };
                let mut piece = vec![0; length];
                file.read_exact(&mut piece).await?;
                Ok(piece.into())
            }
        }
    }
}

async fn open(path: &Path, position: u64) -> io::Result<File> {
    let mut file = File::open(path).await?;
    file.seek(SeekFrom::Start(position)).await?;
    Ok(file)
}

/// Gives the server the turns it needs to flush what was sent before.
async fn broken() -> io::Error {
    for _ in 0..4 {
        tokio::task::yield_now().await;
    }
    io::Error::other("broken off by the test")
}
