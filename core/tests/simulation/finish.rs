//! What must hold after the quiet time, and after the room is closed.

use trueroom::engine::Effect;
use trueroom::{Error, Filter, State, Text};

use crate::checks::Rule;
use crate::files::{File, Status};
use crate::sabotage::Sabotage;
use crate::truth;
use crate::world::World;

impl World {
    pub(crate) fn finish(&mut self) {
        if self.checks.violation.is_some() {
            return;
        }
        self.check_told();
        for n in 0..self.subs.len() {
            self.read_all(self.subs[n].id);
        }
        match self.engine.ended().cloned() {
            Some(error) => self.check_end(&error),
            None => self.check_ready(),
        }
        self.check_traffic();
        self.check_settled();
        self.check_counters();
        self.check_changes();
        for sub in &self.subs {
            sub.check_complete(&mut self.checks);
        }
        self.check_debug();
        self.check_close();
    }

    /// A subscriber that has emptied its queue, and was told nothing since, has nothing.
    fn check_told(&mut self) {
        for n in 0..self.subs.len() {
            let (id, told) = (self.subs[n].id, self.subs[n].told);
            if !told {
                let taken = self.engine.take(id);
                self.checks
                    .ensure(taken.is_none(), Rule::Told, || format!("{id}: {taken:?}"));
            }
        }
    }

    fn check_end(&mut self, error: &Error) {
        if self.sabotage == Some(Sabotage::ForgetWhy) {
            self.terminal.deeds = crate::terminal::Deeds::default();
        }
        let (deeds, options) = (&self.terminal.deeds, &self.plan.options);
        let state = self.engine.state();
        let right = match error {
            Error::Superseded { .. } => {
                deeds.said_superseded && !options.takeover && state == State::Superseded
            }
            Error::Auth { .. } => deeds.refused_given || deeds.said_not_licensed,
            Error::Connect { .. } => !self.was_ready,
            Error::ConnectionLost { .. } => self.was_ready && !options.reconnect,
            Error::RoomClosed { .. } => self.closed,
            _ => false,
        };
        let right = right && (state == State::Closed || state == State::Superseded);
        self.checks.error(error);
        self.checks
            .ensure(right, Rule::EndReason, || format!("{state:?}: {error:?}"));
    }

    /// Whether everything is as it must be at the end.
    pub(crate) fn is_in_order(&mut self) -> bool {
        self.engine.subscribe(u64::MAX, Filter::Requests, None);
        let announced = std::iter::from_fn(|| self.engine.take(u64::MAX)).count();
        self.engine.unsubscribe(u64::MAX);
        let waits = |f: &&File| f.incoming && !f.gone && f.status == Status::Waiting;
        let waiting = self.terminal.files.all.iter().filter(waits).count();
        let (engine, terminal) = (&self.engine, &self.terminal);
        engine.ended().is_some()
            || engine.is_settled()
                && terminal.authorized
                && announced == waiting
                && truth::differences(engine, terminal).is_none()
                && truth::is_mirrored(engine, terminal, &self.plan.options, self.now)
                && self.checks.open_calls() == 0
    }

    fn check_ready(&mut self) {
        let (engine, terminal) = (&self.engine, &mut self.terminal);
        let ready = engine.state() == State::Ready && terminal.authorized;
        self.checks
            .ensure(ready && engine.is_settled(), Rule::Ready, || {
                let authorized = terminal.authorized;
                format!(
                    "{:?}, settled: {}, authorized: {authorized}",
                    engine.state(),
                    engine.is_settled()
                )
            });
        if self.sabotage == Some(Sabotage::ChangeTruth)
            && let Some(file) = terminal.files.all.first_mut()
        {
            file.status = if file.status == Status::Waiting {
                Status::Failed
            } else {
                Status::Waiting
            };
            file.gone = false;
        }
        if let Some(difference) = truth::differences(engine, terminal) {
            self.checks.fail(Rule::Book, difference);
        }
        terminal.muted ^= self.sabotage == Some(Sabotage::TurnMirror);
        let mirrored = truth::is_mirrored(engine, terminal, &self.plan.options, self.now);
        self.checks.ensure(mirrored, Rule::Mirror, || {
            format!("{:?}, muted: {}", engine.live(self.now), terminal.muted)
        });
        for sub in self
            .subs
            .iter()
            .filter(|sub| sub.filter == Filter::Requests)
        {
            for file in &terminal.files.all {
                let waits = file.incoming && !file.gone && file.status == Status::Waiting;
                if waits && sub.taken.get(&file.id) != Some(&1) {
                    let detail = format!("{} never reached subscriber {}", file.id, sub.id);
                    self.checks.fail(Rule::RequestOnce, detail);
                }
            }
        }
    }

