//! One WebSocket: passes texts both ways, and misbehaves on demand.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use serde::Deserialize;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::Sleep;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::tungstenite::{Error, Message};

use super::Shared;
use super::shared::HandshakeFault;
use super::socket::Socket;

/// How long the end of a connection waits for the other side to close as well.
const FAREWELL: Duration = Duration::from_secs(2);

/// How a connection is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum How {
    /// Close frame, then the orderly end.
    #[default]
    Close,
    /// TCP reset.
    Reset,
    /// TCP FIN without a close frame.
    Fin,
}

/// What a connection is told. Orders are carried out in turn, apart from the urgent ones.
#[derive(Debug, Clone)]
pub(crate) enum Order {
    /// Send a message of the terminal; the frame faults befall it.
    Text(String),
    /// Close frame with this code.
    Close(u16),
    /// Send exactly this, faults or not.
    Message(Message),
    /// One message in several frames.
    Fragments(Vec<String>),
    /// Bytes past the WebSocket, straight to TCP or TLS.
    Bytes(Bytes),
    /// Send each of the next texts twice.
    Duplicate(u32),
    /// Collect this many texts, then send them in reverse.
    Reorder(usize),
    /// Wait before each text.
    Slow(Duration),
    /// End without a close frame. Urgent.
    Drop(How),
    /// Neither read nor write until [`Order::Resume`]. Urgent.
    Stall,
    /// Neither read nor write any more; what would be sent is lost. Urgent.
    HalfOpen,
    /// End of a stall. Urgent.
    Resume,
}

impl Order {
    fn urgent(&self) -> bool {
        matches!(
            self,
            Self::Drop(_) | Self::Stall | Self::HalfOpen | Self::Resume
        )
    }
}

/// What happened next.
enum Turn {
    Incoming(Option<Result<Message, Error>>),
    Order(Option<Order>),
    Flushed(Result<(), Error>),
    Awake,
}

struct Link {
    socket: WebSocketStream<Socket>,
    orders: UnboundedReceiver<Order>,
    queue: VecDeque<Order>,
    flushing: bool,
    stalled: bool,
    dead: bool,
    /// A close frame went out; the other side has so long to answer it.
    closing: Option<Pin<Box<Sleep>>>,
    duplicate: u32,
    reorder: usize,
    collected: Vec<String>,
    pause: Duration,
    /// Whether the text to send next has waited.
    rested: bool,
    asleep: Option<Pin<Box<Sleep>>>,
}

pub(super) async fn serve(shared: Arc<Shared>, mut socket: Socket) {
    match shared.take_handshake_fault() {
        None => {}
        Some(HandshakeFault::Stall) => return read_to_end(&mut socket).await,
        Some(HandshakeFault::Refuse) => {
            let answer = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n";
            let _ = socket.write_all(answer.as_bytes()).await;
            return close(socket).await;
        }
        Some(HandshakeFault::Close) => return,
    }
    let socket = match tokio_tungstenite::accept_async(socket).await {
        Ok(socket) => socket,
        Err(error) => {
            tracing::debug!(%error, "WebSocket handshake");
            return;
        }
    };
    let (link, orders) = unbounded_channel();
    let id = Registered {
        id: shared.connect(link),
        shared: &shared,
    };
    let mut link = Link {
        socket,
        orders,
        queue: VecDeque::new(),
        flushing: false,
        stalled: false,
        dead: false,
        closing: None,
        duplicate: 0,
        reorder: 0,
        collected: Vec::new(),
        pause: Duration::ZERO,
        rested: false,
        asleep: None,
    };
    let end = link.run(&shared, id.id).await;
    drop(id);
    if let Err(error) = end {
        tracing::debug!(%error, "WebSocket");
    }
}

/// Signs the connection off however its task ends.
struct Registered<'a> {
    id: crate::terminal::ConnectionId,
    shared: &'a Shared,
}

impl Drop for Registered<'_> {
    fn drop(&mut self) {
        self.shared.disconnect(self.id);
    }
}

impl Link {
    async fn run(
        &mut self,
        shared: &Shared,
        id: crate::terminal::ConnectionId,
    ) -> Result<(), Error> {
        loop {
            if self.can_write()
                && let Some(order) = self.queue.pop_front()
            {
                self.carry_out(order).await?;
                continue;
            }
            match self.turn().await {
                Turn::Incoming(
                    None | Some(Err(Error::ConnectionClosed | Error::AlreadyClosed)),
                )
                | Turn::Order(None) => return Ok(()),
                Turn::Incoming(Some(message)) => match message? {
                    Message::Text(text) => {
                        shared.act(|terminal, now| terminal.receive(now, id, &text));
                    }
                    // The pong, or the answer to a close frame, goes out with the next flush.
                    message => {
                        self.flushing = true;
                        if message.is_ping() {
                            shared.act(|terminal, _| terminal.pinged());
                        }
                    }
                },
                Turn::Order(Some(order)) if order.urgent() => {
                    if self.urgent(&order).await? {
                        return Ok(());
                    }
                }
                Turn::Order(Some(Order::Text(_))) if self.dead || self.closing.is_some() => {}
                Turn::Order(Some(order)) => self.queue.push_back(order),
                Turn::Flushed(flushed) => {
                    self.flushing = false;
                    flushed?;
                }
                Turn::Awake => self.asleep = None,
            }
        }
    }

