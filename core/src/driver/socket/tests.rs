//! Against tungstenite alone.

use std::io::{Cursor, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;

use tungstenite::protocol::Role;

use super::*;

const LIMIT: usize = 200_000;

fn config() -> WebSocketConfig {
    let config = WebSocketConfig::default().max_message_size(Some(LIMIT));
    config.max_frame_size(Some(LIMIT))
}

/// A terminal that has sent all that it will.
struct Sent(Cursor<Vec<u8>>);

impl Read for Sent {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl Write for Sent {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn socket<S: Read + Write>(stream: S) -> WebSocket<S> {
    WebSocket::from_raw_socket(stream, Role::Client, Some(config()))
}

/// A connection whose other end is the second.
fn connected() -> (Socket, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    stream.set_nonblocking(true).unwrap();
    let mut stream = Stream::new(Transport::Host(Arc::new(stream)));
    stream.upgraded();
    let socket = Socket {
        stream: socket(stream),
        max_message_size: LIMIT,
        in_pieces: false,
        failed: None,
        descriptor: None,
        blocked: false,
    };
    (socket, listener.accept().unwrap().0)
}

/// What tungstenite alone makes of it.
fn expected(bytes: &[u8]) -> Vec<String> {
    let (explains, _other) = connected();
    let mut socket = socket(Sent(Cursor::new(bytes.to_vec())));
    let mut all = Vec::new();
    loop {
        all.push(match socket.read() {
            Ok(Message::Text(text)) => format!("text {text}"),
            Ok(Message::Binary(bytes)) => format!("binary {bytes:?}"),
            Ok(Message::Ping(_)) => "ping".to_owned(),
            Ok(Message::Pong(_)) => "pong".to_owned(),
            Ok(Message::Close(_)) => break,
            Ok(Message::Frame(_)) => continue,
            Err(error) => {
                all.push(explains.explain(&error));
                break;
            }
        });
    }
    all
}

fn read(bytes: &[u8], rng: &mut fastrand::Rng) -> Vec<String> {
    let (mut socket, mut terminal) = connected();
    let mut all = Vec::new();
    let mut rest = bytes;
    loop {
        let size = [1, 20, 300, 5000, 60_000][rng.usize(..5)];
        let (piece, after) = rest.split_at(size.min(rest.len()));
        // What the other side no longer takes, it has no use for.
        let _ = terminal.write_all(piece);
        rest = after;
        if rest.is_empty() {
            let _ = terminal.shutdown(Shutdown::Write);
        }
        socket.look_again();
        while socket.has_next(true) {
            match socket.next() {
                Some(Incoming::Text(text)) => all.push(format!("text {text}")),
                Some(Incoming::Binary(bytes)) => all.push(format!("binary {bytes:?}")),
                Some(Incoming::Alive) => all.push("ping".to_owned()),
                Some(Incoming::Pong) => all.push("pong".to_owned()),
                Some(Incoming::Closed(reason)) => {
                    let said = reason.starts_with("the terminal closed the connection with");
                    all.extend((!said).then_some(reason));
                    return all;
                }
                None => {}
            }
        }
        socket.settle();
    }
}

fn frame(rng: &mut fastrand::Rng, begun: &mut bool) -> Vec<u8> {
    let last = rng.u8(..5) > 0;
    let kind = match rng.u8(..100) {
        0 => rng.u8(..),
        1 => 0x88,
        2..8 => 0x89 + rng.u8(..2),
        _ if *begun => 0,
        8..14 => 2,
        _ => 1,
    };
    let kind = if kind < 3 && last { kind | 0x80 } else { kind };
    if kind & 0x0f < 3 {
        *begun = kind & 0x80 == 0;
    }
    let length = match rng.u8(..200) {
        0 => rng.usize(60_000..LIMIT + 10),
        1..20 => rng.usize(..9000),
        _ => rng.usize(..130),
    };
    let length = if kind & 8 == 0 { length } else { length % 130 };
    let letters = ["a", "é", "\"", "€", "0123456789abcdef"];
    let mut payload: Vec<u8> = Vec::new();
    while payload.len() < length {
        payload.extend(letters[rng.usize(..letters.len())].bytes());
    }
    if kind == 0x88 {
        payload = b"\x03\xe8bye".to_vec();
    } else if rng.u8(..60) == 0 {
        payload.push(0xff);
    }
    let length = payload.len();
    let masked = if rng.u8(..150) == 0 { 0x80 } else { 0 };
    let mut frame = vec![kind];
    // The shortest way to write a length is not asked for.
    match length {
        0..126 if rng.u8(..8) > 0 => frame.push(u8::try_from(length).unwrap() | masked),
        0..65_536 if rng.u8(..8) > 0 => {
            frame.push(0x7e | masked);
            frame.extend(u16::try_from(length).unwrap().to_be_bytes());
        }
        _ => {
            frame.push(0x7f | masked);
            frame.extend((length as u64).to_be_bytes());
        }
    }
    if masked > 0 {
        frame.extend([0; 4]);
    }
    frame.extend(payload);
    frame
}

#[test]
fn what_is_taken_without_tungstenite_is_what_it_would_give() {
    let mut rng = fastrand::Rng::with_seed(3);
    let mut texts = 0;
    for _ in 0..600 {
        let mut begun = false;
        let count = rng.usize(1..60);
        let frames = (0..count).flat_map(|_| frame(&mut rng, &mut begun));
        let bytes: Vec<u8> = frames.collect();
        let expected = expected(&bytes);
        texts += expected.len();
        assert!(read(&bytes, &mut rng) == expected, "{bytes:?}");
    }
    assert!(texts > 5000, "{texts}");
}

/// Answers the upgrade and sends a message with it, so many bytes at a time.
fn upgrade(listener: &TcpListener, line_end: &str, size: usize) -> TcpStream {
    let (mut stream, _) = listener.accept().unwrap();
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        request.extend(byte);
    }
    let request = String::from_utf8(request).unwrap();
    let key = request.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("sec-websocket-key")
            .then_some(value)
    });
    let accept = tungstenite::handshake::derive_accept_key(key.unwrap().as_bytes());
    let lines = [
        "HTTP/1.1 101 Switching Protocols",
        "Connection: Upgrade",
        "Upgrade: websocket",
        &format!("Sec-WebSocket-Accept: {accept}"),
    ];
    let mut bytes = (lines.join(line_end) + line_end + line_end).into_bytes();
    bytes.extend(b"\x81\x02\n\n\x81\x02{}");
    for piece in bytes.chunks(size) {
        stream.write_all(piece).unwrap();
        std::thread::sleep(Duration::from_millis(1));
    }
    stream
}

#[tokio::test]
async fn what_comes_with_the_answer_to_the_upgrade_is_taken() {
    for line_end in ["\r\n", "\n"] {
        for size in [5, 1000] {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let address = listener.local_addr().unwrap();
            let terminal = tokio::task::spawn_blocking(move || upgrade(&listener, line_end, size));
            let stream = tokio::net::TcpStream::connect(address).await.unwrap();
            let address = format!("ws://{address}");
            let socket = Socket::open(Transport::Plain(stream), &address, LIMIT).await;
            let mut socket = socket.unwrap();
            let _terminal = terminal.await.unwrap();
            for expected in ["\n\n", "{}"] {
                poll_fn(|cx| {
                    socket.wake(cx.waker());
                    if socket.has_next(true) {
                        Poll::Ready(())
                    } else {
                        Poll::Pending
                    }
                })
                .await;
                let taken = socket.next();
                assert!(
                    matches!(&taken, Some(Incoming::Text(text)) if text.as_str() == expected),
                    "{taken:?}"
                );
            }
        }
    }
}
