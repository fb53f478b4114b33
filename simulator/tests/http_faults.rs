//! The HTTP server: tokens, limits, pictures and each of its faults.

#![allow(clippy::unwrap_used)]

mod support;

use std::time::Duration;

use serde_json::{Value, json};
use support::{Client, Reply, get, start, upload};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use trueroom_simulator::Simulator;

const SIZE: usize = 300_000;

struct Ground {
    simulator: Simulator,
    client: Client,
    file_id: i64,
}

impl Ground {
    async fn new(options: Value) -> Self {
        let simulator = start(options).await;
        let client = Client::connect(&simulator, None).await;
        let put = json!({"op": "putFile", "pattern": {"size": SIZE, "seed": 1}});
        let file_id = simulator.perform(put).await.unwrap()["fileId"]
            .as_i64()
            .unwrap();
        Self {
            simulator,
            client,
            file_id,
        }
    }

    fn path(&self) -> String {
        format!(
            "/files/?fileId={}&token={}",
            self.file_id, self.client.http_token
        )
    }

    async fn download(&self) -> Reply {
        get(self.simulator.info().http_port, &self.path()).await
    }

    async fn fault(&self, fault: Value) {
        let mut operation = json!({"op": "httpFault"});
        operation
            .as_object_mut()
            .unwrap()
            .extend(fault.as_object().unwrap().clone());
        self.simulator.perform(operation).await.unwrap();
    }
}

#[tokio::test]
async fn a_dead_token_opens_nothing() {
    for status in [401, 403] {
        let ground = Ground::new(json!({"badTokenStatus": status})).await;
        let port = ground.simulator.info().http_port;
        assert_eq!(
            get(port, "/files/?fileId=1&token=wrong").await.status,
            status
        );
        assert_eq!(upload(port, "wrong", "a", b"").await.status, status);
        assert_eq!(ground.download().await.status, 200);
        ground
            .simulator
            .perform(json!({"op": "expireTokens", "http": true}))
            .await
            .unwrap();
        assert_eq!(ground.download().await.status, status);
    }
}

#[tokio::test]
async fn http_tokens_live_five_minutes() {
    let mut ground = Ground::new(json!({})).await;
    let advance = |ms: u64| json!({"op": "advance", "ms": ms});
    ground.simulator.perform(advance(4 * 60_000)).await.unwrap();
    assert_eq!(ground.download().await.status, 200);
    ground.simulator.perform(advance(60_000)).await.unwrap();
    assert_eq!(ground.download().await.status, 403);
    let fresh = ground
        .client
        .call(json!({"method": "getTokenForHttpServer"}))
        .await;
    fresh["token"]
        .as_str()
        .unwrap()
        .clone_into(&mut ground.client.http_token);
    assert_eq!(ground.download().await.status, 200);
}

#[tokio::test]
async fn bodies_lie_about_their_length() {
    let ground = Ground::new(json!({})).await;
    ground.fault(json!({"kind": "short", "after": 1000})).await;
    let reply = ground.download().await;
    assert_eq!(reply.header("content-length"), Some("300000"));
    assert_eq!((reply.body.len(), reply.clean), (1000, true));
    ground.fault(json!({"kind": "smaller", "bytes": 10})).await;
    assert_eq!(ground.download().await.body.len(), SIZE - 10);
    ground.fault(json!({"kind": "larger", "bytes": 10})).await;
    assert_eq!(ground.download().await.body.len(), SIZE + 10);
    // Faults are used up.
    assert_eq!(ground.download().await.body.len(), SIZE);
}

#[tokio::test]
async fn connections_are_reset() {
    let ground = Ground::new(json!({})).await;
    ground
        .fault(json!({"kind": "reset", "after": 100_000}))
        .await;
    let reply = ground.download().await;
    assert!(!reply.clean && reply.body.len() <= 100_000);
    ground
        .fault(json!({"kind": "reset", "target": "download"}))
        .await;
    let reply = ground.download().await;
    assert_eq!((reply.status, reply.clean), (0, false));
}

