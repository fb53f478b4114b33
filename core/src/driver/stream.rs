//! A byte stream that never blocks, whoever waits for it.

use std::cell::Cell;
use std::io::{self, Read, Write};
use std::ops::Range;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

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
    /// There is no more for now: the last read got less than it had room for, or none is wanted.
    drained: bool,
    ahead: Ahead,
}

/// Bytes that were read before they were asked for. In a flood this spares most reads. There is
/// memory for them only as long as there are any.
#[derive(Default)]
struct Ahead {
    bytes: Box<[u8]>,
    /// What of it was not given yet.
    rest: Range<usize>,
    /// The last read got much, so the next one may.
    flood: bool,
}

/// Bytes read ahead at once.
const AHEAD: usize = 64 << 10;

thread_local! {
    /// For the next connection of this thread that reads ahead.
    static SPARE: Cell<Box<[u8]>> = Cell::default();
}

impl Ahead {
    /// Gives what there is; nothing if there is none.
    fn give(&mut self, buffer: &mut [u8]) -> usize {
        let rest = self.bytes.get(self.rest.clone()).unwrap_or_default();
        let size = rest.len().min(buffer.len());
        if let (Some(given), Some(place)) = (rest.get(..size), buffer.get_mut(..size)) {
            place.copy_from_slice(given);
        }
        self.rest.start += size;
        if self.rest.is_empty() && !self.bytes.is_empty() {
            SPARE.set(std::mem::take(&mut self.bytes));
        }
        size
    }
}

impl Stream {
    pub(crate) fn new(transport: Transport) -> Self {
        Self {
            transport,
            waker: Waker::noop().clone(),
            drained: false,
            ahead: Ahead::default(),
        }
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

    /// What is in the system's buffers stays there.
    pub(crate) fn look_away(&mut self) {
        self.drained = true;
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
        let size = self.ahead.give(buffer);
        if size > 0 {
            return Ok(size);
        }
        if !self.ahead.flood {
            let size = self.read_now(buffer)?;
            self.ahead.flood = size == buffer.len();
            return Ok(size);
        }
        let mut bytes = SPARE.take();
        if bytes.is_empty() {
            bytes = vec![0; AHEAD].into();
        }
        let outcome = self.read_now(&mut bytes);
        let size = *outcome.as_ref().unwrap_or(&0);
        // What is not wanted at the moment says nothing of what there is.
        let flood = size > AHEAD / 4 || self.drained && size == 0;
        self.ahead = Ahead {
            flood,
            rest: 0..size,
            bytes,
        };
        let given = self.ahead.give(buffer);
        outcome.map(|_| given)
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
