//! A room for a host with an event loop of its own, such as Python's or Node's.
//!
//! Everything here is non-blocking and may be called from any thread. JSON text crosses, not
//! objects. What a host asks for is marked with a token of its choice; what comes of it waits in
//! the loop's [`Mailbox`], whose doorbell rings once however much has come. A loop that can watch
//! descriptors may serve the connections of its rooms by itself, see [`HostLink`].

mod doctor;
mod fleet;
mod link;
mod log;
mod mailbox;
mod operation;
mod room;
mod runtime;
mod tasks;

pub use crate::engine::{Item, Kind, Layout, Member, Taken, items, layout};
pub use doctor::HostDoctor;
pub use fleet::{HostFleet, HostMerge};
pub use link::HostLink;
pub use log::{Level, Record, set_log_level, take_logs};
pub use mailbox::{Completion, Drained, Mailbox, Payload, Token};
pub use room::{HostRoom, HostSubscription};
pub use runtime::{runtime, shutdown};
