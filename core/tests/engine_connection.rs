//! Signs of life, reconnecting and the end of a room.

#![allow(clippy::expect_used, clippy::unwrap_used)]

mod engine_support;

use engine_support::{Bench, ms};
use serde_json::json;
use trueroom::{Filter, Options, State};

#[test]
fn a_pulled_cable_is_noticed_within_20_seconds() {
    let mut bench = Bench::ready(Options::default());
    bench.pass(ms(9_999));
    assert_eq!(bench.pings, 0);
    bench.pass(ms(1));
    assert_eq!(bench.pings, 1);
    bench.pass(ms(9_999));
    assert_eq!((bench.pings, bench.engine.state()), (1, State::Ready));
    bench.pass(ms(1));
    assert_eq!(
        (bench.drops, bench.engine.state()),
        (1, State::Reconnecting)
    );
}

#[test]
fn whatever_comes_is_a_sign_of_life() {
    let mut bench = Bench::ready(Options::default());
    bench.pass(ms(15_000));
    bench.event("appStateChanged", json!({}));
    bench.pass(ms(15_000));
    bench.engine.on_alive(bench.now);
    bench.pass(ms(15_000));
    bench.engine.on_pong(bench.now);
    assert_eq!(bench.engine.rtt(), Some(ms(5_000)));
    bench.pass(ms(19_999));
    assert_eq!(bench.engine.state(), State::Ready);
    bench.pass(ms(1));
    assert_eq!(bench.engine.state(), State::Reconnecting);
}

/// The pause before the next attempt, from the event that announces it.
fn pause(bench: &mut Bench) -> u64 {
    let told = bench.take(1).pop().expect("a connection event");
    assert_eq!(told["state"], "reconnecting", "{told}");
    told["retryIn"].as_u64().expect("a number")
}

#[test]
fn pauses_double_up_to_30_seconds_with_full_jitter() {
    let mut bench = Bench::ready(Options::default());
    bench.subscribe(1, Filter::All);
    bench.lose();
    let mut longest = 0;
    for attempt in 0..40 {
        let pause = pause(&mut bench);
        let most = (500_u64 << attempt.min(10)).min(30_000);
        assert!(
            pause <= most,
            "attempt {attempt}: {pause} ms, at most {most}"
        );
        longest = longest.max(pause);
        let opens = bench.opens;
        bench.pass(ms(pause + 1));
        assert_eq!(bench.opens, opens + 1, "attempt {attempt}");
        bench
            .engine
            .on_open_failed(bench.now, "connection refused", Vec::new());
        bench.pump();
    }
    assert!(longest > 20_000, "the range is used: {longest}");
}

#[test]
fn a_connection_that_held_for_30_seconds_starts_the_pauses_anew() {
    let mut bench = Bench::ready(Options::default());
    bench.subscribe(1, Filter::All);
    let mut attempts = Vec::new();
    for held in [29_000, 30_000, 0] {
        bench.lose();
        let told = bench.take(1).pop().unwrap();
        attempts.push(told["attempt"].as_u64().unwrap());
        bench.pass(ms(told["retryIn"].as_u64().unwrap() + 1));
        bench.connect();
        bench.empty_lists();
        bench.pass_alive(ms(held));
        bench.take(1);
    }
    assert_eq!(attempts, [1, 2, 1]);
}

#[test]
fn without_reconnect_the_room_ends() {
    let options = Options {
        reconnect: false,
        ..Options::default()
    };
    let mut bench = Bench::ready(options);
    let call = bench.call("hangUp", "{}");
    bench.lose();
    assert_eq!(bench.error(call)["outcomeUnknown"], true);
    assert_eq!(bench.ended()["kind"], "ConnectionLost");
    assert_eq!(
        (bench.engine.state(), bench.engine.next_timeout()),
        (State::Closed, None)
    );
}

#[test]
fn after_a_reconnect_the_connection_event_comes_before_what_was_missed() {
    let mut bench = Bench::ready(Options::default());
    bench.subscribe(1, Filter::All);
    bench.lose();
    bench.pass(ms(500));
    bench.connect();
    let file = json!({"fileRequestId": "a", "fileName": "a.txt", "size": 1, "status": 1});
    bench.lists(&json!([file]), &json!([]));
    let events = bench.take(1);
    let names: Vec<_> = events
        .iter()
        .map(|event| event["event"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["connection", "connection", "receivedFileRequest"]);
    assert_eq!(
        (&events[1]["state"], &events[1]["deafFor"]),
        (&json!("ready"), &json!(500))
    );
    assert_eq!(
        (&events[2]["synthetic"], &events[2]["fileRequestId"]),
        (&json!(true), &json!("a"))
    );
}

#[test]
fn closing_settles_all_and_is_the_last_that_anybody_hears() {
    let mut bench = Bench::ready(Options::default());
    bench.subscribe(1, Filter::All);
    let call = bench.call("getSettings", "{}");
    bench.sent.clear();
    bench.engine.close();
    bench.engine.close();
    bench.pump();
    assert_eq!(bench.error(call)["kind"], "RoomClosed");
    bench.event("login", json!({}));
    bench.engine.publish("error", "{}".to_owned().into());
    let heard = bench.take(1);
    assert_eq!((heard.len(), &heard[0]["state"]), (1, &json!("closed")));
    bench.subscribe(2, Filter::All);
    assert_eq!(
        bench.take(2).len(),
        1,
        "one who comes later hears of the end as well"
    );
    bench.pass(ms(600_000));
    assert_eq!((bench.drops, bench.opens, bench.sent.len()), (1, 1, 0));
    assert_eq!(bench.engine.counters().pending, 0);
}
