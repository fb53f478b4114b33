//! The open connection of a room, which whoever has time serves: the connection's task, a thread
//! that just gave a command, or a host's event loop.

use std::sync::{MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use tungstenite::{Message, Utf8Bytes};

use super::Shared;
use super::socket::{Incoming, Socket};
use super::stream::Descriptor;
use crate::text::Text;

/// Rounds of reading and answering before others get a turn.
const ROUNDS: usize = 4;

/// Messages of a round; more would keep the engine's lock for too long.
const BATCH: usize = 64;

#[derive(Default)]
pub(crate) struct Link {
    socket: Option<Socket>,
    /// The engine's connection that the socket is; see [`super::shared::Orders`].
    epoch: u64,
    /// Counts how often a host's loop served it.
    visits: u64,
}

impl Link {
    fn is_watched_by(&self, descriptor: &Descriptor) -> bool {
        let own = self.socket.as_ref().and_then(Socket::descriptor);
        own.is_some_and(|own| std::sync::Arc::ptr_eq(own, descriptor))
    }
}

/// What is to be written.
#[derive(Debug, Default)]
pub(crate) struct Outgoing {
    pub texts: Vec<Utf8Bytes>,
    pub ping: bool,
}

impl Outgoing {
    pub(crate) fn is_empty(&self) -> bool {
        self.texts.is_empty() && !self.ping
    }

    fn messages(self) -> impl Iterator<Item = Message> {
        let ping = self.ping.then(|| Message::Ping(bytes::Bytes::new()));
        self.texts.into_iter().map(Message::Text).chain(ping)
    }
}

impl Shared {
    fn link(&self) -> MutexGuard<'_, Link> {
        // A socket that panicked is in no worse state than one that failed.
        self.link.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a new connection into use.
    pub(crate) fn put_socket(&self, socket: Socket, epoch: u64) {
        let mut link = self.link();
        link.epoch = epoch;
        link.visits = 0;
        link.socket = Some(socket);
    }

    pub(crate) fn take_socket(&self) -> Option<Socket> {
        self.link().socket.take()
    }

    /// Writes what is to be sent and reads what has come, as far as neither has to wait. True when
    /// anything came.
    fn pump(&self, link: &mut Link) -> bool {
        let mut came = false;
        self.begin_turn();
        let Some(mut outgoing) = self.take_outgoing(link.epoch) else {
            return false;
        };
        let Some(socket) = &mut link.socket else {
            return false;
        };
        socket.look_again();
        for round in 0.. {
            socket.write(outgoing.messages());
            // What was read is taken to the end: nobody would tell of it.
            if came && socket.is_empty() || !socket.has_next(round < ROUNDS) {
                socket.settle();
                return came;
            }
            came = true;
            let Some((now_outgoing, ended)) = self.receive(link.epoch, socket) else {
                return true;
            };
            outgoing = now_outgoing;
            if ended {
                // What answers a goodbye may not fit.
                socket.write([]);
                link.socket = None;
                return true;
            }
        }
        came
    }

    /// Hands what came on to the engine. Returns what is to be sent then, and whether that was the
    /// last of it; none when the connection is no longer wanted.
    fn receive(&self, epoch: u64, socket: &mut Socket) -> Option<(Outgoing, bool)> {
        let mut ended = false;
        let outgoing = self.act(epoch, |engine, now| {
            for _ in 0..BATCH {
                match socket.next() {
                    Some(Incoming::Text(text)) => engine.on_text(now, Text::from(text)),
                    Some(Incoming::Binary(bytes)) => engine.on_binary(now, &bytes),
                    Some(Incoming::Pong) => engine.on_pong(now),
                    Some(Incoming::Alive) => {
                        engine.on_alive(now);
                        // The answer goes first.
                        break;
                    }
                    Some(Incoming::Closed(reason)) => {
                        engine.on_closed(now, &reason);
                        ended = true;
                        break;
                    }
                    None => break,
                }
            }
            // Time has passed too, and a stream of messages must not hold up deadlines.
            engine.on_time(now);
        });
        Some((outgoing?, ended))
    }

    /// Writes what a host gave since its turn began.
    pub(crate) fn end_turn(&self) {
        self.begin_turn();
        self.flush();
    }

    /// Writes what is to be sent, from whatever thread.
    pub(super) fn flush(&self) {
        self.write_out(&mut self.link());
    }

    /// The same, unless somebody serves the connection at this moment.
    pub(super) fn try_flush(&self) -> bool {
        match self.link.try_lock() {
            Ok(mut link) => {
                self.write_out(&mut link);
                true
            }
            Err(_) => false,
        }
    }

    fn write_out(&self, link: &mut Link) {
        if let Some(outgoing) = self.take_outgoing(link.epoch)
            && let Some(socket) = &mut link.socket
        {
            socket.write(outgoing.messages());
            if socket.is_blocked() {
                self.on_blocked();
            }
        }
    }

    /// The task's turn: ready when anything came, else the task is told by tokio. A connection that
    /// a host's loop watches is left to it.
    pub(super) fn poll_pump(&self, cx: &Context<'_>) -> Poll<()> {
        let mut link = self.link();
        match &mut link.socket {
            Some(socket) if socket.descriptor().is_none() => socket.wake(cx.waker()),
            _ => return Poll::Pending,
        }
        if self.pump(&mut link) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }

    /// The turn of a host's loop. False when `descriptor` is no longer that of the connection.
    pub(crate) fn serve(&self, descriptor: &Descriptor) -> bool {
        let mut link = self.link();
        if !link.is_watched_by(descriptor) {
            return false;
        }
        link.visits += 1;
        self.pump(&mut link);
        link.is_watched_by(descriptor)
    }

    /// Serves a connection that a host's loop watches and had served `visits` times when last
    /// looked at. Returns the visits so far, and whether the loop has left something undone.
    pub(super) fn stand_in(&self, visits: u64) -> (u64, bool) {
        let mut link = self.link();
        let came = self.pump(&mut link);
        let blocked = link.socket.as_ref().is_some_and(Socket::is_blocked);
        (link.visits, link.visits == visits && came || blocked)
    }

    /// Gives a connection that a host's loop no longer watches back to tokio.
    pub(super) fn take_back(&self) {
        let mut link = self.link();
        if let Some(socket) = &mut link.socket
            && socket.descriptor().is_some()
        {
            socket.wake(Waker::noop());
            if let Err(error) = socket.give_to_tokio() {
                link.socket = None;
                drop(link);
                self.with(|engine, now| {
                    engine.on_closed(now, &format!("the connection failed: {error}"));
                });
            }
        }
    }

    /// Asks for [`Shared::take_back`], from whatever thread.
    pub(crate) fn release(&self, descriptor: &Descriptor) {
        if self.link().is_watched_by(descriptor) {
            self.order_back();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::net::TcpListener;

    use super::super::stream::Transport;
    use super::*;
    use crate::engine::Engine;
    use crate::options::Options;

    /// A connection that a host's loop watches, and the terminal's end of it.
    async fn connected(shared: &Shared) -> (Descriptor, std::net::TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let terminal = tokio::task::spawn_blocking(move || {
            let (stream, _) = listener.accept().unwrap();
            tungstenite::accept(stream).unwrap().get_ref().try_clone()
        });
        let stream = tokio::net::TcpStream::connect(address).await.unwrap();
        let address = format!("ws://{address}");
        let socket = Socket::open(Transport::Plain(stream), &address, 1 << 20).await;
        let mut socket = socket.unwrap();
        let descriptor = socket.give_to_host().unwrap().unwrap();
        shared.with(Engine::start);
        shared.put_socket(socket, shared.take_orders().epoch);
        shared.with(Engine::on_open);
        (descriptor, terminal.await.unwrap().unwrap())
    }

    /// What a loop asks: whether the system has something to read.
    fn is_readable(descriptor: &Descriptor) -> bool {
        descriptor.peek(&mut [0]).is_ok()
    }

    #[tokio::test]
    async fn what_a_loop_is_not_told_of_is_not_left_over() {
        let shared = Shared::new(Options::new("127.0.0.1"), None).unwrap();
        let (descriptor, mut terminal) = connected(&shared).await;
        // About as many as a turn reads.
        for count in 250..270 {
            let before = shared.read(|engine| engine.counters().received);
            let message = *b"\x81\x02{}";
            terminal.write_all(&message.repeat(count)).unwrap();
            while !is_readable(&descriptor) {}
            while is_readable(&descriptor) {
                assert!(shared.serve(&descriptor));
            }
            let received = shared.read(|engine| engine.counters().received) - before;
            assert_eq!(received, count as u64);
        }
    }
}
