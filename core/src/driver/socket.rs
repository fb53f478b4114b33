//! The WebSocket, read and written side by side in one task.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{Sink, Stream};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::{Error, Message, Utf8Bytes, error::CapacityError};

/// How long a polite goodbye may take.
const GOODBYE: Duration = Duration::from_millis(500);

/// Messages handed on at once; more would keep the lock for too long.
const BATCH: usize = 256;

/// A TCP connection, with or without TLS.
pub(crate) enum Transport {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

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
    stream: WebSocketStream<Transport>,
    max_message_size: usize,
}

impl Socket {
    pub(crate) fn new(stream: WebSocketStream<Transport>, max_message_size: usize) -> Self {
        Self {
            stream,
            max_message_size,
        }
    }

    /// Writes what is in `outgoing` and waits for something to come in. May be dropped at any
    /// time without losing anything. Writing never holds up reading: a terminal that does not
    /// read would otherwise block both.
    pub(crate) async fn exchange(&mut self, outgoing: &mut VecDeque<Message>) -> Vec<Incoming> {
        poll_fn(|cx| self.poll_exchange(cx, outgoing)).await
    }

    fn poll_exchange(
        &mut self,
        cx: &mut Context<'_>,
        outgoing: &mut VecDeque<Message>,
    ) -> Poll<Vec<Incoming>> {
        if let Err(error) = self.poll_write(cx, outgoing) {
            // What came in before the end is still to be had; the read tells of the end as well.
            tracing::debug!(target: "trueroom", %error, "write failed");
        }
        let mut batch = Vec::new();
        while batch.len() < BATCH {
            match Pin::new(&mut self.stream).poll_next(cx) {
                Poll::Ready(Some(Ok(Message::Text(text)))) => batch.push(Incoming::Text(text)),
                Poll::Ready(Some(Ok(Message::Binary(bytes)))) => {
                    batch.push(Incoming::Binary(bytes));
                }
                Poll::Ready(Some(Ok(Message::Pong(_)))) => batch.push(Incoming::Pong),
                Poll::Ready(Some(Ok(Message::Ping(_)))) => batch.push(Incoming::Alive),
                Poll::Ready(Some(Ok(Message::Frame(_)))) => {}
                Poll::Ready(Some(Ok(Message::Close(frame)))) => {
                    let reason = frame.map_or_else(String::new, |frame| {
                        format!(" with code {} {}", u16::from(frame.code), frame.reason)
                    });
                    let reason = format!("the terminal closed the connection{reason}");
                    batch.push(Incoming::Closed(reason.trim_end().to_owned()));
                    break;
                }
                Poll::Ready(Some(Err(error))) => {
                    batch.push(Incoming::Closed(self.explain(&error)));
                    break;
                }
                Poll::Ready(None) => {
                    batch.push(Incoming::Closed(
                        "the terminal closed the connection".into(),
                    ));
                    break;
                }
                Poll::Pending => break,
            }
        }
        if batch.is_empty() {
            Poll::Pending
        } else {
            Poll::Ready(batch)
        }
    }

    fn poll_write(
        &mut self,
        cx: &mut Context<'_>,
        outgoing: &mut VecDeque<Message>,
    ) -> Result<(), Error> {
        while !outgoing.is_empty() {
            match Pin::new(&mut self.stream).poll_ready(cx) {
                Poll::Ready(result) => result?,
                Poll::Pending => return Ok(()),
            }
            if let Some(message) = outgoing.pop_front() {
                Pin::new(&mut self.stream).start_send(message)?;
            }
        }
        match Pin::new(&mut self.stream).poll_flush(cx) {
            Poll::Ready(result) => result,
            Poll::Pending => Ok(()),
        }
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
        let goodbye = async {
            if self.stream.close(None).await.is_ok() {
                let mut none = VecDeque::new();
                while !self
                    .exchange(&mut none)
                    .await
                    .iter()
                    .any(|message| matches!(message, Incoming::Closed(_)))
                {}
            }
        };
        // A terminal that does not answer the goodbye loses nothing by it.
        drop(tokio::time::timeout(GOODBYE, goodbye).await);
    }
}

impl AsyncRead for Transport {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_read(cx, buf),
            Self::Tls(stream) => Pin::new(stream).poll_read(cx, buf),
        }
    }
}

impl AsyncWrite for Transport {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_write(cx, buf),
            Self::Tls(stream) => Pin::new(stream).poll_write(cx, buf),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Self::Tls(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Self::Tls(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}
