//! Restart, ports, TLS, and the end.

#![allow(clippy::unwrap_used)]

mod support;

use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use serde_json::json;
use support::{Client, get, start};
use tokio::net::{TcpSocket, TcpStream};

#[tokio::test]
async fn a_restart_keeps_ports_and_files_and_drops_the_rest() {
    let simulator = start(json!({"pin": "1234"})).await;
    let before = simulator.info();
    let mut client = Client::connect(&simulator, Some("1234")).await;
    simulator
        .perform(json!({"op": "offerFile", "text": "x"}))
        .await
        .unwrap();
    simulator.perform(json!({"op": "restart"})).await.unwrap();
    let ended = client.end().await;
    assert!(!matches!(ended, Some(Ok(_))), "{ended:?}");

    let after = simulator.info();
    assert_eq!(
        (before.port, before.websocket_port, before.http_port),
        (after.port, after.websocket_port, after.http_port),
    );
    let mut again = Client::open(&simulator).await;
    let answer = again.auth(Some(&client.token)).await;
    assert_eq!(answer["resultCode"], 3, "tokens do not outlive a restart");
    again.auth(Some("1234")).await;
    let list = again
        .call(json!({"method": "getIncomingFilesRequests"}))
        .await;
    assert_eq!(list["incomingFilesRequests"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn no_other_program_gets_the_ports_while_they_are_closed() {
    let simulator = start(json!({})).await;
    simulator
        .perform(json!({"op": "stopListening"}))
        .await
        .unwrap();
    let info = simulator.info();
    for port in [info.port, info.websocket_port, info.http_port] {
        let other = TcpSocket::new_v4().unwrap();
        let address = format!("127.0.0.1:{port}").parse().unwrap();
        assert!(other.bind(address).is_err(), "{port}");
    }
    simulator
        .perform(json!({"op": "startListening"}))
        .await
        .unwrap();
    Client::connect(&simulator, None).await;
}

#[tokio::test]
async fn ports_close_and_open_under_living_connections() {
    let simulator = start(json!({})).await;
    let mut client = Client::connect(&simulator, None).await;
    simulator
        .perform(json!({"op": "stopListening"}))
        .await
        .unwrap();
    let info = simulator.info();
    for port in [info.port, info.websocket_port, info.http_port] {
        assert!(TcpStream::connect(("127.0.0.1", port)).await.is_err());
    }
    assert_eq!(
        client.call(json!({"method": "getLogin"})).await["result"],
        true
    );
    simulator
        .perform(json!({"op": "startListening"}))
        .await
        .unwrap();
    simulator
        .perform(json!({"op": "startListening"}))
        .await
        .unwrap();
    Client::connect(&simulator, None).await;
    assert_eq!(
        get(info.port, "/public/default/config.json").await.status,
        200
    );
}

#[tokio::test]
async fn everything_speaks_tls_with_its_own_authority() {
    let simulator = start(json!({"tls": true})).await;
    let info = simulator.info();
    let pem = std::fs::read(info.ca_file.as_ref().unwrap()).unwrap();
    assert_eq!(pem, simulator.ca_pem().unwrap().as_bytes());
    let mut roots = rustls::RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_slice(&pem).unwrap())
        .unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let connector = tokio_rustls::TlsConnector::from(Arc::new(config));
    for (port, name) in [
        (info.websocket_port, "localhost"),
        (info.websocket_port, "127.0.0.1"),
    ] {
        let stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        let name = ServerName::try_from(name).unwrap();
        let stream = connector.connect(name, stream).await.unwrap();
        tokio_tungstenite::client_async("ws://localhost/", stream)
            .await
            .unwrap();
    }
    // Plain text on a TLS port gets no answer, and does no harm.
    assert_eq!(
        get(info.port, "/public/default/config.json").await.status,
        0
    );
}

#[tokio::test]
async fn the_end_closes_ports_and_removes_files() {
    let simulator = start(json!({"tls": true})).await;
    let info = simulator.info();
    simulator.close().await;
    assert!(TcpStream::connect(("127.0.0.1", info.port)).await.is_err());
    assert!(!info.ca_file.unwrap().exists());
}

#[tokio::test]
async fn a_taken_port_is_told() {
    let simulator = start(json!({})).await;
    let options = json!({"port": simulator.info().port});
    let options = trueroom_simulator::SimulatorOptions::from_json(options).unwrap();
    let error = trueroom_simulator::Simulator::start(options)
        .await
        .unwrap_err()
        .to_string();
    assert!(
        error.contains(&simulator.info().port.to_string()),
        "{error}"
    );
}

#[tokio::test]
async fn unknown_operations_are_refused() {
    let simulator = start(json!({})).await;
    for operation in [
        json!({}),
        json!({"op": "fly"}),
        json!({"op": "offerFile", "colour": "red"}),
        json!({"op": "takeFile", "id": "x"}),
        json!({"op": "stall", "ms": 1}),
        json!({"op": "offerFile", "path": "/no/such/file"}),
    ] {
        assert!(
            simulator.perform(operation.clone()).await.is_err(),
            "{operation}"
        );
    }
}
