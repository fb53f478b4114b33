//! Flows: from "accepted for execution" to the real outcome.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod engine_support;

use engine_support::{Bench, ms};
use serde_json::{Value, json};
use trueroom::engine::CallId;
use trueroom::{Options, Text};

fn ready() -> Bench {
    Bench::ready(Options::default())
}

fn run(bench: &mut Bench, flow: &str, params: &Value) -> CallId {
    let params = params.to_string();
    let id = bench.engine.run(bench.now, flow, &params, None);
    bench.pump();
    id.expect("the flow can be started")
}

fn accept(bench: &mut Bench, method: &str) {
    let asked = bench.next(method);
    bench.answer(&asked, json!({"result": true}));
}

fn event(outcome: &Text) -> Value {
    serde_json::from_str(outcome.as_str()).unwrap()
}

fn done(bench: &mut Bench, id: CallId) -> Value {
    event(&bench.outcome(id).expect("it ended well"))
}

fn sign_in(bench: &mut Bench) -> CallId {
    run(
        bench,
        "signIn",
        &json!({"login": "bot", "password": "swordfish"}),
    )
}

#[test]
fn the_outcome_is_the_event_and_not_the_answer() {
    let mut bench = ready();
    let id = sign_in(&mut bench);
    let asked = bench.next("login");
    assert_eq!(
        (&asked["login"], &asked["password"]),
        (&json!("bot"), &json!("swordfish"))
    );
    bench.answer(&asked, json!({"result": true}));
    assert!(bench.settled.is_empty(), "accepted is not done");
    bench.event("appStateChanged", json!({"appState": 2}));
    assert!(bench.settled.is_empty());
    bench.event("login", json!({"result": 0, "peerId": "bot@x.test"}));
    assert_eq!(done(&mut bench, id)["peerId"], "bot@x.test");
    bench.event("login", json!({"result": 3}));
    assert!(bench.settled.is_empty(), "it settles once");
}

#[test]
fn an_event_before_the_answer_counts_and_the_answer_is_nobodys() {
    let mut bench = ready();
    let first = run(&mut bench, "hangUp", &json!({}));
    let asked = bench.next("hangUp");
    bench.event("conferenceDeleted", json!({"confId": "c"}));
    assert_eq!(done(&mut bench, first)["confId"], "c");
    // The answer that comes now belongs to the first one, also where it does not say so.
    let second = run(&mut bench, "hangUp", &json!({}));
    let asked_again = bench.next("hangUp");
    bench.receive(&json!({"method": "hangUp", "result": false, "error": "no call"}));
    assert!(bench.settled.is_empty());
    bench.answer(&asked_again, json!({"result": false, "error": "no call"}));
    assert_eq!(bench.error(second)["kind"], "CommandError");
    bench.answer(&asked, json!({"result": true}));
    assert_eq!(
        bench.engine.counters().late_answers,
        1,
        "that one was answered twice"
    );
    assert_eq!(bench.engine.counters().pending, 0);
}

#[test]
fn a_refusal_fails_at_once() {
    let mut bench = ready();
    let id = run(&mut bench, "call", &json!({"peerId": "ann@x.test"}));
    let asked = bench.next("call");
    bench.answer(
        &asked,
        json!({"result": false, "error": "busy", "resultCode": 4}),
    );
    let error = bench.error(id);
    assert_eq!(
        (&error["kind"], &error["code"], &error["method"]),
        (&json!("CommandError"), &json!(4), &json!("call"))
    );
}

#[test]
fn an_event_that_ends_it_badly_tells_the_cause() {
    let mut bench = ready();
    let id = run(&mut bench, "call", &json!({"peerId": "ann@x.test"}));
    accept(&mut bench, "call");
    bench.event(
        "rejectReceived",
        json!({"peerId": "bob@x.test", "cause": 0}),
    );
    assert!(bench.settled.is_empty(), "somebody else's");
    bench.event(
        "rejectReceived",
        json!({"peerId": "ann@x.test/7", "cause": 2}),
    );
    let error = bench.error(id);
    for (field, expected) in [
        ("kind", json!("FlowError")),
        ("cause", json!(2)),
        ("causeKind", json!("RejectCause")),
        ("causeName", json!("busy")),
        ("method", json!("call")),
        ("requestId", json!(id.to_string())),
    ] {
        assert_eq!(error[field], expected, "{field}");
    }
    assert_eq!(error["event"]["event"], "rejectReceived");
    let message = error["message"].as_str().unwrap();
    assert!(
        message.contains("rejectReceived came with busy (2)"),
        "{message}"
    );
}