    fn can_write(&self) -> bool {
        !self.stalled && !self.dead && !self.flushing && self.asleep.is_none()
    }

    async fn turn(&mut self) -> Turn {
        std::future::poll_fn(|context| {
            let quiet = self.stalled || self.dead;
            if self.flushing
                && !quiet
                && let Poll::Ready(flushed) = self.socket.poll_flush_unpin(context)
            {
                return Poll::Ready(Turn::Flushed(flushed));
            }
            if let Poll::Ready(order) = self.orders.poll_recv(context) {
                return Poll::Ready(Turn::Order(order));
            }
            if !quiet && let Poll::Ready(message) = self.socket.poll_next_unpin(context) {
                return Poll::Ready(Turn::Incoming(message));
            }
            if let Some(patience) = &mut self.closing
                && patience.as_mut().poll(context).is_ready()
            {
                return Poll::Ready(Turn::Incoming(None));
            }
            if let Some(sleep) = &mut self.asleep
                && sleep.as_mut().poll(context).is_ready()
            {
                return Poll::Ready(Turn::Awake);
            }
            Poll::Pending
        })
        .await
    }

    async fn carry_out(&mut self, order: Order) -> Result<(), Error> {
        match order {
            Order::Text(text) if !self.pause.is_zero() && !self.rested => {
                self.rested = true;
                self.asleep = Some(Box::pin(tokio::time::sleep(self.pause)));
                self.queue.push_front(Order::Text(text));
                Ok(())
            }
            Order::Text(text) => {
                self.rested = false;
                self.text(text).await
            }
            Order::Close(code) => {
                self.closing = Some(Box::pin(tokio::time::sleep(FAREWELL)));
                let frame = CloseFrame {
                    code: code.into(),
                    reason: "".into(),
                };
                self.feed(Message::Close(Some(frame))).await
            }
            Order::Message(message) => self.feed(message).await,
            Order::Fragments(parts) => self.fragments(parts).await,
            Order::Bytes(bytes) => {
                self.socket.flush().await?;
                let socket = self.socket.get_mut();
                socket.write_all(&bytes).await.map_err(Error::Io)?;
                socket.flush().await.map_err(Error::Io)
            }
            Order::Duplicate(frames) => {
                self.duplicate = frames;
                Ok(())
            }
            Order::Reorder(frames) => {
                self.reorder = frames;
                Ok(())
            }
            Order::Slow(pause) => {
                self.pause = pause;
                Ok(())
            }
            Order::Drop(_) | Order::Stall | Order::HalfOpen | Order::Resume => Ok(()),
        }
    }

    async fn text(&mut self, text: String) -> Result<(), Error> {
        if self.reorder > 0 {
            self.collected.push(text);
            if self.collected.len() >= self.reorder {
                self.reorder = 0;
                for text in std::mem::take(&mut self.collected).into_iter().rev() {
                    self.feed(Message::Text(text.into())).await?;
                }
            }
            return Ok(());
        }
        if self.duplicate > 0 {
            self.duplicate -= 1;
            self.feed(Message::Text(text.clone().into())).await?;
        }
        self.feed(Message::Text(text.into())).await
    }

    async fn fragments(&mut self, parts: Vec<String>) -> Result<(), Error> {
        let last = parts.len().saturating_sub(1);
        for (at, part) in parts.into_iter().enumerate() {
            let kind = if at == 0 { Data::Text } else { Data::Continue };
            let frame = Frame::message(part.into_bytes(), OpCode::Data(kind), at == last);
            self.feed(Message::Frame(frame)).await?;
        }
        Ok(())
    }

    /// Puts a message into the write buffer; it leaves with the flush in [`turn`](Self::turn),
    /// while reading goes on.
    async fn feed(&mut self, message: Message) -> Result<(), Error> {
        self.flushing = true;
        self.socket.feed(message).await
    }

    /// Whether the connection is over.
    async fn urgent(&mut self, order: &Order) -> Result<bool, Error> {
        match order {
            Order::Stall => self.stalled = true,
            Order::Resume => self.stalled = false,
            Order::HalfOpen => {
                self.dead = true;
                self.queue.clear();
            }
            Order::Drop(How::Fin) => {
                let socket = self.socket.get_mut();
                socket.finish().await.map_err(Error::Io)?;
                wait_for_end(socket).await;
                return Ok(true);
            }
            Order::Drop(_) => {
                self.socket.get_mut().reset().arm();
                return Ok(true);
            }
            _ => {}
        }
        Ok(false)
    }
}

/// Gives the other side some time to close as well, so that closing is no reset.
async fn wait_for_end(socket: &mut Socket) {
    let _ = tokio::time::timeout(FAREWELL, read_to_end(socket)).await;
}

/// Reads and forgets until the other side closes.
async fn read_to_end(socket: &mut Socket) {
    let mut buffer = [0; 4096];
    while matches!(socket.read(&mut buffer).await, Ok(1..)) {}
}

async fn close(mut socket: Socket) {
    let _ = socket.shutdown().await;
    wait_for_end(&mut socket).await;
}
