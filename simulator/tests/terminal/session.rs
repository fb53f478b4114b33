//! Authorization, tokens and API versions.

use serde_json::{Value, json};

use crate::bench::Bench;

fn unsecured(role: &str) -> Value {
    json!({"method": "auth", "type": "unsecured", "role": role})
}

fn secured(credentials: &str) -> Value {
    json!({"method": "auth", "type": "secured", "credentials": credentials})
}

#[test]
fn a_pin_opens_both_modes() {
    let mut bench = Bench::strange(json!({"pin": "1234"}));
    bench.bad(json!({"method": "auth", "type": "unsecured"}));
    bench.bad(secured("4321"));
    assert_eq!(bench.good(secured("1234"))["previleges"], 2);
    let mut user = secured("1234");
    user["role"] = "user".into();
    assert_eq!(bench.good(user)["previleges"], 1);
}

#[test]
fn the_user_can_have_a_pin_of_his_own_or_none() {
    let mut bench = Bench::strange(json!({"password": "secret", "userPin": "77"}));
    assert_eq!(bench.good(secured("77"))["previleges"], 1);
    let mut admin = secured("77");
    admin["role"] = "admin".into();
    bench.bad(admin);
    assert_eq!(bench.good(secured("secret"))["previleges"], 2);

    let mut bench = Bench::strange(json!({"pin": "1", "userUnsecured": true}));
    let answer = bench.good(json!({"method": "auth", "type": "unsecured"}));
    assert_eq!(answer["previleges"], 1);
    bench.bad(unsecured("admin"));
}

#[test]
fn an_administrator_steps_down() {
    let mut bench = Bench::strange(json!({}));
    bench.bad(json!({"method": "auth", "role": "user"}));
    bench.good(json!({"method": "auth", "type": "unsecured"}));
    let answer = bench.good(json!({"method": "auth", "role": "user"}));
    assert_eq!(answer["previleges"], 1);
    // Administrators only, says the page.
    let connect = json!({"method": "connectToServer", "server": "example.test"});
    assert!(bench.bad(connect).contains("administrator"));
}

#[test]
fn nonsense_is_refused() {
    let mut bench = Bench::strange(json!({}));
    bench.bad(json!({"method": "auth"}));
    bench.bad(json!({"method": "auth", "type": "magic"}));
    bench.bad(json!({"method": "auth", "type": "unsecured", "role": "king"}));
    bench.bad(json!({"method": "auth", "type": "secured"}));
    bench.bad(json!({"method": "auth", "type": "secured", "credentials": 7}));
}

