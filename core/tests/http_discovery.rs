//! The look-up of the ports, against a server that says literal bytes.

#![allow(clippy::unwrap_used, clippy::panic)]

mod http_support;

use std::process::Command;
use std::time::Duration;

use http_support::{STALL, Seen, Server, Step, client, content, reply};
use trueroom::http::{Discovery, HttpTarget, PortSource, Ports, discover};

const CONFIG: &str = r#"{"config":{"websocket":{"hostname":null,"port":9001},
    "http":{"hostname":null,"port":9002}}}"#;

const DEFAULTS: &str = "using the default ports 8765 and 8766";

async fn look_up(target: &HttpTarget) -> Discovery {
    discover(&client(), target, "default", STALL).await.unwrap()
}

/// What a failed look-up at this server says.
async fn problem(server: &Server) -> String {
    let discovery = look_up(&server.target()).await;
    let ports = Ports {
        websocket: 8765,
        http: 8766,
        source: PortSource::Fallback,
    };
    assert_eq!(discovery.ports, ports);
    assert_eq!(discovery.tried[1..], [DEFAULTS]);
    let request = format!(
        "GET http://127.0.0.1:{}/public/default/config.json -> ",
        server.port
    );
    discovery.tried[0]
        .strip_prefix(&request)
        .unwrap()
        .to_owned()
}

async fn problem_with(script: Vec<Step>) -> String {
    problem(&Server::start(vec![script])).await
}

#[tokio::test]
async fn the_ports_are_found() {
    let mut server = Server::start(vec![reply("200 OK", "", CONFIG)]);
    let discovery = look_up(&server.target()).await;
    let ports = Ports {
        websocket: 9001,
        http: 9002,
        source: PortSource::ConfigFile,
    };
    assert_eq!(discovery.ports, ports);
    let line = format!(
        "GET http://127.0.0.1:{}/public/default/config.json -> \
         WebSocket port 9001, HTTP port 9002",
        server.port
    );
    assert_eq!(discovery.tried, [line]);
    let head = server.head().await;
    assert!(
        head.starts_with("GET /public/default/config.json HTTP/1.1\r\n"),
        "{head}"
    );
    assert!(
        head.contains(concat!("user-agent: trueroom/", env!("CARGO_PKG_VERSION"))),
        "{head}"
    );
}

#[tokio::test]
async fn a_twin_has_its_own_file() {
    let mut server = Server::start(vec![reply("200 OK", "", CONFIG)]);
    discover(&client(), &server.target(), "room 2/ü", STALL)
        .await
        .unwrap();
    let line = server.request_line().await;
    assert_eq!(line, "GET /public/room%202%2F%C3%BC/config.json HTTP/1.1");
    assert!(
        discover(&client(), &server.target(), "..", STALL)
            .await
            .is_err()
    );
}

#[tokio::test]
async fn an_ipv6_address_has_brackets() {
    let mut server = Server::listen("::1", None, vec![reply("200 OK", "", CONFIG)]);
    let target = HttpTarget::new(false, "::1", server.port).unwrap();
    let discovery = look_up(&target).await;
    assert_eq!(discovery.ports.websocket, 9001);
    assert!(
        discovery.tried[0].starts_with("GET http://[::1]:"),
        "{:?}",
        discovery.tried
    );
    assert!(
        server
            .head()
            .await
            .contains(&format!("host: [::1]:{}", server.port))
    );
}

#[tokio::test]
async fn each_failure_has_its_own_words() {
    let nobody = Server::start(Vec::new());
    assert_eq!(problem(&nobody).await, "connection refused");

    assert_eq!(
        problem_with(reply("404 Not Found", "", "x")).await,
        "404 Not Found"
    );
    assert_eq!(
        problem_with(reply("500 Oops", "", "x")).await,
        "500 Internal Server Error"
    );
    let location = "Location: https://room/\r\n";
    assert_eq!(
        problem_with(reply("301 Moved", location, "")).await,
        "301 Moved Permanently, to https://room/, which is not followed"
    );
    assert_eq!(
        problem_with(reply("200 OK", "", "\n<!doctype html>")).await,
        "an HTML page instead of a config.json; is this a terminal's web port?"
    );
    let text = problem_with(reply("200 OK", "", "hello")).await;
    assert!(text.starts_with("not JSON ("), "{text}");
    assert_eq!(
        problem_with(reply("200 OK", "", "{}")).await,
        "a config.json without ports (no websocket.port, no http.port)"
    );
}

