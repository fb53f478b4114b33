//! Camera, devices, layout, data, licence, and the values of the table.

use serde_json::{Value, json};

use crate::bench::Bench;
use crate::meeting::with_bob;

const BOB: &str = "bob@example.test";

#[test]
fn the_camera_moves_within_its_range() {
    let mut bench = Bench::new(json!({}));
    bench.good(json!({"method": "ptzLeft"}));
    assert_eq!(
        bench.event("ptzControlsChanged")["pan"]["currentValue"],
        -10
    );
    bench.good(json!({"method": "setZoomPos", "pos": 100}));
    bench.good(json!({"method": "ptzZoomInc"}));
    bench.bad(json!({"method": "setTiltPos", "pos": 31}));
    let invert = json!({"property": "tilt", "inverted": true,
        "method": "setCurrentPtzPropertyInverted"});
    bench.good(invert);
    bench.good(json!({"method": "ptzUp"}));
    let controls = bench.good(json!({"method": "getPtzControls"}));
    let at = |axis: &str| controls[axis]["currentValue"].as_i64().unwrap();
    assert_eq!((at("pan"), at("tilt"), at("zoom")), (-10, -10, 100));
    bench.good(json!({"method": "setPtzDefaults"}));
    assert_eq!(
        bench.good(json!({"method": "getPtzControls"}))["zoom"]["currentValue"],
        0
    );
}

#[test]
fn presets_are_kept_and_applied() {
    let mut bench = Bench::new(json!({}));
    bench.good(json!({"method": "setPanPos", "pos": 40}));
    let added = bench.good(json!({"method": "addPresetFromCurrentVideoCapturer"}));
    let id = added["presetId"].clone();
    assert_eq!(added["pan"], json!({"isPresent": true, "value": 40}));
    bench.event("videoCapturerPresetAdded");
    bench.good(json!({"method": "setPanPos", "pos": 0}));
    bench.perform(json!({"op": "applyPreset", "presetId": id}));
    bench.event("videoCapturerPresetApplied");
    assert_eq!(
        bench.good(json!({"method": "getPtzControls"}))["pan"]["currentValue"],
        40
    );
    let update = json!({"method": "updateVideoCapturerPreset", "presetId": id,
        "videoCapturerName": "Virtual camera", "isMuted": false, "pan": {"isPresent": false},
        "tilt": {"isPresent": true, "value": 5}, "zoom": {"isPresent": false},
        "preview": {"isPresent": true, "value": "AAAA"}});
    bench.good(update);
    let updated = bench.event("videoCapturerPresetUpdated");
    assert_eq!(updated["preview"], json!({"isPresent": true}));
    bench.good(json!({"method": "removeVideoCapturerPreset", "presetId": id}));
    bench.event("videoCapturerPresetRemoved");
    bench.bad(json!({"method": "removeVideoCapturerPreset", "presetId": id}));
    assert!(
        bench
            .try_perform(json!({"op": "applyPreset", "presetId": id}))
            .is_err()
    );
}

#[test]
fn modes_change_the_picture() {
    let mut bench = Bench::new(json!({}));
    bench.bad(json!({"method": "setModes", "pin": "HDMI", "mode": "8K"}));
    bench.good(json!({"method": "setModes", "pin": "RGB", "mode": "HD_30"}));
    assert_eq!(bench.event("deviceModesDone")["activePin"], "RGB");
    assert_eq!(bench.event("updateCameraInfo")["cameraWidth"], 1280);
    let info = bench.good(json!({"method": "getSystemInfo"}));
    assert_eq!(info["cameraInfo"]["cameraWidth"], 1280);
}

