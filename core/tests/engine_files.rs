//! File requests: both generations, acting on them, and what a deaf time hides.

#![allow(clippy::expect_used, clippy::unwrap_used)]

mod engine_support;

use engine_support::{Bench, ms};
use serde_json::{Value, json};
use trueroom::{Filter, Generation, Options};

/// The answer on the vendor's page, unchanged.
fn seed_page() -> String {
    let page = include_str!("../../protocol/seed-getIncomingFilesRequests.txt");
    let (_, rest) = page.split_once("Response example:").unwrap();
    rest.split_once("Parameter description:")
        .unwrap()
        .0
        .to_owned()
}

/// A room of a terminal from before 4.1, which refuses or ignores the newer commands.
fn legacy(silent: bool) -> Bench {
    let mut bench = Bench::new(Options::default());
    bench.connect();
    let asked = bench.next("getFileTransferAvailability");
    bench.answer(&asked, json!({"result": true, "available": true}));
    for method in ["getIncomingFilesRequests", "getOutgoingFilesRequests"] {
        let asked = bench.next(method);
        if !silent {
            bench.answer(&asked, json!({"result": false, "error": "unknown method"}));
        }
    }
    if silent {
        bench.pass(ms(3_000));
    }
    for method in ["getFileRequests", "getFileUploads"] {
        let asked = bench.next(method);
        bench.answer(&asked, json!({"result": true, "files": []}));
    }
    assert_eq!(bench.engine.generation(), Some(Generation::Legacy));
    assert!(bench.engine.is_settled());
    bench
}

fn offer(id: &str) -> Value {
    json!({"fileRequestId": id, "peerId": "p@s", "peerDn": "P", "fileName": "a.txt",
        "fileSize": 10, "timestamp": 1_659_249_467_212_u64})
}

#[test]
fn the_answer_on_the_vendors_page_fills_the_book() {
    let mut bench = Bench::new(Options::default());
    bench.connect();
    bench.subscribe(1, Filter::Requests);
    bench.next("getFileTransferAvailability");
    let asked = bench.next("getIncomingFilesRequests");
    let page = seed_page().replace(
        "\"requestId\" : \"1\"",
        &format!("\"requestId\":{}", asked["requestId"]),
    );
    bench.receive_text(&page);
    let taken = bench.take(1);
    let expected = json!({"id": "8e9dc8cc-fd65-47c0-8474-a4042bbbb395", "direction": "incoming",
        "status": "waiting", "fileName": "2.jpg", "size": 3200, "sizeKnown": true,
        "peerId": "820_1@some.server", "peerName": "820_1", "conferenceId": null,
        "createdAt": 1_659_249_467_212_u64, "fileId": null, "percent": 0, "isFinished": false});
    assert_eq!(taken[0], expected);
    assert_eq!(taken[1]["conferenceId"], "0000016f35f42ef6@some.server#vcs");
    assert_eq!(taken.len(), 2);
}

#[test]
fn an_offer_is_accepted_received_and_done() {
    let mut bench = Bench::ready(Options::default());
    bench.subscribe(1, Filter::Requests);
    bench.event("receivedFileRequest", offer("a"));
    bench.event("receivedFileRequest", offer("a"));
    assert_eq!(bench.take(1).len(), 1, "once");
    let call = bench.engine.answer_file(bench.now, "a", true).unwrap();
    bench.pump();
    let again = bench.engine.answer_file(bench.now, "a", false).unwrap_err();
    assert!(again.to_string().contains("under way already"), "{again}");
    let asked = bench.next("acceptIncomingFileRequest");
    assert_eq!(asked["fileRequestId"], "a");
    bench.answer(&asked, json!({"result": true}));
    assert!(bench.outcome(call).is_ok());
    assert!(!bench.engine.file("a").unwrap().status.is_finished());
    let again = bench.engine.answer_file(bench.now, "a", true).unwrap_err();
    assert_eq!(again.kind(), "FileRequestError");
    bench.event(
        "incomingFileRequestDownloadingProgress",
        json!({"fileRequestId": "a", "fileSize": 10, "processedPercents": 40}),
    );
    assert_eq!(bench.engine.file("a").unwrap().percent, 40);
    bench.event(
        "fileRequestStatusChanged",
        json!({"fileRequestId": "a", "status": 3, "directionType": 0, "fileId": 260_618_251}),
    );
    let done = bench.engine.file("a").unwrap();
    assert_eq!((done.percent, done.is_finished()), (100, true));
    assert_eq!(done.file_id.as_ref().unwrap().to_string(), "260618251");
    assert!(bench.sent.is_empty(), "one command in all");
}

