//! Rooms of a fleet: their first connection is tried again, and attempts may have to wait.

#![allow(clippy::expect_used, clippy::unwrap_used)]

mod engine_support;

use engine_support::{Bench, ms};
use trueroom::{Error, Filter, Options, State};

fn patient() -> Bench {
    let mut bench = Bench::new(Options::default());
    bench.engine.be_patient();
    bench.subscribe(1, Filter::All);
    bench
}

fn fail(bench: &mut Bench) {
    let tried = vec!["ws://127.0.0.1:8765 -> connection refused".to_owned()];
    bench
        .engine
        .on_open_failed(bench.now, "connection refused", tried);
    bench.pump();
}

#[test]
fn a_first_connection_that_fails_is_tried_again() {
    let mut bench = patient();
    for failures in 1..10 {
        fail(&mut bench);
        assert_eq!(bench.engine.state(), State::Connecting);
        assert_eq!(bench.engine.failures(), failures);
        let told = bench.take(1).pop().expect("a connection event");
        assert_eq!(told["state"], "connecting", "{told}");
        let opens = bench.opens;
        bench.pass(ms(told["retryIn"].as_u64().unwrap() + 1));
        assert_eq!(bench.opens, opens + 1);
    }
    let error = bench.engine.last_error().expect("an error");
    assert!(
        matches!(error, Error::Connect { tried, .. } if tried.len() == 1),
        "{error}"
    );
    bench.connect();
    assert_eq!(bench.engine.state(), State::Ready);
    assert_eq!(bench.engine.failures(), 0);
    assert_eq!(bench.engine.counters().reconnects, 0);
    assert!(bench.engine.last_error().is_some(), "it is remembered");
}

#[test]
fn a_room_without_patience_ends_at_the_first_failure() {
    let mut bench = Bench::new(Options::default());
    fail(&mut bench);
    assert_eq!(bench.engine.state(), State::Closed);
    assert_eq!(bench.ended()["kind"], "ConnectError");
}

#[test]
fn what_trying_again_does_not_mend_ends_a_patient_room_as_well() {
    let mut bench = patient();
    bench.open();
    while let Some(asked) = bench.sent.pop_front() {
        let fine = asked["method"] != "auth";
        bench.answer(&asked, serde_json::json!({"result": fine}));
    }
    assert_eq!(bench.ended()["kind"], "AuthError");
    assert_eq!(bench.engine.last_error().expect("one").kind(), "AuthError");
}

#[test]
fn the_time_before_an_attempt_is_made_is_no_part_of_its_time_limit() {
    let mut bench = patient();
    let hour = ms(3_600_000);
    bench.engine.on_open_delayed(bench.now, hour);
    bench.pass(hour + ms(9_999));
    assert_eq!(bench.engine.failures(), 0);
    bench.pass(ms(1));
    assert_eq!(bench.engine.failures(), 1);
    assert_eq!(bench.drops, 1);
}

#[test]
fn only_attempts_that_fail_count_as_failures() {
    let mut bench = patient();
    bench.connect();
    bench.lose();
    assert_eq!(bench.engine.state(), State::Reconnecting);
    assert_eq!(bench.engine.failures(), 0, "it was up");
    assert_eq!(
        bench.engine.last_error().expect("one").kind(),
        "ConnectionLost"
    );
    bench.pass(ms(1_000));
    fail(&mut bench);
    assert_eq!(bench.engine.failures(), 1);
    assert_eq!(
        bench.engine.last_error().expect("one").kind(),
        "ConnectError"
    );
}
