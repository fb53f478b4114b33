//! The terminal on real sockets. No decisions are taken here, apart from faults on the wire.

mod clock;
mod folder;
mod http;
mod lifecycle;
mod listeners;
mod shared;
mod socket;
mod tls;
mod web;
mod websocket;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde_json::Value;
use tokio_util::sync::DropGuard;

pub(crate) use self::http::HttpFault;
pub(crate) use self::shared::{HandshakeFault, Shared};
pub(crate) use self::websocket::{How, Order};
use crate::{SimulatorError, SimulatorOptions, operations};

/// How long [`Simulator::close`] waits for its tasks.
const CLOSING: Duration = Duration::from_secs(5);

/// Where a simulator listens.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Info {
    /// Address, as given in the options.
    pub host: String,
    /// Port of the web server with config.json.
    pub port: u16,
    /// Port of the WebSocket.
    pub websocket_port: u16,
    /// Port of the HTTP server.
    pub http_port: u16,
    /// Whether they speak TLS.
    pub tls: bool,
    /// Certificate of the private authority, a PEM file that goes with the simulator.
    pub ca_file: Option<PathBuf>,
}

/// A running virtual terminal. It ends when this is dropped.
#[derive(Debug)]
pub struct Simulator {
    shared: Arc<Shared>,
    _stop: DropGuard,
}

impl Simulator {
    /// Opens the ports and starts to serve, on the tokio runtime this is called in.
    pub async fn start(options: SimulatorOptions) -> Result<Self, SimulatorError> {
        let shared = Shared::new(options)?;
        let stop = shared.stop.clone().drop_guard();
        listeners::open(&shared).await?;
        shared.spawn(clock::run(Arc::clone(&shared)));
        Ok(Self {
            shared,
            _stop: stop,
        })
    }

    /// Where it listens.
    pub fn info(&self) -> Info {
        self.shared.info()
    }

    /// Certificate of the private authority, PEM; None without TLS.
    pub fn ca_pem(&self) -> Option<&str> {
        self.shared.tls.as_ref().map(|tls| tls.ca_pem.as_str())
    }

    /// Carries out one operation, a JSON object with `op`; `docs/simulator.md` lists them.
    pub async fn perform(&self, operation: Value) -> Result<Value, SimulatorError> {
        operations::perform(&self.shared, operation).await
    }

    /// Closes everything and waits until it is closed.
    pub async fn close(self) {
        self.shared.stop.cancel();
        self.shared.tasks.close();
        let closed = tokio::time::timeout(CLOSING, self.shared.tasks.wait()).await;
        if closed.is_err() {
            tracing::warn!("the simulator's tasks did not end in time");
        }
    }
}

/// Addresses of the three servers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ports {
    pub(crate) web: SocketAddr,
    pub(crate) websocket: SocketAddr,
    pub(crate) http: SocketAddr,
}
