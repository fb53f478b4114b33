//! Finds the ports of the WebSocket and of the HTTP server.

use std::time::Duration;

use hyper::header::{LOCATION, SERVER};
use hyper::{StatusCode, Uri};
use serde_json::Value;

use super::{HttpClient, HttpError, HttpTarget, LOG, text};

/// The port of the WebSocket when the look-up fails. From the vendor's pages.
pub const DEFAULT_WEBSOCKET_PORT: u16 = 8765;

/// The port of the HTTP server when the look-up fails. From the vendor's Python library.
pub const DEFAULT_HTTP_PORT: u16 = 8766;

/// The largest config.json that is read, in bytes. A real one has about a hundred.
const MAX_CONFIG: usize = 64 * 1024;

/// How the simulator calls itself in the header `Server`.
const SIMULATOR: &[u8] = b"trueroom-simulator";

/// The ports of a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ports {
    /// The port of the WebSocket.
    pub websocket: u16,
    /// The port of the HTTP server.
    pub http: u16,
    /// Where they come from.
    pub source: PortSource,
}

/// Where ports come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PortSource {
    /// At least one of them stands in the terminal's config.json; the other may be a default.
    ConfigFile,
    /// The look-up failed; both are the defaults.
    Fallback,
}

/// The ports, and what was done to find them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discovery {
    /// The ports to use.
    pub ports: Ports,
    /// What was tried and what came of it, for the error that follows if the ports are wrong.
    pub tried: Vec<String>,
}

impl Discovery {
    /// The same with ports that were found before, where the look-up failed.
    pub(crate) fn or_known(mut self, known: Ports) -> Self {
        if self.ports.source == PortSource::Fallback {
            self.ports = known;
            let Ports {
                websocket, http, ..
            } = known;
            let outcome = format!("using the ports found before, {websocket} and {http}");
            tracing::debug!(target: LOG, "{outcome}");
            // In place of the word of the default ports.
            self.tried.pop();
            self.tried.push(outcome);
        }
        self
    }
}

/// Asks the terminal's web server at `target` for the ports of a twin ("default" without
/// twins), for at most `timeout` in all.
///
/// A host name in the answer is ignored: the credentials go to the host that the user named.
///
/// # Errors
/// Only [`HttpError::Invalid`], for a name that no twin can have. Whatever else goes wrong is
/// recorded, and the default ports are the result.
pub async fn discover(
    client: &HttpClient,
    target: &HttpTarget,
    twin: &str,
    timeout: Duration,
) -> Result<Discovery, HttpError> {
    let url = target.config_url(twin)?;
    let request = format!("GET {url}");
    let fetched = tokio::time::timeout(timeout, fetch(client, &url, target)).await;
    let found = match fetched {
        Ok(Ok(file)) => read_ports(&file.body),
        Ok(Err(problem)) => Err(problem),
        Err(_) => Err(no_answer(timeout)),
    };
    let mut discovery = match found {
        Ok(found) => found,
        Err(problem) => Discovery {
            ports: Ports {
                websocket: DEFAULT_WEBSOCKET_PORT,
                http: DEFAULT_HTTP_PORT,
                source: PortSource::Fallback,
            },
            tried: vec![
                problem,
                format!("using the default ports {DEFAULT_WEBSOCKET_PORT} and {DEFAULT_HTTP_PORT}"),
            ],
        },
    };
    if let Some(outcome) = discovery.tried.first_mut() {
        *outcome = format!("{request} -> {outcome}");
    }
    for line in &discovery.tried {
        tracing::debug!(target: LOG, "{line}");
    }
    Ok(discovery)
}

/// The file with the ports, as it is.
pub(crate) struct ConfigFile {
    pub body: Vec<u8>,
    /// The server says that it is the simulator.
    pub is_simulated: bool,
}

/// Fetches config.json, or tells in words why there is none.
pub(crate) async fn fetch_config(
    client: &HttpClient,
    target: &HttpTarget,
    twin: &str,
    timeout: Duration,
) -> Result<ConfigFile, String> {
    let url = target.config_url(twin).map_err(|error| error.to_string())?;
    tokio::time::timeout(timeout, fetch(client, &url, target))
        .await
        .unwrap_or_else(|_| Err(no_answer(timeout)))
}

fn no_answer(timeout: Duration) -> String {
    format!("no answer within {}", text::duration(timeout))
}

