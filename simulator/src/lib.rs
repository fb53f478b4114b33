//! A virtual TrueConf Room terminal: the ground to test programs on.
//!
//! [`terminal`] is the terminal itself, pure state. [`Simulator`] puts it on real sockets: a web
//! server with `config.json`, the WebSocket and the HTTP server for files. Tests play the other
//! side with operations, JSON objects such as `{"op": "offerFile", "text": "hello"}`:
//! [`Simulator::perform`]. `docs/simulator.md` lists them all.

mod error;
mod operations;
mod options;
mod server;
pub mod terminal;

pub use error::SimulatorError;
pub use options::{DownloadUrl, ServerOptions, SimulatorOptions};
pub use server::{Info, Simulator};
