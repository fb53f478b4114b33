//! From nothing to an authorized connection, and back: the engine's behaviour as a specification.

#![allow(clippy::expect_used, clippy::unwrap_used)]

mod engine_support;

use engine_support::{Bench, ms};
use serde_json::{Value, json};
use trueroom::{ApiVersion, Filter, Options, Role, State};

fn with_pin() -> Options {
    Options {
        pin: Some("1234".into()),
        ..Options::default()
    }
}

fn refused() -> Value {
    json!({"result": false, "resultCode": 3, "error": "no"})
}

#[test]
fn version_2_then_1_then_whatever_the_terminal_speaks() {
    let mut bench = Bench::new(Options::default());
    assert_eq!(bench.opens, 1);
    bench.open();
    let asked = bench.next("setUsedApiVersion");
    assert_eq!(asked["version"], "2");
    bench.answer(&asked, json!({"result": false, "error": "unknown version"}));
    let asked = bench.next("setUsedApiVersion");
    assert_eq!(asked["version"], "1");
    bench.answer(&asked, json!({"result": true}));
    assert_eq!(bench.engine.api_version(), Some(1));
    bench.next("auth");

    let mut bench = Bench::new(Options::default());
    bench.open();
    for _ in 0..2 {
        let asked = bench.next("setUsedApiVersion");
        bench.answer(&asked, json!({"result": false}));
    }
    bench.next("auth");
    assert_eq!(bench.engine.api_version(), None);
}

#[test]
fn a_version_given_by_the_program_is_the_only_one_asked_for() {
    let options = Options {
        api_version: ApiVersion::V1,
        ..Options::default()
    };
    let mut bench = Bench::new(options);
    bench.open();
    let asked = bench.next("setUsedApiVersion");
    assert_eq!(asked["version"], "1");
    bench.answer(&asked, json!({"result": false}));
    bench.next("auth");
}

#[test]
fn a_terminal_silent_about_versions_is_waited_for_once_only() {
    let mut bench = Bench::new(Options::default());
    bench.open();
    bench.next("setUsedApiVersion");
    bench.pass(ms(1_999));
    assert!(bench.sent.is_empty());
    bench.pass(ms(1));
    let asked = bench.next("auth");
    bench.answer(&asked, json!({"result": true}));
    bench.empty_lists();
    bench.lose();
    bench.pass(ms(500));
    bench.open();
    bench.next("setUsedApiVersion");
    bench.next("auth");
}

#[test]
fn a_late_answer_about_the_version_is_still_learned() {
    let mut bench = Bench::new(Options::default());
    bench.open();
    let version = bench.next("setUsedApiVersion");
    bench.pass(ms(2_000));
    let auth = bench.next("auth");
    bench.answer(&version, json!({"result": true}));
    bench.answer(&auth, json!({"result": true}));
    assert_eq!(bench.engine.state(), State::Ready);
    assert_eq!(bench.engine.api_version(), Some(2));
}

#[test]
fn auth_sends_what_the_program_gave() {
    let mut bench = Bench::new(Options::default());
    bench.open();
    let version = bench.next("setUsedApiVersion");
    bench.answer(&version, json!({"result": true}));
    let auth = bench.next("auth");
    assert_eq!(auth["type"], "unsecured");
    assert_eq!(auth.get("credentials").or(auth.get("role")), None);

    let options = Options {
        role: Some(Role::User),
        ..with_pin()
    };
    let mut bench = Bench::new(options);
    bench.open();
    let version = bench.next("setUsedApiVersion");
    bench.answer(&version, json!({"result": true}));
    let auth = bench.next("auth");
    assert_eq!(
        (&auth["type"], &auth["credentials"]),
        (&json!("secured"), &json!("1234"))
    );
    assert_eq!(auth["role"], "user");
}

#[test]
fn a_refused_pin_ends_the_room_and_is_not_repeated() {
    let mut bench = Bench::new(with_pin());
    bench.open();
    let version = bench.next("setUsedApiVersion");
    bench.answer(&version, json!({"result": true}));
    let auth = bench.next("auth");
    let said = json!({"result": false, "resultCode": 3, "error": "PIN 1234 is wrong"});
    bench.answer(&auth, said);
    let error = bench.ended();
    assert_eq!(
        (&error["kind"], &error["code"]),
        (&json!("AuthError"), &json!(3))
    );
    let message = error["message"].as_str().unwrap();
    assert!(message.contains("PIN [redacted] is wrong"), "{message}");
    assert_eq!((bench.engine.state(), bench.drops), (State::Closed, 1));
    assert_eq!(bench.engine.next_timeout(), None, "nothing is tried again");
}

#[test]
fn a_protected_terminal_says_that_a_pin_is_needed() {
    let mut bench = Bench::new(Options::default());
    bench.open();
    let version = bench.next("setUsedApiVersion");
    bench.answer(&version, json!({"result": true}));
    let auth = bench.next("auth");
    bench.answer(&auth, refused());
    let message = bench.ended()["message"].to_string();
    assert!(message.contains("pass it as the option pin"), "{message}");
}

