//! What is looked at after every step.

use std::time::Duration;

use trueroom::State;
use trueroom::engine::{Engine, Time};

use crate::checks::Rule;
use crate::network::Link;
use crate::sabotage::Sabotage;
use crate::world::World;

/// What `Effect::StateChanged` tells of: those who wait for it look again only then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Seen {
    state: State,
    ended: bool,
    settled: bool,
    syncing: bool,
}

impl Seen {
    fn of(engine: &Engine) -> Self {
        Self {
            state: engine.state(),
            ended: engine.ended().is_some(),
            settled: engine.is_settled(),
            syncing: engine.is_syncing(),
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct Watch {
    seen: Option<Seen>,
    /// `Effect::StateChanged` came since the last look.
    pub state_told: bool,
    /// When the cable was pulled.
    pub dead_since: Option<Time>,
    /// When the connection, or the attempt to make it, ended.
    pub lost_at: Time,
    /// Messages sent by the time that the quiet began.
    pub sent_before_quiet: u64,
    pub flows_before_quiet: u64,
}

/// Beyond what a driver's late timers add.
const SLACK: Duration = Duration::from_millis(20);

impl World {
    pub(crate) fn watch(&mut self) {
        self.check_sizes();
        self.check_told_of_state();
        self.check_life();
    }

    fn check_sizes(&mut self) {
        let (mut longest, book) = self.engine.sizes();
        if self.sabotage == Some(Sabotage::GrowQueue) {
            longest += 2000;
        }
        let requests = self.terminal.files.all.len();
        let most = self.plan.options.queue_size.max(requests);
        self.checks.ensure(longest <= most, Rule::Bounded, || {
            format!("a queue of {longest}")
        });
        let most = requests.min(self.most_requests());
        self.checks
            .ensure(book <= most, Rule::Bounded, || format!("{book} requests"));
        let pending = usize::try_from(self.engine.counters().pending).expect("few");
        // The engine's own: the version, the authorization, two lists, availability, details.
        let flows = 2 * self.checks.flows_about(self.now);
        let live = if self.plan.options.live { 8 } else { 0 };
        let most = self.checks.open_calls() + 5 + requests + flows + live;
        self.checks.ensure(pending <= most, Rule::Bounded, || {
            format!("{pending} calls")
        });
        if self.engine.ended().is_some() {
            self.checks.ensure(pending == 0, Rule::Bounded, || {
                format!("{pending} after the end")
            });
        }
    }

    fn check_told_of_state(&mut self) {
        let seen = Seen::of(&self.engine);
        let told = std::mem::take(&mut self.watch.state_told);
        if let Some(before) = self.watch.seen.replace(seen) {
            // Nobody waits for the lists to be asked for.
            let same = Seen {
                syncing: before.syncing,
                ..seen
            } == before;
            let same = same && (seen.syncing || !before.syncing);
            self.checks.ensure(told || same, Rule::StateTold, || {
                format!("{before:?}\n  {seen:?}")
            });
        }
    }

    /// A pulled cable is noticed in time.
    fn check_life(&mut self) {
        let options = &self.plan.options;
        let limit = options.ping_interval + options.ping_timeout + SLACK;
        if self.network.link != Link::Dead {
            self.watch.dead_since = None;
        } else if self
            .watch
            .dead_since
            .is_some_and(|since| self.now > since + limit)
        {
            self.checks
                .fail(Rule::Alive, "the cable has been pulled for too long");
        }
    }

    /// Attempts follow within the longest pause.
    pub(crate) fn check_pause(&mut self) {
        let pause = self.now.saturating_sub(self.watch.lost_at);
        let most = Duration::from_secs(30) + SLACK;
        self.checks
            .ensure(pause <= most, Rule::Pause, || format!("{pause:?}"));
    }

    /// In quiet times the room says little: the periodic comparison, and nothing in a loop.
    pub(crate) fn check_traffic(&mut self) {
        let mut sent = self.checks.sent - self.watch.sent_before_quiet;
        if self.sabotage == Some(Sabotage::Chatter) {
            sent += 10_000;
        }
        let interval = self
            .plan
            .options
            .resync_interval
            .max(Duration::from_secs(5));
        let rounds = self.plan.quiet().as_secs() / interval.as_secs() + 1;
        let requests = self.terminal.files.all.len() as u64;
        let flows = 6 * self.watch.flows_before_quiet;
        // Eight questions a connect, and again every half a minute where they are not answered.
        let live = u64::from(self.plan.options.live) * 8;
        let live = live * (self.plan.quiet().as_secs() / 30 + rounds + 3);
        let most = 40 + requests + 8 * rounds + flows + live;
        self.checks.ensure(sent <= most, Rule::Traffic, || {
            format!("{sent} messages, {rounds} rounds")
        });
    }
}