#[test]
fn a_cause_that_is_unknown_or_missing_is_told_as_such() {
    let mut bench = ready();
    for (said, cause, name) in [
        (json!({"cause": 999}), json!(999), Value::Null),
        (json!({"cause": "2"}), json!(2), json!("busy")),
        (json!({"cause": [2]}), Value::Null, Value::Null),
        (json!({}), Value::Null, Value::Null),
    ] {
        let id = run(&mut bench, "call", &json!({"peerId": "ann"}));
        accept(&mut bench, "call");
        bench.event("rejectReceived", said);
        let error = bench.error(id);
        assert_eq!((&error["cause"], &error["causeName"]), (&cause, &name));
    }
}

#[test]
fn flows_in_flight_end_by_what_they_are_about() {
    let mut bench = ready();
    let ann = run(&mut bench, "invite", &json!({"peerId": "ann@x.test"}));
    let bob = run(&mut bench, "invite", &json!({"peerId": "bob@x.test"}));
    let bob_again = run(&mut bench, "invite", &json!({"peerId": "bob@x.test"}));
    for _ in 0..3 {
        accept(&mut bench, "inviteToConference");
    }
    bench.event(
        "newParticipantInConference",
        json!({"peerId": "bob@x.test/1"}),
    );
    assert_eq!(done(&mut bench, bob)["peerId"], "bob@x.test/1");
    assert_eq!(
        done(&mut bench, bob_again)["peerId"],
        "bob@x.test/1",
        "what both are for has been reached"
    );
    bench.event(
        "rejectReceived",
        json!({"peerId": "ann@x.test", "cause": 16}),
    );
    assert_eq!(bench.error(ann)["causeName"], "no_answer");
}

#[test]
fn a_stray_event_from_before_counts_for_nothing() {
    let mut bench = ready();
    bench.event("dsStarted", json!({"captureId": 3}));
    let id = run(&mut bench, "startSharing", &json!({"captureId": 3}));
    bench.event("dsStarted", json!({"captureId": 4}));
    assert!(bench.settled.is_empty());
    bench.event("dsStarted", json!({"captureId": 3}));
    assert_eq!(done(&mut bench, id)["captureId"], 3);
}

#[test]
fn an_event_may_count_only_after_another() {
    let mut bench = ready();
    let id = run(&mut bench, "connectToServer", &json!({"server": "x.test"}));
    accept(&mut bench, "connectToServer");
    bench.event("appStateChanged", json!({"appState": 0}));
    assert!(bench.settled.is_empty(), "it had not begun");
    bench.event("appStateChanged", json!({"appState": 1}));
    bench.event("appStateChanged", json!({"appState": 0}));
    assert_eq!(bench.error(id)["kind"], "FlowError");
}

#[test]
fn no_outcome_in_time_says_that_it_was_accepted() {
    let mut bench = ready();
    let silent = run(&mut bench, "reject", &json!({}));
    let accepted = run(&mut bench, "reject", &json!({}));
    bench.next("reject");
    accept(&mut bench, "reject");
    bench.pass_alive(ms(29_999));
    assert!(bench.settled.is_empty());
    bench.pass_alive(ms(1));
    for (id, flag, words) in [
        (silent, false, "had no answer within 30s"),
        (accepted, true, "its outcome did not come within 30s"),
    ] {
        let error = bench.error(id);
        assert_eq!(
            (&error["kind"], &error["accepted"]),
            (&json!("CommandTimeout"), &json!(flag))
        );
        assert_eq!(
            (&error["outcomeUnknown"], &error["timeout"]),
            (&json!(true), &json!(30_000))
        );
        assert!(
            error["message"].as_str().unwrap().contains(words),
            "{error}"
        );
    }
    let own = bench
        .engine
        .run(bench.now, "reject", "{}", Some(ms(500)))
        .unwrap();
    bench.pass_alive(ms(500));
    assert_eq!(bench.error(own)["timeout"], 500);
    assert_eq!(bench.engine.counters().pending, 0);
}

