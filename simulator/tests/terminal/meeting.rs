//! Group conferences: participants, invitations, rights.

use serde_json::{Value, json};

use crate::bench::Bench;

const BOB: &str = "bob@example.test";

/// In an own conference of this kind, with Bob in it.
pub(crate) fn with_bob(kind: &str, options: Value) -> Bench {
    let mut bench = Bench::new(options);
    bench.good(
        json!({"method": "createConference", "title": "Weekly", "confType": kind,
        "autoAccept": true}),
    );
    bench.perform(json!({"op": "join", "from": BOB, "name": "Robert"}));
    bench.messages();
    bench
}

fn participant(bench: &mut Bench, id: &str) -> Option<Value> {
    let answer = bench.good(json!({"method": "getConferenceParticipants"}));
    let list = answer["participants"].as_array().unwrap();
    list.iter().find(|person| person["peerId"] == id).cloned()
}

#[test]
fn a_conference_is_made_with_those_invited() {
    let mut bench = Bench::new(json!({}));
    bench.good(
        json!({"method": "createConference", "title": "Weekly", "confType": "role",
        "autoAccept": true, "inviteList": [BOB], "castersCount": 4}),
    );
    let created = bench.event("conferenceCreated");
    assert_eq!(created["conferenceOwner"], "room@example.test");
    assert_eq!(created["maxParticipantsOnPodium"], 4);
    assert_eq!(bench.event("inviteSent")["confType"], 3);
    assert!(participant(&mut bench, BOB).is_none());
    bench.run();
    bench.event("peerAccepted");
    assert_eq!(bench.event("newParticipantInConference")["peerDn"], "Bob");
    assert_eq!(participant(&mut bench, BOB).unwrap()["role"], 1);
    assert_eq!(
        participant(&mut bench, "room@example.test").unwrap()["leaderType"],
        1
    );
    let conference = bench.good(json!({"method": "getConferences"}));
    assert_eq!(
        (&conference["confTitle"], &conference["autoJoin"]),
        (&json!("Weekly"), &json!(true))
    );
    bench.good(json!({"method": "hangUp", "forAll": true}));
    bench.event("conferenceDeleted");
    bench.bad(json!({"method": "getConferenceParticipants"}));
}

#[test]
fn an_invitation_is_declined() {
    let mut bench = with_bob("symmetric", json!({"callAnswer": "none"}));
    assert!(
        bench
            .bad(json!({"method": "inviteToConference", "peerId": BOB}))
            .contains("takes part")
    );
    bench.good(json!({"method": "inviteToConference", "peerId": "eve@x"}));
    bench.perform(json!({"op": "answer", "from": "eve@x", "accept": false, "cause": 2}));
    let rejected = bench.event("rejectReceived");
    assert_eq!(
        (&rejected["peerId"], &rejected["cause"]),
        (&json!("eve@x"), &json!(2))
    );
    assert!(participant(&mut bench, "eve@x").is_none());
}

#[test]
fn participants_come_change_and_go() {
    let mut bench = with_bob("symmetric", json!({}));
    assert_eq!(participant(&mut bench, BOB).unwrap()["peerDn"], "Robert");
    bench.perform(json!({"op": "devices", "from": BOB, "mic": 1}));
    let status = bench.event("deviceStatusReceived");
    assert_eq!((&status["mic"], &status["video"]), (&json!(1), &json!(2)));
    bench.good(json!({"method": "turnRemoteCamera", "peerId": BOB, "on": false}));
    assert_eq!(bench.event("deviceStatusReceived")["video"], 1);
    assert_eq!(participant(&mut bench, BOB).unwrap()["video"], 1);
    bench.perform(json!({"op": "react", "from": BOB, "reaction": 1}));
    assert_eq!(
        bench.event("reactionsChanged")["reactions"][0]["callId"],
        BOB
    );
    assert!(
        bench
            .try_perform(json!({"op": "join", "from": BOB}))
            .is_err()
    );
    bench.bad(json!({"method": "setReaction", "reaction": 7}));
    bench.perform(json!({"op": "leave", "from": BOB}));
    assert_eq!(bench.event("participantLeftConference")["peerId"], BOB);
    bench.bad(json!({"method": "kickPeer", "peerId": BOB}));
    bench.perform(json!({"op": "join", "from": "bob@example.test/desk"}));
    bench.good(json!({"method": "kickPeer", "peerId": BOB}));
    assert_eq!(
        bench.event("participantLeftConference")["peerId"],
        "bob@example.test/desk"
    );
}

#[test]
fn who_does_not_lead_may_not_lead() {
    let mut bench = Bench::new(json!({}));
    bench.perform(json!({"op": "call", "from": "alice@x", "type": 1, "title": "Hers"}));
    bench.good(json!({"method": "accept"}));
    for command in [
        json!({"method": "kickPeer", "peerId": "alice@x"}),
        json!({"method": "inviteToConference", "peerId": BOB}),
        json!({"method": "turnRemoteMic", "peerId": "alice@x", "on": true}),
        json!({"method": "hangUp", "forAll": true}),
    ] {
        assert!(bench.bad(command).contains("rights"));
    }
    bench.good(json!({"method": "hangUp"}));
}

