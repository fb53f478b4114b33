//! What the server says to a message.
//!
//! `auth` and what a client asks at the start have answers of their own; `emitProgress` has that
//! many events (`count`, `unique`) before its answer; everything else is answered with a list of three
//! file requests (about 650 bytes). `getIncomingFilesRequests` may ask for `count` of them. After
//! `setRequests` with `count` it always answers so, with `fileOf` it has one request, with a file of
//! so many bytes. After `fallSilent` a connection says nothing more.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use memchr::memmem::Finder;

use super::frames;

/// How an event of progress changes: by its percents only, and maybe by its peer.
const PERCENTS: usize = 101;

/// Digits of the number that makes an event unique; zeros stand in its place.
const DIGITS: usize = 8;

/// What one connection has set for itself.
#[derive(Default)]
pub(crate) struct Own {
    requests: Option<Arc<str>>,
}

pub(crate) struct Answers {
    method: Finder<'static>,
    request_id: Finder<'static>,
    count: Finder<'static>,
    file_of: Finder<'static>,
    unique: Finder<'static>,
    lists: Mutex<HashMap<usize, Arc<str>>>,
    /// Frames of events, one for each percentage, with the place of the number in them.
    events: Vec<(Vec<u8>, usize)>,
}

impl Answers {
    pub(crate) fn new() -> Self {
        Self {
            method: Finder::new("\"method\":"),
            request_id: Finder::new("\"requestId\":"),
            count: Finder::new("\"count\":"),
            file_of: Finder::new("\"fileOf\":"),
            unique: Finder::new("\"unique\":"),
            lists: Mutex::default(),
            events: (0..PERCENTS).map(event).collect(),
        }
    }

    /// Appends the answer; whether it was the last one.
    pub(crate) fn answer(&self, request: &[u8], own: &mut Own, output: &mut Vec<u8>) -> bool {
        let field = |finder: &Finder<'_>| value(finder, request);
        let method = field(&self.method);
        let count = || number(field(&self.count));
        let list: Option<Arc<str>>;
        let body = match method {
            b"auth" => AUTH,
            b"setUsedApiVersion" => r#""version":"2""#,
            b"getFileTransferAvailability" => r#""availability":3"#,
            b"getOutgoingFilesRequests" => r#""outgoingFilesRequests":[]"#,
            b"emitProgress" => {
                let unique = field(&self.unique) == b"true";
                self.emit(count().unwrap_or(0), unique, output);
                r#""emitted":true"#
            }
            b"setRequests" => {
                own.requests = number(field(&self.file_of))
                    .map(|size| file_of(size).into())
                    .or_else(|| Some(self.requests(count()?)));
                r#""set":true"#
            }
            b"getIncomingFilesRequests" => {
                list = count()
                    .map(|count| self.requests(count))
                    .or_else(|| own.requests.clone());
                list.as_deref().unwrap_or(THREE_REQUESTS)
            }
            _ => THREE_REQUESTS,
        };
        let id = field(&self.request_id);
        let parts: [&[u8]; 7] = [
            b"{\"method\":\"",
            method,
            b"\",\"requestId\":\"",
            id,
            b"\",",
            body.as_bytes(),
            b",\"result\":true}",
        ];
        frames::put_head(
            frames::TEXT,
            parts.iter().map(|part| part.len()).sum(),
            output,
        );
        for part in parts {
            output.extend_from_slice(part);
        }
        method == b"fallSilent"
    }

    /// Made once: the largest takes longer than a client needs to read it.
    fn requests(&self, count: usize) -> Arc<str> {
        let mut lists = self.lists.lock().unwrap_or_else(PoisonError::into_inner);
        let list = lists.entry(count).or_insert_with(|| requests(count).into());
        Arc::clone(list)
    }

    fn emit(&self, count: usize, unique: bool, output: &mut Vec<u8>) {
        for n in 0..count {
            let (frame, place) = &self.events[n % PERCENTS];
            let start = output.len() + place;
            output.extend_from_slice(frame);
            if unique {
                let mut rest = n;
                for digit in output[start..start + DIGITS].iter_mut().rev() {
                    *digit = b"0123456789"[rest % 10];
                    rest /= 10;
                }
            }
        }
    }
}

