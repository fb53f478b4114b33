//! Not a client, but what the load server can do at most: sends ready frames over a plain socket and
//! counts the bytes that come back, without looking at them.
#![allow(clippy::print_stdout)] // A program that talks to another one.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use trueroom_benchmarks::report::{Measured, Measurement};
use trueroom_benchmarks::{Arguments, BURST, Failure, MEGABYTE, megabytes};

/// More than the system gives in one read.
const READ: usize = 1 << 20;

fn main() -> Result<(), Failure> {
    let Arguments { port, case, time } = Arguments::read()?;
    let mut server = Server::connect(port)?;
    let (kind, size) = case.split_once('-').unwrap_or((&case, ""));
    let measured = match kind {
        "calls" => server.calls(size.parse()?, time)?,
        "events" => server.events(size == "unique", time)?,
        "download" => server.download()?,
        "upload" => server.upload()?,
        _ => return Err(format!("no case {case}").into()),
    };
    println!("{}", measured.line(&case));
    Ok(())
}

struct Server {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Server {
    fn connect(port: u16) -> Result<Self, Failure> {
        let stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: vec![0; READ],
        })
    }

    fn upgrade(&mut self) -> Result<(), Failure> {
        self.stream.write_all(
            b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
              Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        )?;
        if self.read()? == 0 {
            return Err("the server said nothing".into());
        }
        Ok(())
    }

    fn read(&mut self) -> Result<usize, Failure> {
        Ok(self.stream.read(&mut self.buffer)?)
    }

    fn read_exactly(&mut self, mut size: usize) -> Result<(), Failure> {
        while size > 0 {
            size = size
                .checked_sub(self.read()?)
                .ok_or("more came than was asked for")?;
        }
        Ok(())
    }

    /// As many requests are sent as answers came: `depth` are in flight.
    fn calls(&mut self, depth: usize, time: Duration) -> Result<Measured, Failure> {
        self.upgrade()?;
        let request = frame(r#"{"method":"getIncomingFilesRequests","requestId":"10000000"}"#);
        self.stream.write_all(&request)?;
        let answer = self.read()?;
        let requests = request.repeat(depth);
        let mut times = Vec::new();
        let (mut sent, mut bytes, mut count) = (Instant::now(), 0, 0);
        self.stream.write_all(&requests)?;
        let measurement = Measurement::start();
        while measurement.elapsed() < time {
            bytes += self.read()?;
            let answers = bytes / answer;
            if answers == 0 {
                continue;
            }
            bytes %= answer;
            count += answers;
            if depth == 1 {
                times.push(sent.elapsed());
                sent = Instant::now();
            }
            self.stream
                .write_all(&requests[..answers * request.len()])?;
        }
        Ok(measurement.end(count, times))
    }

    fn events(&mut self, unique: bool, time: Duration) -> Result<Measured, Failure> {
        let request = |count: usize| {
            frame(&format!(
                r#"{{"method":"emitProgress","requestId":"10000000","count":{count},"unique":{unique}}}"#
            ))
        };
        self.upgrade()?;
        let burst = request(BURST);
        self.stream.write_all(&burst)?;
        let size = self.burst_size()?;
        let measurement = Measurement::start();
        let mut count = 0;
        while measurement.elapsed() < time {
            self.stream.write_all(&burst)?;
            self.read_exactly(size)?;
            count += BURST;
        }
        Ok(measurement.end(count, Vec::new()))
    }

    fn download(&mut self) -> Result<Measured, Failure> {
        let size = megabytes()? * MEGABYTE;
        let request = format!("GET /files/?fileId={size}&token=4 HTTP/1.1\r\nHost: here\r\n\r\n");
        let measurement = Measurement::start();
        self.stream.write_all(request.as_bytes())?;
        // The head is in the first read.
        let mut bytes = 0;
        while bytes < size {
            bytes += self.read()?;
        }
        Ok(measurement.end(size / MEGABYTE, Vec::new()))
    }

    fn upload(&mut self) -> Result<Measured, Failure> {
        let size = megabytes()? * MEGABYTE;
        let head = format!("POST /files/ HTTP/1.1\r\nHost: here\r\nContent-Length: {size}\r\n\r\n");
        let chunk = vec![0; MEGABYTE];
        let measurement = Measurement::start();
        self.stream.write_all(head.as_bytes())?;
        for _ in 0..size / MEGABYTE {
            self.stream.write_all(&chunk)?;
        }
        self.read()?;
        Ok(measurement.end(size / MEGABYTE, Vec::new()))
    }

    /// Reads the first burst up to its answer: how much that is.
    fn burst_size(&mut self) -> Result<usize, Failure> {
        let mut seen: Vec<u8> = Vec::new();
        loop {
            let size = self.read()?;
            seen.extend_from_slice(&self.buffer[..size]);
            if size == 0 {
                return Err("the server left".into());
            }
            if seen.ends_with(br#""emitted":true,"result":true}"#) {
                return Ok(seen.len());
            }
        }
    }
}

/// A masked frame, whose mask of zeros leaves the text as it is.
fn frame(text: &str) -> Vec<u8> {
    let size = text.len();
    let mut frame = vec![0x81];
    match u16::try_from(size) {
        Ok(size) if size > 125 => {
            frame.push(0x80 | 0x7e);
            frame.extend(size.to_be_bytes());
        }
        _ => frame.push(0x80 | u8::try_from(size).unwrap_or(125)),
    }
    frame.extend([0; 4]);
    frame.extend_from_slice(text.as_bytes());
    frame
}
