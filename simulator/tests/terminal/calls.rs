//! Calls and group conferences.

use serde_json::json;

use crate::bench::Bench;

#[test]
fn a_call_comes_in_is_taken_and_ended() {
    let mut bench = Bench::new(json!({}));
    bench.perform(json!({"op": "call", "from": "alice@example.test"}));
    let invite = bench.event("inviteReceived");
    assert_eq!(
        (&invite["peerDn"], &invite["type"]),
        (&json!("Alice"), &json!(0))
    );
    assert_eq!(bench.event("appStateChanged")["appState"], 4);
    assert!(
        bench
            .try_perform(json!({"op": "call", "from": "b@x"}))
            .is_err()
    );
    bench.good(json!({"method": "accept"}));
    assert_eq!(bench.event("conferenceCreated")["confId"], invite["confId"]);
    assert_eq!(bench.event("appStateChanged")["appState"], 5);
    let list = bench.good(json!({"method": "getConferenceParticipants"}));
    assert_eq!(list["participants"].as_array().unwrap().len(), 2);
    bench.good(json!({"method": "hangUp"}));
    assert_eq!(bench.event("conferenceDeleted")["confId"], invite["confId"]);
    assert_eq!(bench.event("appStateChanged")["appState"], 3);
    bench.bad(json!({"method": "hangUp"}));
}

#[test]
fn a_call_is_declined_or_given_up() {
    let mut bench = Bench::new(json!({}));
    bench.bad(json!({"method": "accept"}));
    bench.perform(json!({"op": "call", "from": "a@x"}));
    bench.messages();
    bench.good(json!({"method": "reject"}));
    assert_eq!(bench.names(), ["rejectSent", "appStateChanged"]);
    bench.perform(json!({"op": "call", "from": "a@x"}));
    bench.messages();
    bench.perform(json!({"op": "hangUp"}));
    assert_eq!(bench.event("stopCalling")["side"], 1);
    assert!(bench.try_perform(json!({"op": "hangUp"})).is_err());
}

#[test]
fn the_called_user_answers_by_himself() {
    for (option, event) in [("accept", "peerAccepted"), ("reject", "rejectReceived")] {
        let mut bench = Bench::new(json!({"callAnswer": option}));
        bench.good(json!({"method": "call", "peerId": "bob@x"}));
        assert_eq!(bench.names(), ["inviteSent", "appStateChanged"]);
        bench.run();
        assert_eq!(bench.names()[0], event);
    }
}

#[test]
fn the_called_user_answers_when_told() {
    let mut bench = Bench::new(json!({"callAnswer": "none"}));
    assert!(bench.try_perform(json!({"op": "answer"})).is_err());
    bench.good(json!({"method": "call", "peerId": "bob@x"}));
    bench.run();
    bench.bad(json!({"method": "call", "peerId": "eve@x"}));
    bench.messages();
    bench.perform(json!({"op": "answer", "accept": false, "cause": 2}));
    assert_eq!(bench.event("rejectReceived")["cause"], 2);
    bench.good(json!({"method": "call", "peerId": "bob@x"}));
    bench.perform(json!({"op": "answer"}));
    bench.event("conferenceCreated");
    assert_eq!(
        bench.good(json!({"method": "getConferences"}))["peerId"],
        "bob@x"
    );
}

#[test]
fn losing_the_server_ends_the_call() {
    let mut bench = Bench::new(json!({}));
    bench.perform(json!({"op": "call", "from": "a@x"}));
    bench.good(json!({"method": "accept"}));
    bench.messages();
    bench.perform(json!({"op": "setServer", "connected": false}));
    assert_eq!(
        bench.names()[..2],
        ["conferenceDeleted", "serverDisconnected"]
    );
    bench.bad(json!({"method": "call", "peerId": "bob@x"}));
}
