//! What the HTTP module logs. The only test of its program: a log statement that other threads
//! reach without a collector may stay switched off.

#![allow(clippy::unwrap_used, clippy::panic)]

mod http_support;

use std::fmt::{Debug, Write};
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex};

use http_support::{STALL, Server, Step, TOKEN, answer, client, reply};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::{Subscriber, set_default};
use tracing::{Event, Metadata};
use trueroom::http::{
    Download, DownloadUrls, Upload, UploadSource, discover, download_bytes, upload,
};

#[tokio::test]
async fn every_step_is_logged_without_the_token() {
    let server = Server::start(vec![
        reply("404 Not Found", "", ""),
        reply("404 Not Found", "", TOKEN),
        reply("200 OK", "", "hello"),
        vec![
            Step::Head,
            Step::Body,
            Step::Send(answer("200 OK", "FileId: 9\r\n", "")),
        ],
    ]);
    let target = server.target();
    let lines = Arc::new(Mutex::new(Vec::new()));
    let _guard = set_default(Collector(Arc::clone(&lines)));

    discover(&client(), &target, "default", STALL)
        .await
        .unwrap();
    let download = Download {
        target: &target,
        urls: &DownloadUrls::default(),
        remembered: &AtomicUsize::new(0),
        token: TOKEN,
        file_id: "77",
        expected_size: None,
        max_size: None,
        stall: STALL,
        progress: None,
    };
    download_bytes(&client(), &download, 10).await.unwrap();
    let request = Upload {
        target: &target,
        token: TOKEN,
        name: "x",
        source: &UploadSource::Bytes("hello".into()),
        stall: STALL,
        progress: None,
    };
    upload(&client(), &request).await.unwrap();

    let lines = lines.lock().unwrap().clone();
    for line in &lines {
        assert!(!line.contains("secret"), "the token is in {line}");
    }
    let ours: Vec<&str> = lines
        .iter()
        .filter_map(|line| line.strip_prefix("trueroom::http DEBUG "))
        .collect();
    assert_eq!(
        ours,
        [
            &format!(
                "message=GET {}/public/default/config.json -> 404 Not Found",
                target.origin()
            ),
            "message=using the default ports 8765 and 8766",
            "message=no file at /files/?fileId=77&token=[redacted]: 404 Not Found",
            "message=this terminal has a file at /files/?id=77&token=[redacted]",
            "message=uploaded file_id=9 bytes=5",
        ]
    );
}

struct Collector(Arc<Mutex<Vec<String>>>);

impl Subscriber for Collector {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let metadata = event.metadata();
        let mut line = Line(format!("{} {}", metadata.target(), metadata.level()));
        event.record(&mut line);
        self.0.lock().unwrap().push(line.0);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {}={value:?}", field.name()).unwrap();
    }
}
