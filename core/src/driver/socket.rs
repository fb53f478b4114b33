//! The WebSocket: writes and reads as far as neither has to wait.

use std::future::poll_fn;
use std::io;
use std::net::Shutdown;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use tungstenite::client::IntoClientRequest;
use tungstenite::error::{CapacityError, ProtocolError};
use tungstenite::handshake::HandshakeError;
use tungstenite::handshake::client::ClientHandshake;
use tungstenite::protocol::{Role, WebSocketConfig};
use tungstenite::{Error, Message, Utf8Bytes, WebSocket};

use super::frames::{self, Frame};
use super::stream::{Descriptor, Stream, Transport};

/// How long a polite goodbye may take.
const GOODBYE: Duration = Duration::from_millis(500);

/// What tungstenite reads at once. Small, since a process may hold hundreds of idle rooms, and only
/// control frames and pieces of messages go this way.
const READ_BUFFER: usize = 128;

/// Bytes that are written at once.
const WRITE_BUFFER: usize = 16 << 10;

/// What came in.
#[derive(Debug)]
pub(crate) enum Incoming {
    Text(Utf8Bytes),
    Binary(Bytes),
    Pong,
    /// A ping; the answer goes out by itself.
    Alive,
    /// The last one.
    Closed(String),
}

pub(crate) struct Socket {
    stream: WebSocket<Stream>,
    max_message_size: usize,
    /// A message has begun, and more of it follows.
    in_pieces: bool,
    /// Why no more can be read.
    failed: Option<Error>,
    /// What a host's loop watches. Shut down with the socket, which the loop notices.
    descriptor: Option<Descriptor>,
    /// What was to be written has not gone out.
    blocked: bool,
}

impl Drop for Socket {
    fn drop(&mut self) {
        if let Some(descriptor) = &self.descriptor {
            // One that is closed already is what is wanted.
            drop(descriptor.shutdown(Shutdown::Both));
        }
    }
}

