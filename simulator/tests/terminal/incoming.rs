//! Incoming files from 4.1 on.

use serde_json::{Value, json};

use crate::bench::Bench;

fn accept(id: &str) -> Value {
    json!({"method": "acceptIncomingFileRequest", "fileRequestId": id})
}

fn reject(id: &str) -> Value {
    json!({"method": "rejectIncomingFileRequest", "fileRequestId": id})
}

fn list(bench: &mut Bench) -> Vec<Value> {
    let answer = bench.good(json!({"method": "getIncomingFilesRequests"}));
    answer["incomingFilesRequests"].as_array().unwrap().clone()
}

#[test]
fn an_offer_is_told_and_listed() {
    let mut bench = Bench::new(json!({}));
    let id = bench.offer();
    let event = bench.event("receivedFileRequest");
    assert_eq!(
        event,
        json!({
            "method": "event", "event": "receivedFileRequest", "fileRequestId": id,
            "peerId": "alice@example.test", "peerDn": "alice", "fileName": "a.txt", "fileSize": 10,
            "timestamp": 1_764_000_000_000_u64,
        })
    );
    assert_eq!(
        list(&mut bench),
        [json!({
            "fileRequestId": id, "peerId": "alice@example.test", "peerDn": "alice",
            "fileName": "a.txt", "size": 10, "status": 1, "timestamp": 1_764_000_000_000_u64,
        })]
    );
    let info = bench.good(json!({"method": "getFileRequestInfo", "fileRequestId": id}));
    assert_eq!(info["status"], 1);
    assert_eq!(info["peerDisplayName"], "alice");
    assert_eq!(info["directionType"], 0);
}

#[test]
fn accepting_brings_the_file() {
    let mut bench = Bench::new(json!({}));
    let id = bench.offer();
    bench.messages();
    bench.send(&accept(&id).to_string());
    assert_eq!(
        bench.names(),
        [
            "acceptIncomingFileRequest!",
            "incomingFileRequestAccepted",
            "fileRequestStatusChanged",
        ]
    );
    bench.run();
    let messages = bench.messages();
    let percents: Vec<_> = messages
        .iter()
        .filter_map(|message| message["processedPercents"].as_u64())
        .collect();
    assert_eq!(percents, [20, 40, 60, 80, 100]);
    let last = messages.last().unwrap();
    assert_eq!(last["status"], 3);
    let file_id = last["fileId"].as_i64().unwrap();
    let stored = bench.terminal.get_file(file_id).unwrap();
    assert_eq!((stored.name.as_str(), stored.content.size()), ("a.txt", 10));
    assert_eq!(list(&mut bench)[0]["status"], 3);

    let history = bench.good(json!({"method": "getFileTransferHistory"}));
    assert_eq!(history["filesRequests"][0]["fileId"], file_id);
    let files = bench.good(json!({"method": "getFileList"}));
    assert_eq!(files["fileList"][0]["fileId"], file_id.to_string());
}

#[test]
fn events_can_come_before_their_answer() {
    let mut bench = Bench::new(json!({"eventsFirst": true}));
    let id = bench.offer();
    bench.messages();
    bench.send(&accept(&id).to_string());
    assert_eq!(bench.names().last().unwrap(), "acceptIncomingFileRequest!");
}

#[test]
fn an_answered_request_cannot_be_answered_again() {
    let mut bench = Bench::new(json!({}));
    let id = bench.offer();
    bench.good(accept(&id));
    assert!(bench.bad(accept(&id)).contains("does not wait"));
    bench.bad(reject(&id));
    bench.run();
    bench.bad(accept(&id));
    bench.bad(accept("00000000-0000-4000-8000-000000000000"));
    bench.bad(json!({"method": "acceptIncomingFileRequest", "fileRequestId": 5}));
}

#[test]
fn a_rejected_request_becomes_what_the_option_says() {
    for (option, status) in [("gone", None), ("processed", Some(3)), ("failed", Some(0))] {
        let mut bench = Bench::new(json!({"rejectedAs": option}));
        let id = bench.offer();
        bench.good(reject(&id));
        bench.event("incomingFileRequestRejected");
        let list = list(&mut bench);
        assert_eq!(
            list.first().and_then(|entry| entry["status"].as_i64()),
            status,
            "{option}"
        );
        let truth = bench.terminal.file_requests()[0].to_json();
        assert_eq!(truth["status"], "rejected");
    }
}

