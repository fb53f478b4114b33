//! Drives the engine: sockets, timers and tasks, and no decisions.
//!
//! tokio dials, keeps the time and serves connections. An event loop that can watch descriptors may
//! serve those of its rooms itself, which spares a change of threads for each answer.

mod changes;
mod connection;
mod dial;
mod frames;
mod input;
mod link;
mod shared;
mod socket;
mod stream;
mod waiting;

pub(crate) use connection::run;
pub(crate) use shared::{Finish, Shared, gone};
pub(crate) use stream::Descriptor;
pub(crate) use waiting::{Listener, Waiter};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(all(target_os = "linux", target_pointer_width = "64"))]
    fn a_room_does_not_grow_unnoticed() {
        // A program may hold a thousand.
        let size = size_of::<Shared>();
        assert!(size <= 1920, "{size} bytes");
    }
}