#[test]
fn a_user_asks_to_join() {
    let mut bench = with_bob("symmetric", json!({}));
    bench.bad(json!({"method": "acceptPeer", "peerId": "eve@x"}));
    for (command, joins) in [("rejectPeer", false), ("acceptPeer", true)] {
        bench.perform(json!({"op": "ask", "from": "eve@x", "for": "join"}));
        assert_eq!(bench.event("requestInviteReceived")["peerDn"], "Eve");
        bench.good(json!({"method": command, "peerId": "eve@x"}));
        assert_eq!(participant(&mut bench, "eve@x").is_some(), joins);
    }
}

#[test]
fn conferences_of_others_are_joined_by_calling_them() {
    let mut bench = Bench::new(json!({}));
    let host = json!({"op": "hostConference", "from": BOB, "title": "Weekly", "type": 3,
        "pin": "77", "participants": ["eve@x"]});
    let hosted = bench.perform(host);
    for (pin, cause) in [(json!({}), 12), (json!({"pin": "1"}), 13)] {
        let mut call = json!({"method": "call", "peerId": hosted["callId"]});
        call.as_object_mut()
            .unwrap()
            .extend(pin.as_object().unwrap().clone());
        bench.good(call);
        bench.event("inviteRequestSent");
        bench.run();
        assert_eq!(bench.event("rejectReceived")["cause"], cause);
    }
    bench.good(json!({"method": "call", "peerId": BOB, "pin": "77"}));
    bench.run();
    let created = bench.event("conferenceCreated");
    assert_eq!(
        (&created["confTitle"], &created["confId"]),
        (&json!("Weekly"), &hosted["conferenceId"])
    );
    assert_eq!(
        participant(&mut bench, "eve@x").unwrap()["broadcast"],
        false
    );
    assert_eq!(participant(&mut bench, BOB).unwrap()["broadcast"], true);
    bench.good(json!({"method": "hangUp"}));
    bench.good(json!({"method": "call", "peerId": "https://example.test/c/none"}));
    bench.run();
    assert_eq!(bench.event("rejectReceived")["cause"], 19);
}

#[test]
fn a_call_becomes_a_conference() {
    let mut bench = Bench::new(json!({}));
    bench.bad(json!({"method": "expandCallToMulti", "title": "More"}));
    bench.good(json!({"method": "call", "peerId": BOB}));
    bench.run();
    let call = bench.event("conferenceCreated")["confId"].clone();
    bench.good(json!({"method": "expandCallToMulti", "title": "More", "inviteList": ["eve@x"]}));
    let created = bench.event("conferenceCreated");
    assert_eq!(created["confType"], 1);
    assert_ne!(created["confId"], call);
    bench.run();
    let answer = bench.good(json!({"method": "getConferenceParticipants"}));
    assert_eq!(answer["participants"].as_array().unwrap().len(), 3);
    bench.bad(json!({"method": "expandCallToMulti", "title": "More"}));
}

#[test]
fn the_waiting_room_keeps_and_lets_in() {
    let mut bench = with_bob("symmetric", json!({}));
    bench.good(json!({"method": "setWaitingRoomState", "enable": true}));
    bench.event("waitingRoomStateChanged");
    bench.perform(json!({"op": "join", "from": "eve@x"}));
    assert_eq!(
        bench.event("newParticipantInConference")["isInWaitingRoom"],
        true
    );
    bench.good(
        json!({"method": "setParticipantPresenceInWaitingRoom", "callId": "eve@x",
        "inWaitingRoom": false}),
    );
    assert_eq!(
        bench.event("participantPresenceInWaitingRoomChanged")["isInWaitingRoom"],
        false
    );
    bench.perform(json!({"op": "join", "from": "dan@x"}));
    bench.good(json!({"method": "setWaitingRoomState", "enable": false}));
    assert_eq!(bench.event("participantLeftConference")["peerId"], "dan@x");
    assert_eq!(
        participant(&mut bench, "eve@x").unwrap()["isInWaitingRoom"],
        false
    );
}

#[test]
fn the_owner_mutes_the_room() {
    let mut bench = with_bob("symmetric", json!({}));
    bench.perform(json!({"op": "muteRoom", "mic": true}));
    assert_eq!(
        bench.event("micStateChangedByConferenceOwner")["mute"],
        true
    );
    assert_eq!(bench.event("audioCapturerMute")["mute"], true);
    assert_eq!(bench.good(json!({"method": "getMicMute"}))["mute"], true);
    assert_eq!(
        participant(&mut bench, "room@example.test").unwrap()["mic"],
        1
    );
}

#[test]
fn the_history_keeps_calls() {
    let mut bench = Bench::new(json!({"callAnswer": "reject"}));
    bench.good(json!({"method": "call", "peerId": BOB}));
    bench.run();
    bench.perform(json!({"op": "call", "from": "eve@x"}));
    bench.perform(json!({"op": "hangUp"}));
    let history = bench.good(json!({"method": "getCallHistory", "count": 5}));
    let types: Vec<_> = history["calls"]
        .as_array()
        .unwrap()
        .iter()
        .map(|call| &call["type"])
        .collect();
    assert_eq!(types, [2, 1]);
    bench.good(json!({"method": "setLastCallsViewed"}));
    let seen = bench.event("lastCallsViewed")["lastView"].clone();
    let history = bench.good(json!({"method": "getCallHistory", "count": 1}));
    assert_eq!(
        (&history["lastView"], &history["calls"][0]["viewed"]),
        (&seen, &json!(true))
    );
    bench.good(json!({"method": "clearCallHistory"}));
    let history = bench.good(json!({"method": "getCallHistory", "count": 5}));
    assert_eq!(history["calls"], json!([]));
}
