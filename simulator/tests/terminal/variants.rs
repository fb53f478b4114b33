//! Options for what the pages leave open in the shapes of files.

use serde_json::{Value, json};

use crate::bench::Bench;

#[test]
fn the_conference_of_a_file_is_missing_null_or_empty() {
    for (option, expected) in [
        ("missing", None),
        ("null", Some(Value::Null)),
        ("empty", Some(json!(""))),
    ] {
        let mut bench = Bench::new(json!({}));
        assert!(
            bench.event_of_offer(option).get("confId") == expected.as_ref(),
            "{option}"
        );
    }
    let mut bench = Bench::new(json!({}));
    bench.perform(json!({"op": "offerFile", "conferenceId": "1@x#vcs"}));
    assert_eq!(bench.event("receivedFileRequest")["confId"], "1@x#vcs");
}

impl Bench {
    fn event_of_offer(&mut self, option: &str) -> Value {
        *self = Self::new(json!({"noConference": option}));
        self.checked = false;
        self.offer();
        self.event("receivedFileRequest")
    }
}

#[test]
fn a_file_id_is_a_number_or_a_text() {
    for option in ["number", "string"] {
        let mut bench = Bench::new(json!({"fileId": option}));
        bench.checked = false;
        let file_id = bench.upload();
        bench.good(json!({"method": "sendFile", "fileId": file_id, "callId": "b@x"}));
        let event = bench.event("outgoingFileRequestSent");
        assert_eq!(event["fileId"].is_string(), option == "string");
    }
}

#[test]
fn names_and_sizes_are_passed_on_as_they_are() {
    let mut bench = Bench::new(json!({}));
    let name = "../../etc/\u{202e}passwd\u{0}\n";
    bench.perform(json!({
        "op": "offerFile", "name": name, "text": "x", "size": 1_000_000_000_000_000_000_u64,
        "from": "eve@x", "fromName": "",
    }));
    let event = bench.event("receivedFileRequest");
    assert_eq!(event["fileName"], name);
    assert_eq!(event["fileSize"], 1_000_000_000_000_000_000_u64);
    assert_eq!(event["peerDn"], "");
    let id = event["fileRequestId"].clone();
    bench.good(json!({"method": "acceptIncomingFileRequest", "fileRequestId": id}));
    bench.run();
}

#[test]
fn the_clock_starts_where_it_is_told() {
    let mut bench = Bench::new(json!({"startTime": 1_659_249_467_212_u64}));
    bench.wait(788);
    bench.offer();
    assert_eq!(
        bench.event("receivedFileRequest")["timestamp"],
        1_659_249_468_000_u64
    );
}

#[test]
fn jitter_comes_from_the_seed() {
    let end = |seed| {
        let mut bench = Bench::new(json!({"jitter": 1000, "seed": seed}));
        let id = bench.offer();
        bench.good(json!({"method": "acceptIncomingFileRequest", "fileRequestId": id}));
        bench.run();
        bench.now
    };
    assert_eq!(end(1), end(1));
    assert_ne!(end(1), end(2));
}
