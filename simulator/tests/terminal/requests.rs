//! Requests in a conference: the podium, cameras, recording, sharing.

use serde_json::json;

use crate::bench::Bench;
use crate::meeting::with_bob;

const BOB: &str = "bob@example.test";

#[test]
fn a_participant_asks_for_the_podium() {
    for (command, allow) in [
        ("acceptRequestToPodium", true),
        ("rejectRequestToPodium", false),
    ] {
        let mut bench = with_bob("role", json!({}));
        bench.perform(json!({"op": "ask", "from": BOB, "for": "podium"}));
        let asked = bench.event("roleEventOccured");
        assert_eq!((&asked["role"], &asked["type"]), (&json!(3), &json!(0)));
        let state = bench.good(json!({"method": "getAppState"}));
        assert_eq!(state["requests"], json!({"incomingPodiumRequest": [BOB]}));
        bench.good(json!({"method": command, "peerId": BOB}));
        assert_eq!(
            bench.event("incomingRequestToPodiumAnswered")["allow"],
            allow
        );
        assert_eq!(bench.event("roleEventOccured")["broadcast"], allow);
        bench.bad(json!({"method": command, "peerId": BOB}));
        assert!(
            bench
                .good(json!({"method": "getAppState"}))
                .get("requests")
                .is_none()
        );
        let kicked = bench.call(json!({"method": "kickFromPodium", "peerId": BOB}));
        assert_eq!(kicked["result"], allow);
    }
}

#[test]
fn the_podium_is_for_role_based_conferences() {
    let mut bench = with_bob("symmetric", json!({}));
    assert!(
        bench
            .bad(json!({"method": "gotoPodium"}))
            .contains("role-based")
    );
    assert!(
        bench
            .try_perform(json!({"op": "ask", "from": BOB, "for": "podium"}))
            .is_err()
    );
}

#[test]
fn an_owner_takes_the_podium_at_once_and_others_ask() {
    let mut bench = with_bob("role", json!({}));
    bench.good(json!({"method": "gotoPodium"}));
    assert_eq!(bench.event("roleEventOccured")["broadcast"], true);
    bench.bad(json!({"method": "gotoPodium"}));
    bench.good(json!({"method": "leavePodium"}));
    for (answer, result, broadcast) in [("accept", 0, true), ("reject", 3, false)] {
        let mut bench = Bench::new(json!({"callAnswer": answer}));
        bench.perform(json!({"op": "call", "from": BOB, "type": 3, "title": "His"}));
        bench.good(json!({"method": "accept"}));
        bench.good(json!({"method": "gotoPodium"}));
        assert_eq!(bench.event("roleEventOccured")["type"], 0);
        bench.bad(json!({"method": "gotoPodium"}));
        bench.run();
        let event = bench.event("roleEventOccured");
        assert_eq!(
            (&event["result"], &event["broadcast"]),
            (&json!(result), &json!(broadcast))
        );
        let remark = bench.call(json!({"method": "startRemark"}));
        assert_eq!(remark["result"], !broadcast);
    }
}

#[test]
fn this_terminal_is_invited_to_the_podium() {
    let mut bench = Bench::new(json!({}));
    bench.perform(json!({"op": "call", "from": BOB, "type": 3, "title": "His"}));
    bench.good(json!({"method": "accept"}));
    bench.bad(json!({"method": "acceptInvitationToPodium"}));
    for (command, reason) in [
        ("rejectInvitationToPodium", 1),
        ("acceptInvitationToPodium", 0),
    ] {
        bench.perform(json!({"op": "ask", "from": BOB, "for": "podiumInvitation"}));
        bench.good(json!({"method": command}));
        assert_eq!(
            bench.event("incomingPodiumInvitationRemoved")["reason"],
            reason
        );
    }
    bench.perform(json!({"op": "movePodium", "on": false}));
    bench.perform(json!({"op": "ask", "from": BOB, "for": "podiumInvitation"}));
    bench.perform(json!({"op": "lapse", "from": BOB, "for": "podiumInvitation"}));
    assert_eq!(bench.event("incomingPodiumInvitationRemoved")["reason"], 2);
    bench.perform(json!({"op": "ask", "from": BOB, "for": "podiumInvitation"}));
    bench.perform(json!({"op": "hangUp"}));
    assert_eq!(bench.event("incomingPodiumInvitationRemoved")["reason"], 3);
}

#[test]
fn a_participant_asks_for_the_camera() {
    let mut bench = with_bob("symmetric", json!({}));
    let incoming = json!({"method": "getIncomingCameraControlRequests"});
    bench.perform(json!({"op": "ask", "from": BOB, "for": "camera"}));
    bench.event("requestCameraControlReceived");
    assert_eq!(bench.good(incoming.clone())["callIdList"], json!([BOB]));
    bench.good(json!({"method": "acceptRequestCameraControl", "callId": BOB}));
    bench.event("incomingRequestCameraControlAccepted");
    assert_eq!(bench.good(incoming)["callIdList"], json!([]));
    for (end, reason) in [
        (json!({"op": "lapse", "from": BOB, "for": "camera"}), 1),
        (json!({"op": "leave", "from": BOB}), 3),
    ] {
        bench.perform(json!({"op": "ask", "from": BOB, "for": "camera"}));
        bench.perform(end);
        assert_eq!(
            bench.event("incomingRequestCameraControlRejected")["reason"],
            reason
        );
    }
}

