//! Waiting for something to change.

use std::pin::pin;

use tokio::sync::Notify;

/// Tells those who wait for something that it may have come.
#[derive(Default)]
pub(super) struct Changes(Notify);

impl Changes {
    pub(super) fn tell(&self) {
        self.0.notify_waiters();
    }

    /// Waits until `find` finds what it looks for.
    pub(super) async fn wait<T>(&self, mut find: impl FnMut() -> Option<T>) -> T {
        loop {
            let mut change = pin!(self.0.notified());
            // What changes from here on is not missed.
            change.as_mut().enable();
            if let Some(found) = find() {
                return found;
            }
            change.await;
        }
    }
}
