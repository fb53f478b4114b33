//! Uploads to a server that says literal bytes.

#![allow(clippy::unwrap_used, clippy::panic)]

mod http_support;

use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use http_support::{
    STALL, Seen, Server, Step, TOKEN, TOKEN_IN_URL, answer, clean_text, client, content,
    drain_progress, progress,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use trueroom::http::{HttpError, HttpTarget, Progress, Upload, UploadSource, upload};

/// A connection that takes an upload and gives this answer.
fn taking(answer: Vec<u8>) -> Vec<Step> {
    vec![Step::Head, Step::Body, Step::Send(answer)]
}

fn taken() -> Vec<u8> {
    answer("200 OK", "FileId: 260618251\r\n", "")
}

async fn send(
    target: &HttpTarget,
    name: &str,
    source: &UploadSource,
    progress: Option<Progress>,
) -> Result<i64, HttpError> {
    let request = Upload {
        target,
        token: TOKEN,
        name,
        source,
        stall: STALL,
        progress,
    };
    upload(&client(), &request).await
}

async fn send_bytes(target: &HttpTarget, bytes: impl Into<Bytes>) -> Result<i64, HttpError> {
    send(target, "a.txt", &UploadSource::Bytes(bytes.into()), None).await
}

fn path(path: &Path) -> UploadSource {
    UploadSource::Path(path.to_owned())
}

/// The file's name and bytes out of a multipart body with one part.
fn part<'a>(head: &str, body: &'a [u8]) -> (String, &'a [u8]) {
    let boundary = head
        .split("boundary=")
        .nth(1)
        .unwrap()
        .lines()
        .next()
        .unwrap();
    let body = body
        .strip_prefix(format!("--{boundary}\r\n").as_bytes())
        .unwrap();
    let body = body
        .strip_suffix(format!("\r\n--{boundary}--\r\n").as_bytes())
        .unwrap();
    let end = body
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .unwrap();
    let part_head = String::from_utf8(body[..end].to_vec()).unwrap();
    let name = part_head
        .strip_prefix("Content-Disposition: form-data; name=\"file\"; filename=\"")
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or_else(|| panic!("{part_head:?}"));
    (name.to_owned(), &body[end + 4..])
}

async fn received(server: &mut Server) -> (String, Vec<u8>) {
    let head = server.head().await;
    match server.next().await {
        Seen::Body(body) => (head, body),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn bytes_arrive_as_one_part() {
    let mut server = Server::start(vec![taking(taken())]);
    assert_eq!(
        send_bytes(&server.target(), "hello").await.unwrap(),
        260_618_251
    );

    let (head, body) = received(&mut server).await;
    assert!(
        head.starts_with(&format!("POST /files/?token={TOKEN_IN_URL} HTTP/1.1\r\n")),
        "{head}"
    );
    assert!(!head.to_lowercase().contains("transfer-encoding"), "{head}");
    assert_eq!(part(&head, &body), ("a.txt".to_owned(), &b"hello"[..]));
}

#[tokio::test]
async fn a_large_file_is_streamed_and_reports() {
    let bytes = content(1_000_000);
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), &bytes).unwrap();
    for source in [path(file.path()), UploadSource::Bytes(bytes.clone().into())] {
        let mut server = Server::start(vec![taking(taken())]);
        let (callback, mut calls) = progress();
        send(&server.target(), "large", &source, Some(callback))
            .await
            .unwrap();
        let (head, body) = received(&mut server).await;
        assert!(part(&head, &body).1 == bytes);
        let calls = drain_progress(&mut calls);
        assert_eq!(calls.len(), 16);
        assert_eq!(calls[0], (65_536, 1_000_000));
        assert_eq!(calls[15], (1_000_000, 1_000_000));
        assert!(
            calls.windows(2).all(|pair| pair[0].0 < pair[1].0),
            "{calls:?}"
        );
    }
}

#[tokio::test]
async fn an_empty_file_is_sent() {
    let file = tempfile::NamedTempFile::new().unwrap();
    for source in [path(file.path()), UploadSource::Bytes(Bytes::new())] {
        let mut server = Server::start(vec![taking(taken())]);
        send(&server.target(), "empty", &source, None)
            .await
            .unwrap();
        let (head, body) = received(&mut server).await;
        assert_eq!(part(&head, &body).1, b"");
    }
}

#[tokio::test]
async fn names_cannot_break_out_of_the_header() {
    let cases = [
        ("отчёт 1.pdf", "отчёт 1.pdf"),
        ("a\"; name=\"b", "a_; name=_b"),
        ("a\r\nX-Evil: 1", "a__X-Evil: 1"),
        ("..\\..\\a/b", ".._.._a_b"),
        ("", "file"),
    ];
    for (name, expected) in cases {
        let mut server = Server::start(vec![taking(taken())]);
        let source = UploadSource::Bytes(Bytes::from_static(b"x"));
        send(&server.target(), name, &source, None).await.unwrap();
        let (head, body) = received(&mut server).await;
        assert_eq!(part(&head, &body).0, expected);
    }
}

