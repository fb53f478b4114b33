//! What a host started and waits for.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use tokio::runtime::{EnterGuard, Handle};
use tokio::task::AbortHandle;

use super::{Mailbox, Payload, Token, runtime};
use crate::error::{Error, Result};

type Work = Pin<Box<dyn Future<Output = Result<Payload>> + Send>>;

/// Work on the runtime that completes in a mailbox. Cheap to clone.
#[derive(Clone)]
pub(super) struct Tasks {
    mailbox: Arc<Mailbox>,
    runtime: Handle,
    /// What runs and can be cancelled. Who takes an entry out reports the outcome, once.
    running: Arc<Mutex<HashMap<Token, AbortHandle>>>,
}

impl Tasks {
    pub(super) fn new(mailbox: &Arc<Mailbox>) -> Result<Self> {
        Ok(Self {
            mailbox: mailbox.clone(),
            runtime: runtime()?,
            running: Arc::default(),
        })
    }

    pub(super) fn mailbox(&self) -> &Arc<Mailbox> {
        &self.mailbox
    }

    /// The runtime, for what has to be made inside of it.
    pub(super) fn enter(&self) -> EnterGuard<'_> {
        self.runtime.enter()
    }

    fn running(&self) -> MutexGuard<'_, HashMap<Token, AbortHandle>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins the work here, to its first wait, so that what was asked for first is sent first; a
    /// task on another thread goes on with it.
    pub(super) fn spawn(
        &self,
        token: Token,
        work: impl Future<Output = Result<Payload>> + Send + 'static,
    ) {
        self.spawn_boxed(token, Box::pin(work));
    }

    /// All work is of one type here: the runtime makes much code for each type of task.
    fn spawn_boxed(&self, token: Token, mut work: Work) {
        let first = {
            let _inside = self.enter();
            work.as_mut().poll(&mut Context::from_waker(Waker::noop()))
        };
        if let Poll::Ready(outcome) = first {
            self.complete(token, outcome);
            return;
        }
        let tasks = self.clone();
        // Held until the entry is in, so that the work cannot be over before.
        let mut entries = self.running();
        let task = self.runtime.spawn(async move {
            let outcome = work.await;
            if tasks.take_out(token).is_some() {
                tasks.complete(token, outcome);
            }
        });
        entries.insert(token, task.abort_handle());
    }

    fn complete(&self, token: Token, outcome: Result<Payload>) {
        self.mailbox
            .complete(token, outcome.map_err(|error| error.to_json()));
    }

    fn take_out(&self, token: Token) -> Option<AbortHandle> {
        let mut running = self.running();
        let task = running.remove(&token);
        if running.is_empty() {
            // An empty table keeps its memory, and most rooms have nothing running.
            *running = HashMap::new();
        }
        task
    }

    /// Gives work up; it completes with the kind `Cancelled`. False when it is over already, or
    /// was never here.
    pub(super) fn cancel(&self, token: Token) -> bool {
        let task = self.take_out(token);
        if let Some(task) = &task {
            task.abort();
            self.complete(token, Err(Error::Cancelled));
        }
        task.is_some()
    }
}