/// The value of a member: the text between the quotes, or the number.
fn value<'a>(finder: &Finder<'_>, request: &'a [u8]) -> &'a [u8] {
    let Some(at) = finder.find(request) else {
        return b"";
    };
    let rest = request[at + finder.needle().len()..].trim_ascii_start();
    let rest = rest.strip_prefix(b"\"").unwrap_or(rest);
    let end = rest
        .iter()
        .position(|byte| matches!(byte, b'"' | b',' | b'}'));
    &rest[..end.unwrap_or(rest.len())]
}

fn number(digits: &[u8]) -> Option<usize> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

const AUTH: &str =
    r#""previleges":2,"token":"1*bench","tokenForHttpServer":"4*bench","resultCode":0"#;

const THREE_REQUESTS: &str = concat!(
    r#""incomingFilesRequests":["#,
    r#"{"fileRequestId":"8e9dc8cc-fd65-47c0-8474-a4042bbbb395","peerId":"820_1@some.server","#,
    r#""peerDn":"820_1","fileName":"2.jpg","size":3200,"status":3,"timestamp":1659249467212},"#,
    r#"{"fileRequestId":"3fbbe5c1-a9c2-413e-9564-a485a018bd13","peerId":"820_1@some.server","#,
    r#""peerDn":"820_1","fileName":"3.png","size":7701,"status":3,"timestamp":1659249491211,"#,
    r#""confId":"0000016f35f42ef6@some.server#vcs"},"#,
    r#"{"fileRequestId":"77bbe5c1-a9c2-413e-9564-a485a018bd13","peerId":"820_1@some.server","#,
    r#""peerDn":"820_1","fileName":"4.png","size":7701,"status":2,"timestamp":1659249491311}]"#,
);

/// So many requests, of which the last is the one that events of progress are about.
fn requests(count: usize) -> String {
    let entries: Vec<String> = (0..count)
        .map(|n| {
            let head = if n + 1 == count {
                "77bbe5c1".to_owned()
            } else {
                format!("{n:08x}")
            };
            format!(
                concat!(
                    r#"{{"fileRequestId":"{head}-a9c2-413e-9564-a485a018bd13","#,
                    r#""peerId":"820_1@some.server","peerDn":"820_1","fileName":"{n}.png","#,
                    r#""size":7701,"status":2,"timestamp":{time}}}"#
                ),
                head = head,
                n = n,
                time = 1_659_249_491_311_u64 + n as u64
            )
        })
        .collect();
    format!("\"incomingFilesRequests\":[{}]", entries.join(","))
}

/// One request whose file the terminal has: the HTTP side gives as many bytes as its id says.
fn file_of(size: usize) -> String {
    format!(
        concat!(
            r#""incomingFilesRequests":[{{"fileRequestId":"99bbe5c1-a9c2-413e-9564-a485a018bd13","#,
            r#""peerId":"820_1@some.server","peerDn":"820_1","fileName":"file.bin","#,
            r#""size":{size},"fileId":{size},"status":3,"timestamp":1659249491311}}]"#
        ),
        size = size
    )
}

/// Progress of one request, as a terminal sends it (8 fields, about 270 bytes), and where in the
/// frame the number is that may differ.
fn event(percent: usize) -> (Vec<u8>, usize) {
    const PEER: &str = "\"peerId\":\"";
    let text = format!(
        concat!(
            r#"{{"method":"event","event":"incomingFileRequestDownloadingProgress","#,
            r#""fileRequestId":"77bbe5c1-a9c2-413e-9564-a485a018bd13","fileName":"4.png","#,
            r#""fileSize":7701,"processedPercents":{percent},{peer}{zeros}_1@some.server","#,
            r#""peerDisplayName":"820_1","timestamp":1659249491311}}"#
        ),
        percent = percent,
        peer = PEER,
        zeros = "0".repeat(DIGITS),
    );
    let mut frame = Vec::new();
    frames::put(frames::TEXT, text.as_bytes(), &mut frame);
    let place = memchr::memmem::find(&frame, PEER.as_bytes()).map_or(0, |at| at + PEER.len());
    (frame, place)
}
