//! The task that owns the connection of one room.

use std::collections::VecDeque;
use std::future::{Future, pending};
use std::pin::Pin;
use std::sync::Arc;

use tokio_tungstenite::tungstenite::Message;

use super::Shared;
use super::dial::{DialError, dial};
use super::socket::{Incoming, Socket};
use crate::text::Text;

type Dialing = Pin<Box<dyn Future<Output = Result<Socket, DialError>> + Send>>;

/// What there is of a connection.
enum Link {
    None,
    Opening(Dialing),
    Open(Socket),
}

enum Happened {
    Woken,
    Time,
    Opened(Result<Socket, DialError>),
    Came(Vec<Incoming>),
}

/// Runs until the room has ended.
pub(crate) async fn run(shared: Arc<Shared>) {
    let mut link = Link::None;
    let mut outgoing: VecDeque<Message> = VecDeque::new();
    loop {
        let orders = shared.take_orders();
        if orders.drop {
            outgoing.clear();
            if let Link::Open(socket) = std::mem::replace(&mut link, Link::None) {
                socket.close().await;
            }
        }
        if orders.open {
            let shared = shared.clone();
            let delay = shared.admission();
            link = Link::Opening(Box::pin(async move {
                if !delay.is_zero() {
                    tokio::time::sleep(delay).await;
                }
                dial(&shared).await
            }));
        }
        outgoing.extend(orders.outgoing.into_iter().map(Message::Text));
        if orders.ping {
            outgoing.push_back(Message::Ping(bytes::Bytes::new()));
        }
        let (ended, timeout) =
            shared.read(|engine| (engine.ended().is_some(), engine.next_timeout()));
        if ended {
            break;
        }
        let deadline = timeout.map(|time| shared.instant(time));
        let happened = tokio::select! {
            biased;
            happened = link.next(&mut outgoing) => happened,
            () = shared.woken() => Happened::Woken,
            () = sleep_until(deadline) => Happened::Time,
        };
        link = handle(&shared, link, happened);
    }
    if let Link::Open(socket) = link {
        socket.close().await;
    }
}

fn handle(shared: &Shared, link: Link, happened: Happened) -> Link {
    match happened {
        Happened::Woken => link,
        Happened::Time => {
            shared.with(super::super::engine::Engine::on_time);
            link
        }
        Happened::Opened(Ok(socket)) => {
            shared.with(super::super::engine::Engine::on_open);
            Link::Open(socket)
        }
        Happened::Opened(Err(error)) => {
            shared.with(|engine, now| engine.on_open_failed(now, &error.message, error.tried));
            Link::None
        }
        Happened::Came(batch) => {
            let closed = matches!(batch.last(), Some(Incoming::Closed(_)));
            shared.with(|engine, now| {
                for message in batch {
                    match message {
                        Incoming::Text(text) => engine.on_text(now, &Text::from(text)),
                        Incoming::Binary(bytes) => engine.on_binary(now, &bytes),
                        Incoming::Pong => engine.on_pong(now),
                        Incoming::Alive => engine.on_alive(now),
                        Incoming::Closed(reason) => engine.on_closed(now, &reason),
                    }
                }
                // Time has passed too, and a stream of messages must not hold up deadlines.
                engine.on_time(now);
            });
            if closed { Link::None } else { link }
        }
    }
}

impl Link {
    async fn next(&mut self, outgoing: &mut VecDeque<Message>) -> Happened {
        match self {
            Self::None => pending().await,
            Self::Opening(dialing) => Happened::Opened(dialing.await),
            Self::Open(socket) => Happened::Came(socket.exchange(outgoing).await),
        }
    }
}

async fn sleep_until(deadline: Option<tokio::time::Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline).await,
        None => pending().await,
    }
}
