//! What a room forgets of file requests that are over, and what it does not.

#![allow(clippy::expect_used, clippy::unwrap_used)]

mod engine_support;

use engine_support::{Bench, ms};
use serde_json::{Value, json};
use trueroom::{Filter, Options};

/// More than a room remembers.
const MANY: usize = 2000;

/// What a room remembers at most of requests that are over.
const MOST: usize = 512;

fn about(id: &str) -> Value {
    json!({"fileRequestId": id, "peerId": "p@s", "peerDn": "P", "fileName": "a.txt",
        "fileSize": 10, "size": 10, "timestamp": 1_659_249_467_212_u64, "directionType": 0})
}

fn with_status(id: &str, status: u8) -> Value {
    let mut about = about(id);
    about["status"] = status.into();
    about
}

/// A file is offered, received and removed from the history.
fn pass(bench: &mut Bench, id: &str) {
    bench.event("receivedFileRequest", about(id));
    bench.event("fileRequestStatusChanged", with_status(id, 3));
    bench.event("fileDeletedFromFileTransferHistory", about(id));
}

/// Many files pass, each with an id of its own.
fn pass_many(bench: &mut Bench, name: &str) {
    for n in 0..MANY {
        pass(bench, &format!("{name} {n}"));
    }
}

#[test]
fn a_room_that_sees_many_files_stays_small() {
    let mut bench = Bench::ready(Options::default());
    bench.subscribe(1, Filter::Requests);
    bench.event("receivedFileRequest", about("open"));
    pass_many(&mut bench, "other");
    assert!(bench.engine.sizes().1 <= MOST + 1);
    assert!(bench.engine.file("open").is_some());
    assert!(bench.engine.file("other 0").is_none());
    let last = bench.engine.file(&format!("other {}", MANY - 1));
    assert!(last.is_some_and(trueroom::FileRequest::is_finished));
    assert_eq!(bench.take(1).len(), 1, "the others no longer wait");
    bench.event("receivedFileRequest", about("open"));
    assert!(bench.take(1).is_empty(), "each comes once");
}

#[test]
fn a_change_that_was_not_taken_is_not_forgotten() {
    let mut bench = Bench::ready(Options::default());
    bench.event("receivedFileRequest", about("a"));
    bench.subscribe(1, Filter::Changes);
    pass(&mut bench, "a");
    pass_many(&mut bench, "other");
    let taken = bench.take(1);
    assert_eq!(taken.len(), MANY + 1);
    assert_eq!(taken[0]["id"], "a");
    assert_eq!(taken[0]["status"], "processed");
    // Nobody waits for them any more.
    bench.engine.unsubscribe(1);
    pass_many(&mut bench, "newer");
    assert!(bench.engine.file("a").is_none());
    assert!(bench.engine.sizes().1 <= MOST);
}

#[test]
fn a_request_that_is_being_answered_is_not_forgotten() {
    let mut bench = Bench::ready(Options::default());
    bench.event("receivedFileRequest", about("a"));
    let call = bench.engine.answer_file(bench.now, "a", true).unwrap();
    bench.pump();
    let asked = bench.next("acceptIncomingFileRequest");
    bench.event("fileDeletedFromFileTransferHistory", about("a"));
    pass_many(&mut bench, "other");
    assert!(bench.engine.is_answering("a"));
    bench.answer(&asked, json!({"result": true}));
    assert!(bench.settled[&call].is_ok());
    // The terminal has taken the answer; only its lists tell that there is no such request.
    bench.engine.refresh(bench.now).unwrap();
    bench.pump();
    bench.empty_lists();
    pass_many(&mut bench, "newer");
    assert!(bench.engine.file("a").is_none());
    assert!(bench.engine.sizes().1 <= MOST);
}

#[test]
fn a_list_that_was_on_its_way_brings_nothing_back() {
    let mut bench = Bench::ready(Options::default());
    bench.engine.refresh(bench.now).unwrap();
    bench.pump();
    let availability = bench.next("getFileTransferAvailability");
    bench.answer(&availability, json!({"result": true, "availability": 3}));
    let incoming = bench.next("getIncomingFilesRequests");
    let outgoing = bench.next("getOutgoingFilesRequests");
    pass_many(&mut bench, "other");
    let list: Vec<Value> = (0..MANY)
        .map(|n| with_status(&format!("other {n}"), 3))
        .collect();
    bench.answer(
        &incoming,
        json!({"result": true, "incomingFilesRequests": list}),
    );
    bench.answer(
        &outgoing,
        json!({"result": true, "outgoingFilesRequests": []}),
    );
    assert!(bench.engine.files().is_empty());
    assert!(bench.engine.sizes().1 <= MOST);
    // It may have named new ones as well, so it is asked for again.
    bench.pass(ms(1_000));
    bench.lists(&json!([with_status("new", 3)]), &json!([]));
    assert_eq!(bench.engine.files().len(), 1);
}

#[test]
fn declined_requests_that_no_list_has_are_forgotten() {
    let mut bench = Bench::ready(Options::default());
    for n in 0..MANY {
        let id = format!("other {n}");
        bench.event("receivedFileRequest", about(&id));
        bench.event("incomingFileRequestRejected", about(&id));
    }
    bench.engine.refresh(bench.now).unwrap();
    bench.pump();
    bench.empty_lists();
    assert!(bench.engine.sizes().1 <= MOST);
    assert_eq!(bench.engine.files().len(), bench.engine.sizes().1);
}
