//! The floor: a client on tokio-tungstenite and `serde_json` with nothing that is not needed here.
//!
//! One task reads and finds the caller by the request id; another writes, with one flush for all
//! messages that wait. It has no timeouts, no pings of its own and no reconnects.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, oneshot};
use tokio_tungstenite::tungstenite::Message;
use trueroom_benchmarks::{Client, EVENT, Events, Failure, run};

type Callers = Mutex<HashMap<String, oneshot::Sender<Value>>>;

#[derive(Clone)]
struct Peer(Arc<Inner>);

struct Inner {
    next_id: AtomicU64,
    outgoing: mpsc::UnboundedSender<Message>,
    callers: Callers,
    subscriber: Mutex<Option<mpsc::UnboundedSender<Value>>>,
}

impl Inner {
    fn route(&self, text: &str) -> Result<(), Failure> {
        let message: Value = serde_json::from_str(text)?;
        if message["event"] == EVENT {
            let subscriber = lock(&self.subscriber);
            if let Some(subscriber) = &*subscriber {
                // A subscriber that left wants nothing more.
                drop(subscriber.send(message));
            }
        } else if let Some(caller) = message["requestId"]
            .as_str()
            .and_then(|id| lock(&self.callers).remove(id))
        {
            drop(caller.send(message));
        }
        Ok(())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Client for Peer {
    type Events = Stream;

    async fn connect(port: u16) -> Result<Self, Failure> {
        let socket = TcpStream::connect(("127.0.0.1", port)).await?;
        socket.set_nodelay(true)?;
        let url = format!("ws://127.0.0.1:{port}");
        let (websocket, _) = tokio_tungstenite::client_async(url, socket).await?;
        let (mut sink, mut stream) = websocket.split();
        let (outgoing, mut waiting) = mpsc::unbounded_channel();
        let inner = Arc::new(Inner {
            next_id: AtomicU64::new(1),
            outgoing,
            callers: Mutex::default(),
            subscriber: Mutex::default(),
        });
        let router = Arc::clone(&inner);
        tokio::spawn(async move {
            while let Some(Ok(message)) = stream.next().await {
                if let Message::Text(text) = message {
                    router.route(&text)?;
                }
            }
            Ok::<_, Failure>(())
        });
        tokio::spawn(async move {
            while let Some(message) = waiting.recv().await {
                sink.feed(message).await?;
                while let Ok(message) = waiting.try_recv() {
                    sink.feed(message).await?;
                }
                sink.flush().await?;
            }
            Ok::<_, Failure>(())
        });
        let peer = Self(inner);
        peer.command("auth", json!({"type": "unsecured"})).await?;
        peer.command("setUsedApiVersion", json!({"requestedVersion": "2"}))
            .await?;
        Ok(peer)
    }

    async fn command(&self, method: &'static str, mut params: Value) -> Result<(), Failure> {
        let id = self.0.next_id.fetch_add(1, Ordering::Relaxed).to_string();
        params["method"] = method.into();
        params["requestId"] = id.as_str().into();
        let (sender, answer) = oneshot::channel();
        lock(&self.0.callers).insert(id, sender);
        self.0
            .outgoing
            .send(Message::text(params.to_string()))
            .map_err(|_| "the connection ended")?;
        match answer.await?["result"] {
            Value::Bool(true) => Ok(()),
            _ => Err("refused".into()),
        }
    }

    fn events(&self) -> Stream {
        let (sender, receiver) = mpsc::unbounded_channel();
        *lock(&self.0.subscriber) = Some(sender);
        Stream(receiver)
    }
}

struct Stream(mpsc::UnboundedReceiver<Value>);

impl Events for Stream {
    type Event = Value;

    async fn next(&mut self) -> Result<Value, Failure> {
        Ok(self.0.recv().await.ok_or("the connection ended")?)
    }

    fn two(event: &Value) -> bool {
        event["processedPercents"].is_number() && event["fileRequestId"].is_string()
    }

    fn all(event: &Value) -> bool {
        Self::two(event)
            && event["fileSize"].is_number()
            && event["fileName"].is_string()
            && event["peerId"].is_string()
            && event["peerDisplayName"].is_string()
            && event["timestamp"].is_number()
            && event["event"].is_string()
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    run::<Peer>().await
}
