//! The live mirror: asked for after a connect, and kept true by events.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod engine_support;

use engine_support::{Bench, ms};
use serde_json::{Map, Value, json};
use trueroom::{Filter, Options};

const QUERIES: [&str; 7] = [
    "getAppState",
    "getConnected",
    "getLogin",
    "getMicMute",
    "getAudioMute",
    "getVideoMute",
    "getConferences",
];

fn opened() -> Bench {
    let options = Options {
        live: true,
        ..Options::default()
    };
    let mut bench = Bench::new(options);
    bench.subscribe(1, Filter::Events(["live".to_owned()].into()));
    bench.connect();
    // The file lists come first: connecting waits for them, and not for the mirror.
    let asked: Vec<Value> = bench.sent.drain(..3).collect();
    bench.answer(&asked[0], json!({"result": true, "availability": 3}));
    for list in ["incomingFilesRequests", "outgoingFilesRequests"] {
        let at = usize::from(list.starts_with("out")) + 1;
        bench.answer(&asked[at], json!({"result": true, list: []}));
    }
    assert!(bench.engine.is_settled());
    bench
}

fn told(method: &str) -> Value {
    match method {
        "getAppState" => json!({"appState": 3, "desktopSharing": {"running": false}}),
        "getConnected" => json!({"state": 2, "serverInfo": {"server": "x.test", "port": 4307}}),
        "getLogin" => json!({"isLoggedIn": true, "peerId": "bot@x.test", "peerDn": "Bot"}),
        "getConferences" => json!({"confId": ""}),
        _ => json!({"mute": false}),
    }
}

/// Answers everything that is asked for.
fn answer_all(bench: &mut Bench, told: impl Fn(&str) -> Value) {
    while let Some(asked) = bench.sent.pop_front() {
        let mut answer = told(asked["method"].as_str().unwrap());
        if answer.get("result").is_none() {
            answer["result"] = true.into();
        }
        bench.answer(&asked, answer);
    }
}

fn complete() -> Bench {
    let mut bench = opened();
    answer_all(&mut bench, told);
    bench.take(1);
    bench
}

fn live(bench: &Bench) -> Map<String, Value> {
    bench.engine.live(bench.now).expect("the option is set")
}

fn changes(bench: &mut Bench) -> Vec<Value> {
    let events = bench.take(1).into_iter();
    events.map(|mut event| event["changed"].take()).collect()
}

#[test]
fn without_the_option_nothing_is_asked_and_nothing_is_there() {
    let mut bench = Bench::ready(Options::default());
    assert!(bench.sent.is_empty() && bench.engine.live(bench.now).is_none());
    bench.subscribe(1, Filter::All);
    bench.event("appStateChanged", json!({"appState": 2}));
    assert_eq!(bench.take(1).len(), 1);
}

#[test]
fn every_part_is_asked_for_after_the_connect() {
    let mut bench = opened();
    let asked: Vec<&Value> = bench.sent.iter().map(|asked| &asked["method"]).collect();
    assert_eq!(asked, QUERIES);
    let before = live(&bench);
    assert_eq!(
        (&before["isComplete"], &before["comparedAgo"]),
        (&json!(false), &Value::Null)
    );
    answer_all(&mut bench, told);
    bench.pass(ms(40));
    let after = live(&bench);
    assert_eq!(after["isComplete"], true);
    assert_eq!(after["comparedAgo"], 40);
    assert_eq!(after["appState"], 3);
    assert_eq!(after["server"]["server"], "x.test");
    assert_eq!(
        after["user"],
        json!({"peerId": "bot@x.test", "peerDn": "Bot"})
    );
    assert_eq!(after["micMuted"], false);
    assert_eq!(
        (&after["conference"], &after["participants"]),
        (&Value::Null, &json!([]))
    );
    let changed = changes(&mut bench);
    assert_eq!(changed.first(), Some(&json!(["app"])));
    assert!(
        changed
            .last()
            .unwrap()
            .as_array()
            .unwrap()
            .contains(&json!("isComplete"))
    );
}

#[test]
fn a_part_that_the_terminal_does_not_tell_is_missing_and_the_others_are_not() {
    let mut bench = opened();
    let silent = bench.sent.remove(1).unwrap();
    assert_eq!(silent["method"], "getConnected");
    answer_all(&mut bench, |method| match method {
        "getMicMute" => json!({"result": false, "error": "unknown method"}),
        other => told(other),
    });
    assert_eq!(live(&bench)["isComplete"], false);
    bench.pass(ms(5_000));
    let after = live(&bench);
    assert_eq!(after["missing"], json!(["server", "micMuted"]));
    assert_eq!(
        (&after["isComplete"], &after["appState"]),
        (&json!(true), &json!(3))
    );
    // Silence may have been bad luck; a refusal stands until the next connection.
    bench.pass_alive(ms(30_000));
    answer_all(&mut bench, told);
    assert_eq!(live(&bench)["missing"], json!(["micMuted"]));
    bench.event("audioCapturerMute", json!({"mute": true}));
    assert_eq!(live(&bench)["micMuted"], true);
}