#[test]
fn a_silent_authorization_fails_the_first_attempt() {
    let mut bench = Bench::new(Options::default());
    bench.open();
    let version = bench.next("setUsedApiVersion");
    bench.answer(&version, json!({"result": true}));
    bench.pass_alive(ms(10_000));
    assert_eq!(bench.ended()["kind"], "ConnectError");
}

#[test]
fn a_failed_first_attempt_tells_what_was_tried() {
    let mut bench = Bench::new(Options::default());
    let tried = vec!["ws://127.0.0.1:8765: connection refused".to_owned()];
    bench
        .engine
        .on_open_failed(bench.now, "connection refused", tried);
    let error = bench.ended();
    assert_eq!(error["kind"], "ConnectError");
    assert_eq!(error["tried"][0], "ws://127.0.0.1:8765: connection refused");
}

/// What is tried after `authorizationNeeded` with this cause, if all is refused.
fn attempts_after(cause: Option<i64>) -> Vec<String> {
    let mut bench = Bench::ready(with_pin());
    let fields = cause.map_or(json!({}), |cause| json!({"cause": cause}));
    bench.event("authorizationNeeded", fields);
    assert_eq!(bench.engine.state(), State::Reconnecting);
    assert_eq!((bench.opens, bench.drops), (1, 0), "the connection stays");
    let mut attempts = Vec::new();
    while bench.engine.ended().is_none() {
        let auth = bench.next("auth");
        let credentials = auth["credentials"].as_str().unwrap_or("unsecured");
        attempts.push(credentials.to_owned());
        bench.answer(&auth, refused());
    }
    assert_eq!(bench.ended()["kind"], "AuthError");
    attempts
}

#[test]
fn each_cause_of_a_withdrawn_authorization_has_its_order_of_attempts() {
    let cases: [(Option<i64>, &[&str]); 7] = [
        (Some(2), &["unsecured", "1234", "1*token"]),
        (Some(3), &["1*token", "1234"]),
        (Some(4), &["1*token", "1234"]),
        (Some(5), &["1*token", "1234"]),
        (Some(7), &["1*token", "1234"]),
        (Some(8), &["1234"]),
        (None, &["1234", "1*token"]),
    ];
    for (cause, expected) in cases {
        assert_eq!(attempts_after(cause), expected, "{cause:?}");
    }
}

#[test]
fn authorized_again_the_room_goes_on_and_says_how_long_it_was_deaf() {
    let mut bench = Bench::ready(with_pin());
    bench.subscribe(1, Filter::All);
    let call = bench.call("hangUp", "{}");
    bench.next("hangUp");
    bench.event("authorizationNeeded", json!({"cause": 8}));
    let error = bench.error(call);
    assert_eq!(
        (&error["kind"], &error["outcomeUnknown"]),
        (&json!("ConnectionLost"), &json!(true))
    );
    assert!(
        bench.engine.http_token(bench.now).is_none(),
        "it ends with the authorization"
    );
    bench.pass(ms(700));
    let auth = bench.next("auth");
    bench.answer(&auth, json!({"result": true}));
    bench.empty_lists();
    let states: Vec<_> = bench
        .take(1)
        .into_iter()
        .map(|event| {
            (
                event["event"].clone(),
                event["state"].clone(),
                event["deafFor"].clone(),
            )
        })
        .collect();
    assert_eq!(states[0].0, "authorizationNeeded");
    assert_eq!(states[1].1, "reconnecting");
    assert_eq!((&states[2].1, &states[2].2), (&json!("ready"), &json!(700)));
}

#[test]
fn an_account_without_licence_ends_the_room() {
    let mut bench = Bench::ready(with_pin());
    bench.event("authorizationNeeded", json!({"cause": 6}));
    assert_eq!(bench.ended()["kind"], "AuthError");
    assert_eq!((bench.drops, bench.engine.next_timeout()), (1, None));
}

#[test]
fn superseded_stops_everything() {
    let mut bench = Bench::ready(with_pin());
    bench.subscribe(1, Filter::Events(["login".to_owned()].into()));
    let call = bench.call("hangUp", "{}");
    bench.event("authorizationNeeded", json!({"cause": 1}));
    assert_eq!(bench.error(call)["kind"], "Superseded");
    assert_eq!(bench.engine.state(), State::Superseded);
    bench.pass(ms(600_000));
    assert_eq!((bench.opens, bench.drops), (1, 1));
    let last = bench.take(1).pop().unwrap();
    assert_eq!(
        (&last["event"], &last["state"]),
        (&json!("connection"), &json!("superseded"))
    );
    let refused = bench
        .engine
        .call(bench.now, "hangUp", "{}", None)
        .unwrap_err();
    assert_eq!(refused.kind(), "Superseded");
}

#[test]
fn takeover_goes_through_the_reconnect_schedule() {
    let options = Options {
        takeover: true,
        ..with_pin()
    };
    let mut bench = Bench::ready(options);
    bench.event("authorizationNeeded", json!({"cause": 1}));
    assert_eq!(
        (bench.engine.state(), bench.drops),
        (State::Reconnecting, 1)
    );
    bench.pass(ms(500));
    assert_eq!(bench.opens, 2);
    bench.connect();
    assert_eq!(bench.engine.state(), State::Ready);
}
