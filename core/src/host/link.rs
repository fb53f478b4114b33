//! A connection that a host's event loop serves.

use std::fmt;
use std::sync::{Arc, Weak};

use super::Mailbox;
use crate::driver::{Descriptor, Shared};

/// An open connection, offered to an event loop in [`super::Drained::links`]. The loop watches the
/// descriptor for something to read and calls [`HostLink::serve`] then; until it does so for the
/// first time, and whenever it is too busy, a thread of the core stands in for it. Dropping this
/// leaves the connection to the core; the descriptor stays open until then, so it has to be taken
/// off the loop before.
pub struct HostLink {
    shared: Weak<Shared>,
    descriptor: Descriptor,
}

impl HostLink {
    pub(crate) fn new(shared: &Arc<Shared>, descriptor: Descriptor) -> Self {
        Self {
            shared: Arc::downgrade(shared),
            descriptor,
        }
    }

    /// The descriptor (on Windows the socket) to watch.
    pub fn descriptor(&self) -> i64 {
        #[cfg(unix)]
        {
            std::os::fd::AsRawFd::as_raw_fd(&*self.descriptor).into()
        }
        #[cfg(windows)]
        {
            // A handle, of which the upper half is never used.
            std::os::windows::io::AsRawSocket::as_raw_socket(&*self.descriptor).cast_signed()
        }
    }

    /// Reads what has come and writes what is to be sent, without waiting for either. What becomes
    /// of it is in the mailbox, whose doorbell stays silent: [`Mailbox::drain`] has to follow.
    /// False when the connection is over or the core serves it: stop watching and drop this.
    pub fn serve(&self, mailbox: &Mailbox) -> bool {
        mailbox.hush();
        let shared = self.shared.upgrade();
        shared.is_some_and(|shared| shared.serve(&self.descriptor))
    }
}

impl Drop for HostLink {
    fn drop(&mut self) {
        if let Some(shared) = self.shared.upgrade() {
            shared.release(&self.descriptor);
        }
    }
}

impl fmt::Debug for HostLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HostLink({})", self.descriptor())
    }
}
