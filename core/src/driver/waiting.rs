//! Who waits for what comes of a call or for a subscription.

use std::sync::Arc;
use std::task::Waker;

use tokio::sync::oneshot;

use crate::engine::SubscriptionId;
use crate::error::Result;
use crate::fleet::Merge;
use crate::host::Mailbox;
use crate::text::Text;

/// Who waits for the outcome of a call.
pub(crate) enum Waiter {
    Task(oneshot::Sender<Result<Text>>),
    Host { mailbox: Arc<Mailbox>, token: u64 },
}

/// Who is told that a subscription has something.
pub(crate) enum Listener {
    Task(Option<Waker>),
    Host(Arc<Mailbox>),
    /// The streams of many rooms made one.
    Merge(Arc<Merge>),
}

impl Waiter {
    pub(super) fn settle(self, outcome: Result<Text>) {
        match self {
            // A caller that no longer waits has dropped its end, which is its way to cancel.
            Self::Task(sender) => drop(sender.send(outcome)),
            Self::Host { mailbox, token } => mailbox.settle(token, outcome),
        }
    }
}

impl Listener {
    pub(super) fn ready(&mut self, id: SubscriptionId) {
        match self {
            Self::Task(waker) => {
                if let Some(waker) = waker.take() {
                    waker.wake();
                }
            }
            Self::Host(mailbox) => mailbox.ready(id),
            Self::Merge(merge) => merge.ready(id),
        }
    }
}
