//! Stopping and starting the servers under the feet of their clients.

use std::sync::Arc;

use bytes::Bytes;
use http_body_util::BodyExt;

use super::{Shared, http, listeners};
use crate::SimulatorError;
use crate::terminal::{Content, Terminal};

impl Shared {
    /// The terminal stops and starts again on the same ports.
    pub(crate) async fn restart(self: &Arc<Self>) -> Result<(), SimulatorError> {
        self.stop_listening().await;
        self.act(Terminal::restart);
        self.end_connections();
        self.start_listening().await
    }

    /// Closes the ports; connections stay. Comes back when they are closed.
    pub(crate) async fn stop_listening(&self) {
        let listeners = self.end_listeners();
        listeners.close();
        listeners.wait().await;
    }

    /// Opens the ports again, on the same numbers. Does nothing when they are open.
    pub(crate) async fn start_listening(self: &Arc<Self>) -> Result<(), SimulatorError> {
        if self.is_listening() {
            Ok(())
        } else {
            listeners::open(self).await
        }
    }

    /// The bytes of a file.
    pub(crate) async fn read(&self, content: Content) -> Result<Bytes, SimulatorError> {
        let body = http::whole(content).collect().await;
        body.map(http_body_util::Collected::to_bytes)
            .map_err(SimulatorError::io("read a file"))
    }
}