#[test]
fn devices_are_plugged_in_and_chosen() {
    let mut bench = Bench::new(json!({}));
    let choose =
        json!({"method": "setAudioCapturer", "name": "Jabra", "description": "plugged:Jabra"});
    bench.bad(choose.clone());
    bench.perform(json!({"op": "plug", "kind": "microphone", "name": "Jabra"}));
    assert_eq!(
        bench.event("hardwareChanged")["audioCapturers"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    bench.good(choose);
    let hardware = bench.good(json!({"method": "getHardware"}));
    assert_eq!(hardware["currentAudioCapturerName"], "Jabra");
    bench.perform(json!({"op": "plug", "kind": "microphone", "name": "Jabra", "in": false}));
    let hardware = bench.good(json!({"method": "getHardware"}));
    assert_eq!(hardware["currentAudioCapturerName"], "");
    bench.good(json!({"method": "setVideoCapturer", "name": "none", "description": "none"}));
    assert_eq!(bench.event("deviceModesDone")["videoCapturerName"], "");
    bench.perform(json!({"op": "press", "key": "hangUp"}));
    bench.event("hangUpPressed");
}

fn slots(bench: &mut Bench) -> (Value, Vec<String>) {
    let matrix = bench.good(json!({"method": "getVideoMatrix"}));
    let shown = matrix["participants"].as_array().unwrap().iter();
    let shown = shown.map(|slot| slot["peerId"].as_str().unwrap().to_owned());
    let shown = shown.collect();
    (matrix, shown)
}

#[test]
fn video_slots_are_hidden_swapped_and_moved() {
    let mut bench = with_bob("symmetric", json!({}));
    assert_eq!(slots(&mut bench).1, ["#self:0", BOB]);
    bench.good(json!({"method": "swapVideoSlots", "callId1": "#self:0", "callId2": BOB}));
    assert_eq!(
        bench.event("videoMatrixChanged")["participants"][0]["peerId"],
        BOB
    );
    bench.good(json!({"method": "hideVideoSlot", "callId": BOB}));
    bench.bad(json!({"method": "hideVideoSlot", "callId": "eve@x"}));
    let (matrix, shown) = slots(&mut bench);
    assert_eq!(
        (shown, &matrix["hiddenVideoSlots"]),
        (vec!["#self:0".to_owned()], &json!([BOB]))
    );
    bench.good(json!({"method": "showVideoSlot", "callId": BOB}));
    bench.bad(json!({"method": "showVideoSlot", "callId": BOB}));
    let to_second = json!({"method": "moveVideoSlotToMonitor", "callId": BOB, "monitorIndex": 1});
    bench.good(to_second);
    assert_eq!(bench.event("videoSlotMovedToMonitor")["peerDn"], "Robert");
    assert_eq!(slots(&mut bench).0["externVideoSlots"][0]["callId"], BOB);
    bench.good(json!({"method": "removeVideoSlotFromMonitor", "monitorIndex": 1}));
    bench.bad(json!({"method": "removeVideoSlotFromMonitor", "monitorIndex": 1}));
    bench.good(json!({"method": "changeVideoMatrixType", "matrixType": 0}));
    bench.bad(json!({"method": "changeVideoMatrixType", "matrixType": 6}));
    assert_eq!(slots(&mut bench).1, [BOB]);
    bench.good(json!({"method": "setSettings", "settings": {"hideNonVideoParticipants": true}}));
    assert!(
        bench
            .bad(json!({"method": "hideVideoSlot", "callId": BOB}))
            .contains("hideNonVideo")
    );
    bench.good(json!({"method": "hangUp"}));
    assert_eq!(slots(&mut bench).1, ["#self:0"]);
}

#[test]
fn data_is_kept_in_containers() {
    let mut bench = Bench::new(json!({}));
    let save = |data: &str, flags: &str| json!({"method": "saveData", "containerName": "box", "data": data, "flags": flags});
    let load = json!({"method": "loadData", "containerName": "box"});
    bench.bad(load.clone());
    for (data, flags, whole) in [("b", "def", "b"), ("c", "ate", "bc"), ("a", "beg", "abc")] {
        bench.good(save(data, flags));
        assert_eq!(bench.event("dataSaved")["flag"], flags);
        assert_eq!(bench.good(load.clone())["data"], whole);
    }
    bench.bad(save("x", "what"));
    let names = bench.good(json!({"method": "getAllUserContainersNames"}));
    assert_eq!(names["containersNames"], json!(["box"]));
    bench.good(json!({"method": "deleteData", "containerName": "box"}));
    bench.event("dataDeleted");
    bench.bad(load);
}

#[test]
fn a_licence_is_activated() {
    let mut bench = Bench::new(json!({}));
    let answer = bench.call(json!({"method": "activateLicense", "key": "no key"}));
    assert_eq!(
        (&answer["result"], &answer["status"]),
        (&json!(false), &json!("invalid"))
    );
    bench.good(json!({"method": "activateLicense", "key": "ABCD-1234-EFGH-5678"}));
    assert_eq!(bench.event("licenseActivation")["status"], "valid");
    assert_eq!(bench.event("licenseStatusChanged")["pro"], true);
    let key = bench.good(json!({"method": "getTrueConfRoomProKey"}));
    assert_eq!(key["trueconfRoomKey"], "ABCD-1234-EFGH-5678");
    bench.perform(json!({"op": "setTariff", "changes": {"canUseSlideShow": false}}));
    bench.event("tariffRestrictionsChanged");
    let tariff = bench.good(json!({"method": "getTariffRestrictions"}));
    assert_eq!(tariff["canUseSlideShow"], false);
}

#[test]
fn streams_updates_and_monitors() {
    let mut bench = Bench::new(json!({}));
    bench.good(json!({"method": "createNDIDevice", "deviceId": "#mixed:0"}));
    assert_eq!(bench.event("NDIDeviceCreated")["mixedType"], "mixed");
    bench.bad(json!({"method": "createNDIDevice", "deviceId": "#mixed:0"}));
    bench.good(json!({"method": "deleteNDIDevice", "deviceId": "#mixed:0"}));
    bench.bad(json!({"method": "deleteNDIDevice", "deviceId": "#mixed:0"}));
    bench.bad(json!({"method": "startUpdate"}));
    bench.perform(json!({"op": "offerUpdate", "version": "5.1"}));
    bench.good(json!({"method": "startUpdate"}));
    bench.event("downloadProgress");
    bench.good(json!({"method": "changeCurrentMonitor", "monitorIndex": 1}));
    assert_eq!(bench.event("monitorsInfoUpdated")["currentMonitor"], 1);
    bench.bad(json!({"method": "changeCurrentMonitor", "monitorIndex": 2}));
}

/// Each row: a command, the event that follows, the question, a field of its answer.
fn check_rows(bench: &mut Bench, rows: &[(Value, &str, &str, &str, Value)]) {
    for (command, event, getter, field, value) in rows {
        bench.good(command.clone());
        bench.event(event);
        let answer = bench.good(json!({"method": getter}));
        assert_eq!(&answer[field], value, "{getter}");
    }
}

#[test]
#[rustfmt::skip]
fn switches_are_set_told_and_read() {
    let mut bench = Bench::new(json!({}));
    check_rows(&mut bench, &[
        (json!({"method": "setMicMute", "mute": true}),
            "audioCapturerMute", "getMicMute", "mute", json!(true)),
        (json!({"method": "setCrop", "enabled": true}),
            "cropChanged", "getCrop", "enabled", json!(true)),
        (json!({"method": "setBroadcastSelfie", "enabled": true, "fps": 5}),
            "broadcastSelfieChanged", "getBroadcastSelfie", "fps", json!(5)),
        (json!({"method": "setOutputSelfVideoRotateAngle", "rotateAngle": 90}),
            "outputSelfVideoRotateAngleChanged", "getOutputSelfVideoRotateAngle",
            "outputSelfVideoRotateAngle", json!(90)),
        (json!({"method": "setNDIState", "enabled": true}),
            "NDIStateChanged", "getNDIState", "enabled", json!(true)),
        (json!({"method": "setNoiseSuppression", "enabled": true}),
            "noiseSuppressionChanged", "getNoiseSuppression", "enabled", json!(true)),
        (json!({"method": "startAudioDelayDetectorTest"}),
            "audioDelayDetectorTestStateChanged", "getAudioDelayDetectorInfo", "state", json!(1)),
    ]);
    assert!(bench.bad(json!({"method": "setMicMute", "mute": 1})).contains("mute"));
    bench.good(json!({"method": "setExtStatus", "extStatus": 5, "additionalStatus": "asleep"}));
    bench.event("appStateChanged");
}

#[test]
#[rustfmt::skip]
fn pictures_are_set_told_and_read() {
    let mut bench = Bench::new(json!({}));
    let file = bench.upload();
    check_rows(&mut bench, &[
        (json!({"method": "setBackground", "fileId": file}),
            "backgroundImageChanged", "getBackground", "fileId", json!(file)),
        (json!({"method": "setDefaultBackground"}),
            "backgroundImageChanged", "getBackground", "isCustomImage", json!(false)),
        (json!({"method": "setLogo", "fileId": file, "mode": 1}),
            "logoImageChanged", "getLogo", "mode", json!(1)),
        (json!({"method": "startBroadcastPicture", "fileId": file}),
            "broadcastPictureStateChanged", "getBroadcastPicture", "fileName", json!("b.txt")),
    ]);
    assert!(bench.good(json!({"method": "getBackground"})).get("fileId").is_none());
    let state = bench.good(json!({"method": "getAppState"}));
    assert_eq!(state["broadcastPicture"]["fileId"], file);
    bench.bad(json!({"method": "setBackground", "fileId": 1}));
}

#[test]
fn the_microphone_is_not_tested_in_a_conference() {
    let mut bench = with_bob("symmetric", json!({}));
    bench.bad(json!({"method": "testAudioCapturerStart"}));
    bench.good(json!({"method": "hangUp"}));
    bench.good(json!({"method": "testAudioCapturerStart"}));
    assert_eq!(
        bench.event("testAudioCapturerStateChanged")["started"],
        true
    );
    assert_eq!(
        bench.good(json!({"method": "getAppState"}))["audioCaptureTest"],
        true
    );
}
