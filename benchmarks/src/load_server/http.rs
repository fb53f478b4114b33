//! The HTTP side: ports, downloads and uploads of any size, the way to a WebSocket.
//!
//! A file is as long as its id says: `/files/?fileId=1000` has a thousand zeros.

use std::io::{Error, ErrorKind};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

/// The longest head of a request, in bytes.
const MAX_HEAD: usize = 16 * 1024;

/// What is written and read at once of a file.
const CHUNK: usize = 1 << 18;

pub(crate) struct Head {
    is_post: bool,
    path: String,
    /// None: the body comes in chunks.
    body_size: Option<u64>,
    pub(crate) websocket_key: Option<String>,
}

/// Reads the head of the next request and leaves in `input` what came after it. None when the
/// client left.
pub(crate) async fn read_head(
    stream: &mut TcpStream,
    input: &mut Vec<u8>,
) -> Result<Option<Head>, Error> {
    loop {
        if let Some(end) = memchr::memmem::find(input, b"\r\n\r\n") {
            let head = parse(&String::from_utf8_lossy(&input[..end]));
            input.drain(..end + 4);
            return Ok(Some(head));
        }
        if input.len() > MAX_HEAD {
            return Err(Error::new(ErrorKind::InvalidData, "a head without end"));
        }
        if stream.read_buf(input).await? == 0 {
            return Ok(None);
        }
    }
}

fn parse(text: &str) -> Head {
    let mut lines = text.split("\r\n");
    let mut words = lines.next().unwrap_or_default().split(' ');
    let mut head = Head {
        is_post: words.next() == Some("POST"),
        path: words.next().unwrap_or_default().to_owned(),
        body_size: Some(0),
        websocket_key: None,
    };
    for (name, value) in lines.filter_map(|line| line.split_once(':')) {
        let value = value.trim();
        match name.to_ascii_lowercase().as_str() {
            "content-length" => head.body_size = value.parse().ok(),
            "transfer-encoding" => head.body_size = None,
            "sec-websocket-key" => head.websocket_key = Some(value.to_owned()),
            _ => {}
        }
    }
    head
}

/// The answer that turns the connection into a WebSocket.
pub(crate) fn upgrade(key: &str) -> String {
    format!(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Accept: {}\r\n\r\n",
        derive_accept_key(key.as_bytes())
    )
}

pub(crate) async fn answer(
    stream: &mut TcpStream,
    head: &Head,
    input: &mut Vec<u8>,
) -> Result<(), Error> {
    if head.is_post {
        let size = take_body(stream, head.body_size, input).await?;
        return write_text(stream, &format!("FileId: {size}\r\n"), "").await;
    }
    if head.path.ends_with("/config.json") {
        let port = stream.local_addr()?.port();
        let ports =
            format!(r#"{{"config":{{"websocket":{{"port":{port}}},"http":{{"port":{port}}}}}}}"#);
        return write_text(stream, "", &ports).await;
    }
    let id = head.path.split_once("fileId=").map_or("", |(_, rest)| rest);
    let size = id.split('&').next().and_then(|id| id.parse().ok());
    write_file(stream, size.unwrap_or(0)).await
}

async fn write_text(stream: &mut TcpStream, headers: &str, text: &str) -> Result<(), Error> {
    let size = text.len();
    let answer = format!("HTTP/1.1 200 OK\r\n{headers}Content-Length: {size}\r\n\r\n{text}");
    stream.write_all(answer.as_bytes()).await
}

async fn write_file(stream: &mut TcpStream, mut left: usize) -> Result<(), Error> {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {left}\r\n\r\n");
    stream.write_all(head.as_bytes()).await?;
    let chunk = vec![0; CHUNK.min(left)];
    while left > 0 {
        let size = chunk.len().min(left);
        stream.write_all(&chunk[..size]).await?;
        left -= size;
    }
    Ok(())
}

/// Reads and forgets a body; its size is the id of the file. One in chunks ends with an empty chunk, which nothing else looks like in
/// files of zeros.
async fn take_body(
    stream: &mut TcpStream,
    size: Option<u64>,
    input: &mut Vec<u8>,
) -> Result<u64, Error> {
    let mut taken = 0;
    let mut chunk = std::mem::take(input);
    chunk.reserve(CHUNK);
    loop {
        taken += chunk.len() as u64;
        let done = match size {
            Some(size) => taken >= size,
            None => chunk.ends_with(b"\r\n0\r\n\r\n"),
        };
        if done {
            return Ok(taken);
        }
        chunk.clear();
        if stream.read_buf(&mut chunk).await? == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
    }
}
