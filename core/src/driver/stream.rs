//! A byte stream that never blocks, whoever waits for it.

use std::io::{self, Read, Write};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

use super::input::Input;

/// The descriptor of a connection that a host's event loop watches. It is shared with the host, so
/// that it cannot be closed, and its number used again, while the loop still watches it.
pub(crate) type Descriptor = Arc<std::net::TcpStream>;

/// A connection, and who is told when there is something to read or room to write.
pub(crate) enum Transport {
    /// tokio, and it tells the waker.
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
    /// A host's event loop.
    Host(Descriptor),
    /// Between two of the others.
    Gone,
}

pub(crate) struct Stream {
    transport: Transport,
    waker: Waker,
    /// There is no more for now: the last read got less than it had room for.
    drained: bool,
    pub(super) input: Input,
    /// What of that tungstenite may read.
    handed: usize,
    /// tungstenite reads what answers the upgrade, and no frame that follows it.
    head: Option<Head>,
}

/// The beginning of an answer of HTTP, which ends with an empty line.
#[derive(Default)]
struct Head {
    /// Nothing has come yet of the line at hand.
    is_empty_line: bool,
}

impl Head {
    /// Where it ends in what comes next of it.
    fn end(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut ends = |byte: &u8| {
            let was_empty = self.is_empty_line;
            self.is_empty_line = *byte == b'\n' || *byte == b'\r' && was_empty;
            *byte == b'\n' && was_empty
        };
        bytes.iter().position(&mut ends).map(|last| last + 1)
    }
}

impl Stream {
    pub(crate) fn new(transport: Transport) -> Self {
        Self {
            transport,
            waker: Waker::noop().clone(),
            drained: false,
            input: Input::default(),
            handed: 0,
            head: Some(Head::default()),
        }
    }

    /// One whose frames begin at once.
    #[cfg(test)]
    pub(crate) fn upgraded(&mut self) {
        self.head = None;
    }

    /// Whom tokio tells from now on.
    pub(crate) fn wake(&mut self, waker: &Waker) {
        if !self.waker.will_wake(waker) {
            self.waker.clone_from(waker);
        }
    }

    /// There may be something to read again.
    pub(crate) fn look_again(&mut self) {
        self.drained = false;
    }

    /// Reads more of what there is, with room for a frame of `size` bytes.
    pub(crate) fn fill(&mut self, size: usize) -> io::Result<usize> {
        let mut input = std::mem::take(&mut self.input);
        let read = input.fill(size, |buffer| self.read_now(buffer));
        self.input = input;
        read
    }

    /// Lets tungstenite read so much of the input.
    pub(crate) fn hand_over(&mut self, size: usize) {
        self.handed = size;
    }

    /// Takes the connection from tokio, for a host's loop to watch; none where it is encrypted.
    pub(crate) fn give_to_host(&mut self) -> io::Result<Option<Descriptor>> {
        match std::mem::replace(&mut self.transport, Transport::Gone) {
            Transport::Plain(stream) => {
                let descriptor = Arc::new(stream.into_std()?);
                self.transport = Transport::Host(descriptor.clone());
                Ok(Some(descriptor))
            }
            other => {
                self.transport = other;
                Ok(None)
            }
        }
    }

    /// Gives it back to tokio. To be called within its runtime.
    pub(crate) fn give_to_tokio(&mut self) -> io::Result<()> {
        match std::mem::replace(&mut self.transport, Transport::Gone) {
            Transport::Host(descriptor) => {
                // The host may still hold the other one, which tokio would close.
                let stream = descriptor.try_clone()?;
                self.transport = Transport::Plain(TcpStream::from_std(stream)?);
            }
            other => self.transport = other,
        }
        Ok(())
    }

    fn poll(
        &mut self,
        poll: impl FnOnce(Pin<&mut dyn Asynchronous>, &mut Context<'_>) -> Poll<io::Result<usize>>,
    ) -> io::Result<usize> {
        let stream: &mut dyn Asynchronous = match &mut self.transport {
            Transport::Plain(stream) => stream,
            Transport::Tls(stream) => &mut **stream,
            Transport::Host(_) | Transport::Gone => return Err(io::ErrorKind::NotConnected.into()),
        };
        match poll(Pin::new(stream), &mut Context::from_waker(&self.waker)) {
            Poll::Ready(outcome) => outcome,
            Poll::Pending => Err(io::ErrorKind::WouldBlock.into()),
        }
    }
}

trait Asynchronous: AsyncRead + AsyncWrite + Unpin {}
impl<T: AsyncRead + AsyncWrite + Unpin> Asynchronous for T {}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.head.is_some() {
            let size = self.read_now(buffer)?;
            let bytes = buffer.get(..size).unwrap_or_default();
            let Some(end) = self.head.as_mut().and_then(|head| head.end(bytes)) else {
                return Ok(size);
            };
            self.head = None;
            self.input = Input::new(bytes.get(end..).unwrap_or_default());
            return Ok(end);
        }
        let size = self.input.give(buffer, self.handed);
        self.handed -= size;
        if size == 0 {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        Ok(size)
    }
}

impl Stream {
    /// Reads what there is, at once.
    fn read_now(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Transport::Host(stream) = &self.transport {
            // Spares asking once more to hear that there is nothing. The host's loop tells of
            // what comes later.
            if self.drained {
                return Err(io::ErrorKind::WouldBlock.into());
            }
            let size = (&mut &**stream).read(buffer)?;
            self.drained = 0 < size && size < buffer.len();
            return Ok(size);
        }
        self.poll(|stream, cx| {
            let mut buffer = ReadBuf::new(buffer);
            let outcome = stream.poll_read(cx, &mut buffer);
            outcome.map_ok(|()| buffer.filled().len())
        })
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Transport::Host(stream) = &self.transport {
            return (&mut &**stream).write(bytes);
        }
        self.poll(|stream, cx| stream.poll_write(cx, bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        if let Transport::Host(_) = &self.transport {
            return Ok(());
        }
        self.poll(|stream, cx| stream.poll_flush(cx).map_ok(|()| 0))
            .map(drop)
    }
}
