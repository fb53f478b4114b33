//! A client as raw as can be: what it sees is what the simulator sent.

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    unreachable_pub
)]

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::{Error, Message};
use trueroom_simulator::{Simulator, SimulatorOptions};

/// Nothing here takes longer, unless it hangs.
pub const PATIENCE: Duration = Duration::from_secs(60);

pub async fn start(options: Value) -> Simulator {
    Simulator::start(SimulatorOptions::from_json(options).unwrap())
        .await
        .unwrap()
}

pub struct Client {
    pub socket: WebSocketStream<TcpStream>,
    /// `tokenForHttpServer` of the last auth.
    pub http_token: String,
    pub token: String,
}

impl Client {
    /// Opens the WebSocket and does nothing more.
    pub async fn open(simulator: &Simulator) -> Self {
        let port = simulator.info().websocket_port;
        let stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        let (socket, _) = tokio_tungstenite::client_async(format!("ws://127.0.0.1:{port}"), stream)
            .await
            .unwrap();
        Self {
            socket,
            http_token: String::new(),
            token: String::new(),
        }
    }

    /// Opens and authorizes, with a PIN or unsecured.
    pub async fn connect(simulator: &Simulator, pin: Option<&str>) -> Self {
        let mut client = Self::open(simulator).await;
        client.auth(pin).await;
        client
    }

    pub async fn auth(&mut self, pin: Option<&str>) -> Value {
        let command = match pin {
            Some(pin) => json!({"method": "auth", "type": "secured", "credentials": pin}),
            None => json!({"method": "auth", "type": "unsecured"}),
        };
        let answer = self.call(command).await;
        if answer["result"] == true {
            answer["tokenForHttpServer"]
                .as_str()
                .unwrap()
                .clone_into(&mut self.http_token);
            answer["token"]
                .as_str()
                .unwrap()
                .clone_into(&mut self.token);
        }
        answer
    }

    pub async fn send(&mut self, message: Value) {
        self.socket
            .send(Message::text(message.to_string()))
            .await
            .unwrap();
    }

    /// The next message, whatever it is.
    pub async fn next(&mut self) -> Option<Result<Message, Error>> {
        tokio::time::timeout(PATIENCE, self.socket.next())
            .await
            .expect("nothing came")
    }

    /// The next text message, as JSON.
    pub async fn json(&mut self) -> Value {
        match self.next().await {
            Some(Ok(Message::Text(text))) => serde_json::from_str(&text).unwrap(),
            other => panic!("no text message, but {other:?}"),
        }
    }

    /// Sends a command and gives its answer, skipping events.
    pub async fn call(&mut self, command: Value) -> Value {
        let method = command["method"].clone();
        self.send(command).await;
        loop {
            let message = self.json().await;
            if message["method"] == method {
                return message;
            }
        }
    }

    /// The next event with this name.
    pub async fn event(&mut self, name: &str) -> Value {
        loop {
            let message = self.json().await;
            if message["method"] == "event" && message["event"] == name {
                return message;
            }
        }
    }

    /// How the connection ends, skipping texts.
    pub async fn end(&mut self) -> Option<Result<Message, Error>> {
        loop {
            match self.next().await {
                Some(Ok(Message::Text(_))) => {}
                other => return other,
            }
        }
    }
}

/// An HTTP exchange over one fresh connection, byte for byte.
pub struct Reply {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
    /// False when the connection was reset.
    pub clean: bool,
}

impl Reply {
    pub fn header(&self, name: &str) -> Option<&str> {
        let name = format!("{name}:").to_lowercase();
        self.head
            .lines()
            .find(|line| line.to_lowercase().starts_with(&name))
            .map(|line| line[name.len()..].trim())
    }
}

pub async fn http(port: u16, head: &str, body: &[u8]) -> Reply {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let length = if body.is_empty() {
        String::new()
    } else {
        format!("Content-Length: {}\r\n", body.len())
    };
    let head = format!("{head}Host: x\r\nConnection: close\r\n{length}\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    // A server that refuses early may close before it has everything.
    let _ = stream.write_all(body).await;
    let mut bytes = Vec::new();
    let read = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut bytes));
    let clean = read.await.expect("the answer hangs").is_ok();
    let at = bytes
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .map_or(bytes.len(), |at| at + 4);
    let head = String::from_utf8_lossy(&bytes[..at]).into_owned();
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|text| text.parse().ok())
        .unwrap_or(0);
    Reply {
        status,
        body: bytes.split_off(at),
        head,
        clean,
    }
}

pub async fn get(port: u16, path: &str) -> Reply {
    http(port, &format!("GET {path} HTTP/1.1\r\n"), b"").await
}

pub async fn upload(port: u16, token: &str, name: &str, content: &[u8]) -> Reply {
    let mut body = format!(
        "--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n"
    )
    .into_bytes();
    body.extend(content);
    body.extend(b"\r\n--cut--\r\n");
    let head = format!(
        "POST /files/?token={token} HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=cut\r\n"
    );
    http(port, &head, &body).await
}
