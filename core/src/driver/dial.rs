//! From a host name to an open WebSocket.

use std::io;

use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tungstenite::Error as WsError;

use super::Shared;
use super::socket::Socket;
use super::stream::Transport;
use crate::http::{self, DEFAULT_HTTP_PORT, HttpError, HttpTarget};

/// A connection could not be made.
pub(crate) struct DialError {
    pub message: String,
    /// Each address tried, and how it answered.
    pub tried: Vec<String>,
}

/// Looks up the ports and opens the WebSocket. The engine limits the time by dropping the future.
pub(crate) async fn dial(shared: &Shared) -> Result<Socket, DialError> {
    let mut tried = Vec::new();
    let port = look_up(shared, &mut tried).await?;
    let options = &shared.options;
    let target = HttpTarget::new(options.tls, &options.host, port)
        .map_err(|error| failed(&error, &mut tried))?;
    let scheme = if options.tls { "wss" } else { "ws" };
    let address = format!("{scheme}://{}", target.authority());
    match open(shared, &address, port).await {
        Ok(socket) => Ok(socket),
        Err(problem) => {
            tried.push(format!("{address} -> {problem}"));
            Err(DialError {
                message: problem,
                tried,
            })
        }
    }
}

/// The port of the WebSocket; notes that of the HTTP server on the way.
async fn look_up(shared: &Shared, tried: &mut Vec<String>) -> Result<u16, DialError> {
    let options = &shared.options;
    let web = HttpTarget::new(options.tls, &options.host, options.web_port())
        .map_err(|error| failed(&error, tried))?;
    let (websocket, http) = match (options.websocket_port, options.http_port) {
        (Some(websocket), Some(http)) => (websocket, http),
        // A WebSocket port that was given is enough to work with; the look-up is for file bytes.
        (given, http) => {
            let limit = options.connect_timeout / 2;
            let found = http::discover(&shared.access.client, &web, &options.twin, limit).await;
            match (found, given) {
                (Ok(found), given) => {
                    let found = shared.access.keep_ports(found);
                    tried.extend(found.tried);
                    (
                        given.unwrap_or(found.ports.websocket),
                        http.unwrap_or(found.ports.http),
                    )
                }
                (Err(_), Some(given)) => (given, http.unwrap_or(DEFAULT_HTTP_PORT)),
                (Err(error), None) => return Err(failed(&error, tried)),
            }
        }
    };
    let files = web.with_port(http).map_err(|error| failed(&error, tried))?;
    shared.access.set_target(files);
    Ok(websocket)
}

fn failed(error: &HttpError, tried: &mut Vec<String>) -> DialError {
    DialError {
        message: error.to_string(),
        tried: std::mem::take(tried),
    }
}

async fn open(shared: &Shared, address: &str, port: u16) -> Result<Socket, String> {
    let options = &shared.options;
    let host = options.host.trim_start_matches('[').trim_end_matches(']');
    let tcp = TcpStream::connect((host, port))
        .await
        .map_err(|error| io_problem(&error))?;
    // Commands are small and wanted at once.
    tcp.set_nodelay(true).map_err(|error| io_problem(&error))?;
    let transport = match &shared.access.tls {
        Some(config) => {
            let name = ServerName::try_from(host.to_owned())
                .map_err(|_| format!("'{host}' is no name that a certificate can have"))?;
            let stream = TlsConnector::from(config.clone())
                .connect(name, tcp)
                .await
                .map_err(|error| tls_problem(&error, address))?;
            Transport::Tls(Box::new(stream))
        }
        None => Transport::Plain(tcp),
    };
    Socket::open(transport, address, options.max_message_size)
        .await
        .map_err(|error| handshake_problem(&error, options.tls))
}

fn io_problem(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => "connection refused".into(),
        io::ErrorKind::ConnectionReset => "connection reset".into(),
        io::ErrorKind::TimedOut => "no answer in time".into(),
        io::ErrorKind::UnexpectedEof => "the connection ended during the handshake".into(),
        _ => error.to_string(),
    }
}

fn tls_problem(error: &io::Error, address: &str) -> String {
    let cause = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match cause {
        Some(cause) => format!("TLS with {address} failed: {cause}"),
        // A port without TLS ends the connection when it meets a greeting that it does not know.
        None => format!(
            "TLS with {address} failed: {}; perhaps the port speaks no TLS",
            io_problem(error)
        ),
    }
}

fn handshake_problem(error: &WsError, tls: bool) -> String {
    match error {
        WsError::Http(response) => {
            format!(
                "this is no WebSocket server: it answered with HTTP {}",
                response.status()
            )
        }
        WsError::Io(error) => io_problem(error),
        WsError::HttpFormat(_) | WsError::Protocol(_) | WsError::Url(_) => {
            let hint = if tls { "" } else { ", perhaps TLS" };
            format!("the port speaks something else than WebSocket{hint} ({error})")
        }
        other => other.to_string(),
    }
}