#[tokio::test]
async fn the_id_is_read_whatever_the_case_of_its_header() {
    let cases = [
        ("FileId: 1", 1),
        ("fileid:9223372036854775807", i64::MAX),
        ("FILEID:  7  ", 7),
        // Some servers do not keep to the rules for headers.
        ("Bad Header: x\r\nFileId: 8", 8),
        ("FileId : 9", 9),
    ];
    for (header, id) in cases {
        let answer = answer("200 OK", &format!("{header}\r\n"), "");
        let server = Server::start(vec![taking(answer)]);
        assert_eq!(
            send_bytes(&server.target(), "x").await.unwrap(),
            id,
            "{header}"
        );
    }
    let server = Server::start(vec![taking(answer("201 Created", "FileId: 3\r\n", ""))]);
    assert_eq!(send_bytes(&server.target(), "x").await.unwrap(), 3);
}

#[tokio::test]
async fn a_useless_id_is_an_error() {
    let cases = [
        ("", "no FileId header: <b> done</b>"),
        (
            "FileId:\r\n",
            "the FileId header is \"\", not a number: <b> done</b>",
        ),
        (
            "FileId: abc\r\n",
            "the FileId header is \"abc\", not a number: <b> done</b>",
        ),
        (
            "FileId: 1.5\r\n",
            "the FileId header is \"1.5\", not a number: <b> done</b>",
        ),
        (
            "FileId: 9223372036854775808\r\n",
            "\"9223372036854775808\", not a number",
        ),
        (
            "FileId: \u{e9}\r\n",
            "the FileId header is \"\u{e9}\", not a number",
        ),
    ];
    for (header, expected) in cases {
        let server = Server::start(vec![taking(answer("200 OK", header, "<b>\n\0done</b>"))]);
        let error = send_bytes(&server.target(), "x").await.unwrap_err();
        assert!(matches!(error, HttpError::BadResponse { .. }));
        assert!(clean_text(&error).contains(expected), "{error}");
    }
    let long = "y".repeat(5000);
    let header = format!("FileId: {long}\r\n");
    let server = Server::start(vec![taking(answer("200 OK", &header, &long))]);
    let error = send_bytes(&server.target(), "x").await.unwrap_err();
    assert!(clean_text(&error).len() < 800, "{error}");
}

#[tokio::test]
async fn refusals_are_told_apart() {
    for (line, status) in [("401 Unauthorized", 401), ("403 Forbidden", 403)] {
        let server = Server::start(vec![taking(answer(line, "", TOKEN))]);
        let error = send_bytes(&server.target(), "x").await.unwrap_err();
        assert_eq!(error, HttpError::Unauthorized { status });
    }
    let body = format!("too\x07 large, token={TOKEN} {}", "z".repeat(500));
    let server = Server::start(vec![taking(answer("413 Too Large", "", body))]);
    let text = clean_text(&send_bytes(&server.target(), "x").await.unwrap_err());
    let start = "the terminal answered with status 413: too large, token=[redacted] zzz";
    assert!(
        text.starts_with(start) && text.ends_with("zzz..."),
        "{text}"
    );
    assert_eq!(
        text.len(),
        "the terminal answered with status 413: ".len() + 303
    );

    let elsewhere = "Location: http://127.0.0.1:1/\r\n";
    let server = Server::start(vec![taking(answer("307 Elsewhere", elsewhere, ""))]);
    let error = send_bytes(&server.target(), "x").await.unwrap_err();
    assert_eq!(
        error,
        HttpError::Status {
            status: 307,
            body: String::new()
        }
    );
}

#[tokio::test]
async fn a_refusal_before_the_end_of_the_file_is_understood() {
    let script = vec![
        Step::Head,
        Step::Send(answer("401 Unauthorized", "", "")),
        Step::Hang,
    ];
    let server = Server::start(vec![script]);
    let error = send_bytes(&server.target(), content(20_000_000))
        .await
        .unwrap_err();
    assert_eq!(error, HttpError::Unauthorized { status: 401 });
}

#[tokio::test]
async fn the_body_of_a_refusal_may_stall() {
    let half = answer("500 Oops", "", "half and half")[..]
        .split_at(44)
        .0
        .to_vec();
    let mut server = Server::start(vec![vec![
        Step::Head,
        Step::Body,
        Step::Send(half),
        Step::Hang,
    ]]);
    let target = server.target();
    let stalled = async {
        server.hanging().await;
        tokio::time::pause();
    };
    let (error, ()) = tokio::join!(send_bytes(&target, "x"), stalled);
    assert!(
        matches!(error, Err(HttpError::Status { status: 500, .. })),
        "{error:?}"
    );
}

/// The system does not take in much that nobody reads; else its buffers grow with what comes.
fn listener() -> tokio::net::TcpListener {
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(1 << 16).unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    socket.listen(1).unwrap()
}

