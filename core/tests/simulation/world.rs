//! One schedule: virtual time, the engine, and everything around it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use fastrand::Rng;
use trueroom::Text;
use trueroom::engine::{Engine, Taken, Time};

use crate::checks::{Checks, Rule, Violation};
use crate::floods::Floods;
use crate::network::{Kind, Link, Network};
use crate::plan::{MARK, Plan};
use crate::program::Sub;
use crate::sabotage::Sabotage;
use crate::terminal::{Out, Terminal};
use crate::watch::Watch;

/// Something that is going to happen.
#[derive(Debug)]
pub(crate) enum Coming {
    Opened {
        link: u64,
    },
    OpenFailed {
        link: u64,
    },
    ToTerminal {
        link: u64,
        text: String,
    },
    ToRoom {
        link: u64,
        text: String,
        kind: Kind,
    },
    Binary {
        link: u64,
        bytes: Vec<u8>,
    },
    Pong {
        link: u64,
    },
    Alive {
        link: u64,
    },
    Closed {
        link: u64,
    },
    /// The next random thing.
    Happening,
    /// A slow subscriber looks at its queue.
    Read {
        sub: u64,
    },
    /// The program answers a file request it has taken.
    Decide {
        id: String,
    },
}

/// What a schedule came to.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Stats {
    pub messages: u64,
    pub calls: u64,
    pub reconnects: u64,
    pub ended: u64,
    pub dropped: u64,
    pub requests: u64,
    pub ready: u64,
    pub forgotten: u64,
}

impl Stats {
    pub(crate) fn add(&mut self, other: Self) {
        self.messages += other.messages;
        self.calls += other.calls;
        self.reconnects += other.reconnects;
        self.ended += other.ended;
        self.dropped += other.dropped;
        self.requests += other.requests;
        self.ready += other.ready;
        self.forgotten += other.forgotten;
    }
}

pub(crate) struct World {
    pub now: Time,
    pub rng: Rng,
    pub plan: Plan,
    pub engine: Engine,
    pub network: Network,
    pub terminal: Terminal,
    pub subs: Vec<Sub>,
    pub checks: Checks,
    pub sabotage: Option<Sabotage>,
    /// Things go wrong.
    pub chaos: bool,
    pub happenings: u32,
    pub closed: bool,
    pub last_sub: u64,
    pub last_nonce: u64,
    /// What was lost with subscribers that left without reading to the end is not known.
    pub left_unread: bool,
    pub lagged_of_gone: u64,
    /// What a sabotaged subscriber was not given yet.
    pub held: Option<Taken>,
    pub watch: Watch,
    pub floods: Floods,
    queue: BTreeMap<(Time, u64), Coming>,
    order: u64,
    /// Authorizations asked for.
    pub auths: u64,
    pub was_ready: bool,
    trace: bool,
}

/// Runs the schedule of one seed.
pub(crate) fn run(seed: u64, trace: bool, sabotage: Option<Sabotage>) -> Result<Stats, Violation> {
    let mut rng = Rng::with_seed(seed);
    let (plan, manner) = Plan::new(&mut rng);
    if trace {
        println!("seed {seed}: {plan:#?}\n{manner:#?}");
    }
    let terminal = Terminal::new(&plan, manner);
    let engine = Engine::new(Arc::new(plan.options.clone()), rng.u64(..));
    let mut world = World {
        now: Time::ZERO,
        engine,
        network: Network::new(),
        subs: Vec::new(),
        checks: Checks {
            retry_queries: plan.options.retry_queries,
            ambiguous: terminal.manner.nameless(),
            ..Checks::default()
        },
        sabotage,
        chaos: true,
        happenings: plan.happenings,
        closed: false,
        last_sub: 0,
        last_nonce: 0,
        left_unread: false,
        lagged_of_gone: 0,
        held: None,
        watch: Watch::default(),
        floods: Floods::default(),
        queue: BTreeMap::new(),
        order: 0,
        auths: 0,
        was_ready: false,
        trace,
        rng,
        plan,
        terminal,
    };
    world.first_subscribers();
    world.engine.start(Time::ZERO);
    world.pump();
    world.at(Duration::ZERO, Coming::Happening);
    world.go()
}

