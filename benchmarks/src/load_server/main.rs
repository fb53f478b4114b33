//! A terminal that only answers, as fast as it can, so that a benchmark measures the client.
//!
//! `load-server` prints its port, on which it speaks WebSocket and HTTP. What comes in one read is
//! answered in one write. `answers` tells what it knows.
#![allow(clippy::print_stdout)] // A program, not a library.

mod answers;
mod frames;
mod http;

use std::error::Error;
use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use answers::{Answers, Own};

type Failure = Box<dyn Error + Send + Sync>;

/// What a connection reads at most at once, when it is busy.
const READ: usize = 1 << 16;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    trueroom_benchmarks::usage::raise_limit();
    let answers = Arc::new(Answers::new());
    println!("{}", listener.local_addr()?.port());
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let answers = Arc::clone(&answers);
        // A client that leaves ends its own connection only.
        tokio::spawn(async move { drop(serve(stream, &answers).await) });
    }
}

/// HTTP, until a request asks for a WebSocket.
async fn serve(mut stream: TcpStream, answers: &Answers) -> Result<(), Failure> {
    let mut input = Vec::new();
    while let Some(head) = http::read_head(&mut stream, &mut input).await? {
        if let Some(key) = &head.websocket_key {
            stream.write_all(http::upgrade(key).as_bytes()).await?;
            return messages(stream, input, answers).await;
        }
        http::answer(&mut stream, &head, &mut input).await?;
    }
    Ok(())
}

async fn messages(
    mut stream: TcpStream,
    mut input: Vec<u8>,
    answers: &Answers,
) -> Result<(), Failure> {
    let mut output = Vec::new();
    let mut own = Own::default();
    loop {
        let (mut used, mut silent, mut closed) = (0, false, false);
        while let Some(frame) = frames::read(&mut input[used..]) {
            match frame.opcode {
                frames::TEXT => silent |= answers.answer(frame.payload, &mut own, &mut output),
                frames::CLOSE => {
                    closed = true;
                    frames::put(frames::CLOSE, frame.payload, &mut output);
                }
                frames::PING => frames::put(frames::PONG, frame.payload, &mut output),
                _ => {}
            }
            used += frame.size;
        }
        input.drain(..used);
        stream.write_all(&output).await?;
        output.clear();
        if closed {
            return Ok(());
        }
        if silent {
            std::future::pending::<()>().await;
        }
        // An idle connection keeps little: a thousand of them must not be the server's story.
        if input.is_empty() && output.capacity() > READ {
            output = Vec::new();
        }
        input.reserve(4096);
        if stream.read_buf(&mut input).await? == 0 {
            return Ok(());
        }
        if input.len() == input.capacity() {
            input.reserve(READ);
        }
    }
}
