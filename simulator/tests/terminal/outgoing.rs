//! Outgoing files from 4.1 on.

use serde_json::{Value, json};

use crate::bench::Bench;

fn send(file_id: i64, to: &str) -> Value {
    json!({"method": "sendFile", "fileId": file_id, "callId": to})
}

#[test]
fn a_file_is_sent_taken_and_done() {
    let mut bench = Bench::new(json!({}));
    let file_id = bench.upload();
    let id = bench.good(send(file_id, "bob@example.test"))["sentFileRequestId"].clone();
    let sent = bench.event("outgoingFileRequestSent");
    assert_eq!(
        sent,
        json!({
            "method": "event", "event": "outgoingFileRequestSent", "fileRequestId": id,
            "peerId": "bob@example.test", "peerDn": "Bob", "fileName": "b.txt", "fileSize": 5,
            "timestamp": 1_764_000_000, "fileId": file_id,
        })
    );
    let list = bench.good(json!({"method": "getOutgoingFilesRequests"}));
    assert_eq!(
        list["outgoingFilesRequests"],
        json!([{
            "fileRequestId": id, "peerId": "bob@example.test", "peerDn": "Bob", "fileName": "b.txt",
            "size": 5, "status": 2, "timestamp": 1_764_000_000, "fileId": file_id,
        }])
    );
    bench.run();
    let messages = bench.messages();
    assert_eq!(messages[0]["event"], "outgoingFileRequestUploadingProgress");
    assert_eq!(messages.last().unwrap()["status"], 3);
    assert_eq!(messages.last().unwrap()["directionType"], 1);
}

#[test]
fn the_peer_takes_or_refuses_when_told() {
    let options = json!({"autoTake": false, "outgoingStart": "waiting", "finalProgress": false});
    let mut bench = Bench::new(options);
    let file_id = bench.upload();
    let first = bench.good(send(file_id, "bob@example.test"))["sentFileRequestId"].clone();
    let second = bench.good(send(file_id, "eve@example.test"))["sentFileRequestId"].clone();
    bench.run();
    bench.messages();
    bench.perform(json!({"op": "takeFile", "id": first}));
    assert_eq!(bench.event("fileRequestStatusChanged")["status"], 2);
    bench.run();
    let messages = bench.messages();
    assert!(
        messages
            .iter()
            .all(|message| message["processedPercents"] != 100)
    );
    assert_eq!(messages.last().unwrap()["status"], 3);
    bench.perform(json!({"op": "refuseFile", "id": second}));
    assert_eq!(bench.event("fileRequestStatusChanged")["status"], 0);
    assert!(
        bench
            .try_perform(json!({"op": "takeFile", "id": second}))
            .is_err()
    );
}

#[test]
fn receivers_are_checked() {
    let mut bench = Bench::new(json!({}));
    let file_id = bench.upload();
    bench.bad(send(1, "bob@example.test"));
    bench.bad(send(file_id, "bob@example.test/Instance"));
    bench.bad(send(file_id, ""));
    bench.bad(json!({"method": "sendFile", "fileId": file_id}));
    bench.good(json!({"method": "sendFile", "fileId": file_id.to_string(), "peerId": "b@x"}));
    let mut strict = Bench::new(json!({"strictReceiver": true}));
    let file_id = strict.upload();
    strict.bad(json!({"method": "sendFile", "fileId": file_id, "peerId": "b@x"}));
    strict.good(send(file_id, "b@x"));
}

#[test]
fn a_conference_is_needed_to_send_to_one() {
    let mut bench = Bench::new(json!({}));
    let file_id = bench.upload();
    let command = json!({"method": "sendFileToConference", "fileId": file_id});
    bench.bad(command.clone());
    let create = json!({
        "method": "createConference", "title": "T", "confType": "symmetric", "autoAccept": true,
    });
    bench.good(create);
    bench.good(command);
    let event = bench.event("outgoingFileRequestSentToConference");
    assert!(
        event["confId"]
            .as_str()
            .unwrap()
            .ends_with("@example.test#vcs")
    );
    assert!(event.get("peerId").is_none());
    bench.run();
}

#[test]
fn availability_is_told_and_enforced() {
    let mut bench = Bench::new(json!({}));
    let file_id = bench.upload();
    for availability in 0..3 {
        bench.perform(json!({"op": "setAvailability", "availability": availability}));
        let event = bench.event("fileTransferAvailabilityChanged");
        assert_eq!(event["availability"], availability);
        bench.bad(send(file_id, "b@x"));
    }
    let answer = bench.good(json!({"method": "getFileTransferAvailability"}));
    assert_eq!(answer["availability"], 2);
    bench.perform(json!({"op": "setAvailability"}));
    bench.good(send(file_id, "b@x"));
}