/// By then every message that was sent before the quiet began has come.
const LATEST: Duration = Duration::from_secs(25);

impl World {
    pub(crate) fn note(&self, text: impl FnOnce() -> String) {
        if self.trace {
            println!("{:>10.4} {}", self.now.as_secs_f64(), text());
        }
    }

    pub(crate) fn at(&mut self, time: Time, coming: Coming) {
        self.order += 1;
        self.queue.insert((time, self.order), coming);
    }

    fn go(mut self) -> Result<Stats, Violation> {
        while self.chaos {
            self.step(None);
        }
        self.note(|| "quiet from here".to_owned());
        self.watch.sent_before_quiet = self.checks.sent;
        self.watch.flows_before_quiet = self.checks.flows_about(self.now) as u64;
        let begin = self.now;
        let end = begin + self.plan.quiet();
        // Most schedules end once all is in order and nothing late can come any more.
        let mut look = if self.rng.u8(0..10) == 0 {
            end
        } else {
            begin + LATEST
        };
        while self.now < end && self.checks.violation.is_none() {
            let until = look.min(end);
            self.step(Some(until));
            if self.now >= look {
                if self.is_in_order() {
                    break;
                }
                look += Duration::from_secs(10);
            }
        }
        self.finish();
        match self.checks.violation.take() {
            Some(violation) => Err(violation),
            None => Ok(self.stats()),
        }
    }

    /// Goes to whatever is next, `until` at the latest.
    fn step(&mut self, until: Option<Time>) {
        if self.checks.violation.is_some() {
            self.chaos = false;
            return;
        }
        let next = self.queue.first_key_value().map(|((time, _), _)| *time);
        let mut timer = self.engine.next_timeout();
        match self.sabotage {
            Some(Sabotage::BusyLoop) if self.was_ready => timer = Some(self.now),
            Some(Sabotage::StopTheClock) if self.was_ready => timer = None,
            _ => {}
        }
        let first = [next, timer, until].into_iter().flatten().min();
        let Some(first) = first else {
            // Only an ended room has nothing to wait for, and then nothing is left to happen.
            self.chaos = false;
            return;
        };
        // What falls on the same instant may come in either order.
        let tie = timer == next && self.rng.bool();
        let timer_first = timer.is_some_and(|timer| timer <= first) && !tie;
        if timer_first {
            self.wake(first);
        } else if let Some((time, coming)) = self.take_next(first) {
            self.advance(time);
            self.come(coming);
        } else {
            self.advance(first);
        }
        self.pump();
        self.watch();
    }

    fn take_next(&mut self, first: Time) -> Option<(Time, Coming)> {
        let ((time, order), coming) = self.queue.pop_first()?;
        if time > first {
            self.queue.insert((time, order), coming);
            return None;
        }
        Some((time, coming))
    }

    fn advance(&mut self, time: Time) {
        if time > self.now {
            self.checks.wakeups = 0;
            self.now = time;
        }
    }

    fn wake(&mut self, timer: Time) {
        // A driver wakes up on time or a little later.
        let late = if self.rng.u8(0..4) == 0 {
            self.rng.u64(0..5_000)
        } else {
            0
        };
        self.advance(timer + Duration::from_micros(late));
        if self.sabotage == Some(Sabotage::FakeLife) && self.network.link == Link::Dead {
            self.engine.on_alive(self.now);
        }
        self.checks.wakeups += 1;
        let wakeups = self.checks.wakeups;
        self.checks
            .ensure(wakeups <= 12, Rule::BusyLoop, || format!("{timer:?}"));
        self.engine.on_time(self.now);
    }