#[test]
fn while_no_event_comes_the_terminal_is_asked() {
    let mut bench = ready();
    let id = run(&mut bench, "stopSharing", &json!({}));
    accept(&mut bench, "stopCapture");
    bench.pass(ms(999));
    assert!(bench.sent.is_empty());
    bench.pass(ms(1));
    let asked = bench.next("getAppState");
    bench.answer(
        &asked,
        json!({"result": true, "desktopSharing": {"running": true}}),
    );
    assert!(bench.settled.is_empty());
    bench.pass(ms(2_000));
    let asked = bench.next("getAppState");
    bench.answer(
        &asked,
        json!({"result": true, "desktopSharing": {"running": false}}),
    );
    let event = done(&mut bench, id);
    assert_eq!(
        (&event["event"], &event["synthetic"]),
        (&json!("dsStopped"), &json!(true))
    );
    bench.pass_alive(ms(50_000));
    assert!(bench.sent.is_empty(), "nobody asks any more");
}

#[test]
fn answers_that_prove_nothing_do_not_end_it() {
    let mut bench = ready();
    let id = run(&mut bench, "kick", &json!({"peerId": "ann@x.test/1"}));
    accept(&mut bench, "kickPeer");
    for list in [
        Value::Null,
        json!(7),
        json!([{"peerId": "ann@x.test/1"}]),
        json!([{"peerId": "bob@x.test"}, {"peerId": "#sip:ann"}]),
    ] {
        let asked = loop {
            bench.pass_alive(ms(1000));
            if let Some(asked) = bench.sent.pop_front() {
                break asked;
            }
        };
        assert_eq!(asked["method"], "getConferenceParticipants");
        bench.answer(&asked, json!({"result": true, "participants": list}));
        assert!(bench.settled.is_empty(), "{asked}");
    }
    bench.event(
        "participantLeftConference",
        json!({"peerId": "ann@x.test/2"}),
    );
    assert!(bench.settled.is_empty(), "another device");
    bench.event(
        "participantLeftConference",
        json!({"peerId": "ann@x.test/1"}),
    );
    assert_eq!(done(&mut bench, id)["peerId"], "ann@x.test/1");
}

#[test]
fn what_was_reached_before_is_no_failure() {
    let mut bench = ready();
    let id = sign_in(&mut bench);
    let asked = bench.next("login");
    bench.answer(
        &asked,
        json!({"result": false, "error": "already logged in"}),
    );
    let asked = bench.next("getLogin");
    bench.answer(
        &asked,
        json!({"result": true, "isLoggedin": true, "peerId": "bot@x.test"}),
    );
    let event = done(&mut bench, id);
    assert_eq!(
        (&event["event"], &event["result"]),
        (&json!("login"), &json!(0))
    );
    // Another user is logged in: the refusal stands.
    for answer in [
        json!({"result": true, "isLoggedIn": true, "peerId": "eve@x.test"}),
        json!({"result": true, "isLoggedIn": false}),
        json!({"result": false}),
    ] {
        let id = sign_in(&mut bench);
        let asked = bench.next("login");
        bench.answer(&asked, json!({"result": false, "error": "no"}));
        let asked = bench.next("getLogin");
        bench.answer(&asked, answer);
        assert_eq!(bench.error(id)["kind"], "CommandError");
    }
}

#[test]
fn who_is_logged_in_is_asked_before_a_command_about_oneself() {
    let mut bench = ready();
    let id = run(&mut bench, "gotoPodium", &json!({}));
    let asked = bench.next("getLogin");
    assert!(bench.sent.is_empty());
    bench.answer(
        &asked,
        json!({"result": true, "isLoggedIn": true, "peerId": "bot@x.test"}),
    );
    accept(&mut bench, "gotoPodium");
    bench.event(
        "roleEventOccured",
        json!({"peerId": "ann@x.test/1", "broadcast": true}),
    );
    assert!(bench.settled.is_empty(), "somebody else");
    bench.event(
        "roleEventOccured",
        json!({"peerId": "bot@x.test/1", "type": 0, "result": 0}),
    );
    assert!(bench.settled.is_empty(), "asked for only");
    bench.event(
        "roleEventOccured",
        json!({"peerId": "bot@x.test/1", "type": 1, "result": 3}),
    );
    assert_eq!(bench.error(id)["causeName"], "declined");
    // Not answered: the command goes out all the same.
    let id = run(&mut bench, "leavePodium", &json!({}));
    bench.next("getLogin");
    bench.pass(ms(3_000));
    accept(&mut bench, "leavePodium");
    bench.event(
        "roleEventOccured",
        json!({"peerId": "bot@x.test/1", "broadcast": false}),
    );
    assert!(bench.settled.is_empty(), "who this is about is not known");
    bench.pass_alive(ms(27_000));
    assert_eq!(bench.error(id)["accepted"], true);
}

