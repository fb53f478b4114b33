//! Downloads from a server that says literal bytes.

#![allow(clippy::unwrap_used, clippy::panic)]

mod http_support;

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use http_support::{
    STALL, Seen, Server, Step, TOKEN, TOKEN_IN_URL, answer, clean_text, client, content,
    drain_progress, names, progress, reply,
};
use tempfile::TempDir;
use trueroom::http::{
    Download, DownloadUrls, HttpError, HttpTarget, Progress, download_bytes, download_to,
};

/// A download and what it needs to live.
struct Case {
    target: HttpTarget,
    urls: DownloadUrls,
    remembered: AtomicUsize,
    expected: Option<u64>,
    max_size: Option<u64>,
    progress: Option<Progress>,
    folder: TempDir,
}

impl Case {
    fn new(server: &Server) -> Self {
        Self {
            target: server.target(),
            urls: DownloadUrls::default(),
            remembered: AtomicUsize::new(0),
            expected: Some(5),
            max_size: None,
            progress: None,
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn download(&self) -> Download<'_> {
        Download {
            target: &self.target,
            urls: &self.urls,
            remembered: &self.remembered,
            token: TOKEN,
            file_id: "77",
            expected_size: self.expected,
            max_size: self.max_size,
            stall: STALL,
            progress: self.progress.clone(),
        }
    }

    async fn save(&self) -> Result<PathBuf, HttpError> {
        download_to(
            &client(),
            &self.download(),
            self.folder.path(),
            "a.txt",
            false,
        )
        .await
    }

    /// The error of a download that leaves nothing behind.
    async fn fails(&self) -> HttpError {
        let error = self.save().await.unwrap_err();
        clean_text(&error);
        assert!(names(self.folder.path()).is_empty());
        error
    }
}

fn not_found() -> Vec<Step> {
    reply("404 Not Found", "", "nothing here")
}

fn file() -> Vec<Step> {
    reply("200 OK", "Content-Type: text/plain\r\n", "hello")
}

#[tokio::test]
async fn each_form_of_the_address_is_tried_and_remembered() {
    let lines = [
        format!("GET /files/?fileId=77&token={TOKEN_IN_URL} HTTP/1.1"),
        format!("GET /files/?id=77&token={TOKEN_IN_URL} HTTP/1.1"),
        format!("GET /files/77?token={TOKEN_IN_URL} HTTP/1.1"),
    ];
    for works in 0..lines.len() {
        let mut scripts: Vec<_> = (0..works).map(|_| not_found()).collect();
        scripts.extend([file(), file()]);
        let mut server = Server::start(scripts);
        let case = Case::new(&server);

        let saved = case.save().await.unwrap();
        assert_eq!(fs::read(&saved).unwrap(), b"hello");
        assert_eq!(saved, case.folder.path().join("a.txt"));
        for line in &lines[..=works] {
            assert_eq!(&server.request_line().await, line);
        }
        assert_eq!(case.remembered.load(Ordering::Relaxed), works);

        // The second download asks right away where the first one found the file.
        case.save().await.unwrap();
        assert_eq!(server.request_line().await, lines[works]);
    }
}

#[tokio::test]
async fn a_remembered_form_that_fails_is_followed_by_the_others() {
    let server = Server::start(vec![not_found(), not_found(), file()]);
    let case = Case::new(&server);
    case.remembered.store(2, Ordering::Relaxed);
    case.save().await.unwrap();
    assert_eq!(case.remembered.load(Ordering::Relaxed), 1);

    // An index from another list of forms does no harm.
    let server = Server::start(vec![file()]);
    let mut case = Case::new(&server);
    case.urls = DownloadUrls::from_templates(&["/{id}/{token}"]).unwrap();
    case.remembered.store(2, Ordering::Relaxed);
    case.save().await.unwrap();
    assert_eq!(case.remembered.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn no_form_works() {
    let html = "Content-Type: text/html; charset=utf-8\r\n";
    let scripts = vec![
        not_found(),
        reply("400 Bad Request", "", ""),
        reply("200 OK", html, "<html>no such file</html>"),
    ];
    let server = Server::start(scripts);
    let error = Case::new(&server).fails().await;
    assert_eq!(
        clean_text(&error),
        "the terminal does not have the file; tried \
         /files/?fileId=77&token=[redacted] -> 404 Not Found, \
         /files/?id=77&token=[redacted] -> 400 Bad Request, \
         /files/77?token=[redacted] -> a page of 25 bytes instead of the file of 5 bytes"
    );
}

#[tokio::test]
async fn an_error_page_without_a_length_does_not_end_up_in_the_file() {
    let page = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{}".to_vec();
    let server = Server::start(vec![vec![Step::Head, Step::Send(page)], file()]);
    let saved = Case::new(&server)
        .save()
        .await
        .map(fs::read)
        .unwrap()
        .unwrap();
    assert_eq!(saved, b"hello");
}

#[tokio::test]
async fn a_file_may_be_a_page_itself() {
    let html = "Content-Type: text/html\r\n";
    let server = Server::start(vec![
        reply("200 OK", html, "<p>hi"),
        reply("200 OK", html, "<b>"),
    ]);
    let mut case = Case::new(&server);
    assert_eq!(fs::read(case.save().await.unwrap()).unwrap(), b"<p>hi");
    case.expected = None;
    assert_eq!(fs::read(case.save().await.unwrap()).unwrap(), b"<b>");
}

#[tokio::test]
async fn a_refused_token_ends_the_search() {
    for (line, status) in [("401 Unauthorized", 401), ("403 Forbidden", 403)] {
        let server = Server::start(vec![reply(line, "", TOKEN)]);
        let error = Case::new(&server).fails().await;
        assert_eq!(error, HttpError::Unauthorized { status });
    }
}

#[tokio::test]
async fn other_answers_are_errors() {
    let body = format!("cannot\r\n\x1b read ?token={TOKEN_IN_URL}&x={TOKEN}");
    let server = Server::start(vec![reply("500 Oops", "", body)]);
    let error = Case::new(&server).fails().await;
    assert_eq!(
        clean_text(&error),
        "the terminal answered with status 500: cannot read ?token=[redacted]&x=[redacted]"
    );

    let elsewhere = format!("Location: http://127.0.0.1:1/?token={TOKEN}\r\n");
    let server = Server::start(vec![reply("302 Found", &elsewhere, "")]);
    let error = Case::new(&server).fails().await;
    assert_eq!(
        error,
        HttpError::Status {
            status: 302,
            body: String::new()
        }
    );

    let server = Server::start(vec![reply("200 OK", "Content-Encoding: gzip\r\n", "hello")]);
    let error = Case::new(&server).fails().await;
    assert!(clean_text(&error).ends_with("a compressed file, which was not asked for"));
}

#[tokio::test]
async fn a_wrong_size_is_an_error() {
    let cases = [
        (answer("200 OK", "", "hell"), 4),
        (answer("200 OK", "", "hello!"), 6),
        (b"HTTP/1.1 200 OK\r\n\r\nhell".to_vec(), 4),
        (b"HTTP/1.1 200 OK\r\n\r\nhello!".to_vec(), 6),
        (answer("200 OK", "", ""), 0),
    ];
    for (bytes, got) in cases {
        let server = Server::start(vec![vec![Step::Head, Step::Send(bytes)]]);
        let error = Case::new(&server).fails().await;
        assert_eq!(error, HttpError::SizeMismatch { expected: 5, got });
    }
}

#[tokio::test]
async fn a_body_without_end_is_stopped() {
    let head = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
    let script = || {
        vec![
            Step::Head,
            Step::Send(head.clone()),
            Step::Send(content(1 << 20)),
            Step::Hang,
        ]
    };

    let mut server = Server::start(vec![script()]);
    let mut case = Case::new(&server);
    case.expected = Some(1000);
    let error = case.fails().await;
    assert!(matches!(
        error,
        HttpError::SizeMismatch {
            expected: 1000,
            got: 1001..
        }
    ));
    server.hanging().await;
    assert_eq!(server.next().await, Seen::Gone);

    let server = Server::start(vec![script()]);
    let mut case = Case::new(&server);
    (case.expected, case.max_size) = (None, Some(1000));
    assert_eq!(case.fails().await, HttpError::TooLarge { limit: 1000 });
}

#[tokio::test]
async fn a_file_over_the_limit_is_not_begun() {
    let server = Server::start(vec![reply("200 OK", "", "hello")]);
    let mut case = Case::new(&server);
    (case.expected, case.max_size) = (None, Some(4));
    assert_eq!(case.fails().await, HttpError::TooLarge { limit: 4 });

    // The announcement is enough; the bytes never come.
    let head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n".to_vec();
    let server = Server::start(vec![vec![Step::Head, Step::Send(head), Step::Hang]]);
    let mut case = Case::new(&server);
    (case.expected, case.max_size) = (None, Some(999));
    assert_eq!(case.fails().await, HttpError::TooLarge { limit: 999 });

    // Nothing is asked of a server when the announced size says enough.
    let server = Server::start(Vec::new());
    let mut case = Case::new(&server);
    case.max_size = Some(4);
    assert_eq!(case.fails().await, HttpError::TooLarge { limit: 4 });
}

#[tokio::test]
async fn a_body_that_breaks_off_leaves_nothing() {
    let half = answer("200 OK", "", "hello")[..]
        .split_last()
        .unwrap()
        .1
        .to_vec();
    let ends = vec![Step::Head, Step::Send(half.clone())];
    let server = Server::start(vec![ends]);
    let error = Case::new(&server).fails().await;
    assert!(matches!(error, HttpError::Interrupted { .. }), "{error:?}");

    let breaks = vec![Step::Head, Step::Send(half), Step::Reset];
    let server = Server::start(vec![breaks]);
    let error = Case::new(&server).fails().await;
    assert!(matches!(error, HttpError::Interrupted { .. }), "{error:?}");

    let server = Server::start(vec![vec![Step::Head]]);
    let error = Case::new(&server).fails().await;
    assert!(matches!(error, HttpError::Interrupted { .. }), "{error:?}");
}

#[tokio::test]
async fn nobody_listens() {
    let server = Server::start(Vec::new());
    let error = Case::new(&server).fails().await;
    let expected = format!(
        "cannot connect to http://127.0.0.1:{}: connection refused",
        server.port
    );
    assert_eq!(clean_text(&error), expected);
}

#[tokio::test]
async fn a_stall_ends_the_download() {
    let half = answer("200 OK", "", content(100_000))[..90_000].to_vec();
    let mut server = Server::start(vec![vec![Step::Head, Step::Send(half), Step::Hang]]);
    let mut case = Case::new(&server);
    let (callback, mut calls) = progress();
    (case.expected, case.progress) = (Some(100_000), Some(callback));
    let stalled = async {
        server.hanging().await;
        calls.recv().await.unwrap();
        // From here on the clock runs ahead whenever nothing else happens.
        tokio::time::pause();
    };
    let (error, ()) = tokio::join!(case.fails(), stalled);
    let expected = format!(
        "no progress for 30 s while downloading from http://127.0.0.1:{}",
        server.port
    );
    assert_eq!(clean_text(&error), expected);
}

#[tokio::test]
async fn a_server_that_never_answers_ends_the_download() {
    let mut server = Server::start(vec![vec![Step::Head, Step::Hang]]);
    let case = Case::new(&server);
    let stalled = async {
        server.hanging().await;
        tokio::time::pause();
    };
    let (error, ()) = tokio::join!(case.fails(), stalled);
    assert!(matches!(error, HttpError::Timeout { .. }), "{error:?}");
}

#[tokio::test]
async fn cancelling_leaves_nothing() {
    let half = answer("200 OK", "", content(200_000))[..150_000].to_vec();
    let mut server = Server::start(vec![vec![Step::Head, Step::Send(half), Step::Hang]]);
    let mut case = Case::new(&server);
    let (callback, mut calls) = progress();
    (case.expected, case.progress) = (Some(200_000), Some(callback));
    let folder = case.folder.path().to_owned();
    let mut saving = Box::pin(case.save());
    let call = tokio::select! {
        result = &mut saving => panic!("{result:?}"),
        call = calls.recv() => call,
    };
    assert!(call.unwrap().0 < 200_000);
    assert_eq!(names(&folder).len(), 1);
    drop(saving);
    assert!(names(&folder).is_empty());
    server.hanging().await;
    assert_eq!(server.next().await, Seen::Gone);
}

#[tokio::test]
async fn a_large_file_arrives_whole_and_reports() {
    let bytes = content(1_000_000);
    let server = Server::start(vec![reply("200 OK", "", &bytes)]);
    let mut case = Case::new(&server);
    let (callback, mut calls) = progress();
    (case.expected, case.progress) = (None, Some(callback));
    assert!(fs::read(case.save().await.unwrap()).unwrap() == bytes);
    let calls = drain_progress(&mut calls);
    assert!((2..=16).contains(&calls.len()), "{calls:?}");
    assert!(
        calls.windows(2).all(|pair| pair[0].0 < pair[1].0),
        "{calls:?}"
    );
    assert!(calls.iter().all(|call| call.1 == 1_000_000), "{calls:?}");
    assert_eq!(calls.last().unwrap().0, 1_000_000);
}

#[tokio::test]
async fn a_chunked_body_is_read() {
    let body =
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n";
    let server = Server::start(vec![vec![Step::Head, Step::Send(body.to_vec())]]);
    let case = Case::new(&server);
    assert_eq!(fs::read(case.save().await.unwrap()).unwrap(), b"hello");
}

#[tokio::test]
async fn an_existing_file_is_kept_or_replaced() {
    let server = Server::start(vec![file(), file(), file()]);
    let case = Case::new(&server);
    fs::write(case.folder.path().join("a.txt"), "old").unwrap();
    assert_eq!(
        case.save().await.unwrap(),
        case.folder.path().join("a (1).txt")
    );
    assert_eq!(
        case.save().await.unwrap(),
        case.folder.path().join("a (2).txt")
    );
    assert_eq!(fs::read(case.folder.path().join("a.txt")).unwrap(), b"old");
    let saved = download_to(
        &client(),
        &case.download(),
        case.folder.path(),
        "a.txt",
        true,
    )
    .await;
    assert_eq!(fs::read(saved.unwrap()).unwrap(), b"hello");
    assert_eq!(
        names(case.folder.path()),
        ["a (1).txt", "a (2).txt", "a.txt"]
    );
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_an_error() {
    let server = Server::start(Vec::new());
    let case = Case::new(&server);
    let path = case.folder.path().join("missing/a.txt");
    let error = download_to(&client(), &case.download(), &path, "b", false)
        .await
        .unwrap_err();
    assert!(
        clean_text(&error).ends_with("missing: no such file or folder"),
        "{error}"
    );
}

#[tokio::test]
async fn bytes_are_returned_up_to_a_limit() {
    let server = Server::start(vec![not_found(), file(), file(), file()]);
    let mut case = Case::new(&server);
    assert_eq!(
        download_bytes(&client(), &case.download(), 5)
            .await
            .unwrap(),
        b"hello"
    );

    let error = download_bytes(&client(), &case.download(), 4)
        .await
        .unwrap_err();
    assert_eq!(error, HttpError::TooLarge { limit: 4 });

    case.expected = None;
    let error = download_bytes(&client(), &case.download(), 4)
        .await
        .unwrap_err();
    assert_eq!(error, HttpError::TooLarge { limit: 4 });

    case.max_size = Some(3);
    let error = download_bytes(&client(), &case.download(), 4)
        .await
        .unwrap_err();
    assert_eq!(error, HttpError::TooLarge { limit: 3 });
}

#[tokio::test]
async fn an_empty_file_is_a_file() {
    let server = Server::start(vec![reply("200 OK", "", "")]);
    let mut case = Case::new(&server);
    case.expected = Some(0);
    assert_eq!(fs::read(case.save().await.unwrap()).unwrap(), b"");
}
