//! Servers that are no terminal.

use std::future::Future;

use futures_util::{SinkExt, StreamExt};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, accept_async};
use trueroom::{Error, Options, Room};

use super::PATIENCE;

/// A server on a port of its own that does `serve` with each connection.
async fn server<F, S>(serve: S) -> u16
where
    F: Future<Output = ()> + Send + 'static,
    S: Fn(TcpStream) -> F + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream));
        }
    });
    port
}

/// A WebSocket server.
async fn websocket<F, S>(serve: S) -> u16
where
    F: Future<Output = ()> + Send + 'static,
    S: Fn(WebSocketStream<TcpStream>) -> F + Clone + Send + Sync + 'static,
{
    server(move |stream| {
        let serve = serve.clone();
        async move {
            if let Ok(socket) = accept_async(stream).await {
                serve(socket).await;
            }
        }
    })
    .await
}

/// The ports are given, so that nothing is looked up.
fn options(port: u16) -> Options {
    Options {
        websocket_port: Some(port),
        http_port: Some(port),
        pin: Some("4711".into()),
        connect_timeout: std::time::Duration::from_millis(1500),
        ..Options::new("127.0.0.1")
    }
}

/// Connecting fails with `ConnectError`, which names the address and has each of `parts`.
async fn refused(options: Options, parts: &[&str]) {
    let connected = tokio::time::timeout(PATIENCE, Room::connect(options)).await;
    let Err(error) = connected.expect("an outcome in time") else {
        panic!("connected to what is no terminal");
    };
    let text = error.to_string();
    assert!(matches!(error, Error::Connect { .. }), "{text}");
    assert!(!text.contains("4711"), "{text}");
    for part in ["127.0.0.1"].iter().chain(parts) {
        assert!(text.contains(part), "{text}");
    }
}

#[tokio::test]
async fn one_that_says_nothing() {
    let port = server(|mut stream| async move {
        let mut buffer = [0; 1024];
        while matches!(stream.read(&mut buffer).await, Ok(1..)) {}
    })
    .await;
    refused(options(port), &["within 1.5s"]).await;
}

#[tokio::test]
async fn one_that_closes_at_once() {
    let port = server(|stream| async move { drop(stream) }).await;
    refused(options(port), &["connection"]).await;
}

#[tokio::test]
async fn one_that_greets_in_another_protocol() {
    for greeting in [
        &b"SSH-2.0-OpenSSH_9.6\r\n"[..],
        b"220 mail.example.test ESMTP\r\n",
        b"\x00\x01\x02\x03\xff\xfe\xfd\xfc\r\n\r\n",
        b"\x15\x03\x01\x00\x02\x02\x50",
    ] {
        let port = server(move |mut stream| async move {
            stream.write_all(greeting).await.unwrap();
            let mut buffer = [0; 1024];
            while matches!(stream.read(&mut buffer).await, Ok(1..)) {}
        })
        .await;
        refused(options(port), &["ws://127.0.0.1"]).await;
    }
}

#[tokio::test]
async fn one_that_speaks_plain_http() {
    let port = server(|mut stream| async move {
        let mut buffer = [0; 4096];
        assert_ne!(stream.read(&mut buffer).await.unwrap(), 0);
        let answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
        stream.write_all(answer.as_bytes()).await.unwrap();
    })
    .await;
    refused(options(port), &["no WebSocket server", "200"]).await;
}

#[tokio::test]
async fn one_that_answers_with_a_header_without_end() {
    let port = server(|mut stream| async move {
        let mut answer = b"HTTP/1.1 101 Switching Protocols\r\n".to_vec();
        answer.extend(b"X-Filler: ".iter().chain([b'x'; 4000].iter()));
        // Ends when the client has had enough.
        while stream.write_all(&answer).await.is_ok() {
            answer = b"x".repeat(8192);
        }
    })
    .await;
    refused(options(port), &["ws://127.0.0.1"]).await;
}

#[tokio::test]
async fn one_that_sends_everything_back() {
    // Every command comes back as if it were its own answer.
    let port = websocket(|mut socket| async move {
        while let Some(Ok(message)) = socket.next().await {
            if !message.is_text() || socket.send(message).await.is_err() {
                return;
            }
        }
    })
    .await;
    refused(options(port), &["authorization"]).await;
}

#[tokio::test]
async fn one_that_sends_nonsense_in_web_socket_frames() {
    let port = websocket(|mut socket| async move {
        for text in [
            "welcome!",
            "[]",
            "{}",
            r#"{"method":"event","event":"hello"}"#,
        ] {
            socket.send(Message::text(text)).await.unwrap();
        }
        while let Some(Ok(_)) = socket.next().await {}
    })
    .await;
    refused(options(port), &["authorization", "1.5s"]).await;
}

#[tokio::test]
async fn one_that_floods_and_never_answers() {
    let port = websocket(|mut socket| async move {
        let event = r#"{"method":"event","event":"tick","text":"xxxxxxxxxxxxxxxx"}"#;
        while socket.send(Message::text(event)).await.is_ok() {}
    })
    .await;
    refused(options(port), &["authorization", "1.5s"]).await;
}

#[tokio::test]
async fn one_that_closes_after_the_hand_shake() {
    let port = websocket(|mut socket| async move {
        socket.close(None).await.unwrap();
    })
    .await;
    refused(options(port), &["closed the connection"]).await;
}

#[tokio::test]
async fn a_look_up_that_points_to_a_mail_server() {
    let mail = server(|mut stream| async move {
        stream
            .write_all(b"220 mail.example.test ESMTP\r\n")
            .await
            .unwrap();
        let mut buffer = [0; 1024];
        while matches!(stream.read(&mut buffer).await, Ok(1..)) {}
    })
    .await;
    let config = json!({"config": {"websocket": {"port": mail}, "http": {"port": mail}}});
    let config = config.to_string();
    let web = server(move |mut stream| {
        let config = config.clone();
        async move {
            let mut buffer = [0; 4096];
            assert_ne!(stream.read(&mut buffer).await.unwrap(), 0);
            let length = config.len();
            let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{config}");
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    })
    .await;
    let options = Options {
        port: Some(web),
        websocket_port: None,
        http_port: None,
        ..options(mail)
    };
    refused(options, &[&format!("ws://127.0.0.1:{mail}")]).await;
}
