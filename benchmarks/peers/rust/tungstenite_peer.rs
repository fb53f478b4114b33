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
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::Message;
use trueroom_benchmarks::{Client, EVENT, Events, Failure, main as measure};

type Callers = Mutex<HashMap<String, oneshot::Sender<Value>>>;

#[derive(Clone)]
struct Peer(Arc<Inner>);

struct Inner {
    next_id: AtomicU64,
    outgoing: mpsc::UnboundedSender<Message>,
    callers: Callers,
    tasks: Mutex<Vec<JoinHandle<Result<(), Failure>>>>,
    subscribers: Mutex<Vec<mpsc::UnboundedSender<Arc<Value>>>>,
}

impl Inner {
    fn route(&self, text: &str) -> Result<(), Failure> {
        let message: Value = serde_json::from_str(text)?;
        if message["event"] == EVENT {
            let message = Arc::new(message);
            // A subscriber that left wants nothing more.
            lock(&self.subscribers).retain(|subscriber| subscriber.send(message.clone()).is_ok());
        } else if let Some(caller) = message["requestId"]
            .as_str()
            .and_then(|id| lock(&self.callers).remove(id))
        {
            drop(caller.send(message));
        }
        Ok(())
    }
}

impl Inner {
    async fn call(&self, method: &'static str, mut params: Value) -> Result<Value, Failure> {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed).to_string();
        params["method"] = method.into();
        params["requestId"] = id.as_str().into();
        let (sender, answer) = oneshot::channel();
        lock(&self.callers).insert(id, sender);
        self.outgoing
            .send(Message::text(params.to_string()))
            .map_err(|_| "the connection ended")?;
        let answer = answer.await?;
        match answer["result"] {
            Value::Bool(true) => Ok(answer),
            _ => Err("refused".into()),
        }
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
            subscribers: Mutex::default(),
            tasks: Mutex::default(),
        });
        let router = Arc::clone(&inner);
        let reader = tokio::spawn(async move {
            while let Some(Ok(message)) = stream.next().await {
                if let Message::Text(text) = message {
                    router.route(&text)?;
                }
            }
            Ok::<_, Failure>(())
        });
        let writer = tokio::spawn(async move {
            while let Some(message) = waiting.recv().await {
                sink.feed(message).await?;
                while let Ok(message) = waiting.try_recv() {
                    sink.feed(message).await?;
                }
                sink.flush().await?;
            }
            Ok::<_, Failure>(())
        });
        lock(&inner.tasks).extend([reader, writer]);
        let peer = Self(inner);
        peer.command("auth", json!({"type": "unsecured"})).await?;
        peer.command("setUsedApiVersion", json!({"requestedVersion": "2"}))
            .await?;
        Ok(peer)
    }

    async fn command(&self, method: &'static str, params: Value) -> Result<(), Failure> {
        self.0.call(method, params).await?;
        Ok(())
    }

    async fn sizes(&self, count: usize) -> Result<u64, Failure> {
        let params = json!({"count": count});
        let answer = self.0.call("getIncomingFilesRequests", params).await?;
        let entries = answer["incomingFilesRequests"].as_array();
        let entries = entries.ok_or("no list")?.iter();
        Ok(entries.filter_map(|entry| entry["size"].as_u64()).sum())
    }

    async fn close(self) {
        for task in lock(&self.0.tasks).drain(..) {
            task.abort();
        }
    }

    fn events(&self) -> Stream {
        let (sender, receiver) = mpsc::unbounded_channel();
        lock(&self.0.subscribers).push(sender);
        Stream(receiver)
    }
}

struct Stream(mpsc::UnboundedReceiver<Arc<Value>>);

impl Events for Stream {
    type Event = Arc<Value>;

    async fn next(&mut self) -> Result<Arc<Value>, Failure> {
        Ok(self.0.recv().await.ok_or("the connection ended")?)
    }

    fn two(event: &Arc<Value>) -> bool {
        event["processedPercents"].is_number() && event["fileRequestId"].is_string()
    }

    fn all(event: &Arc<Value>) -> bool {
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
    measure::<Peer>().await
}
