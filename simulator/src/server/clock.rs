//! Wakes the terminal when something it scheduled is due.

use std::sync::Arc;

use super::Shared;
use crate::terminal::Terminal;

pub(super) async fn run(shared: Arc<Shared>) {
    loop {
        let deadline = shared.next_deadline();
        let due = async {
            match deadline {
                Some(deadline) => tokio::time::sleep_until(deadline).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = shared.stop.cancelled() => return,
            // Something was scheduled, perhaps earlier than what this waits for.
            () = shared.rescheduled.notified() => {}
            () = due => shared.act(Terminal::advance),
        }
    }
}