#[test]
fn a_rejected_offer_stays_rejected_whatever_the_list_calls_it() {
    let mut bench = Bench::ready(Options::default());
    bench.event("receivedFileRequest", offer("a"));
    bench.engine.answer_file(bench.now, "a", false).unwrap();
    bench.pump();
    let asked = bench.next("rejectIncomingFileRequest");
    bench.answer(&asked, json!({"result": true}));
    bench.engine.refresh(bench.now).unwrap();
    bench.pump();
    bench.lists(
        &json!([{"fileRequestId": "a", "fileName": "a.txt", "size": 10, "status": 3}]),
        &json!([]),
    );
    assert_eq!(
        bench.engine.file("a").unwrap().status,
        trueroom::FileStatus::Rejected
    );
}

#[test]
fn an_older_terminal_is_recognised_by_refusal_or_silence() {
    for silent in [false, true] {
        let bench = legacy(silent);
        assert_eq!(
            bench.engine.availability(),
            Some(trueroom::Availability::Available)
        );
    }
}

#[test]
fn an_offer_without_a_size_is_completed_before_anybody_sees_it() {
    let mut bench = legacy(false);
    bench.subscribe(1, Filter::Requests);
    bench.event(
        "receivedFileRequest",
        json!({"id": 17, "peerId": "p@s", "peerDn": "P",
        "fileName": "a.txt", "confId": ""}),
    );
    assert_eq!(bench.take(1).len(), 0);
    let asked = bench.next("getFileInfo");
    assert_eq!(asked["id"], 17);
    bench.answer(
        &asked,
        json!({"result": true, "id": 17, "status": 1, "directionType": 0,
        "totalSize": 200, "timestamp": 1_659_249_467}),
    );
    let taken = bench.take(1);
    assert_eq!(
        (&taken[0]["id"], &taken[0]["size"]),
        (&json!("17"), &json!(200))
    );
    assert_eq!(taken[0]["createdAt"], 1_659_249_467_000_u64);
    bench.engine.answer_file(bench.now, "17", true).unwrap();
    bench.pump();
    assert_eq!(bench.next("acceptFile")["id"], 17);
    bench.event(
        "fileDownloadingProgress",
        json!({"id": 17, "totalSize": 200, "processedSize": 50}),
    );
    assert_eq!(bench.engine.file("17").unwrap().percent, 25);
}

#[test]
fn details_that_do_not_come_do_not_hold_an_offer_back() {
    let mut bench = legacy(false);
    bench.subscribe(1, Filter::Requests);
    bench.event(
        "receivedFileRequest",
        json!({"id": 17, "fileName": "a.txt"}),
    );
    bench.next("getFileInfo");
    bench.pass(ms(3_000));
    assert_eq!(bench.take(1)[0]["sizeKnown"], false);
}

#[test]
fn details_lost_with_the_connection_are_asked_for_again() {
    let mut bench = legacy(false);
    bench.subscribe(1, Filter::Requests);
    bench.event(
        "receivedFileRequest",
        json!({"id": 17, "fileName": "a.txt"}),
    );
    bench.next("getFileInfo");
    bench.lose();
    bench.pass(ms(500));
    bench.connect();
    bench.next("getFileTransferAvailability");
    let asked = bench.next("getFileRequests");
    bench.answer(
        &asked,
        json!({"result": true, "files": [{"id": 17, "status": 1}]}),
    );
    bench.next("getFileUploads");
    let asked = bench.next("getFileInfo");
    bench.answer(&asked, json!({"result": true, "id": 17, "totalSize": 5}));
    assert_eq!(bench.take(1)[0]["size"], 5);
}

