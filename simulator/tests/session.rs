//! Finding the ports and authorizing, over real sockets.

#![allow(clippy::unwrap_used)]

mod support;

use serde_json::{Value, json};
use support::{Client, get, start};

#[tokio::test]
async fn config_json_tells_the_ports() {
    let simulator = start(json!({})).await;
    let info = simulator.info();
    let reply = get(info.port, "/public/default/config.json").await;
    let config: Value = serde_json::from_slice(&reply.body).unwrap();
    assert_eq!(config["config"]["websocket"]["port"], info.websocket_port);
    assert_eq!(config["config"]["http"]["port"], info.http_port);
    assert_eq!(
        get(info.port, "/public/other/config.json").await.status,
        404
    );
}

#[tokio::test]
async fn nothing_works_before_auth_but_the_version() {
    let simulator = start(json!({"pin": "1234"})).await;
    let mut client = Client::open(&simulator).await;
    let refused = client
        .call(json!({"method": "getAppState", "requestId": "1"}))
        .await;
    assert_eq!(
        (&refused["result"], &refused["requestId"]),
        (&json!(false), &json!("1"))
    );
    let version = client
        .call(json!({"method": "setUsedApiVersion", "version": "1"}))
        .await;
    assert_eq!(
        (&version["result"], &version["requestId"]),
        (&json!(true), &json!(""))
    );
    assert_eq!(client.auth(None).await["resultCode"], 3);
    assert_eq!(client.auth(Some("0000")).await["resultCode"], 3);
    let answer = client.auth(Some("1234")).await;
    assert_eq!(
        (&answer["previleges"], &answer["resultCode"]),
        (&json!(2), &json!(0))
    );
    assert_eq!(
        client.call(json!({"method": "getAppState"})).await["appState"],
        3
    );
}

#[tokio::test]
async fn a_second_client_evicts_the_first() {
    let simulator = start(json!({})).await;
    let mut first = Client::connect(&simulator, None).await;
    let mut second = Client::connect(&simulator, None).await;
    assert_eq!(first.event("authorizationNeeded").await["cause"], 1);
    assert_eq!(
        first.call(json!({"method": "getLogin"})).await["result"],
        false
    );
    assert_eq!(
        second.call(json!({"method": "getLogin"})).await["result"],
        true
    );
    // Another mode is another place.
    let mut third = Client::open(&simulator).await;
    let user = json!({"method": "auth", "type": "unsecured", "role": "user"});
    assert_eq!(third.call(user).await["previleges"], 1);
    assert_eq!(
        second.call(json!({"method": "getLogin"})).await["result"],
        true
    );
}

#[tokio::test]
async fn barriers_see_commands_and_connections() {
    let simulator = start(json!({})).await;
    let client = Client::connect(&simulator, None).await;
    let reached = json!({"op": "waitFor", "received": "auth"});
    assert_eq!(
        simulator.perform(reached).await.unwrap(),
        json!({"count": 1})
    );
    drop(client);
    let none = json!({"op": "waitConnections", "count": 0});
    assert_eq!(simulator.perform(none).await.unwrap(), json!({"count": 0}));
    let never = json!({"op": "waitFor", "received": "logout", "timeout": 1});
    let error = simulator.perform(never).await.unwrap_err().to_string();
    assert!(error.contains("the count is 0"), "{error}");
}
