//! Each fault of the WebSocket, seen by a raw client.

#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use std::time::Duration;

use futures_util::SinkExt;
use serde_json::{Value, json};
use support::{Client, start};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::{Error, Message};
use trueroom_simulator::Simulator;

async fn pair() -> (Simulator, Client) {
    let simulator = start(json!({})).await;
    let client = Client::connect(&simulator, None).await;
    (simulator, client)
}

async fn perform(simulator: &Simulator, operation: Value) -> Value {
    simulator.perform(operation).await.unwrap()
}

fn ping(number: u32) -> Value {
    json!({"op": "emit", "event": {"event": "myEvent", "data": number.to_string()}})
}

#[tokio::test]
async fn dropped_with_a_close_frame() {
    let (simulator, mut client) = pair().await;
    perform(&simulator, json!({"op": "dropConnection", "code": 1012})).await;
    match client.end().await {
        Some(Ok(Message::Close(Some(frame)))) => assert_eq!(u16::from(frame.code), 1012),
        other => panic!("{other:?}"),
    }
    drop(client);
    perform(&simulator, json!({"op": "waitConnections", "count": 0})).await;
}

#[tokio::test]
async fn dropped_with_a_reset() {
    let (simulator, mut client) = pair().await;
    perform(&simulator, json!({"op": "dropConnection", "how": "reset"})).await;
    match client.end().await {
        Some(Err(Error::Io(error))) => {
            assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn dropped_with_a_fin_and_nothing_else() {
    let (simulator, _client) = pair().await;
    let mut raw = TcpStream::connect(("127.0.0.1", simulator.info().websocket_port))
        .await
        .unwrap();
    let (socket, _) = tokio_tungstenite::client_async("ws://x/", &mut raw)
        .await
        .unwrap();
    drop(socket);
    perform(&simulator, json!({"op": "waitConnections", "count": 2})).await;
    perform(&simulator, json!({"op": "dropConnection", "how": "fin"})).await;
    let mut bytes = Vec::new();
    raw.read_to_end(&mut bytes).await.unwrap();
    assert_eq!(bytes, b"", "a FIN is not preceded by a close frame");
}

#[tokio::test]
async fn half_open_is_silent_both_ways() {
    let (simulator, mut client) = pair().await;
    perform(&simulator, json!({"op": "halfOpen"})).await;
    perform(&simulator, ping(1)).await;
    client.send(json!({"method": "getLogin"})).await;
    client.socket.send(Message::Ping("x".into())).await.unwrap();
    let silence = tokio::time::timeout(Duration::from_millis(50), client.next()).await;
    assert!(silence.is_err(), "something came: {silence:?}");
    // It is still there, and a real end can follow.
    let state = perform(&simulator, json!({"op": "state"})).await;
    assert_eq!(state["connections"].as_array().unwrap().len(), 1);
    perform(&simulator, json!({"op": "dropConnection", "how": "reset"})).await;
    assert!(matches!(client.end().await, Some(Err(_))));
}

#[tokio::test]
async fn a_stall_delays_and_loses_nothing() {
    let (simulator, mut client) = pair().await;
    perform(&simulator, json!({"op": "stall"})).await;
    perform(&simulator, ping(1)).await;
    client
        .send(json!({"method": "getLogin", "requestId": "late"}))
        .await;
    let silence = tokio::time::timeout(Duration::from_millis(50), client.next()).await;
    assert!(silence.is_err());
    perform(&simulator, json!({"op": "resume"})).await;
    assert_eq!(client.json().await["data"], "1");
    assert_eq!(client.json().await["requestId"], "late");
}

#[tokio::test]
async fn frames_are_duplicated() {
    let (simulator, mut client) = pair().await;
    perform(&simulator, json!({"op": "duplicate"})).await;
    perform(&simulator, ping(1)).await;
    perform(&simulator, ping(2)).await;
    let mut seen = Vec::new();
    for _ in 0..3 {
        seen.push(client.json().await["data"].as_str().unwrap().to_owned());
    }
    assert_eq!(seen, ["1", "1", "2"]);
}

#[tokio::test]
async fn frames_are_reordered() {
    let (simulator, mut client) = pair().await;
    perform(&simulator, json!({"op": "reorder", "frames": 3})).await;
    for number in 1..=4 {
        perform(&simulator, ping(number)).await;
    }
    let mut seen = Vec::new();
    for _ in 0..4 {
        seen.push(client.json().await["data"].as_str().unwrap().to_owned());
    }
    assert_eq!(seen, ["3", "2", "1", "4"]);
}

#[tokio::test]
async fn frames_are_slow() {
    let (simulator, mut client) = pair().await;
    perform(&simulator, json!({"op": "slow", "ms": 20})).await;
    let start = std::time::Instant::now();
    for number in 1..=3 {
        perform(&simulator, ping(number)).await;
    }
    client.event("myEvent").await;
    client.event("myEvent").await;
    client.event("myEvent").await;
    assert!(
        start.elapsed() >= Duration::from_millis(60),
        "{:?}",
        start.elapsed()
    );
}

#[tokio::test]
async fn raw_messages_come_as_they_are() {
    let (simulator, mut client) = pair().await;
    let raw = |fields: Value| {
        let mut operation = json!({"op": "sendRaw"});
        operation
            .as_object_mut()
            .unwrap()
            .extend(fields.as_object().unwrap().clone());
        operation
    };
    perform(&simulator, raw(json!({"text": "abc"}))).await;
    assert_eq!(client.next().await.unwrap().unwrap(), Message::text("abc"));
    perform(&simulator, raw(json!({"binary": "AAE="}))).await;
    assert_eq!(
        client.next().await.unwrap().unwrap(),
        Message::Binary(vec![0, 1].into())
    );
    perform(&simulator, raw(json!({"fragments": ["a", "b", "c"]}))).await;
    assert_eq!(client.next().await.unwrap().unwrap(), Message::text("abc"));
    perform(&simulator, raw(json!({"ping": "p"}))).await;
    assert_eq!(
        client.next().await.unwrap().unwrap(),
        Message::Ping("p".into())
    );
    // An unmasked text frame of one letter, written past the WebSocket.
    perform(&simulator, raw(json!({"bytes": "gQFh"}))).await;
    assert_eq!(client.next().await.unwrap().unwrap(), Message::text("a"));
    assert!(simulator.perform(raw(json!({}))).await.is_err());
    assert!(
        simulator
            .perform(raw(json!({"binary": "?"})))
            .await
            .is_err()
    );
}

#[tokio::test]
async fn garbage_of_each_kind_reaches_the_client() {
    for kind in ["text", "half", "array", "nested", "types", "binary"] {
        let (simulator, mut client) = pair().await;
        perform(&simulator, json!({"op": "garbage", "kind": kind})).await;
        assert!(client.next().await.unwrap().is_ok(), "{kind}");
    }
    for kind in ["utf8", "frame"] {
        let (simulator, mut client) = pair().await;
        perform(&simulator, json!({"op": "garbage", "kind": kind})).await;
        assert!(client.next().await.unwrap().is_err(), "{kind}");
    }
}

#[tokio::test]
async fn the_handshake_can_fail() {
    let simulator = start(json!({})).await;
    let port = simulator.info().websocket_port;
    for kind in ["refuse", "close"] {
        perform(&simulator, json!({"op": "handshakeFault", "kind": kind})).await;
        let stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        let error = tokio_tungstenite::client_async("ws://x/", stream)
            .await
            .unwrap_err();
        assert_eq!(matches!(error, Error::Http(_)), kind == "refuse", "{error}");
    }
    perform(&simulator, json!({"op": "handshakeFault", "kind": "stall"})).await;
    let stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let handshake = tokio_tungstenite::client_async("ws://x/", stream);
    assert!(
        tokio::time::timeout(Duration::from_millis(50), handshake)
            .await
            .is_err()
    );
    // Used up.
    Client::connect(&simulator, None).await;
}

#[tokio::test]
async fn answers_are_dropped_delayed_refused_and_nameless() {
    let (simulator, mut client) = pair().await;
    let method = "getLogin";
    perform(
        &simulator,
        json!({"op": "dropNextAnswer", "method": method}),
    )
    .await;
    client
        .send(json!({"method": method, "requestId": "1"}))
        .await;
    assert_eq!(
        client
            .call(json!({"method": method, "requestId": "2"}))
            .await["requestId"],
        "2"
    );

    perform(
        &simulator,
        json!({"op": "delayAnswer", "method": method, "ms": 3_600_000}),
    )
    .await;
    client
        .send(json!({"method": method, "requestId": "3"}))
        .await;
    perform(
        &simulator,
        json!({"op": "waitFor", "received": method, "count": 3}),
    )
    .await;
    perform(&simulator, json!({"op": "advance", "ms": 3_600_000})).await;
    assert_eq!(client.json().await["requestId"], "3");

    let refuse = json!({"op": "refuse", "method": method, "error": "no", "code": 7});
    perform(&simulator, refuse).await;
    let refused = client.call(json!({"method": method})).await;
    assert_eq!(
        (&refused["error"], &refused["resultCode"]),
        (&json!("no"), &json!(7))
    );

    perform(&simulator, json!({"op": "answerWithoutRequestId"})).await;
    let nameless = client
        .call(json!({"method": method, "requestId": "5"}))
        .await;
    assert!(nameless.get("requestId").is_none());

    perform(&simulator, json!({"op": "refuse", "times": 0})).await;
    assert_eq!(
        client.call(json!({"method": method})).await["result"],
        false
    );
    assert_eq!(
        client.call(json!({"method": method})).await["result"],
        false
    );
    perform(&simulator, json!({"op": "clearFaults"})).await;
    assert_eq!(client.call(json!({"method": method})).await["result"], true);
}

#[tokio::test]
async fn a_client_that_does_not_read_is_still_heard() {
    let (simulator, mut client) = pair().await;
    let padding = "x".repeat(1 << 20);
    for _ in 0..32 {
        let event = json!({"event": "myEvent", "data": padding});
        perform(&simulator, json!({"op": "emit", "event": event})).await;
    }
    client.send(json!({"method": "getLogin"})).await;
    perform(&simulator, json!({"op": "waitFor", "received": "getLogin"})).await;
    for _ in 0..32 {
        assert_eq!(client.json().await["data"].as_str().unwrap().len(), 1 << 20);
    }
    assert_eq!(client.json().await["method"], "getLogin");
}

#[tokio::test]
async fn one_connection_can_be_meant() {
    let simulator = start(json!({})).await;
    let mut first = Client::connect(&simulator, None).await;
    let mut second = Client::open(&simulator).await;
    let role = json!({"method": "auth", "type": "unsecured", "role": "user"});
    second.call(role).await;
    let drop = json!({"op": "dropConnection", "how": "reset", "connection": 1});
    assert_eq!(perform(&simulator, drop).await, json!({"connections": 1}));
    assert!(matches!(first.end().await, Some(Err(_))));
    assert_eq!(
        second.call(json!({"method": "getLogin"})).await["result"],
        true
    );
}

#[tokio::test]
async fn a_close_frame_nobody_answers_is_not_waited_for_long() {
    let (simulator, client) = pair().await;
    perform(&simulator, json!({"op": "dropConnection"})).await;
    // What comes after the close frame is nobody's any more, and no error either.
    perform(&simulator, ping(1)).await;
    perform(&simulator, json!({"op": "waitConnections", "count": 0})).await;
    drop(client);
}
