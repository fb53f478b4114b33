//! Drives the engine with tokio: sockets, timers and tasks, and no decisions.

mod connection;
mod dial;
mod shared;
mod socket;

pub(crate) use connection::run;
pub(crate) use shared::{Listener, Shared, Waiter, gone};
