//! Events, and subscribers that are slower than the terminal.

mod engine_support;

use engine_support::Bench;
use serde_json::json;
use trueroom::{Filter, Options};

fn small_queue() -> Bench {
    Bench::ready(Options {
        queue_size: 3,
        ..Options::default()
    })
}

#[test]
fn a_gap_is_told_where_it_is() {
    let mut bench = small_queue();
    bench.subscribe(1, Filter::All);
    for n in 0..10 {
        bench.event("somethingNew", json!({"n": n}));
    }
    let taken = bench.take(1);
    assert_eq!(
        taken[0],
        json!({"method": "event", "event": "lagged", "dropped": 7})
    );
    let numbers: Vec<_> = taken[1..].iter().map(|event| event["n"].clone()).collect();
    assert_eq!(numbers, [7, 8, 9]);
    assert_eq!(bench.engine.counters().dropped, 7);
}

#[test]
fn overtaken_progress_goes_first_and_is_no_gap() {
    let mut bench = small_queue();
    bench.subscribe(1, Filter::All);
    bench.event("login", json!({"result": 0}));
    for percent in 0..50 {
        for id in ["a", "b"] {
            bench.event(
                "incomingFileRequestDownloadingProgress",
                json!({"fileRequestId": id, "fileSize": 5, "processedPercents": percent}),
            );
        }
    }
    let taken = bench.take(1);
    assert_eq!(taken[0]["event"], "login");
    assert_eq!(
        (
            &taken[1]["processedPercents"],
            &taken[2]["processedPercents"]
        ),
        (&json!(49), &json!(49))
    );
    assert_eq!((taken.len(), bench.engine.counters().dropped), (3, 0));
}

#[test]
fn a_slow_subscriber_costs_the_others_nothing() {
    let mut bench = small_queue();
    bench.subscribe(1, Filter::All);
    bench.subscribe(2, Filter::Events(["login".to_owned()].into()));
    for _ in 0..10 {
        bench.event("login", json!({}));
        assert_eq!(bench.take(2).len(), 1);
    }
    assert_eq!(bench.take(1).len(), 4, "the gap and the three newest");
}

#[test]
fn changes_of_one_request_are_one_item_with_its_newest_state() {
    let mut bench = Bench::ready(Options::default());
    bench.subscribe(1, Filter::Changes);
    let file = json!({"fileRequestId": "a", "fileName": "a", "fileSize": 5});
    bench.event("receivedFileRequest", file);
    for percent in [10, 50] {
        bench.event(
            "incomingFileRequestDownloadingProgress",
            json!({"fileRequestId": "a", "processedPercents": percent}),
        );
    }
    let taken = bench.take(1);
    assert_eq!((taken.len(), &taken[0]["percent"]), (1, &json!(50)));
}

#[test]
fn requests_that_wait_already_are_there_for_one_who_comes_later() {
    let mut bench = Bench::ready(Options::default());
    for id in ["a", "b"] {
        bench.event(
            "receivedFileRequest",
            json!({"fileRequestId": id, "fileName": id, "fileSize": 5}),
        );
    }
    bench.event("incomingFileRequestRejected", json!({"fileRequestId": "a"}));
    bench.subscribe(1, Filter::Requests);
    let taken = bench.take(1);
    assert_eq!((taken.len(), &taken[0]["id"]), (1, &json!("b")));
}

#[test]
fn messages_that_are_none_are_counted_and_told_without_their_contents() {
    let mut bench = Bench::ready(Options::default());
    bench.subscribe(1, Filter::All);
    for text in [
        "",
        "swordfish",
        "\"swordfish\"",
        "[1]",
        "{}",
        r#"{"method":"event"}"#,
    ] {
        bench.receive_text(text);
    }
    bench.engine.on_binary(bench.now, &[0xff, 0xfe]);
    let taken = bench.take(1);
    assert_eq!((taken.len(), bench.engine.counters().malformed), (7, 7));
    for event in taken {
        assert_eq!(event["event"], "error");
        assert!(!event.to_string().contains("swordfish"), "{event}");
    }
}