    fn check_settled(&mut self) {
        let mut open: Vec<u64> = self
            .checks
            .calls
            .iter()
            .filter(|(_, call)| call.settled.is_none())
            .map(|(id, _)| *id)
            .collect();
        open.sort_unstable();
        self.checks.ensure(open.is_empty(), Rule::SettlesOnce, || {
            format!("never: {open:?}")
        });
    }

    fn check_counters(&mut self) {
        let counters = self.engine.counters();
        if self.sabotage == Some(Sabotage::Miscount) {
            self.checks.received += 1;
        }
        let (sent, received) = (self.checks.sent, self.checks.received);
        self.checks
            .ensure(counters.sent == sent, Rule::Counters, || {
                format!("{sent}: {counters:?}")
            });
        self.checks
            .ensure(counters.received == received, Rule::Counters, || {
                format!("{received}: {counters:?}")
            });
        let told = self.lagged_of_gone + self.subs.iter().map(|sub| sub.lagged).sum::<u64>();
        let right = told == counters.dropped || self.left_unread && told < counters.dropped;
        self.checks.ensure(right, Rule::Lagged, || {
            format!("told of {told}: {counters:?}")
        });
    }

    /// What was taken last of each request is what it is now.
    fn check_changes(&mut self) {
        for sub in self.subs.iter().filter(|sub| sub.filter == Filter::Changes) {
            for (id, seen) in &sub.seen {
                let now = self.engine.file(id);
                let same = now.map_or(seen.is_finished(), |now| now == seen);
                self.checks.ensure(same, Rule::Changes, || {
                    format!("subscriber {}: {seen:?}\n  now: {now:?}", sub.id)
                });
            }
            for request in self.engine.files() {
                let seen = !sub.from_start || sub.seen.contains_key(&*request.id);
                self.checks
                    .ensure(seen, Rule::Changes, || format!("never told of {request:?}"));
            }
        }
    }

    /// Closing: everybody learns of it, and then there is silence.
    fn check_close(&mut self) {
        self.closed |= self.engine.ended().is_none();
        self.engine.close();
        self.pump();
        for n in 0..self.subs.len() {
            self.read_all(self.subs[n].id);
            let sub = &self.subs[n];
            let last = sub.last_event.contains("\"event\":\"connection\"");
            let right = !sub.wants_events() || last;
            self.checks.ensure(right, Rule::EndReason, || {
                format!("last: {}", sub.last_event)
            });
        }
        let now = self.now;
        let engine = &mut self.engine;
        engine.on_open(now);
        engine.on_text(
            now,
            Text::from(String::from("{\"method\":\"auth\",\"result\":true}")),
        );
        engine.on_binary(now, &[0xff]);
        engine.on_closed(now, "again");
        engine.publish("error", Text::from(String::from("{}")));
        engine.on_time(now + self.plan.quiet());
        engine.close();
        let quiet = engine.next_timeout().is_none() && engine.counters().pending == 0;
        self.checks.ensure(quiet, Rule::BusyLoop, || {
            "a timeout after the end".to_owned()
        });
        while let Some(effect) = self.engine.poll_effect() {
            let harmless = matches!(effect, Effect::StateChanged);
            self.checks.ensure(harmless, Rule::Orders, || {
                format!("after the end: {effect:?}")
            });
        }
    }
}