impl Socket {
    /// Upgrades a connection to a WebSocket.
    pub(crate) async fn open(
        transport: Transport,
        address: &str,
        max_message_size: usize,
    ) -> Result<Self, Error> {
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER)
            .write_buffer_size(WRITE_BUFFER)
            .max_message_size(Some(max_message_size))
            .max_frame_size(Some(max_message_size));
        let request = address.into_client_request()?;
        let handshake = ClientHandshake::start(Stream::new(transport), request, None)?;
        let mut state = Some(handshake);
        let (socket, _) = poll_fn(|cx| {
            // Polled again only after `Pending`, which puts it back.
            let Some(mut handshake) = state.take() else {
                return Poll::Pending;
            };
            handshake.get_mut().get_mut().wake(cx.waker());
            match handshake.handshake() {
                Ok(done) => Poll::Ready(Ok(done)),
                Err(HandshakeError::Failure(error)) => Poll::Ready(Err(error)),
                Err(HandshakeError::Interrupted(handshake)) => {
                    state = Some(handshake);
                    Poll::Pending
                }
            }
        })
        .await?;
        // Not the socket itself, which would keep the memory of the handshake, 4 kB.
        let stream = WebSocket::from_raw_socket(socket.into_inner(), Role::Client, Some(config));
        Ok(Self {
            stream,
            max_message_size,
            in_pieces: false,
            failed: None,
            descriptor: None,
            blocked: false,
        })
    }

    /// Lets a host's loop watch the connection; none where it has to stay with tokio.
    pub(crate) fn give_to_host(&mut self) -> io::Result<Option<Descriptor>> {
        self.descriptor = self.stream.get_mut().give_to_host()?;
        Ok(self.descriptor.clone())
    }

    /// Lets tokio watch the connection again. To be called within its runtime.
    pub(crate) fn give_to_tokio(&mut self) -> io::Result<()> {
        self.stream.get_mut().give_to_tokio()?;
        self.descriptor = None;
        Ok(())
    }

    /// What a host's loop watches of it.
    pub(crate) fn descriptor(&self) -> Option<&Descriptor> {
        self.descriptor.as_ref()
    }

    /// Whom tokio tells when there is something to read, or room to write.
    pub(crate) fn wake(&mut self, waker: &Waker) {
        self.stream.get_mut().wake(waker);
    }

    /// True when something is left to be written.
    pub(crate) fn is_blocked(&self) -> bool {
        self.blocked
    }

    /// Writes messages, and what was left of earlier ones, as far as there is room.
    pub(crate) fn write(&mut self, messages: impl IntoIterator<Item = Message>) {
        let mut outcome = Ok(());
        for message in messages {
            self.blocked = true;
            outcome = self.stream.write(message);
            if !may_go_on(&outcome) {
                break;
            }
        }
        if self.blocked && may_go_on(&outcome) {
            outcome = self.stream.flush();
            self.blocked = outcome.is_err();
        }
        if let Err(error) = &outcome
            && !may_go_on(&outcome)
        {
            // What came in before the end is still to be had; the read tells of the end as well.
            tracing::debug!(target: "trueroom", %error, "write failed");
            self.blocked = false;
        }
    }

    /// There may be something to read again.
    pub(crate) fn look_again(&mut self) {
        self.stream.get_mut().look_again();
    }

    /// True if there is something to take. If not, what there is to read is read, unless it `may`
    /// not be.
    pub(crate) fn has_next(&mut self, may_read: bool) -> bool {
        while let (Frame::Part(size), None) = (self.first(), &self.failed) {
            if !may_read || !self.fill(size) {
                return false;
            }
        }
        true
    }

    /// True if all that was read has been taken.
    pub(crate) fn is_empty(&self) -> bool {
        self.stream.get_ref().input.rest().is_empty() && self.failed.is_none()
    }

    /// Nothing is taken for now.
    pub(crate) fn settle(&mut self) {
        self.stream.get_mut().input.settle();
    }

    /// Takes a message that has been read.
    pub(crate) fn next(&mut self) -> Option<Incoming> {
        loop {
            match self.first() {
                Frame::Text(place) => {
                    let text = Utf8Bytes::try_from(self.stream.get_mut().input.take(place));
                    return Some(match text {
                        Ok(text) => Incoming::Text(text),
                        Err(error) => Incoming::Closed(self.explain(&Error::from(error))),
                    });
                }
                Frame::Other(size) => {
                    if let Some(incoming) = self.read_other(size) {
                        return Some(incoming);
                    }
                }
                Frame::Part(_) => {
                    let error = self.failed.take()?;
                    return Some(Incoming::Closed(self.explain(&error)));
                }
            }
        }
    }

    fn first(&self) -> Frame {
        let bytes = self.stream.get_ref().input.rest();
        frames::first(bytes, self.in_pieces, self.max_message_size)
    }

    /// False if there is nothing for now.
    fn fill(&mut self, size: usize) -> bool {
        self.failed = match self.stream.get_mut().fill(size) {
            Ok(0) => Some(ProtocolError::ResetWithoutClosingHandshake.into()),
            Ok(_) => None,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return false,
            Err(error) => Some(error.into()),
        };
        true
    }

    /// Has tungstenite read a frame; none where that is but a piece of a message.
    fn read_other(&mut self, size: usize) -> Option<Incoming> {
        let stream = self.stream.get_mut();
        if let Some(kind) = stream.input.rest().first() {
            self.in_pieces = frames::leaves_pieces(*kind, self.in_pieces);
        }
        stream.hand_over(size);
        Some(match self.stream.read() {
            Ok(Message::Text(text)) => Incoming::Text(text),
            Ok(Message::Binary(bytes)) => Incoming::Binary(bytes),
            Ok(Message::Pong(_)) => Incoming::Pong,
            Ok(Message::Ping(_)) => {
                // The answer is ready.
                self.blocked = true;
                Incoming::Alive
            }
            Ok(Message::Frame(_)) => return None,
            Ok(Message::Close(frame)) => {
                // The other side waits for the answer, which is ready.
                self.blocked = true;
                let reason = frame.map_or_else(String::new, |frame| {
                    format!(" with code {} {}", u16::from(frame.code), frame.reason)
                });
                let reason = format!("the terminal closed the connection{reason}");
                Incoming::Closed(reason.trim_end().to_owned())
            }
            Err(error) if is_wait(&error) => return None,
            Err(error) => Incoming::Closed(self.explain(&error)),
        })
    }

    fn explain(&self, error: &Error) -> String {
        match error {
            Error::Capacity(CapacityError::MessageTooLong { size, .. }) => format!(
                "the terminal sent a message of {size} bytes or more, the limit maxMessageSize is \
                 {} bytes",
                self.max_message_size
            ),
            Error::Io(error) => match error.kind() {
                io::ErrorKind::ConnectionReset => "the connection was reset".to_owned(),
                io::ErrorKind::UnexpectedEof => "the connection ended without a goodbye".to_owned(),
                _ => format!("the connection failed: {error}"),
            },
            Error::ConnectionClosed | Error::AlreadyClosed => {
                "the terminal closed the connection".to_owned()
            }
            Error::Protocol(problem) => {
                format!("the terminal broke the WebSocket protocol: {problem}")
            }
            Error::Utf8(_) => "the terminal sent a text message that is not UTF-8".to_owned(),
            other => format!("the connection failed: {other}"),
        }
    }

    /// Says goodbye, for a moment at most.
    pub(crate) async fn close(mut self) {
        if self.stream.get_mut().give_to_tokio().is_err() {
            return;
        }
        // A terminal that does not answer the goodbye loses nothing by it.
        drop(tokio::time::timeout(GOODBYE, poll_fn(|cx| self.poll_close(cx))).await);
    }

    fn poll_close(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.wake(cx.waker());
        let said = self.stream.close(None);
        if !may_go_on(&said) {
            return Poll::Ready(());
        }
        self.look_again();
        while self.has_next(true) {
            if let Some(Incoming::Closed(_)) = self.next() {
                return Poll::Ready(());
            }
        }
        // Many rooms may be closed at once.
        self.settle();
        Poll::Pending
    }
}

/// True for what only has to wait.
fn is_wait(error: &Error) -> bool {
    matches!(error, Error::Io(error) if error.kind() == io::ErrorKind::WouldBlock)
}

fn may_go_on(outcome: &Result<(), Error>) -> bool {
    outcome.as_ref().err().is_none_or(is_wait)
}

#[cfg(test)]
mod tests;