/// The body of a 200, or in words why there is none.
async fn fetch(client: &HttpClient, url: &Uri, target: &HttpTarget) -> Result<ConfigFile, String> {
    let describe = |error| match error {
        HttpError::Connect { message, .. }
        | HttpError::Interrupted { message, .. }
        | HttpError::BadResponse { message, .. } => message,
        error => error.to_string(),
    };
    let mut response = client.get(target, url).await.map_err(describe)?;
    let status = response.status();
    if status.is_redirection() {
        let place = match response.headers().get(LOCATION) {
            Some(value) => text::shorten(&text::clean(&String::from_utf8_lossy(value.as_bytes()))),
            None => "nowhere".to_owned(),
        };
        return Err(format!("{status}, to {place}, which is not followed"));
    }
    if status != StatusCode::OK {
        return Err(status.to_string());
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(describe)? {
        if body.len() + chunk.len() > MAX_CONFIG {
            return Err(format!(
                "an answer of more than {MAX_CONFIG} bytes, not a config.json"
            ));
        }
        body.extend_from_slice(&chunk);
    }
    let server = response.headers().get(SERVER);
    Ok(ConfigFile {
        is_simulated: server.is_some_and(|name| name.as_bytes().starts_with(SIMULATOR)),
        body,
    })
}

/// Reads `{"config":{"websocket":{"hostname":..,"port":..},"http":{..}}}` as tolerantly as can
/// be: one port may be missing or wrong as long as the other one is there.
fn read_ports(body: &[u8]) -> Result<Discovery, String> {
    let body = body
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(body)
        .trim_ascii();
    if body.first() == Some(&b'<') {
        return Err("an HTML page instead of a config.json; is this a terminal's web port?".into());
    }
    let root: Value =
        serde_json::from_slice(body).map_err(|error| format!("not JSON ({error})"))?;
    let config = root.get("config").unwrap_or(&root);
    let websocket = read_port(config, "websocket");
    let http = read_port(config, "http");
    if let (Err(websocket), Err(http)) = (&websocket, &http) {
        return Err(format!("a config.json without ports ({websocket}, {http})"));
    }
    let describe = |port: &Result<u16, String>, default: u16| match port {
        Ok(port) => port.to_string(),
        Err(problem) => format!("{default} by default ({problem})"),
    };
    let outcome = format!(
        "WebSocket port {}, HTTP port {}",
        describe(&websocket, DEFAULT_WEBSOCKET_PORT),
        describe(&http, DEFAULT_HTTP_PORT),
    );
    let ports = Ports {
        websocket: websocket.unwrap_or(DEFAULT_WEBSOCKET_PORT),
        http: http.unwrap_or(DEFAULT_HTTP_PORT),
        source: PortSource::ConfigFile,
    };
    Ok(Discovery {
        ports,
        tried: vec![outcome],
    })
}

fn read_port(config: &Value, name: &str) -> Result<u16, String> {
    let value = config.get(name).and_then(|part| part.get("port"));
    let port = match value {
        None | Some(Value::Null) => return Err(format!("no {name}.port")),
        Some(Value::Number(number)) => number.as_u64().and_then(|port| u16::try_from(port).ok()),
        Some(Value::String(text)) => text.trim().parse().ok(),
        Some(_) => None,
    };
    match port {
        Some(port) if port > 0 => Ok(port),
        _ => {
            let value = value.map(Value::to_string).unwrap_or_default();
            Err(format!(
                "{name}.port is {}",
                text::shorten(&text::clean(&value))
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(body: &str) -> (u16, u16) {
        let ports = read_ports(body.as_bytes()).unwrap().ports;
        assert_eq!(ports.source, PortSource::ConfigFile);
        (ports.websocket, ports.http)
    }

    #[test]
    fn every_form_of_the_file_is_read() {
        let cases = [
            (
                r#"{"config":{"websocket":{"hostname":null,"port":8765},
                    "http":{"hostname":null,"port":8766}}}"#,
                (8765, 8766),
            ),
            (
                r#"{"config":{"websocket":{"hostname":"room","port":1},"http":{"port":65535}}}"#,
                (1, 65535),
            ),
            (
                r#"{"config":{"websocket":{"port":"9001"},"http":{"port":" 9002 "}}}"#,
                (9001, 9002),
            ),
            (r#"{"config":{"websocket":{"port":9001}}}"#, (9001, 8766)),
            (r#"{"config":{"http":{"port":9002}}}"#, (8765, 9002)),
            (
                r#"{"config":{"websocket":null,"http":{"port":9002}}}"#,
                (8765, 9002),
            ),
            (
                r#"{"config":{"websocket":{"port":70000},"http":{"port":9002}}}"#,
                (8765, 9002),
            ),
            (
                r#"{"websocket":{"port":9001},"http":{"port":9002},"other":[1]}"#,
                (9001, 9002),
            ),
            (
                "\u{feff}\r\n{\"config\":{\"websocket\":{\"port\":9001}}}\n",
                (9001, 8766),
            ),
        ];
        for (body, expected) in cases {
            assert_eq!(found(body), expected, "{body}");
        }
    }

    #[test]
    fn every_useless_file_says_why() {
        let deep = "[".repeat(10_000);
        let long = format!(
            r#"{{"config":{{"websocket":{{"port":"{}"}}}}}}"#,
            "9".repeat(5000)
        );
        let cases = [
            ("", "not JSON (EOF"),
            ("null", "without ports (no websocket.port, no http.port)"),
            ("[]", "without ports"),
            ("{}", "without ports"),
            (r#"{"config":5}"#, "without ports"),
            (
                r#"{"config":{"websocket":{"port":0},"http":{"port":-1}}}"#,
                "(websocket.port is 0, http.port is -1)",
            ),
            (
                r#"{"config":{"websocket":{"port":8765.5},"http":{"port":true}}}"#,
                "(websocket.port is 8765.5, http.port is true)",
            ),
            (
                r#"{"config":{"websocket":{"port":"8765x"},"http":{"port":{}}}}"#,
                "websocket.port is \"8765x\"",
            ),
            (" <!DOCTYPE html><html>", "an HTML page"),
            ("404 page", "not JSON"),
            ("{\"config\":", "not JSON"),
            (deep.as_str(), "not JSON (recursion limit"),
            (long.as_str(), "99..."),
            ("\u{feff}", "not JSON"),
        ];
        for (body, expected) in cases {
            let problem = read_ports(body.as_bytes()).unwrap_err();
            assert!(problem.contains(expected), "{problem}");
            assert!(problem.len() < 500);
        }
        assert!(read_ports(b"\xff\xfe{\0").unwrap_err().contains("not JSON"));
    }
}
