//! Operations on the connections, below the terminal: drops, stalls, garbage.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use super::failed;
use crate::SimulatorError;
use crate::server::{HandshakeFault, How, HttpFault, Order, Shared};

/// The operations of this file.
pub(super) const NAMES: [&str; 17] = [
    "dropConnection",
    "sendRaw",
    "garbage",
    "stall",
    "resume",
    "halfOpen",
    "duplicate",
    "reorder",
    "slow",
    "handshakeFault",
    "httpFault",
    "clearWireFaults",
    "restart",
    "stopListening",
    "startListening",
    "advance",
    "readFile",
];

/// The largest file that `readFile` gives back.
const READABLE: u64 = 64 << 20;

const WRONG_TYPES: &str = concat!(
    r#"{"method":"event","event":"receivedFileRequest","fileRequestId":{"a":1},"peerId":7,"#,
    r#""peerDn":[],"fileName":false,"fileSize":"many","timestamp":null,"confId":1.5}"#,
);

/// An operation on the wire. `connection` is a number from `state`; without it: all.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "op", rename_all = "camelCase", deny_unknown_fields)]
pub(super) enum Wire {
    DropConnection {
        #[serde(default)]
        how: How,
        #[serde(default = "going_away")]
        code: u16,
        connection: Option<u64>,
    },
    SendRaw(Raw),
    Garbage {
        #[serde(default)]
        kind: Garbage,
        connection: Option<u64>,
    },
    Stall {
        connection: Option<u64>,
    },
    Resume {
        connection: Option<u64>,
    },
    HalfOpen {
        connection: Option<u64>,
    },
    Duplicate {
        #[serde(default = "one")]
        frames: u32,
        connection: Option<u64>,
    },
    Reorder {
        frames: usize,
        connection: Option<u64>,
    },
    Slow {
        ms: u64,
        connection: Option<u64>,
    },
    HandshakeFault {
        kind: HandshakeFault,
        #[serde(default = "one")]
        times: u32,
    },
    HttpFault(HttpFault),
    ClearWireFaults {},
    Restart {},
    StopListening {},
    StartListening {},
    Advance {
        ms: u64,
    },
    #[serde(rename_all = "camelCase")]
    ReadFile {
        file_id: i64,
    },
}

/// Exactly what goes out.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct Raw {
    text: Option<String>,
    /// Base64.
    binary: Option<String>,
    fragments: Option<Vec<String>>,
    /// Base64; past the WebSocket.
    bytes: Option<String>,
    ping: Option<String>,
    connection: Option<u64>,
}

/// Ready-made garbage.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Garbage {
    /// A text that is no JSON.
    #[default]
    Text,
    /// Half of a JSON object.
    Half,
    /// A JSON array.
    Array,
    /// JSON nested 100,000 deep.
    Nested,
    /// An event whose fields all have wrong types.
    Types,
    /// A binary message.
    Binary,
    /// A text frame that is no UTF-8.
    Utf8,
    /// Bytes that are no frame.
    Frame,
}

fn one() -> u32 {
    1
}

/// The close code of a server that goes away.
fn going_away() -> u16 {
    1001
}

pub(super) async fn perform(
    shared: &Arc<Shared>,
    name: &str,
    operation: Wire,
) -> Result<Value, SimulatorError> {
    let (connection, order) = match operation {
        Wire::DropConnection {
            how: How::Close,
            code,
            connection,
        } => (connection, Order::Close(code)),
        Wire::DropConnection {
            how, connection, ..
        } => (connection, Order::Drop(how)),
        Wire::SendRaw(raw) => (raw.connection, raw.order(name)?),
        Wire::Garbage { kind, connection } => (connection, kind.order()),
        Wire::Stall { connection } => (connection, Order::Stall),
        Wire::Resume { connection } => (connection, Order::Resume),
        Wire::HalfOpen { connection } => (connection, Order::HalfOpen),
        Wire::Duplicate { frames, connection } => (connection, Order::Duplicate(frames)),
        Wire::Reorder { frames, connection } => (connection, Order::Reorder(frames)),
        Wire::Slow { ms, connection } => (connection, Order::Slow(Duration::from_millis(ms))),
        other => return on_servers(shared, name, other).await,
    };
    Ok(json!({"connections": shared.order(connection, &order)}))
}

async fn on_servers(
    shared: &Arc<Shared>,
    name: &str,
    operation: Wire,
) -> Result<Value, SimulatorError> {
    match operation {
        Wire::HandshakeFault { kind, times } => shared.add_handshake_fault(kind, times),
        Wire::HttpFault(fault) => shared.add_http_fault(fault),
        Wire::ClearWireFaults {} => shared.clear_wire_faults(),
        Wire::Restart {} => shared.restart().await?,
        Wire::StopListening {} => shared.stop_listening().await,
        Wire::StartListening {} => shared.start_listening().await?,
        Wire::Advance { ms } => shared.skip(Duration::from_millis(ms)),
        Wire::ReadFile { file_id } => {
            let file = shared.peek(|terminal| terminal.get_file(file_id).cloned());
            let file = file.ok_or_else(|| failed(name, "there is no such file"))?;
            if file.content.size() > READABLE {
                return Err(failed(name, "the file is too large to be read"));
            }
            let bytes = shared.read(file.content).await?;
            return Ok(json!({"name": file.name, "base64": STANDARD.encode(bytes)}));
        }
        // The others are orders to connections.
        _ => {}
    }
    Ok(Value::Null)
}

impl Raw {
    fn order(&self, name: &str) -> Result<Order, SimulatorError> {
        let decode = |text: &String| {
            STANDARD
                .decode(text)
                .map(Bytes::from)
                .map_err(|error| failed(name, error.to_string()))
        };
        match self {
            Self {
                text: Some(text), ..
            } => Ok(Order::Message(Message::text(text.clone()))),
            Self {
                binary: Some(text), ..
            } => Ok(Order::Message(Message::Binary(decode(text)?))),
            Self {
                fragments: Some(parts),
                ..
            } => Ok(Order::Fragments(parts.clone())),
            Self {
                bytes: Some(text), ..
            } => Ok(Order::Bytes(decode(text)?)),
            Self {
                ping: Some(text), ..
            } => Ok(Order::Message(Message::Ping(text.clone().into()))),
            _ => Err(failed(
                name,
                "text, binary, fragments, bytes or ping is needed",
            )),
        }
    }
}

impl Garbage {
    fn order(self) -> Order {
        let text = |text: &str| Order::Message(Message::text(text));
        match self {
            Self::Text => text("this is no JSON"),
            Self::Half => text(r#"{"method": "event", "event": "appState"#),
            Self::Array => text("[1, 2, 3]"),
            Self::Nested => text(&"[".repeat(100_000)),
            Self::Types => text(WRONG_TYPES),
            Self::Binary => Order::Message(Message::Binary(vec![0, 1, 2, 254, 255].into())),
            // Final text frame of two bytes that no UTF-8 text has.
            Self::Utf8 => Order::Bytes(Bytes::from_static(&[0x81, 0x02, 0xff, 0xfe])),
            // Reserved bits, a reserved opcode, masked as only a client may, and endless.
            Self::Frame => {
                let mut bytes = [0xff; 16];
                bytes[0] = 0x7f;
                Order::Bytes(Bytes::copy_from_slice(&bytes))
            }
        }
    }
}