#[tokio::test]
async fn bodies_stall_and_crawl() {
    let ground = Ground::new(json!({})).await;
    ground.fault(json!({"kind": "stall", "after": 1000})).await;
    let port = ground.simulator.info().http_port;
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let request = format!("GET {} HTTP/1.1\r\nHost: x\r\n\r\n", ground.path());
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut seen = 0;
    let mut buffer = [0; 8192];
    while seen < 1000 {
        let read = stream.read(&mut buffer).await.unwrap();
        assert_ne!(read, 0, "the connection ended");
        seen += read;
    }
    // No more comes.
    while let Ok(read) =
        tokio::time::timeout(Duration::from_millis(100), stream.read(&mut buffer)).await
    {
        assert_ne!(read.unwrap(), 0, "the connection ended");
        seen += 1;
    }
    assert!((1000..2000).contains(&seen), "{seen}");

    ground.fault(json!({"kind": "slow", "ms": 10})).await;
    let start = std::time::Instant::now();
    assert_eq!(ground.download().await.body.len(), SIZE);
    assert!(start.elapsed() >= Duration::from_millis(50));
}

#[tokio::test]
async fn answers_are_something_else() {
    let ground = Ground::new(json!({})).await;
    ground
        .fault(json!({"kind": "status", "status": 500, "body": "oops", "times": 2}))
        .await;
    for _ in 0..2 {
        let reply = ground.download().await;
        assert_eq!(
            (reply.status, reply.body.as_slice()),
            (500, b"oops".as_slice())
        );
    }
    ground
        .fault(json!({"kind": "redirect", "location": "http://127.0.0.1:9/"}))
        .await;
    let reply = ground.download().await;
    assert_eq!(
        (reply.status, reply.header("location")),
        (302, Some("http://127.0.0.1:9/"))
    );
    ground
        .fault(json!({"kind": "body", "target": "config", "body": "<html>"}))
        .await;
    let port = ground.simulator.info().port;
    assert_eq!(
        get(port, "/public/default/config.json").await.body,
        b"<html>"
    );
}

#[tokio::test]
async fn uploads_are_limited() {
    let mut ground = Ground::new(json!({"maxPostSize": 1000})).await;
    let port = ground.simulator.info().http_port;
    let token = ground.client.http_token.clone();
    assert_eq!(upload(port, &token, "a", &[0; 1000]).await.status, 200);
    assert_eq!(upload(port, &token, "a", &[0; 1001]).await.status, 413);
    assert_eq!(
        upload(port, &token, "a", &vec![0; 5_000_000]).await.status,
        413
    );
    let set = json!({
        "method": "setHttpServerSettings",
        "settings": {"httpServerMaxPostFileSizeInBytes": 10},
    });
    assert_eq!(ground.client.call(set).await["result"], true);
    assert_eq!(upload(port, &token, "a", &[0; 11]).await.status, 413);
}

#[tokio::test]
async fn uploads_go_wrong() {
    let ground = Ground::new(json!({})).await;
    let port = ground.simulator.info().http_port;
    let token = ground.client.http_token.clone();
    ground.fault(json!({"kind": "fileId"})).await;
    let reply = upload(port, &token, "a", b"x").await;
    assert_eq!((reply.status, reply.header("FileId")), (200, None));
    ground
        .fault(json!({"kind": "fileId", "value": "what"}))
        .await;
    assert_eq!(
        upload(port, &token, "a", b"x").await.header("FileId"),
        Some("what")
    );
    ground
        .fault(json!({"kind": "status", "target": "upload", "status": 507}))
        .await;
    assert_eq!(upload(port, &token, "a", b"x").await.status, 507);
    ground
        .fault(json!({"kind": "reset", "target": "upload"}))
        .await;
    assert!(!upload(port, &token, "a", b"x").await.clean);
    let head = format!("POST /files/?token={token} HTTP/1.1\r\nContent-Type: text/plain\r\n");
    assert_eq!(support::http(port, &head, b"x").await.status, 400);
    assert_eq!(upload(port, &token, "a", b"x").await.status, 200);
}

#[tokio::test]
async fn pictures_are_pictures() {
    let ground = Ground::new(json!({})).await;
    let port = ground.simulator.info().http_port;
    for tag in ["frames", "avatars"] {
        let path = format!(
            "/{tag}/?peerId=%23self%3A0&token={}",
            ground.client.http_token
        );
        let reply = get(port, &path).await;
        assert_eq!(
            (reply.status, reply.header("content-type")),
            (200, Some("image/png"))
        );
        assert!(reply.body.starts_with(b"\x89PNG\r\n\x1a\n"));
        assert_eq!(
            get(port, &format!("/{tag}/?peerId=x&token=")).await.status,
            403
        );
    }
}