#[test]
fn a_lost_connection_leaves_the_outcome_unknown() {
    let mut bench = ready();
    let sent = run(&mut bench, "hangUp", &json!({}));
    bench.next("hangUp");
    let accepted = run(&mut bench, "hangUp", &json!({}));
    accept(&mut bench, "hangUp");
    let held = run(&mut bench, "gotoPodium", &json!({}));
    bench.next("getLogin");
    bench.lose();
    for (id, unknown) in [(sent, true), (accepted, true), (held, false)] {
        let error = bench.error(id);
        assert_eq!(error["kind"], "ConnectionLost");
        assert_eq!(error["outcomeUnknown"], unknown, "{error}");
    }
    let refused = bench
        .engine
        .run(bench.now, "hangUp", "{}", None)
        .unwrap_err();
    assert!(
        refused.to_string().contains("nothing was sent"),
        "{refused}"
    );
    bench.pass(ms(500));
    bench.connect();
    bench.event("conferenceDeleted", json!({}));
    assert!(bench.settled.is_empty());
}

#[test]
fn the_end_of_the_room_ends_flows() {
    let mut bench = ready();
    let accepted = run(&mut bench, "hangUp", &json!({}));
    accept(&mut bench, "hangUp");
    let sent = run(&mut bench, "hangUp", &json!({}));
    bench.engine.close();
    bench.pump();
    for id in [accepted, sent] {
        let error = bench.error(id);
        assert_eq!(
            (&error["kind"], &error["method"]),
            (&json!("RoomClosed"), &json!("hangUp"))
        );
    }
}

#[test]
fn a_cancelled_flow_settles_at_once_whatever_comes() {
    let mut bench = ready();
    for stage in ["held", "sent", "accepted"] {
        let (flow, method) = match stage {
            "held" => ("gotoPodium", "getLogin"),
            _ => ("hangUp", "hangUp"),
        };
        let id = run(&mut bench, flow, &json!({}));
        let asked = bench.next(method);
        if stage == "accepted" {
            bench.answer(&asked, json!({"result": true}));
        }
        bench.engine.cancel(id);
        bench.engine.cancel(id);
        bench.pump();
        assert_eq!(bench.error(id)["kind"], "Cancelled", "{stage}");
        bench.answer(&asked, json!({"result": true}));
        bench.event("conferenceDeleted", json!({}));
        assert!(bench.settled.is_empty() && bench.sent.is_empty(), "{stage}");
    }
    let settled = run(&mut bench, "hangUp", &json!({}));
    bench.event("conferenceDeleted", json!({}));
    bench.engine.cancel(settled);
    bench.pump();
    assert!(bench.outcome(settled).is_ok(), "too late to cancel");
}

#[test]
fn an_answer_that_cannot_be_read_fails_the_flow() {
    let mut bench = ready();
    let id = run(&mut bench, "hangUp", &json!({}));
    let deep = format!("{}{}", "[".repeat(500), "]".repeat(500));
    bench.receive_text(&format!(
        r#"{{"method":"hangUp","a":{deep},"requestId":"{id}"}}"#
    ));
    let error = bench.error(id);
    assert!(
        error["text"]
            .as_str()
            .unwrap()
            .contains("could not be read"),
        "{error}"
    );
}

#[test]
fn what_cannot_be_run_is_refused_and_secrets_do_not_show() {
    let mut bench = ready();
    let unknown = bench
        .engine
        .run(bench.now, "makeTea", "{}", None)
        .unwrap_err();
    assert!(unknown.to_string().contains("makeTea"), "{unknown}");
    assert!(bench.engine.run(bench.now, "call", "[]", None).is_err());
    assert!(bench.sent.is_empty());
    sign_in(&mut bench);
    accept(&mut bench, "login");
    let shown = format!("{:?}", bench.engine);
    assert!(!shown.contains("swordfish"), "{shown}");
}
