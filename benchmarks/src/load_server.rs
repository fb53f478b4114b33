//! A terminal that only answers, as fast as it can, so that a benchmark measures the client.
//!
//! It frames by hand: whatever comes in one read is answered in one write. It answers `auth` and
//! what a client asks at the start, `emitProgress` with that many pushed events, and everything else
//! with a list of three file requests (about 650 bytes). Prints its port.
#![allow(clippy::print_stdout)] // A program, not a library.

use std::error::Error;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

type Failure = Box<dyn Error + Send + Sync>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?.port());
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        // A client that leaves ends its own connection only.
        tokio::spawn(async move { drop(serve(stream).await) });
    }
}

async fn serve(stream: TcpStream) -> Result<(), Failure> {
    // The library shakes hands; from there on the bytes are ours.
    let mut stream = tokio_tungstenite::accept_async(stream).await?.into_inner();
    let mut input = Vec::with_capacity(1 << 16);
    let mut output = Vec::with_capacity(1 << 18);
    loop {
        if stream.read_buf(&mut input).await? == 0 {
            return Ok(());
        }
        let mut used = 0;
        while let Some((opcode, payload, size)) = frame(&mut input[used..]) {
            match opcode {
                1 => answer(payload, &mut output),
                8 => return Ok(()),
                9 => put_frame(10, payload, &mut output),
                _ => {}
            }
            used += size;
        }
        input.drain(..used);
        stream.write_all(&output).await?;
        output.clear();
    }
}

/// Unmasks the first whole frame: its opcode, payload and size.
fn frame(bytes: &mut [u8]) -> Option<(u8, &[u8], usize)> {
    let opcode = bytes.first()? & 15;
    let (size, head) = match bytes.get(1)? & 127 {
        126 => (
            usize::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?)),
            4,
        ),
        127 => (
            usize::try_from(u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?)).ok()?,
            10,
        ),
        size => (usize::from(size), 2),
    };
    let mask: [u8; 4] = bytes.get(head..head + 4)?.try_into().ok()?;
    let payload = bytes.get_mut(head + 4..head + 4 + size)?;
    for (at, byte) in payload.iter_mut().enumerate() {
        *byte ^= mask[at & 3];
    }
    Some((opcode, payload, head + 4 + size))
}

fn put_frame(opcode: u8, payload: &[u8], output: &mut Vec<u8>) {
    output.push(128 | opcode);
    match u16::try_from(payload.len()) {
        Ok(size @ 0..=125) => output.extend(&size.to_be_bytes()[1..]),
        Ok(size) => {
            output.push(126);
            output.extend(size.to_be_bytes());
        }
        Err(_) => {
            output.push(127);
            output.extend((payload.len() as u64).to_be_bytes());
        }
    }
    output.extend(payload);
}

fn answer(request: &[u8], output: &mut Vec<u8>) {
    let request = String::from_utf8_lossy(request);
    let field = |name: &str| {
        let rest = request.split_once(&format!("\"{name}\":"))?.1.trim_start();
        Some(
            rest.trim_start_matches('"')
                .split(['"', ',', '}'])
                .next()
                .unwrap_or_default(),
        )
    };
    let method = field("method").unwrap_or_default();
    let id = field("requestId").unwrap_or_default();
    let body = match method {
        "auth" => {
            r#""previleges":2,"token":"1*bench","tokenForHttpServer":"4*bench","resultCode":0"#
        }
        "setUsedApiVersion" => r#""version":"2""#,
        "getFileTransferAvailability" => r#""availability":3"#,
        "getOutgoingFilesRequests" => r#""outgoingFilesRequests":[]"#,
        "emitProgress" => {
            let count = field("count")
                .and_then(|count| count.parse().ok())
                .unwrap_or(0);
            let unique = field("unique") == Some("true");
            events(count, unique, output);
            r#""emitted":true"#
        }
        _ => REQUESTS,
    };
    let text = format!(r#"{{"method":"{method}","requestId":"{id}",{body},"result":true}}"#);
    put_frame(1, text.as_bytes(), output);
}

const REQUESTS: &str = concat!(
    r#""incomingFilesRequests":["#,
    r#"{"fileRequestId":"8e9dc8cc-fd65-47c0-8474-a4042bbbb395","peerId":"820_1@some.server","#,
    r#""peerDn":"820_1","fileName":"2.jpg","size":3200,"status":3,"timestamp":1659249467212},"#,
    r#"{"fileRequestId":"3fbbe5c1-a9c2-413e-9564-a485a018bd13","peerId":"820_1@some.server","#,
    r#""peerDn":"820_1","fileName":"3.png","size":7701,"status":3,"timestamp":1659249491211,"#,
    r#""confId":"0000016f35f42ef6@some.server#vcs"},"#,
    r#"{"fileRequestId":"77bbe5c1-a9c2-413e-9564-a485a018bd13","peerId":"820_1@some.server","#,
    r#""peerDn":"820_1","fileName":"4.png","size":7701,"status":2,"timestamp":1659249491311}]"#,
);

/// Progress of one request, as a terminal sends it (264 bytes, 8 fields). With `unique` one field
/// is another one in each event.
fn events(count: u64, unique: bool, output: &mut Vec<u8>) {
    for n in 0..count {
        let percent = n % 101;
        let peer = if unique { n } else { 820 };
        let text = format!(
            concat!(
                r#"{{"method":"event","event":"incomingFileRequestDownloadingProgress","#,
                r#""fileRequestId":"77bbe5c1-a9c2-413e-9564-a485a018bd13","fileName":"4.png","#,
                r#""fileSize":7701,"processedPercents":{percent},"peerId":"{peer}_1@some.server","#,
                r#""peerDisplayName":"820_1","timestamp":1659249491311}}"#
            ),
            percent = percent,
            peer = peer
        );
        put_frame(1, text.as_bytes(), output);
    }
}