#[tokio::test]
async fn one_port_is_enough() {
    let server = Server::start(vec![reply(
        "200 OK",
        "",
        r#"{"config":{"http":{"port":"1"}}}"#,
    )]);
    let discovery = look_up(&server.target()).await;
    let ports = Ports {
        websocket: 8765,
        http: 1,
        source: PortSource::ConfigFile,
    };
    assert_eq!(discovery.ports, ports);
    assert!(
        discovery.tried[0]
            .ends_with("-> WebSocket port 8765 by default (no websocket.port), HTTP port 1")
    );
}

#[tokio::test]
async fn a_hostile_answer_is_cut_off() {
    let large = vec![Step::Head, Step::Send(b"HTTP/1.1 200 OK\r\n\r\n".to_vec())];
    let large = large
        .into_iter()
        .chain([Step::Send(content(10 << 20)), Step::Hang])
        .collect();
    let mut server = Server::start(vec![large]);
    let text = problem(&server).await;
    assert_eq!(
        text,
        "an answer of more than 65536 bytes, not a config.json"
    );
    server.hanging().await;
    assert_eq!(server.next().await, Seen::Gone);

    let exact = format!("{CONFIG}{}", " ".repeat(65_536 - CONFIG.len()));
    let server = Server::start(vec![reply("200 OK", "", exact)]);
    assert_eq!(look_up(&server.target()).await.ports.websocket, 9001);

    let header = format!("X: {}\r\n", "y".repeat(4 << 20));
    let text = problem_with(reply("200 OK", &header, CONFIG)).await;
    assert_eq!(text, "message head is too large");
    let headers = "X: y\r\n".repeat(10_000);
    let text = problem_with(reply("200 OK", &headers, CONFIG)).await;
    assert_eq!(text, "message head is too large");
}

#[tokio::test]
async fn another_protocol_is_recognized() {
    let text = problem_with(vec![Step::Send(b"SSH-2.0-OpenSSH_9.6\r\n".to_vec())]).await;
    assert!(
        text.ends_with("the port speaks something else than HTTP, perhaps TLS"),
        "{text}"
    );
    // A TLS server's alert about the plain request.
    let alert = vec![
        Step::Head,
        Step::Send(b"\x15\x03\x01\x00\x02\x02\x46".to_vec()),
    ];
    let text = problem_with(alert).await;
    assert!(
        text.ends_with("the port speaks something else than HTTP, perhaps TLS"),
        "{text}"
    );
    // Some TLS servers just close.
    let text = problem_with(vec![Step::Head]).await;
    assert_eq!(text, "connection closed before message completed");
    let text = problem_with(vec![Step::Head, Step::Reset]).await;
    assert_eq!(text, "connection reset");
}

#[tokio::test]
async fn the_time_is_limited_in_all() {
    let start = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{".to_vec();
    for script in [
        vec![Step::Head, Step::Hang],
        vec![Step::Head, Step::Send(start), Step::Hang],
    ] {
        let mut server = Server::start(vec![script]);
        let target = server.target();
        let client = client();
        let stalled = async {
            server.hanging().await;
            tokio::time::pause();
        };
        let limit = Duration::from_millis(2500);
        let (found, ()) = tokio::join!(discover(&client, &target, "default", limit), stalled);
        assert!(found.unwrap().tried[0].ends_with(" -> no answer within 2.5 s"));
        tokio::time::resume();
    }
}

/// Runs only as a child process, with a proxy in its environment.
#[tokio::test]
#[ignore = "run by its parent below"]
async fn child_with_a_proxy() {
    let server = Server::start(vec![reply("200 OK", "", CONFIG)]);
    assert_eq!(look_up(&server.target()).await.ports.websocket, 9001);
}

#[test]
fn a_proxy_in_the_environment_is_ignored() {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "child_with_a_proxy", "--ignored"]);
    for name in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
        child.env(name, "http://127.0.0.1:1");
    }
    let child = child
        .env_remove("no_proxy")
        .env_remove("NO_PROXY")
        .output()
        .unwrap();
    let output = String::from_utf8_lossy(&child.stdout);
    assert!(
        child.status.success() && output.contains("1 passed"),
        "{output}"
    );
}