    fn come(&mut self, coming: Coming) {
        let (now, current) = (self.now, self.network.current);
        let is_open = self.network.link == Link::Open;
        match coming {
            Coming::Opened { link } if link == current && self.network.link == Link::Opening => {
                self.note(|| format!("open {link}"));
                self.network.link = Link::Open;
                self.terminal.connected(link);
                self.engine.on_open(now);
            }
            Coming::OpenFailed { link }
                if link == current && self.network.link == Link::Opening =>
            {
                self.note(|| "could not open".to_owned());
                self.network.link = Link::None;
                self.watch.lost_at = now;
                let echo = self.terminal.echo(&mut self.rng).to_owned();
                let tried = vec![format!("ws://room:8765: refused, {echo}")];
                self.engine
                    .on_open_failed(now, &format!("HTTP 500 {echo}"), tried);
            }
            Coming::ToTerminal { link, text } if link == current && is_open => {
                let now_ms = u64::try_from(now.as_millis()).expect("a short simulation");
                let answers = self.terminal.receive(&mut self.rng, now_ms, &text);
                self.transmit(answers);
            }
            Coming::ToRoom { link, text, kind } if link == current && is_open => {
                self.deliver(text, &kind);
            }
            Coming::Binary { link, bytes } if link == current && is_open => {
                self.checks.received += 1;
                self.engine.on_binary(now, &bytes);
            }
            Coming::Pong { link } if link == current && is_open => self.engine.on_pong(now),
            Coming::Alive { link } if link == current && is_open => self.engine.on_alive(now),
            Coming::Closed { link } if link == current && is_open => {
                self.network.link = Link::None;
                self.watch.lost_at = now;
                let echo = self.terminal.echo(&mut self.rng).to_owned();
                self.note(|| "closed by the terminal".to_owned());
                self.engine
                    .on_closed(now, &format!("closed by the terminal: bye {echo}"));
            }
            Coming::Happening => self.happen(),
            Coming::Read { sub } => self.read_some(sub),
            Coming::Decide { id } => self.decide(&id),
            // Of a connection that is gone, or that nothing passes over.
            _ => {}
        }
    }

    fn deliver(&mut self, text: String, kind: &Kind) {
        self.note(|| format!("<- {text}"));
        self.checks.received += 1;
        for sub in &mut self.subs {
            sub.hears(kind);
        }
        let late = self.engine.counters().late_answers;
        let ended = self.flows_ended_by(kind);
        text.clone_into(&mut self.checks.newest);
        let text = Text::from(text);
        self.engine.on_text(self.now, text.clone());
        self.pump();
        self.note_forgotten();
        self.check_ended(&ended);
        if self.engine.counters().late_answers == late && text.as_str().contains(MARK) {
            self.terminal.tell(text.as_str());
        }
        if self.rng.bool() {
            // Drivers do so after each batch.
            self.engine.on_time(self.now);
        }
    }

    /// Hands messages of the terminal to the network.
    pub(crate) fn transmit(&mut self, out: Vec<Out>) {
        for Out { text, kind } in out {
            let faults = self.faulty().then_some(&self.plan.faults);
            let times = self.network.carry(self.now, &mut self.rng, faults, &kind);
            if times.is_empty() {
                self.note(|| format!("lost: {text}"));
            }
            for time in times {
                let (text, kind) = (text.clone(), kind.clone());
                self.at(
                    time,
                    Coming::ToRoom {
                        link: self.network.current,
                        text,
                        kind,
                    },
                );
            }
        }
    }

    /// Faults begin once the room has been ready, unless the seed wants them earlier.
    pub(crate) fn faulty(&self) -> bool {
        self.chaos && (self.was_ready || self.plan.faults.early)
    }

    fn stats(&self) -> Stats {
        let counters = self.engine.counters();
        Stats {
            messages: counters.sent + counters.received,
            calls: self.checks.calls.len() as u64,
            reconnects: counters.reconnects,
            ended: u64::from(self.engine.ended().is_some() && !self.closed),
            dropped: counters.dropped,
            requests: self.terminal.files.all.len() as u64,
            ready: u64::from(self.was_ready),
            forgotten: self.floods.forgotten,
        }
    }
}
