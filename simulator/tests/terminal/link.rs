//! The connection to the server, and the login there.

use serde_json::json;

use crate::bench::Bench;

#[test]
fn from_no_server_to_logged_in() {
    let mut bench = Bench::new(json!({"appState": 0}));
    assert_eq!(bench.good(json!({"method": "getAppState"}))["appState"], 0);
    assert_eq!(bench.good(json!({"method": "getConnected"}))["state"], 0);
    let login = json!({"method": "login", "login": "room", "password": "x"});
    bench.bad(login.clone());
    bench.good(json!({"method": "connectToServer", "server": "example.test"}));
    assert_eq!(bench.event("appStateChanged")["appState"], 1);
    bench.run();
    assert_eq!(bench.event("serverConnected")["port"], 4307);
    assert_eq!(bench.event("appStateChanged")["appState"], 2);
    assert_eq!(
        bench.good(json!({"method": "getFileTransferAvailability"}))["availability"],
        2
    );
    bench.good(login.clone());
    bench.run();
    let event = bench.event("login");
    assert_eq!(
        (&event["result"], &event["peerId"]),
        (&json!(0), &json!("room@example.test"))
    );
    assert_eq!(bench.event("appStateChanged")["appState"], 3);
    assert_eq!(
        bench.event("fileTransferAvailabilityChanged")["availability"],
        3
    );
    assert_eq!(
        bench.good(json!({"method": "getLogin"}))["peerId"],
        "room@example.test"
    );
    bench.bad(login);
    bench.good(json!({"method": "logout"}));
    bench.event("logout");
    assert_eq!(
        bench.good(json!({"method": "getLogin"}))["isLoggedIn"],
        false
    );
    assert!(
        bench
            .good(json!({"method": "getSystemInfo"}))
            .get("authInfo")
            .is_none()
    );
}

#[test]
fn a_wrong_login_is_told_by_the_event() {
    let account = json!({"login": "room", "password": "right"});
    for (login, password, result) in [
        ("room", "wrong", 3),
        ("nobody", "right", 2),
        ("room", "right", 0),
    ] {
        let mut bench = Bench::new(json!({"appState": 2, "account": account}));
        bench.good(json!({"method": "login", "login": login, "password": password}));
        bench.run();
        assert_eq!(bench.event("login")["result"], result);
        let state = if result == 0 { 3 } else { 2 };
        assert_eq!(
            bench.good(json!({"method": "getAppState"}))["appState"],
            state
        );
    }
}

#[test]
fn the_server_goes_and_comes() {
    let mut bench = Bench::new(json!({}));
    bench.perform(json!({"op": "setServer", "connected": false}));
    assert_eq!(bench.event("serverDisconnected")["server"], "example.test");
    assert_eq!(bench.event("appStateChanged")["appState"], 0);
    bench.perform(json!({"op": "setServer", "connected": true}));
    bench.event("serverConnected");
    assert_eq!(bench.event("appStateChanged")["appState"], 3);
    bench.perform(json!({"op": "setServer", "connected": true}));
    assert!(bench.names().iter().all(|name| name != "serverConnected"));
}

#[test]
fn trueconf_online_is_a_service() {
    let mut bench = Bench::new(json!({"appState": 0}));
    bench.good(json!({"method": "connectToService"}));
    bench.run();
    assert_eq!(bench.event("serverConnected")["service"], true);
}

#[test]
fn a_login_can_end_as_the_option_says() {
    let mut bench = Bench::new(json!({"appState": 2, "loginResult": 5}));
    bench.good(json!({"method": "login", "login": "room", "password": "x"}));
    bench.run();
    assert_eq!(bench.event("login")["result"], 5);
}
