//! What the engine wants done, done to the model.

use std::time::Duration;

use trueroom::State;
use trueroom::engine::Effect;

use crate::capture;
use crate::checks::Rule;
use crate::network::{Kind, Link};
use crate::world::{Coming, World};

impl World {
    /// Sees to everything that the engine wants.
    pub(crate) fn pump(&mut self) {
        self.was_ready |= self.engine.state() == State::Ready;
        let mut read = Vec::new();
        let mut may_rest = false;
        while let Some(effect) = self.engine.poll_effect() {
            may_rest |= matches!(effect, Effect::Ping | Effect::StateChanged);
            let effect = match self.sabotage {
                Some(sabotage) => sabotage.on_effect(self, effect),
                None => Some(effect),
            };
            if let Some(effect) = effect {
                self.on_effect(effect, &mut read);
            }
        }
        if may_rest {
            self.engine.rest();
        }
        let logged = capture::take();
        self.checks.public("log", &logged);
        for sub in read {
            self.read_all(sub);
        }
    }

    pub(crate) fn on_effect(&mut self, effect: Effect, read: &mut Vec<u64>) {
        let link = self.network.link;
        match effect {
            Effect::Open => {
                let ended = self.engine.ended().is_some();
                let right = link == Link::None && !ended;
                self.checks.ensure(right, Rule::Orders, || {
                    format!("open while {link:?}, ended: {ended}")
                });
                self.check_pause();
                self.open();
            }
            Effect::Send(text) => {
                self.note(|| format!("-> {}", text.as_str()));
                let right = matches!(link, Link::Open | Link::Dead);
                self.checks
                    .ensure(right, Rule::Orders, || format!("send: {}", text.as_str()));
                self.auths += u64::from(text.as_str().contains("\"method\":\"auth\""));
                self.checks
                    .sent((self.network.current, self.auths), text.as_str());
                let faults = self.faulty().then_some(&self.plan.faults);
                let at = self
                    .network
                    .carry(self.now, &mut self.rng, faults, &Kind::Request);
                for time in at {
                    let text = text.as_str().to_owned();
                    self.at(
                        time,
                        Coming::ToTerminal {
                            link: self.network.current,
                            text,
                        },
                    );
                }
            }
            Effect::Ping => {
                let right = matches!(link, Link::Open | Link::Dead);
                self.checks
                    .ensure(right, Rule::Orders, || "ping".to_owned());
                let delay = self.plan.faults.delay.mul_f64(self.rng.f64());
                self.at(
                    self.now + delay,
                    Coming::Pong {
                        link: self.network.current,
                    },
                );
            }
            Effect::Drop => {
                self.note(|| "drop".to_owned());
                if link == Link::Open {
                    self.terminal.disconnected(self.network.current);
                }
                self.network.link = Link::None;
                self.watch.lost_at = self.now;
            }
            Effect::Settle(id, outcome) => {
                self.note(|| format!("settled {id}: {outcome:?}"));
                let ended = self.engine.ended().cloned();
                self.checks
                    .settled(self.now, id, &outcome, ended.as_ref(), self.closed);
                self.on_outcome(id, outcome.as_ref().ok());
            }
            Effect::Ready(id) => {
                let Some(sub) = self.subs.iter_mut().find(|sub| sub.id == id) else {
                    return;
                };
                let twice = std::mem::replace(&mut sub.told, true);
                self.checks
                    .ensure(!twice, Rule::Told, || format!("{id} told twice"));
                if sub.fast {
                    read.push(id);
                } else {
                    let pause = Duration::from_millis(self.rng.u64(0..20_000));
                    self.at(self.now + pause, Coming::Read { sub: id });
                }
            }
            Effect::StateChanged => {
                self.watch.state_told = true;
                self.note(|| format!("state {:?}", self.engine.state()));
            }
        }
    }

    fn open(&mut self) {
        self.network.open();
        let link = self.network.current;
        self.note(|| format!("opening {link}"));
        let fails = self.faulty() && self.rng.u8(0..100) < self.plan.faults.open_fails;
        let delay = self.plan.faults.delay.mul_f64(self.rng.f64());
        if !fails {
            self.at(self.now + delay, Coming::Opened { link });
        } else if self.rng.u8(0..4) > 0 {
            self.at(self.now + delay, Coming::OpenFailed { link });
        }
        // Else nobody answers at all.
    }
}