#[tokio::test]
async fn a_server_that_stops_reading_ends_the_upload() {
    // The system makes the connection and fills its buffers; nobody ever reads them.
    let listener = listener();
    let port = listener.local_addr().unwrap().port();
    let stuck = HttpTarget::new(false, "127.0.0.1", port).unwrap();
    let (callback, mut calls) = progress();
    let source = UploadSource::Bytes(content(50_000_000).into());
    let stalled = async {
        calls.recv().await.unwrap();
        tokio::time::pause();
    };
    let (error, ()) = tokio::join!(send(&stuck, "x", &source, Some(callback)), stalled);
    let expected = format!("no progress for 30 s while uploading to {}", stuck.origin());
    assert_eq!(clean_text(&error.unwrap_err()), expected);
}

#[tokio::test]
async fn an_upload_may_take_long_as_long_as_it_moves() {
    const SIZE: usize = 80 << 20;
    let listener = listener();
    let port = listener.local_addr().unwrap().port();
    let target = HttpTarget::new(false, "127.0.0.1", port).unwrap();
    let slow = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        // More than the system buffers, so that each portion lets the client go on.
        let mut portion = vec![0; SIZE / 8];
        for _ in 0..7 {
            stream.read_exact(&mut portion).await.unwrap();
            tokio::time::pause();
            tokio::time::advance(STALL * 2 / 3).await;
            tokio::time::resume();
        }
        // The end of the file and of the request around it.
        let mut rest = Vec::new();
        while !rest.ends_with(b"--\r\n") {
            assert!(stream.read_buf(&mut rest).await.unwrap() > 0);
        }
        stream.write_all(&taken()).await.unwrap();
    };
    // Zeros, since no part of them looks like the end.
    let (id, ()) = tokio::join!(send_bytes(&target, vec![0; SIZE]), slow);
    assert_eq!(id.unwrap(), 260_618_251);
}

#[tokio::test]
async fn a_server_that_never_answers_ends_the_upload() {
    let mut server = Server::start(vec![vec![Step::Head, Step::Body, Step::Hang]]);
    let target = server.target();
    let stalled = async {
        server.hanging().await;
        tokio::time::pause();
    };
    let (error, ()) = tokio::join!(send_bytes(&target, "x"), stalled);
    assert!(matches!(error, Err(HttpError::Timeout { .. })), "{error:?}");
}

#[tokio::test]
async fn a_connection_that_breaks_is_an_error() {
    for script in [vec![Step::Head, Step::Reset], vec![Step::Head, Step::Body]] {
        let server = Server::start(vec![script]);
        let error = send_bytes(&server.target(), content(3_000_000))
            .await
            .unwrap_err();
        assert!(matches!(error, HttpError::Interrupted { .. }), "{error:?}");
        clean_text(&error);
    }
    let server = Server::start(Vec::new());
    let error = send_bytes(&server.target(), "x").await.unwrap_err();
    assert!(clean_text(&error).ends_with("connection refused"));
}

#[tokio::test]
async fn cancelling_closes_the_connection() {
    let mut server = Server::start(vec![vec![Step::Head, Step::Hang]]);
    let target = server.target();
    tokio::select! {
        result = send_bytes(&target, content(1000)) => panic!("{result:?}"),
        () = server.hanging() => {}
    }
    assert_eq!(server.next().await, Seen::Gone);
}

/// A file that changes after its first blocks were read. The server must not get a whole request.
async fn changing(change: impl Fn(&Path) + Send + Sync + 'static) -> String {
    let file = tempfile::NamedTempFile::new().unwrap();
    file.as_file().write_all(&content(2_000_000)).unwrap();
    let changed = file.path().to_owned();
    let callback: Progress = Arc::new(move |_, _| change(&changed));
    let mut server = Server::start(vec![vec![Step::Head, Step::Body]]);
    let source = path(file.path());
    let error = send(&server.target(), "x", &source, Some(callback))
        .await
        .unwrap_err();
    assert!(matches!(error, HttpError::Io { .. }), "{error:?}");
    server.head().await;
    drop(file);
    clean_text(&error)
}

#[tokio::test]
async fn a_file_that_changes_its_size_is_an_error() {
    let text = changing(|path| fs::write(path, "short").unwrap()).await;
    assert!(
        text.ends_with(": became shorter while it was sent"),
        "{text}"
    );
    let text = changing(|path| {
        let mut file = fs::OpenOptions::new().append(true).open(path).unwrap();
        file.write_all(b"more").unwrap();
    });
    let text = text.await;
    assert!(
        text.ends_with(": became longer while it was sent"),
        "{text}"
    );
}

#[tokio::test]
async fn what_is_no_file_is_refused_before_anything_is_sent() {
    let server = Server::start(Vec::new());
    let folder = tempfile::tempdir().unwrap();
    let mut cases = vec![
        (folder.path().to_owned(), "is a folder, not a file"),
        (folder.path().join("missing"), "no such file or folder"),
    ];
    if cfg!(unix) {
        cases.push(("/dev/null".into(), "is not a regular file"));
    }
    for (file, expected) in cases {
        let error = send(&server.target(), "x", &path(&file), None)
            .await
            .unwrap_err();
        assert_eq!(
            clean_text(&error),
            format!("{}: {expected}", file.display())
        );
    }
}
