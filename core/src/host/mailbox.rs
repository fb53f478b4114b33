//! What has come for one event loop, in order.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::HostLink;
use crate::engine::SubscriptionId;
use crate::error::Result;
use crate::text::Text;

/// Marks what a host asked for. Chosen by the host, unique in its mailbox.
pub type Token = u64;

/// The outcome of something that a host asked for.
#[derive(Debug)]
pub struct Completion {
    /// What it is the outcome of.
    pub token: Token,
    /// The result, or the error as JSON text.
    pub outcome: Result<Payload, String>,
}

/// A result.
#[derive(Debug, Clone)]
pub enum Payload {
    /// JSON text.
    Json(Text),
    /// The bytes of a file.
    Bytes(Vec<u8>),
}

/// Everything that came since the last look.
#[derive(Debug, Default)]
pub struct Drained {
    /// In the order in which things finished.
    pub completions: Vec<Completion>,
    /// Bytes done and bytes in all of uploads and downloads; only the newest of each.
    pub progress: Vec<(Token, u64, u64)>,
    /// Subscriptions that have something to take.
    pub ready: Vec<SubscriptionId>,
    /// Connections that the loop may serve.
    pub links: Vec<HostLink>,
}

#[derive(Default)]
struct Contents {
    completions: Vec<Completion>,
    progress: HashMap<Token, (u64, u64)>,
    ready: Vec<SubscriptionId>,
    queued: HashSet<SubscriptionId>,
    links: Vec<HostLink>,
    rung: bool,
}

/// The mailbox of one event loop, shared by its rooms.
pub struct Mailbox {
    contents: Mutex<Contents>,
    doorbell: Box<dyn Fn() + Send + Sync>,
    may_serve: bool,
}

impl Mailbox {
    /// A mailbox that calls `doorbell` when something comes, from any thread, and not again until
    /// [`Mailbox::drain`] was called. The doorbell must not block.
    pub fn new(doorbell: impl Fn() + Send + Sync + 'static) -> Arc<Self> {
        Self::make(doorbell, false)
    }

    /// The mailbox of an event loop that can watch descriptors: it is offered the connections of
    /// its rooms, see [`HostLink`].
    pub fn serving(doorbell: impl Fn() + Send + Sync + 'static) -> Arc<Self> {
        Self::make(doorbell, true)
    }

    fn make(doorbell: impl Fn() + Send + Sync + 'static, may_serve: bool) -> Arc<Self> {
        Arc::new(Self {
            contents: Mutex::default(),
            doorbell: Box::new(doorbell),
            may_serve,
        })
    }

    pub(crate) fn may_serve(&self) -> bool {
        self.may_serve
    }

    /// Keeps the doorbell silent until the box is emptied, for one who is about to do so.
    pub(super) fn hush(&self) {
        self.contents().rung = true;
    }

    fn contents(&self) -> MutexGuard<'_, Contents> {
        self.contents.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes everything out.
    pub fn drain(&self) -> Drained {
        let contents = std::mem::take(&mut *self.contents());
        let mut progress: Vec<_> = contents
            .progress
            .into_iter()
            .map(|(token, (done, all))| (token, done, all))
            .collect();
        progress.sort_unstable();
        Drained {
            completions: contents.completions,
            progress,
            ready: contents.ready,
            links: contents.links,
        }
    }

    /// Puts back what was taken out and could not be dealt with.
    pub fn put_back(&self, rest: Drained) {
        self.put(|contents| {
            contents.completions.splice(0..0, rest.completions);
            for (token, done, total) in rest.progress {
                contents.progress.entry(token).or_insert((done, total));
            }
            for id in rest.ready {
                if contents.queued.insert(id) {
                    contents.ready.push(id);
                }
            }
            contents.links.splice(0..0, rest.links);
        });
    }

    /// Puts in an outcome.
    pub fn complete(&self, token: Token, outcome: Result<Payload, String>) {
        self.put(|contents| contents.completions.push(Completion { token, outcome }));
    }

    /// Puts in the outcome of something that ends with JSON text.
    pub(crate) fn settle(&self, token: Token, outcome: Result<Text>) {
        self.complete(
            token,
            outcome.map(Payload::Json).map_err(|error| error.to_json()),
        );
    }

    /// Puts in how far a transfer is, in place of what was said before.
    pub fn progress(&self, token: Token, done: u64, total: u64) {
        self.put(|contents| {
            contents.progress.insert(token, (done, total));
        });
    }

    /// Offers a connection to the loop.
    pub(crate) fn offer(&self, link: HostLink) {
        self.put(|contents| contents.links.push(link));
    }

    /// Says that a subscription has something to take.
    pub fn ready(&self, id: SubscriptionId) {
        self.put(|contents| {
            if contents.queued.insert(id) {
                contents.ready.push(id);
            }
        });
    }

    fn put(&self, put: impl FnOnce(&mut Contents)) {
        let ring = {
            let mut contents = self.contents();
            put(&mut contents);
            !std::mem::replace(&mut contents.rung, true)
        };
        if ring {
            (self.doorbell)();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn the_bell_rings_once_until_the_box_is_emptied() {
        let rings = Arc::new(AtomicUsize::new(0));
        let counter = rings.clone();
        let mailbox = Mailbox::new(move || {
            counter.fetch_add(1, Ordering::SeqCst);
        });
        for token in 0..3 {
            mailbox.complete(token, Ok(Payload::Json(Text::from("null".to_owned()))));
            mailbox.ready(7);
            mailbox.progress(9, token, 3);
        }
        assert_eq!(rings.load(Ordering::SeqCst), 1);
        let drained = mailbox.drain();
        let tokens: Vec<_> = drained.completions.iter().map(|done| done.token).collect();
        assert_eq!(tokens, [0, 1, 2]);
        assert_eq!(drained.ready, [7]);
        assert_eq!(drained.progress, [(9, 2, 3)]);
        mailbox.ready(7);
        assert_eq!(rings.load(Ordering::SeqCst), 2);
        let mut drained = mailbox.drain();
        assert_eq!(drained.ready, [7]);
        drained.completions = vec![Completion {
            token: 1,
            outcome: Err(String::new()),
        }];
        mailbox.complete(2, Err(String::new()));
        mailbox.put_back(drained);
        let drained = mailbox.drain();
        let tokens: Vec<_> = drained.completions.iter().map(|done| done.token).collect();
        assert_eq!((tokens, drained.ready), (vec![1, 2], vec![7]));
    }
}
