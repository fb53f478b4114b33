//! A server that says literal bytes, and what the HTTP tests share.

// Each test binary uses a part of it.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic
)]

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;
use trueroom::http::{HttpClient, HttpError, HttpTarget, Progress};

/// No test waits this long in real time: either something happens or the clock is advanced.
pub const STALL: Duration = Duration::from_secs(30);

/// A token as terminals make them; it is never to be seen in an error or a log.
pub const TOKEN: &str = "4*secretABCDEF*1.5*ff/+";

/// The same in an address.
pub const TOKEN_IN_URL: &str = "4*secretABCDEF*1.5*ff%2F%2B";

/// What a server does on one connection, step by step. The connection is closed at the end.
pub enum Step {
    /// Reads a request's head.
    Head,
    /// Reads the body that the head announced.
    Body,
    Send(Vec<u8>),
    /// Waits until the client has gone.
    Hang,
    /// Closes with a reset instead of a proper end.
    Reset,
}

/// What happened on the server, in order.
#[derive(Debug, PartialEq, Eq)]
pub enum Seen {
    Head(String),
    Body(Vec<u8>),
    Hanging,
    Gone,
}

pub struct Server {
    pub port: u16,
    /// Keeps the port from everybody else when nobody listens.
    _closed: Option<TcpSocket>,
    seen: mpsc::UnboundedReceiver<Seen>,
}

impl Server {
    /// Serves as many connections as there are scripts, one after the other; without any,
    /// connections are refused.
    pub fn start(scripts: Vec<Vec<Step>>) -> Self {
        Self::listen("127.0.0.1", None, scripts)
    }

    pub fn start_tls(tls: rustls::ServerConfig, scripts: Vec<Vec<Step>>) -> Self {
        Self::listen("127.0.0.1", Some(TlsAcceptor::from(Arc::new(tls))), scripts)
    }

    pub fn listen(ip: &str, tls: Option<TlsAcceptor>, scripts: Vec<Vec<Step>>) -> Self {
        let address = SocketAddr::new(ip.parse().unwrap(), 0);
        let socket = if address.is_ipv4() {
            TcpSocket::new_v4()
        } else {
            TcpSocket::new_v6()
        };
        let socket = socket.unwrap();
        socket.bind(address).unwrap();
        let port = socket.local_addr().unwrap().port();
        let (sender, seen) = mpsc::unbounded_channel();
        if scripts.is_empty() {
            return Self {
                port,
                _closed: Some(socket),
                seen,
            };
        }
        let listener = socket.listen(16).unwrap();
        tokio::spawn(async move {
            for script in scripts {
                let (stream, _) = listener.accept().await.unwrap();
                match &tls {
                    None => play(stream, script, &sender, true).await,
                    Some(tls) => {
                        if let Ok(stream) = tls.accept(stream).await {
                            play(stream, script, &sender, false).await;
                        }
                    }
                }
            }
        });
        Self {
            port,
            _closed: None,
            seen,
        }
    }

    pub fn target(&self) -> HttpTarget {
        HttpTarget::new(false, "127.0.0.1", self.port).unwrap()
    }

    pub async fn next(&mut self) -> Seen {
        self.seen.recv().await.expect("the server has ended")
    }

    pub async fn head(&mut self) -> String {
        match self.next().await {
            Seen::Head(head) => head,
            other => panic!("expected a head, saw {other:?}"),
        }
    }

    /// The first line of the next head.
    pub async fn request_line(&mut self) -> String {
        self.head()
            .await
            .lines()
            .next()
            .unwrap_or_default()
            .to_owned()
    }

    pub async fn hanging(&mut self) {
        while self.next().await != Seen::Hanging {}
    }
}

trait Stream: AsyncRead + AsyncWrite + Unpin {
    fn reset(self);
}

impl Stream for TcpStream {
    fn reset(self) {
        self.set_zero_linger().unwrap();
    }
}

impl Stream for tokio_rustls::server::TlsStream<TcpStream> {
    fn reset(self) {
        self.into_inner().0.reset();
    }
}

async fn play(
    mut stream: impl Stream,
    script: Vec<Step>,
    seen: &mpsc::UnboundedSender<Seen>,
    linger: bool,
) {
    let mut announced = 0;
    for step in script {
        match step {
            Step::Head => {
                let head = read_head(&mut stream).await;
                announced = content_length(&head);
                let _ = seen.send(Seen::Head(head));
            }
            Step::Body => {
                let mut body = vec![0; announced];
                if stream.read_exact(&mut body).await.is_ok() {
                    let _ = seen.send(Seen::Body(body));
                }
            }
            // A client that has seen enough may be gone.
            Step::Send(bytes) => drop(stream.write_all(&bytes).await),
            Step::Hang => {
                let _ = seen.send(Seen::Hanging);
                drain(&mut stream).await;
                let _ = seen.send(Seen::Gone);
            }
            Step::Reset => {
                let _ = stream.flush().await;
                return stream.reset();
            }
        }
    }
    let _ = stream.shutdown().await;
    if linger {
        // To close with bytes unread would be a reset, which takes the answer with it.
        drain(&mut stream).await;
    }
}

async fn drain(stream: &mut (impl AsyncRead + Unpin)) {
    let mut buffer = vec![0; 64 * 1024];
    while matches!(stream.read(&mut buffer).await, Ok(read) if read > 0) {}
}

async fn read_head(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => break,
        }
    }
    String::from_utf8(head).unwrap()
}

fn content_length(head: &str) -> usize {
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length")
            .then(|| value.trim().parse().unwrap())
    });
    length.unwrap_or(0)
}

/// An answer with a length: `status` such as "200 OK", `headers` with their line ends.
pub fn answer(status: &str, headers: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let head = format!(
        "HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

/// A connection that reads a request without body and gives this answer.
pub fn reply(status: &str, headers: &str, body: impl AsRef<[u8]>) -> Vec<Step> {
    vec![Step::Head, Step::Send(answer(status, headers, body))]
}

/// A progress callback and where its calls arrive.
pub fn progress() -> (Progress, mpsc::UnboundedReceiver<(u64, u64)>) {
    let (sender, receiver) = mpsc::unbounded_channel();
    let progress: Progress = Arc::new(move |done, total| {
        let _ = sender.send((done, total));
    });
    (progress, receiver)
}

pub fn drain_progress(receiver: &mut mpsc::UnboundedReceiver<(u64, u64)>) -> Vec<(u64, u64)> {
    std::iter::from_fn(|| receiver.try_recv().ok()).collect()
}

pub fn client() -> HttpClient {
    HttpClient::new(None, STALL)
}

/// The error's text, after a look for the token in every form.
pub fn clean_text(error: &HttpError) -> String {
    let text = error.to_string();
    for text in [&text, &format!("{error:?}")] {
        assert!(!text.contains("secret"), "the token is in {text}");
        assert!(
            !text.contains(|c: char| c.is_control()),
            "control characters in {text:?}"
        );
    }
    text
}

/// The names in a folder, in order.
pub fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// Bytes without a pattern that a shift would hide.
pub fn content(size: usize) -> Vec<u8> {
    let mut bytes = vec![0; size];
    fastrand::Rng::with_seed(7).fill(&mut bytes);
    bytes
}
