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
