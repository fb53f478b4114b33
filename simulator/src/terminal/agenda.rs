//! What will happen later, in order of time.

use std::collections::BTreeMap;
use std::time::Duration;

use super::meeting::Ask;
use super::{ConnectionId, Effect, Terminal};

/// Something scheduled.
#[derive(Debug, Clone)]
pub(super) enum Task {
    /// An answer that was delayed.
    Answer(ConnectionId, String),
    /// The next step of the file request with this index.
    Transfer(usize),
    /// The connection to the server is there.
    ServerConnected,
    /// An attempt to log in is over, with this result.
    LoggedIn(i64),
    /// A user answers what this terminal asked in the session with this number.
    OtherAnswers(u64, Ask, String),
    /// The next step of caching slides.
    CacheSlide,
}

/// Tasks by due time; those of one instant in the order they were added.
#[derive(Debug, Clone, Default)]
pub(super) struct Agenda {
    tasks: BTreeMap<(Duration, u64), Task>,
    added: u64,
}

impl Agenda {
    pub(super) fn add(&mut self, due: Duration, task: Task) {
        self.added += 1;
        self.tasks.insert((due, self.added), task);
    }

    pub(super) fn next(&self) -> Option<Duration> {
        self.tasks.first_key_value().map(|((due, _), _)| *due)
    }

    pub(super) fn pop(&mut self, now: Duration) -> Option<(Duration, Task)> {
        let entry = self
            .tasks
            .first_entry()
            .filter(|entry| entry.key().0 <= now)?;
        let ((due, _), task) = entry.remove_entry();
        Some((due, task))
    }

    /// Drops the answers that nobody waits for any more.
    pub(super) fn forget(&mut self, connection: ConnectionId) {
        self.tasks
            .retain(|_, task| !matches!(task, Task::Answer(to, _) if *to == connection));
    }

    /// Drops the scheduled steps of transfers.
    pub(super) fn hold_transfers(&mut self) {
        self.tasks
            .retain(|_, task| !matches!(task, Task::Transfer(_)));
    }
}

impl Terminal {
    pub(super) fn schedule(&mut self, delay: Duration, task: Task) {
        self.agenda.add(self.now + delay, task);
    }

    /// Schedules something that takes a while, more or less.
    pub(super) fn schedule_about(&mut self, delay: u64, task: Task) {
        let jitter = match self.options.jitter {
            0 => 0,
            most => self.rng.u64(0..=most),
        };
        self.schedule(Duration::from_millis(delay.saturating_add(jitter)), task);
    }

    pub(super) fn carry_out(&mut self, task: Task) {
        match task {
            Task::Answer(connection, text) => {
                self.effects.push_back(Effect::Send { connection, text });
            }
            Task::Transfer(index) => self.transfer_step(index),
            Task::ServerConnected => self.server_connected(),
            Task::LoggedIn(result) => self.login_over(result),
            Task::OtherAnswers(meeting, ask, peer) => self.other_answers(meeting, ask, &peer),
            Task::CacheSlide => self.cache_slide(),
        }
    }
}
