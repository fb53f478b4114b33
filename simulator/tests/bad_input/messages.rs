//! Messages that are too large or too deep, and answers that cannot be read.

use serde_json::json;
use trueroom::{Error, Options, Room, Text};
use trueroom_simulator::Simulator;

use super::{PATIENCE, next, options, perform, simulator, works};

/// An event of exactly `size` bytes.
fn event(size: usize) -> String {
    let empty = r#"{"method":"event","event":"big","text":""}"#;
    let text = "x".repeat(size - empty.len());
    format!(r#"{{"method":"event","event":"big","text":"{text}"}}"#)
}

async fn limited(simulator: &Simulator, limit: usize) -> Room {
    let limited = Options {
        max_message_size: limit,
        ..options(simulator)
    };
    Room::connect(limited).await.unwrap()
}

#[tokio::test]
async fn a_message_of_the_limit_is_read() {
    let limit = Options::default().max_message_size;
    assert_eq!(limit, 16 << 20);
    let simulator = simulator(json!({})).await;
    let room = Room::connect(options(&simulator)).await.unwrap();
    let mut events = room.events(["big"]);
    for size in [limit, 125, 126, 65_535, 65_536] {
        perform(&simulator, json!({"op": "sendRaw", "text": event(size)})).await;
        let length = next(&mut events).await["text"].as_str().unwrap().len();
        assert_eq!(length, size - event(42).len());
    }
    works(&room).await;
}

#[tokio::test]
async fn a_message_over_the_limit_names_both_and_the_connection_comes_back() {
    let simulator = simulator(json!({})).await;
    for limit in [16 << 20, 50_000] {
        let room = limited(&simulator, limit).await;
        let mut states = room.events(["connection", "big"]);
        let mut changes = room.events(["connection"]);
        let message = json!({"op": "sendRaw", "text": event(limit + 1)});
        perform(&simulator, message).await;
        let lost = next(&mut states).await;
        assert_eq!(lost["state"], "reconnecting");
        let reason = lost["reason"].as_str().unwrap();
        assert!(reason.contains(&limit.to_string()), "{reason}");
        assert!(reason.contains("maxMessageSize"), "{reason}");
        while next(&mut changes).await["state"] != "ready" {}
        room.command("getServerDomain", json!({})).await.unwrap();
        room.close().await;
    }
}

#[tokio::test]
async fn fragments_count_together() {
    let simulator = simulator(json!({})).await;
    let room = limited(&simulator, 60_000).await;
    let mut states = room.events(["connection"]);
    let message = event(60_001);
    let parts: Vec<&str> = [
        &message[..20_000],
        &message[20_000..40_000],
        &message[40_000..],
    ]
    .into();
    perform(&simulator, json!({"op": "sendRaw", "fragments": parts})).await;
    let lost = next(&mut states).await;
    assert!(lost["reason"].as_str().unwrap().contains("60000"), "{lost}");
    assert_eq!(next(&mut states).await["state"], "ready");
}

#[tokio::test]
async fn what_is_in_flight_fails_with_the_cause_when_an_answer_is_too_large() {
    let simulator = simulator(json!({})).await;
    let room = limited(&simulator, 50_000).await;
    let answer = json!({"result": true, "text": "x".repeat(50_000)});
    let fault = json!({"op": "answerWith", "method": "getSystemInfo", "answer": answer});
    perform(&simulator, fault).await;
    let error = room.command("getSystemInfo", json!({})).await.unwrap_err();
    assert!(matches!(error, Error::ConnectionLost { .. }), "{error}");
    assert!(error.to_string().contains("maxMessageSize"), "{error}");
}

/// Calls, and answers with a text that has `value` after the request id.
async fn answered(simulator: &Simulator, room: &Room, value: &str) -> Result<Text, Error> {
    let fault = json!({"op": "dropNextAnswer", "method": "getSystemInfo"});
    perform(simulator, fault).await;
    let mut call = Box::pin(room.command("getSystemInfo", json!({})));
    // Sent with the first poll.
    assert!(futures_util::poll!(&mut call).is_pending());
    let id = loop {
        let log = perform(simulator, json!({"op": "log"})).await;
        let log = log.as_array().unwrap();
        if log.len() as u64 == room.counters().sent {
            break log.last().unwrap()["message"]["requestId"]
                .as_str()
                .unwrap()
                .to_owned();
        }
        tokio::task::yield_now().await;
    };
    let answer = format!(r#"{{"method":"getSystemInfo","requestId":"{id}","x":{value}}}"#);
    perform(simulator, json!({"op": "sendRaw", "text": answer})).await;
    tokio::time::timeout(PATIENCE, call).await.unwrap()
}

#[tokio::test]
async fn an_answer_nested_too_deep_fails_its_call_at_once_and_no_other() {
    let simulator = simulator(json!({})).await;
    let room = Room::connect(options(&simulator)).await.unwrap();
    let nested = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
    let answer = answered(&simulator, &room, &nested(100)).await.unwrap();
    assert!(answer.as_str().contains(&nested(100)));
    for depth in [130, 3000, 1_000_000] {
        let error = answered(&simulator, &room, &nested(depth))
            .await
            .unwrap_err();
        assert!(matches!(error, Error::Command { .. }), "{error}");
        assert!(error.to_string().contains("could not be read"), "{error}");
        works(&room).await;
    }
    assert_eq!(room.counters().malformed, 3);
    assert_eq!(room.counters().pending, 0);
}

#[tokio::test]
async fn an_answer_that_is_no_json_fails_its_call_where_it_can_be_told() {
    let simulator = simulator(json!({})).await;
    let room = Room::connect(options(&simulator)).await.unwrap();
    for value in [r#""\ud800""#, "1e999"] {
        let error = answered(&simulator, &room, value).await.unwrap_err();
        assert!(matches!(error, Error::Command { .. }), "{value}: {error}");
        assert!(error.to_string().contains("could not be read"), "{error}");
        works(&room).await;
    }
}

#[tokio::test]
async fn thousands_of_broken_messages_are_counted_and_survived() {
    let simulator = simulator(json!({})).await;
    let room = Room::connect(options(&simulator)).await.unwrap();
    for _ in 0..2000 {
        perform(&simulator, json!({"op": "sendRaw", "text": "{]"})).await;
    }
    works(&room).await;
    assert_eq!(room.counters().malformed, 2000);
}