#[test]
fn a_deaf_time_is_made_up_for_with_synthetic_events() {
    let mut bench = Bench::ready(Options::default());
    for id in ["taken", "gone", "kept"] {
        bench.event("receivedFileRequest", offer(id));
    }
    bench.subscribe(1, Filter::All);
    bench.subscribe(2, Filter::Changes);
    bench.lose();
    bench.pass(ms(500));
    bench.connect();
    let entry = |id: &str, status: u8| json!({"fileRequestId": id, "fileName": "a.txt", "size": 10, "status": status});
    bench.lists(
        &json!([entry("taken", 2), entry("kept", 1), entry("new", 1)]),
        &json!([]),
    );
    let synthetic: Vec<_> = bench
        .take(1)
        .into_iter()
        .filter(|event| event["synthetic"] == true)
        .map(|event| {
            (
                event["event"].clone(),
                event["fileRequestId"].clone(),
                event["status"].clone(),
            )
        })
        .collect();
    let status = json!("fileRequestStatusChanged");
    assert_eq!(
        synthetic,
        [
            (status.clone(), json!("taken"), json!(2)),
            (json!("receivedFileRequest"), json!("new"), Value::Null),
            (status, json!("gone"), json!(3)),
        ]
    );
    let changed: Vec<_> = bench
        .take(2)
        .into_iter()
        .map(|request| request["id"].clone())
        .collect();
    assert_eq!(changed, ["taken", "new", "gone"]);
    assert_eq!(
        bench.engine.file("gone").unwrap().status,
        trueroom::FileStatus::Rejected
    );
}

#[test]
fn what_is_missing_from_the_first_lists_is_no_news() {
    let mut bench = Bench::new(Options::default());
    bench.subscribe(1, Filter::All);
    bench.connect();
    let entry = json!({"fileRequestId": "a", "fileName": "a.txt", "size": 10, "status": 1});
    bench.lists(&json!([entry]), &json!([]));
    assert!(
        bench
            .take(1)
            .iter()
            .all(|event| event.get("synthetic").is_none())
    );
}

#[test]
fn the_lists_are_compared_again_every_minute_and_after_silence_sooner() {
    let mut bench = Bench::ready(Options::default());
    bench.pass_alive(ms(59_000));
    assert!(bench.sent.is_empty());
    bench.pass_alive(ms(1_000));
    assert_eq!(bench.sent.len(), 3);
    bench.sent.clear();
    // Not answered: the other generation is tried, then both again after a pause.
    bench.pass_alive(ms(6_000));
    assert_eq!(bench.next("getFileRequests")["method"], "getFileRequests");
    bench.sent.clear();
    bench.pass_alive(ms(5_000));
    bench.lists(&json!([]), &json!([]));
    assert!(bench.engine.is_settled());
}

#[test]
fn a_doubt_is_settled_by_asking() {
    let options = Options {
        resync_interval: ms(0),
        ..Options::default()
    };
    let mut bench = Bench::ready(options);
    bench.event(
        "fileRequestStatusChanged",
        json!({"fileRequestId": "unheard-of", "status": 2}),
    );
    bench.pass(ms(1_000));
    let asked = [
        bench.next("getFileTransferAvailability"),
        bench.next("getIncomingFilesRequests"),
        bench.next("getOutgoingFilesRequests"),
    ];
    // One that comes up meanwhile is not settled by what this round brings.
    bench.event(
        "fileRequestStatusChanged",
        json!({"fileRequestId": "unheard-of", "status": 2}),
    );
    bench.pass(ms(1_000));
    for (asked, field) in asked
        .iter()
        .zip(["", "incomingFilesRequests", "outgoingFilesRequests"])
    {
        bench.answer(asked, json!({"result": true, "availability": 3, field: []}));
    }
    bench.empty_lists();
    bench.pass_alive(ms(600_000));
    assert!(bench.sent.is_empty(), "and then there is no doubt any more");
}

