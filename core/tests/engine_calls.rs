//! Commands and their outcomes.

#![allow(clippy::expect_used, clippy::unwrap_used)]

mod engine_support;

use std::time::Duration;

use engine_support::{Bench, ms};
use serde_json::{Value, json};
use trueroom::Options;

fn reply(outcome: &trueroom::Text) -> Value {
    serde_json::from_str(outcome.as_str()).unwrap()
}

fn retrying() -> Options {
    Options {
        retry_queries: true,
        ..Options::default()
    }
}

#[test]
fn parameters_stand_at_the_top_level_as_they_were_given() {
    let mut bench = Bench::ready(Options::default());
    let id = bench.call("sendFile", r#"{ "fileId": 5, "callId": "a@b" }"#);
    let sent = bench.next("sendFile");
    let number = id.to_string();
    let expected = json!({"method": "sendFile", "requestId": number, "fileId": 5, "callId": "a@b"});
    assert_eq!(sent, expected);
}

#[test]
fn answers_find_their_calls_by_request_id() {
    let mut bench = Bench::ready(Options::default());
    let first = bench.call("getSettings", "{}");
    let second = bench.call("getSettings", "{}");
    for (id, number) in [(second, json!(second.to_string())), (first, json!(first))] {
        bench.receive(
            &json!({"requestId": number, "method": "getSettings", "result": true,
            "for": id}),
        );
    }
    for id in [first, second] {
        assert_eq!(reply(&bench.outcome(id).unwrap())["for"], id);
    }
}

#[test]
fn an_answer_without_request_id_is_the_oldest_calls_of_its_method() {
    for missing in [json!(""), Value::Null] {
        let mut bench = Bench::ready(Options::default());
        let other = bench.call("getAppState", "{}");
        let first = bench.call("getSettings", "{}");
        let second = bench.call("getSettings", "{}");
        bench.receive(&json!({"method": "getSettings", "requestId": missing, "n": 1}));
        bench.receive(&json!({"method": "getSettings", "n": 2}));
        assert_eq!(reply(&bench.outcome(first).unwrap())["n"], 1);
        assert_eq!(reply(&bench.outcome(second).unwrap())["n"], 2);
        assert!(!bench.settled.contains_key(&other));
    }
}

#[test]
fn a_second_answer_and_a_late_one_are_counted_and_dropped() {
    let mut bench = Bench::ready(Options::default());
    let id = bench.call("getSettings", "{}");
    let asked = bench.next("getSettings");
    bench.answer(&asked, json!({"result": true}));
    bench.answer(&asked, json!({"result": false, "error": "twice"}));
    assert!(bench.outcome(id).is_ok());
    assert_eq!(bench.engine.counters().late_answers, 1);
    let id = bench.call("getSettings", "{}");
    let asked = bench.next("getSettings");
    bench.pass_alive(ms(15_000));
    assert_eq!(bench.error(id)["kind"], "CommandTimeout");
    bench.answer(&asked, json!({"result": true}));
    assert_eq!(bench.engine.counters().late_answers, 2);
    assert!(bench.settled.is_empty());
}

#[test]
fn a_refusal_carries_code_text_and_the_whole_answer() {
    let mut bench = Bench::ready(Options::default());
    let id = bench.call("hangUp", "{}");
    let asked = bench.next("hangUp");
    bench.answer(
        &asked,
        json!({"result": false, "error": "no call", "resultCode": 7, "x": 1}),
    );
    let error = bench.error(id);
    assert_eq!(
        (&error["kind"], &error["code"]),
        (&json!("CommandError"), &json!(7))
    );
    assert_eq!(
        (&error["text"], &error["reply"]["x"]),
        (&json!("no call"), &json!(1))
    );
}

#[test]
fn wrong_types_cost_only_their_own_field() {
    let mut bench = Bench::ready(Options::default());
    let id = bench.call("getSettings", "{}");
    let number = id.to_string();
    bench.receive(
        &json!({"method": {"a": 1}, "requestId": number, "result": "yes", "error": 0.5,
        "resultCode": "3", "settings": []}),
    );
    let answer = reply(&bench.outcome(id).unwrap());
    assert_eq!(
        (&answer["result"], &answer["settings"]),
        (&json!("yes"), &json!([]))
    );
}

#[test]
fn an_answer_that_cannot_be_read_fails_its_call() {
    let mut bench = Bench::ready(Options::default());
    let id = bench.call("getSettings", "{}");
    let deep = format!("{}{}", "[".repeat(500), "]".repeat(500));
    bench.receive_text(&format!(
        r#"{{"method":"getSettings","a":{deep},"requestId":"{id}"}}"#
    ));
    let text = bench.error(id)["text"].to_string();
    assert!(text.contains("could not be read"), "{text}");
    assert_eq!(bench.engine.counters().malformed, 1);
}

#[test]
fn no_answer_in_time_leaves_the_outcome_of_an_action_unknown() {
    let mut bench = Bench::ready(Options::default());
    let query = bench.call("getSettings", "{}");
    let action = bench.call("hangUp", "{}");
    let unheard_of = bench.call("somethingNew", "{}");
    let timeout = Some(ms(3_000));
    let own = bench
        .engine
        .call(bench.now, "getAppState", "{}", timeout)
        .unwrap();
    bench.pass_alive(ms(2_999));
    assert!(bench.settled.is_empty());
    bench.pass_alive(ms(1));
    assert_eq!(bench.error(own)["timeout"], 3_000);
    bench.pass_alive(ms(12_000));
    assert_eq!(bench.error(query)["outcomeUnknown"], false);
    assert_eq!(bench.error(action)["outcomeUnknown"], true);
    assert_eq!(
        bench.error(unheard_of)["outcomeUnknown"],
        true,
        "it may be an action"
    );
}

#[test]
fn a_lost_connection_fails_what_was_in_flight() {
    let mut bench = Bench::ready(Options::default());
    let query = bench.call("getSettings", "{}");
    let action = bench.call("hangUp", "{}");
    bench.lose();
    for (id, unknown) in [(query, false), (action, true)] {
        let error = bench.error(id);
        assert_eq!(error["kind"], "ConnectionLost");
        assert_eq!(error["outcomeUnknown"], unknown);
        assert!(
            error["reason"]
                .as_str()
                .unwrap()
                .contains("connection reset"),
            "{error}"
        );
    }
    let refused = bench
        .engine
        .call(bench.now, "getSettings", "{}", None)
        .unwrap_err();
    assert!(
        refused.to_string().contains("nothing was sent"),
        "{refused}"
    );
}

#[test]
fn retry_queries_sends_queries_again_and_never_an_action() {
    let mut bench = Bench::ready(retrying());
    let query = bench.call("getSettings", r#"{"a":1}"#);
    let action = bench.call("hangUp", "{}");
    let first = bench.next("getSettings");
    bench.lose();
    assert_eq!(bench.error(action)["outcomeUnknown"], true);
    let waiting = bench.call("getAppState", "{}");
    let refused = bench
        .engine
        .call(bench.now, "hangUp", "{}", None)
        .unwrap_err();
    assert_eq!(refused.kind(), "ConnectionLost");
    bench.sent.clear();
    bench.pass(ms(500));
    bench.connect();
    let again = bench.next("getSettings");
    assert_eq!(again, first, "the very same request");
    let parked = bench.next("getAppState");
    bench.answer(&parked, json!({"result": true}));
    bench.answer(&again, json!({"result": true}));
    assert!(bench.outcome(query).is_ok() && bench.outcome(waiting).is_ok());
}

#[test]
fn a_query_that_waits_for_a_connection_keeps_its_deadline() {
    let mut bench = Bench::ready(retrying());
    let query = bench.call("getSettings", "{}");
    bench.lose();
    bench.pass(Duration::from_secs(15));
    let error = bench.error(query);
    assert_eq!(
        (&error["kind"], &error["outcomeUnknown"]),
        (&json!("CommandTimeout"), &json!(false))
    );
}

#[test]
fn a_cancelled_call_settles_at_once_and_its_answer_is_late() {
    let mut bench = Bench::ready(Options::default());
    let id = bench.call("hangUp", "{}");
    let asked = bench.next("hangUp");
    bench.engine.cancel(id);
    bench.engine.cancel(id);
    bench.pump();
    assert_eq!(bench.error(id)["kind"], "Cancelled");
    bench.answer(&asked, json!({"result": true}));
    assert_eq!(bench.engine.counters().late_answers, 1);
}

#[test]
fn what_cannot_be_sent_is_refused_at_once() {
    let mut bench = Bench::ready(Options::default());
    for params in [
        "",
        "[]",
        "1",
        "{\"a\":}",
        "{} {}",
        r#"{"method":"x"}"#,
        r#"{"requestId":1}"#,
    ] {
        let error = bench
            .engine
            .call(bench.now, "getSettings", params, None)
            .unwrap_err();
        assert_eq!(error.kind(), "UsageError", "{params}");
    }
    for method in [String::new(), "x".repeat(257)] {
        assert!(bench.engine.call(bench.now, &method, "{}", None).is_err());
    }
    bench.pump();
    assert!(bench.sent.is_empty());
}

#[test]
fn secrets_that_the_terminal_repeats_do_not_show() {
    let options = Options {
        pin: Some("4711".into()),
        ..Options::default()
    };
    let mut bench = Bench::ready(options);
    let id = bench.call("login", r#"{"login":"bot","password":"swordfish"}"#);
    let asked = bench.next("login");
    let said = "swordfish, 4711, 1*token and 4*http are wrong";
    bench.answer(&asked, json!({"result": false, "error": said}));
    let error = bench.outcome(id).unwrap_err();
    for secret in ["swordfish", "4711", "1*token", "4*http"] {
        let shown = format!("{error} {error:?} {:?}", bench.engine);
        assert!(!shown.contains(secret), "{secret}: {shown}");
    }
}
