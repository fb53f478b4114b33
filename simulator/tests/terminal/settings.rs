//! Settings and facts about the system.

use serde_json::{Value, json};

use crate::bench::Bench;

#[test]
fn settings_are_read_as_a_list_and_written_as_an_object() {
    let mut bench = Bench::new(json!({}));
    bench.good(json!({"method": "setSettings", "settings": {"language": "ru", "showLogo": false}}));
    assert_eq!(bench.event("settingsChanged")["name"], "language");
    assert_eq!(bench.event("settingsChanged")["value"], false);
    let answer = bench.good(json!({"method": "getSettings"}));
    let list = answer["settings"].as_array().unwrap();
    assert!(list.contains(&json!({"name": "language", "value": "ru"})));
    bench.bad(json!({"method": "setSettings", "settings": []}));
}

#[test]
fn the_upload_limit_changes_at_once_and_the_port_later() {
    let mut bench = Bench::new(json!({}));
    let set = |name: &str, value: Value| json!({"method": "setHttpServerSettings", "settings": {name: value}});
    bench.good(set("httpServerMaxPostFileSizeInBytes", json!(5)));
    assert_eq!(bench.event("httpServerSettingChanged")["value"], 5);
    assert_eq!(bench.terminal.max_post_size(), 5);
    bench.good(set("httpServerPort", json!(7777)));
    let event = bench.event("httpServerSettingChanged");
    assert_eq!(
        (&event["value"], &event["pendingValue"]),
        (&json!(8766), &json!(7777))
    );
    bench.bad(set("httpServerPort", json!("x")));
    bench.bad(set("colour", json!(1)));
}

#[test]
fn the_http_server_stops_and_applies_what_waited() {
    let mut bench = Bench::new(json!({}));
    bench.bad(json!({"method": "startHttpServer"}));
    let limit = json!({"httpServerConnectionsLimit": 7});
    bench.good(json!({"method": "setHttpServerSettings", "settings": limit}));
    bench.good(json!({"method": "stopHttpServer"}));
    assert_eq!(bench.event("httpServerStateChanged")["state"], 0);
    assert!(!bench.terminal.serves_http());
    bench.messages();
    bench.good(json!({"method": "startHttpServer"}));
    let applied = bench.event("httpServerSettingChanged");
    assert_eq!(
        (&applied["value"], applied.get("pendingValue")),
        (&json!(7), None)
    );
}

#[test]
fn settings_have_their_types_and_widgets_their_events() {
    let mut bench = Bench::new(json!({}));
    bench.bad(json!({"method": "setSettings", "settings": {"showLogo": 1}}));
    bench.good(
        json!({"method": "setSettings", "settings": {"showTime": false, "outputBandWidth": 512}}),
    );
    assert_eq!(bench.event("showTime")["show"], false);
    assert_eq!(bench.event("outgoingBitrateChanged")["bitrate"], 512);
    assert_eq!(
        bench.good(json!({"method": "getOutgoingBitrate"}))["bitrate"],
        512
    );
    let widgets = bench.good(json!({"method": "getInfoWidgetsState"}));
    assert_eq!(
        (&widgets["timeDisplaying"], &widgets["logoDisplaying"]),
        (&json!(false), &json!(true))
    );
}

#[test]
fn the_system_describes_itself() {
    let mut bench = Bench::new(json!({"displayName": "Hall"}));
    let info = bench.good(json!({"method": "getSystemInfo"}));
    assert_eq!(info["authInfo"]["peerDn"], "Hall");
    let monitors = bench.good(json!({"method": "getMonitorsInfo"}));
    assert_eq!(monitors["monitors"][0]["primary"], true);
    bench.good(json!({"method": "fireMyEvent", "data": "x"}));
    assert_eq!(bench.event("myEvent")["data"], "x");
}

#[test]
fn any_event_can_be_emitted() {
    let mut bench = Bench::new(json!({}));
    bench.checked = false;
    bench.perform(json!({"op": "emit", "event": {"event": "neverSeen", "x": [1]}}));
    let event = bench.event("neverSeen");
    assert_eq!(
        event,
        json!({"method": "event", "event": "neverSeen", "x": [1]})
    );
    bench.perform(json!({"op": "emit", "event": {"method": "odd", "y": 1}}));
    assert_eq!(bench.messages(), [json!({"method": "odd", "y": 1})]);
    assert!(
        bench
            .try_perform(json!({"op": "emit", "event": 5}))
            .is_err()
    );
}