#[test]
fn a_flood_of_requests_fills_neither_the_book_nor_a_queue() {
    let mut bench = legacy(false);
    for (id, filter) in [(1, Filter::Requests), (2, Filter::Changes)] {
        bench.subscribe(id, filter);
    }
    for id in 0..13_000 {
        bench.event(
            "receivedFileRequest",
            json!({"id": id, "fileName": "a.txt"}),
        );
    }
    let (longest, known) = bench.engine.sizes();
    assert!(longest <= 10_000 && known <= 10_000, "{longest}, {known}");
    assert!(bench.engine.counters().pending <= 2_000 && bench.sent.len() <= 2_000);
    let list: Vec<_> = (0..60_000)
        .map(|id| json!({"id": id, "status": 1}))
        .collect();
    bench.engine.refresh(bench.now).unwrap();
    bench.pump();
    let asked = bench.sent.pop_back().unwrap();
    bench.answer(&asked, json!({"result": true, "files": list}));
    let (longest, known) = bench.engine.sizes();
    assert!(longest <= 10_000 && known <= 10_000, "{longest}, {known}");
}

fn quiet() -> Options {
    Options {
        resync_interval: ms(0),
        ..Options::default()
    }
}

#[test]
fn a_request_that_waits_after_all_reaches_a_slow_subscriber_once() {
    let mut bench = Bench::ready(quiet());
    for (id, filter) in [(1, Filter::Requests), (2, Filter::Requests)] {
        bench.subscribe(id, filter);
    }
    bench.event("receivedFileRequest", offer("a"));
    assert_eq!(bench.take(1).len(), 1);
    let refresh = |bench: &mut Bench, list: Value| {
        bench.engine.refresh(bench.now).unwrap();
        bench.pump();
        bench.lists(&list, &json!([]));
    };
    refresh(&mut bench, json!([]));
    assert_eq!(bench.take(2).len(), 0, "it is gone, as far as known");
    refresh(
        &mut bench,
        json!([{"fileRequestId": "a", "status": 1, "size": 10, "fileName": "a.txt"}]),
    );
    assert_eq!(bench.take(2).len(), 1, "now it can be had");
    assert_eq!(bench.take(1).len(), 0, "but not twice");
}

#[test]
fn a_deletion_may_overtake_what_was_said_before() {
    let mut bench = Bench::ready(quiet());
    let deleted = json!({"fileRequestId": "a", "directionType": 0, "removedFromDisk": true});
    bench.event("fileDeletedFromFileTransferHistory", deleted);
    bench.event("receivedFileRequest", offer("a"));
    let done = json!({"fileRequestId": "a", "status": 3, "directionType": 0});
    bench.event("fileRequestStatusChanged", done);
    assert!(bench.engine.files().is_empty());
}

#[test]
fn what_a_list_leaves_out_is_asked_about_again_when_a_message_came_between() {
    let mut bench = Bench::ready(quiet());
    bench.event("receivedFileRequest", offer("a"));
    bench.engine.refresh(bench.now).unwrap();
    bench.pump();
    bench.event(
        "incomingFileRequestDownloadingProgress",
        json!({"fileRequestId": "a", "processedPercents": 10}),
    );
    bench.empty_lists();
    assert_eq!(
        bench.engine.file("a").unwrap().status,
        trueroom::FileStatus::Processing
    );
    bench.pass(ms(1_000));
    bench.empty_lists();
    assert_eq!(
        bench.engine.file("a").unwrap().status,
        trueroom::FileStatus::Failed
    );
}

#[test]
fn an_unreadable_list_does_not_end_the_comparing() {
    let mut bench = Bench::ready(quiet());
    bench.engine.refresh(bench.now).unwrap();
    bench.pump();
    bench.next("getFileTransferAvailability");
    let deep = format!("{}{}", "[".repeat(500), "]".repeat(500));
    for method in ["getIncomingFilesRequests", "getOutgoingFilesRequests"] {
        let id = bench.next(method)["requestId"].clone();
        bench.receive_text(&format!(
            r#"{{"method":"{method}","a":{deep},"requestId":{id}}}"#
        ));
    }
    bench.pass_alive(ms(20_000));
    let again = |message: &Value| message["method"] == "getIncomingFilesRequests";
    assert!(bench.sent.iter().any(again), "asked again");
}