#[test]
fn a_token_opens_what_its_owner_could_for_as_long() {
    let mut bench = Bench::strange(json!({"pin": "1234"}));
    let token = bench.good(secured("1234"))["token"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(token.starts_with("1*"));
    let again = bench.good(secured(&token))["token"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_ne!(token, again);
    bench.wait(24 * 3600 * 1000);
    bench.bad(secured(&again));

    let mut bench = Bench::strange(json!({"password": "x"}));
    let token = bench.good(secured("x"))["token"]
        .as_str()
        .unwrap()
        .to_owned();
    bench.wait(29 * 24 * 3600 * 1000);
    bench.good(secured(&token));
    bench.perform(json!({"op": "expireTokens"}));
    bench.bad(secured(&token));
}

#[test]
fn http_tokens_die_with_the_authorization() {
    let mut bench = Bench::strange(json!({"pin": "1234"}));
    let answer = bench.good(secured("1234"));
    let token = answer["tokenForHttpServer"].as_str().unwrap().to_owned();
    // With a PIN it lives until the restart.
    bench.wait(365 * 24 * 3600 * 1000);
    assert!(bench.terminal.opens_http(bench.now, &token));
    bench.perform(json!({"op": "evict"}));
    assert_eq!(bench.event("authorizationNeeded")["cause"], 1);
    assert!(!bench.terminal.opens_http(bench.now, &token));
    bench.bad(json!({"method": "getLogin"}));
    bench.good(secured("1234"));
}

#[test]
fn every_cause_can_be_told() {
    for cause in 1..=8 {
        let mut bench = Bench::new(json!({}));
        bench.perform(json!({"op": "requireAuth", "cause": cause}));
        assert_eq!(bench.event("authorizationNeeded")["cause"], cause);
        bench.bad(json!({"method": "getLogin"}));
    }
}

#[test]
fn protection_is_changed_by_command_and_by_hand() {
    let mut bench = Bench::new(json!({}));
    let user = json!({"method": "setAuthParams", "userType": "user", "authType": "pin"});
    assert!(bench.bad(user).contains("administrator first"));
    let answer =
        bench.good(json!({"method": "setAuthParams", "userType": "admin", "authType": "pin"}));
    let pin = answer["newPin"].as_str().unwrap().to_owned();
    assert!(answer["token"].is_string());
    bench.good(secured(&pin));
    assert_eq!(
        bench.good(json!({"method": "getAuthInfo"}))["adminAuth"],
        "pin"
    );

    bench.perform(json!({"op": "setPin", "pin": "9"}));
    assert_eq!(bench.event("authorizationNeeded")["cause"], 3);
    bench.bad(secured(&pin));
    bench.bad(unsecured("user"));
    bench.good(secured("9"));
    bench.perform(json!({"op": "setPin"}));
    bench.good(unsecured("admin"));
}

#[test]
fn api_versions_are_accepted_refused_or_ignored() {
    let version = |text: &str| json!({"method": "setUsedApiVersion", "version": text});
    let mut bench = Bench::strange(json!({"apiVersions": ["1"]}));
    bench.good(version("1"));
    bench.bad(version("2"));
    let mut bench = Bench::strange(json!({"setUsedApiVersion": "refuse"}));
    bench.bad(version("1"));
    let mut bench = Bench::strange(json!({"setUsedApiVersion": "silent"}));
    bench.send(&version("1").to_string());
    assert!(bench.messages().is_empty());
}

#[test]
fn the_second_version_tells_more() {
    let mut bench = Bench::new(json!({}));
    assert!(
        bench
            .good(json!({"method": "getAppState"}))
            .get("recording")
            .is_none()
    );
    bench.good(json!({"method": "setUsedApiVersion", "version": "2"}));
    assert_eq!(
        bench.good(json!({"method": "getAppState"}))["recording"],
        false
    );
    let mut first = Bench::new(json!({"apiVersions": ["1"]}));
    assert_eq!(
        first.bad(json!({"method": "getOverlayHttpToken"})),
        "unknown method"
    );
}

#[test]
fn a_refusal_can_close_and_lack_its_code() {
    let mut bench = Bench::strange(json!({"pin": "1", "closeRefused": true, "resultCode": false}));
    let answer = bench.call(secured("2"));
    assert_eq!(answer["result"], false);
    assert!(answer.get("resultCode").is_none());
    assert_eq!(bench.closed(), [(bench.me, 1008)]);
    let answer = bench.good(secured("1"));
    assert!(answer.get("resultCode").is_none());
}

#[test]
fn request_ids_come_back_in_three_ways() {
    for (option, given, absent) in [
        ("echo", Some("5"), Some("")),
        ("omitWhenAbsent", Some("5"), None),
        ("never", None, None),
    ] {
        let mut bench = Bench::new(json!({"requestId": option}));
        let answer = bench.good(json!({"method": "getLogin", "requestId": "5"}));
        assert_eq!(
            answer.get("requestId").and_then(Value::as_str),
            given,
            "{option}"
        );
        let answer = bench.good(json!({"method": "getLogin"}));
        assert_eq!(
            answer.get("requestId").and_then(Value::as_str),
            absent,
            "{option}"
        );
    }
}

#[test]
fn a_restart_forgets_connections_and_tokens() {
    let mut bench = Bench::new(json!({}));
    let token = bench.good(unsecured("admin"))["token"]
        .as_str()
        .unwrap()
        .to_owned();
    bench.terminal.restart(bench.now);
    assert_eq!(bench.terminal.connections().count(), 0);
    bench.send(r#"{"method": "getLogin"}"#);
    assert!(
        bench.messages().is_empty(),
        "a dead connection is not answered"
    );
    let next = bench.terminal.connect(bench.now);
    assert_ne!(next, bench.me);
    bench.me = next;
    bench.bad(secured(&token));
}

#[test]
fn the_log_and_the_state_hold_no_secret() {
    let mut bench = Bench::strange(json!({"pin": "31337"}));
    let answer = bench.good(secured("31337"));
    let token = answer["token"].as_str().unwrap();
    bench.good(json!({"method": "getLogin"}));
    let shown = format!(
        "{}{}{:?}{:?}",
        bench.terminal.log(),
        bench.terminal.state(),
        bench.terminal.options(),
        bench.terminal,
    );
    assert!(!shown.contains("31337"));
    assert!(!shown.contains(token));
}