#[test]
fn this_terminal_asks_for_a_camera() {
    let mut bench = with_bob("symmetric", json!({"callAnswer": "none"}));
    let ask = json!({"method": "requestParticipantCameraControl", "callId": BOB});
    let turn = json!({"method": "remotelyControlledCameraPtzLeft", "cameraOwnerCallId": BOB});
    bench.bad(turn.clone());
    bench.good(ask.clone());
    bench.bad(ask.clone());
    bench.perform(json!({"op": "answer", "accept": false, "cause": 3}));
    assert_eq!(
        bench.event("outgoingRequestCameraControlRejected")["reason"],
        3
    );
    bench.good(ask);
    bench.perform(json!({"op": "answer", "from": BOB}));
    bench.event("outgoingRequestCameraControlAccepted");
    bench.good(turn.clone());
    let held = bench.good(json!({"method": "getRemotelyControlledCameras"}));
    assert_eq!(held["callIdList"], json!([BOB]));
    bench.perform(json!({"op": "lapse", "from": BOB, "for": "cameraHeld"}));
    bench.event("remotelyControlledCameraNotAvailableAnymore");
    bench.bad(turn);
}

#[test]
fn a_participant_asks_to_record() {
    let mut bench = with_bob("symmetric", json!({}));
    for (command, allowed) in [("allowRecord", true), ("denyRecord", false)] {
        bench.bad(json!({"method": command, "peerId": BOB}));
        bench.perform(json!({"op": "ask", "from": BOB, "for": "record"}));
        assert_eq!(bench.event("recordRequest")["peerDn"], "Robert");
        bench.good(json!({"method": command, "peerId": BOB}));
        assert_eq!(bench.event("recordRequestReply")["recordAllowed"], allowed);
    }
    bench.perform(json!({"op": "record", "from": BOB}));
    assert_eq!(bench.event("userRecordingMeStatusChanged")["status"], true);
}

#[test]
fn a_screen_is_shared() {
    let mut bench = with_bob("symmetric", json!({}));
    bench.bad(json!({"method": "startCapture", "captureId": 9}));
    bench.bad(json!({"method": "stopCapture"}));
    bench.good(json!({"method": "startCapture", "captureId": 1}));
    assert_eq!(bench.event("dsStarted")["captureId"], 1);
    assert_eq!(
        bench.event("appStateChanged")["desktopSharing"]["running"],
        true
    );
    bench.bad(json!({"method": "startCapture", "captureId": 2}));
    bench.perform(json!({"op": "stopSharing"}));
    assert_eq!(
        bench.names()[..2],
        ["contentSharingStoppedByConferenceLeader", "dsStopped"]
    );
    bench.good(json!({"method": "startCapture", "captureId": 2}));
    bench.good(json!({"method": "hangUp"}));
    bench.event("dsStopped");
}

#[test]
fn others_share_content() {
    let mut bench = with_bob("symmetric", json!({}));
    let stop = json!({"method": "sendStopContentSharing", "peerId": BOB});
    bench.bad(stop.clone());
    bench.perform(json!({"op": "showExtraVideo", "from": BOB, "video": 1}));
    assert_eq!(bench.event("extraVideoFlowNotify")["extraVideo"], 1);
    bench.good(stop);
    assert_eq!(bench.event("extraVideoFlowNotify")["extraVideo"], 0);
}

#[test]
fn slides_are_cached_shown_and_removed() {
    let mut bench = with_bob("symmetric", json!({}));
    bench.bad(json!({"method": "addSlide", "fileId": 1}));
    bench.bad(json!({"method": "startSlideShow"}));
    let files: Vec<_> = ["b.png", "a.png"]
        .map(|name| {
            bench.perform(json!({"op": "putFile", "name": name, "text": "x"}))["fileId"].clone()
        })
        .into();
    for file in &files {
        bench.good(json!({"method": "addSlide", "fileId": file}));
    }
    assert_eq!(bench.event("slideAdded")["idx"], 0);
    bench.run();
    bench.event("slideCachingStarted");
    assert_eq!(bench.event("slideCached")["name"], "b.png");
    let cache = bench.good(json!({"method": "getSlideShowCache"}));
    assert_eq!(cache["cachedSlides"].as_array().unwrap().len(), 2);
    bench.good(json!({"method": "sortSlides"}));
    assert_eq!(bench.event("slidesSorted")["slides"][0]["name"], "a.png");
    bench.good(json!({"method": "startSlideShow", "title": "Plans"}));
    assert_eq!(bench.event("mySlideShowStarted")["title"], "Plans");
    bench.good(json!({"method": "showNextSlide"}));
    assert_eq!(bench.event("currentSlideIndexChanged")["currentIdx"], 1);
    bench.bad(json!({"method": "showNextSlide"}));
    bench.bad(json!({"method": "showSlide", "idx": 7}));
    bench.good(json!({"method": "startSlideShow", "title": "More plans"}));
    assert_eq!(
        bench.event("mySlideShowTitleChanged")["newTitle"],
        "More plans"
    );
    let info = bench.good(json!({"method": "getSlideShowInfo"}));
    assert_eq!(
        (&info["currentSlideIdx"], &info["started"]),
        (&json!(1), &json!(true))
    );
    bench.good(json!({"method": "setSlidePosition", "fromIdx": 1, "toIdx": 0}));
    bench.event("slidePositionChanged");
    bench.good(json!({"method": "removeSlide", "idx": 0, "removeFromServer": true}));
    assert_eq!(bench.event("slideRemoved")["removedFromServer"], true);
    bench.bad(json!({"method": "addSlide", "fileId": files[0]}));
    bench.good(json!({"method": "removeAllSlides", "removeFromServer": false}));
    bench.event("slideShowCleared");
    bench.event("mySlideShowStopped");
    bench.good(json!({"method": "hangUp"}));
    assert_eq!(
        bench.event("slideShowAvailabilityChanged")["available"],
        false
    );
}
