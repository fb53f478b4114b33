//! File transfer before 4.1: each command and event of the older names.

use serde_json::{Value, json};

use crate::bench::Bench;

fn bench() -> Bench {
    Bench::new(json!({"generation": "legacy"}))
}

fn files(bench: &mut Bench, method: &str) -> Vec<Value> {
    bench.good(json!({"method": method}))["files"]
        .as_array()
        .unwrap()
        .clone()
}

#[test]
fn an_incoming_file_has_a_number() {
    let mut bench = bench();
    bench.offer();
    assert_eq!(
        bench.event("receivedFileRequest"),
        json!({
            "method": "event", "event": "receivedFileRequest", "id": 1,
            "peerId": "alice@example.test", "peerDn": "alice", "fileName": "a.txt", "confId": "",
        })
    );
    assert_eq!(files(&mut bench, "getFileRequests")[0]["totalSize"], 10);
    bench.good(json!({"method": "acceptFile", "id": 1}));
    assert_eq!(bench.names(), ["fileAccepted", "fileStatus"]);
    bench.run();
    let progress = bench.event("fileDownloadingProgress");
    assert_eq!(
        (&progress["processedSize"], &progress["status"]),
        (&json!(2), &json!(2))
    );
    assert!(bench.names().ends_with(&["fileStatus".to_owned()]));
    assert_eq!(
        bench.good(json!({"method": "getFileInfo", "id": 1}))["status"],
        3
    );
    assert_eq!(files(&mut bench, "getFileTransferInfo").len(), 1);
    assert!(files(&mut bench, "getFileUploads").is_empty());

    bench.offer();
    bench.good(json!({"method": "rejectFile", "id": 2}));
    assert_eq!(bench.event("fileRejected")["id"], 2);
    bench.bad(json!({"method": "acceptFile", "id": 2}));
}

#[test]
fn an_outgoing_file_is_answered_with_result_only() {
    let mut bench = bench();
    let file_id = bench.upload();
    let send = json!({"method": "sendFile", "fileId": file_id, "peerId": "bob@example.test"});
    assert!(bench.good(send).get("sentFileRequestId").is_none());
    let sent = bench.event("fileSent");
    assert_eq!((&sent["name"], &sent["id"]), (&json!("b.txt"), &json!(1)));
    assert_eq!(files(&mut bench, "getFileUploads")[0]["fileId"], file_id);
    bench.run();
    assert_eq!(bench.event("fileUploadingProgress")["directionType"], 1);

    bench.perform(json!({"op": "call", "from": "a@x", "type": 1, "title": "T"}));
    bench.good(json!({"method": "accept"}));
    bench.good(json!({"method": "sendConferenceFile", "fileId": file_id}));
    assert_ne!(bench.event("fileConferenceSent")["confId"], "");
}

#[test]
fn clearing_always_deletes_the_files() {
    let mut bench = bench();
    bench.offer();
    bench.good(json!({"method": "acceptFile", "id": 1}));
    bench.run();
    let file_id = bench.terminal.file_requests()[0].file_id.unwrap();
    bench.good(json!({"method": "clearFileTransfer"}));
    bench.event("fileTransferCleared");
    assert!(bench.terminal.get_file(file_id).is_none());

    bench.offer();
    bench.good(json!({"method": "acceptFile", "id": 2}));
    bench.run();
    let file_id = bench.terminal.file_requests()[1].file_id.unwrap();
    bench.good(json!({"method": "deleteFileTransferFile", "fileId": file_id}));
    assert_eq!(bench.event("fileTransferFileDeleted")["file"]["id"], 2);
}

#[test]
fn availability_is_a_flag() {
    let mut bench = bench();
    let answer = bench.good(json!({"method": "getFileTransferAvailability"}));
    assert_eq!(
        (&answer["available"], answer.get("availability")),
        (&json!(true), None)
    );
    bench.perform(json!({"op": "setAvailability", "availability": 0}));
    assert_eq!(bench.event("fileTransferAvailable")["available"], false);
}

#[test]
fn the_generations_do_not_know_each_other() {
    let mut legacy = bench();
    assert_eq!(
        legacy.bad(json!({"method": "getIncomingFilesRequests"})),
        "unknown method"
    );
    let mut current = Bench::new(json!({}));
    assert_eq!(
        current.bad(json!({"method": "getFileRequests"})),
        "unknown method"
    );
}

#[test]
fn both_at_once_say_everything_twice() {
    let mut bench = Bench::new(json!({"generation": "both"}));
    let id = bench.offer();
    let event = bench.event("receivedFileRequest");
    assert_eq!(
        (&event["id"], &event["fileRequestId"]),
        (&json!(1), &json!(id))
    );
    bench.good(json!({"method": "acceptFile", "id": 1}));
    assert_eq!(
        bench.names(),
        [
            "incomingFileRequestAccepted",
            "fileAccepted",
            "fileRequestStatusChanged",
            "fileStatus",
        ]
    );
}