#[test]
fn a_request_fails_vanishes_or_is_answered_elsewhere() {
    let mut bench = Bench::new(json!({}));
    let id = bench.offer();
    bench.good(accept(&id));
    bench.messages();
    bench.perform(json!({"op": "failRequest", "id": id}));
    assert_eq!(bench.event("fileRequestStatusChanged")["status"], 0);
    bench.run();
    assert!(
        bench.messages().is_empty(),
        "a failed transfer moves no more"
    );
    assert!(
        bench
            .try_perform(json!({"op": "failRequest", "id": id}))
            .is_err()
    );

    let id = bench.offer();
    bench.perform(json!({"op": "vanishRequest", "id": id}));
    assert_eq!(list(&mut bench).len(), 1);
    bench.bad(accept(&id));

    for accepted in [true, false] {
        let id = bench.offer();
        bench.messages();
        bench.perform(json!({"op": "answerElsewhere", "id": id, "accept": accepted}));
        let names = bench.names();
        let expected = ["incomingFileRequestRejected", "incomingFileRequestAccepted"];
        assert_eq!(names[0], expected[usize::from(accepted)]);
        bench.bad(accept(&id));
    }
}

#[test]
fn transfers_are_held_and_stepped() {
    let mut bench = Bench::new(json!({"holdProgress": true, "transferSteps": 4}));
    let (first, second) = (bench.offer(), bench.offer());
    bench.good(accept(&first));
    bench.good(accept(&second));
    bench.run();
    bench.messages();
    bench.perform(json!({"op": "releaseProgress", "id": first, "steps": 1}));
    assert_eq!(
        bench.event("incomingFileRequestDownloadingProgress")["processedPercents"],
        25
    );
    assert!(bench.names().is_empty());
    bench.perform(json!({"op": "releaseProgress", "steps": 2}));
    assert_eq!(bench.terminal.file_requests()[0].percent, 75);
    assert_eq!(bench.terminal.file_requests()[1].percent, 50);
    bench.perform(json!({"op": "releaseProgress", "id": first}));
    assert_eq!(
        bench.terminal.file_requests()[0].to_json()["status"],
        "processed"
    );
    bench.run();
    assert_eq!(bench.terminal.file_requests()[1].percent, 50);
    bench.perform(json!({"op": "releaseProgress"}));
    bench.run();
    assert_eq!(
        bench.terminal.file_requests()[1].to_json()["status"],
        "processed"
    );

    let third = bench.offer();
    bench.good(accept(&third));
    bench.perform(json!({"op": "holdProgress"}));
    bench.run();
    assert_eq!(bench.terminal.file_requests()[2].percent, 0);
}

#[test]
fn transfers_go_on_after_a_restart() {
    let mut bench = Bench::new(json!({}));
    let id = bench.offer();
    bench.good(accept(&id));
    bench.terminal.restart(bench.now);
    bench.run();
    assert_eq!(
        bench.terminal.file_requests()[0].to_json()["status"],
        "processed"
    );
}

#[test]
fn history_is_cleared_and_files_deleted() {
    for delete in [false, true] {
        let mut bench = Bench::new(json!({}));
        let done = bench.offer();
        bench.good(accept(&done));
        bench.run();
        bench.offer();
        let file_id = bench.terminal.file_requests()[0].file_id.unwrap();
        let clear = json!({"method": "clearFileTransferHistory", "deleteFilesFromDisk": delete});
        bench.good(clear);
        bench.event("fileTransferHistoryCleared");
        assert_eq!(list(&mut bench).len(), 1, "what waits stays");
        assert_eq!(bench.terminal.get_file(file_id).is_none(), delete);
    }
    let mut bench = Bench::new(json!({}));
    let id = bench.offer();
    bench.good(accept(&id));
    bench.run();
    let file_id = bench.terminal.file_requests()[0].file_id.unwrap();
    bench.good(json!({"method": "deleteFileTransferFile", "fileId": file_id}));
    let event = bench.event("fileDeletedFromFileTransferHistory");
    assert_eq!(
        (&event["fileRequestId"], &event["removedFromDisk"]),
        (&json!(id), &json!(true))
    );
    bench.bad(json!({"method": "deleteFileTransferFile", "fileId": file_id}));
}