#[test]
fn a_conference_comes_and_goes_with_its_participants() {
    let mut bench = complete();
    bench.event(
        "inviteReceived",
        json!({"peerId": "ann@x.test", "type": 0, "confId": "c"}),
    );
    assert_eq!(live(&bench)["ringing"]["direction"], "incoming");
    bench.event("conferenceCreated", json!({"confId": "c", "confType": 1}));
    assert_eq!(
        changes(&mut bench),
        [json!(["ringing"]), json!(["ringing", "conference"])]
    );
    bench.pass(ms(100));
    let asked = bench.next("getConferenceParticipants");
    let list = json!([{"peerId": "bot@x.test/1", "mic": 2}, {"peerId": "ann@x.test/1", "mic": 2}]);
    bench.answer(&asked, json!({"result": true, "participants": list}));
    bench.event(
        "deviceStatusReceived",
        json!({"peerId": "ann@x.test/1", "mic": 1, "video": 0}),
    );
    bench.event(
        "newParticipantInConference",
        json!({"peerId": "bob@x.test/1", "confId": "c"}),
    );
    bench.event(
        "roleEventOccured",
        json!({"peerId": "bob@x.test/1", "role": 0, "broadcast": true}),
    );
    let seen = live(&bench);
    assert_eq!(seen["conference"]["confId"], "c");
    let expected = json!([
        {"peerId": "bot@x.test/1", "mic": 2},
        {"peerId": "ann@x.test/1", "mic": 1, "video": 0},
        {"peerId": "bob@x.test/1", "broadcast": true},
    ]);
    assert_eq!(seen["participants"], expected);
    bench.event(
        "participantLeftConference",
        json!({"peerId": "ann@x.test/1"}),
    );
    assert_eq!(live(&bench)["participants"].as_array().unwrap().len(), 2);
    bench.pass_alive(ms(1_000));
    assert!(bench.sent.is_empty(), "no doubt is left");
    bench.event("conferenceDeleted", json!({"confId": "c"}));
    let after = live(&bench);
    assert_eq!(
        (&after["conference"], &after["participants"]),
        (&Value::Null, &json!([]))
    );
}

#[test]
fn what_an_event_does_not_say_is_asked_for() {
    let mut bench = complete();
    for (event, fields, query) in [
        ("audioCapturerMute", json!({}), "getMicMute"),
        (
            "micStateChangedByConferenceOwner",
            json!({"mute": true}),
            "getMicMute",
        ),
        ("login", json!({"result": 0}), "getLogin"),
        (
            "deviceStatusReceived",
            json!({"peerId": "ann@x.test"}),
            "getConferences",
        ),
        ("appStateChanged", json!({"appState": 5}), "getConferences"),
    ] {
        bench.event(event, fields.clone());
        bench.event(event, fields);
        bench.pass(ms(99));
        assert!(bench.sent.is_empty(), "{event}: not at once");
        bench.pass(ms(1));
        let asked = bench.next(query);
        assert!(bench.sent.is_empty(), "{event}: once");
        bench.answer(&asked, json!({"result": false}));
    }
}

#[test]
fn an_event_that_overtook_an_answer_is_not_undone() {
    let mut bench = opened();
    let at = QUERIES
        .iter()
        .position(|name| *name == "getMicMute")
        .unwrap();
    let asked = bench.sent.remove(at).unwrap();
    answer_all(&mut bench, told);
    bench.event("audioCapturerMute", json!({"mute": true}));
    bench.answer(&asked, json!({"result": true, "mute": false}));
    assert_eq!(live(&bench)["micMuted"], true);
    bench.pass(ms(100));
    let asked = bench.next("getMicMute");
    bench.answer(&asked, json!({"result": true, "mute": false}));
    assert_eq!(
        live(&bench)["micMuted"],
        false,
        "now it was asked after the event"
    );
    assert_eq!(live(&bench)["isComplete"], true);
}

#[test]
fn after_a_reconnect_everything_is_asked_for_again() {
    let mut bench = complete();
    bench.lose();
    let lost = live(&bench);
    assert_eq!(
        (&lost["isComplete"], &lost["appState"]),
        (&json!(false), &json!(3))
    );
    bench.pass(ms(500));
    bench.connect();
    bench.sent.drain(..3);
    answer_all(&mut bench, |method| match method {
        "getLogin" => json!({"isLoggedIn": false}),
        other => told(other),
    });
    let again = live(&bench);
    assert_eq!(
        (&again["isComplete"], &again["user"]),
        (&json!(true), &Value::Null)
    );
    assert_eq!(
        changes(&mut bench),
        [json!(["user"]), json!(["isComplete"])]
    );
}

#[test]
fn nonsense_changes_nothing_and_breaks_nothing() {
    let mut bench = complete();
    let before = live(&bench);
    for event in [
        "conferenceCreated",
        "newParticipantInConference",
        "reactionsChanged",
    ] {
        bench.event(
            event,
            json!({"confId": [1], "peerId": {"a": 1}, "reactions": 7, "mute": "x"}),
        );
    }
    bench.event("conferenceDeleted", json!({}));
    bench.event("login", json!({"result": 3, "peerId": "eve@x.test"}));
    answer_all(&mut bench, |_| {
        json!([]).as_object().cloned().unwrap_or_default().into()
    });
    assert_eq!(live(&bench)["user"], before["user"]);
    assert_eq!(live(&bench)["conference"], Value::Null);
}

#[test]
fn it_is_compared_again_in_time() {
    let mut bench = complete();
    bench.pass_alive(ms(60_000));
    let asked: Vec<Value> = bench
        .sent
        .iter()
        .map(|asked| asked["method"].clone())
        .collect();
    for query in QUERIES {
        assert!(asked.contains(&json!(query)), "{query}: {asked:?}");
    }
    answer_all(&mut bench, |method| match method {
        "getMicMute" => json!({"mute": true}),
        other => told(other),
    });
    assert_eq!(live(&bench)["micMuted"], true);
    assert_eq!(changes(&mut bench), [json!(["micMuted"])]);
}
