//! The random things: what the program does, and what befalls the connection.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use trueroom::engine::{CallId, Taken};
use trueroom::{Direction, Error, FileRequest, FileStatus, Filter, Generation, State, Text};

use crate::checks::{Call, Rule};
use crate::json::Json;
use crate::network::{Kind, Link};
use crate::plan::MARK;
use crate::program::Sub;
use crate::sabotage::Sabotage;
use crate::terminal::Out;
use crate::world::{Coming, World};

const QUERIES: [&str; 4] = [
    "getAppState",
    "getSystemInfo",
    "getSettings",
    "getIncomingFilesRequests",
];
const ACTIONS: [&str; 4] = ["login", "hangUp", "setSettings", "notInTheCatalogue"];

impl World {
    pub(crate) fn first_subscribers(&mut self) {
        for (filter, fast) in [
            (Filter::All, true),
            (Filter::Requests, true),
            (Filter::Changes, false),
        ] {
            if self.rng.u8(0..5) > 0 {
                self.subscribe(filter, fast, true);
            }
        }
    }

    /// Lets the next random thing happen, and sees to the one after it.
    pub(crate) fn happen(&mut self) {
        if !self.chaos {
            return;
        }
        if self.happenings == 0 {
            self.chaos = false;
            return;
        }
        // Until the room is ready there is little to do, unless it never gets there.
        let idle = !self.was_ready && !self.plan.faults.early && self.engine.ended().is_none();
        if !idle {
            self.happenings -= 1;
            if self.plan.floods && self.rng.u8(0..20) == 0 {
                self.flood();
            }
            match self.rng.u8(0..100) {
                0..=39 => {
                    let now_ms = u64::try_from(self.now.as_millis()).expect("short");
                    // Sometimes a lot at once.
                    let times = if self.rng.u8(0..25) == 0 { 40 } else { 1 };
                    for _ in 0..times {
                        let out = self.terminal.live(&mut self.rng, now_ms);
                        self.transmit(out);
                    }
                }
                40..=79 => self.program_acts(),
                _ => self.misfortune(),
            }
        }
        let gap = if idle {
            Duration::from_millis(50)
        } else {
            self.plan.gap.mul_f64(2.0 * self.rng.f64())
        };
        self.at(self.now + gap, Coming::Happening);
    }

    fn misfortune(&mut self) {
        let faults = &self.plan.faults;
        let open = self.network.link == Link::Open;
        match self.rng.u8(0..100) {
            0..=29 if faults.drops && open => {
                // What is on its way still comes, or is lost with the connection.
                let link = self.network.current;
                let delay = faults.delay.mul_f64(self.rng.f64());
                self.terminal.disconnected(link);
                self.terminal.restart(&mut self.rng, faults.upgrades);
                self.at(self.now + delay, Coming::Closed { link });
            }
            30..=39 if faults.half_open && open => {
                self.note(|| "the cable is pulled".to_owned());
                self.network.link = Link::Dead;
                self.watch.dead_since = Some(self.now);
            }
            40..=49 if faults.evictions => self.withdraw(1),
            50..=64 if faults.withdrawals => {
                let cause = self.rng.choice([2, 3, 4, 5, 7, 8, 99]).expect("not empty");
                self.withdraw(cause);
            }
            65 if faults.not_licensed => self.withdraw(6),
            66..=69 if open => self.at(
                self.now,
                Coming::Alive {
                    link: self.network.current,
                },
            ),
            _ if faults.junk > 0 && open => self.junk(),
            _ => {}
        }
    }

    fn withdraw(&mut self, cause: i64) {
        let out = self.terminal.withdraw(&mut self.rng, cause);
        if !out.is_empty() {
            self.note(|| format!("authorization withdrawn, cause {cause}"));
        }
        self.transmit(out);
    }

    /// Messages that no terminal should send.
    fn junk(&mut self) {
        let echo = self.terminal.echo(&mut self.rng).to_owned();
        let link = self.network.current;
        let text = match self.rng.u8(0..12) {
            0 => echo,
            1 => format!("\"{echo}\""),
            2 => format!("[1,\"{echo}\"]"),
            3 => format!("{{\"method\":\"{echo}\",\"requestId\":\"999999\"}}"),
            4 => format!("{{\"method\":5,\"{echo}\":1}}"),
            5 => "{\"method\":\"event\"}".to_owned(),
            6 => "{\"method\":\"event\",\"event\":{\"x\":1}}".to_owned(),
            7 => "{\"method\":\"event\",\"event\":\"fileRequestStatusChanged\",\
                  \"fileRequestId\":\"unheard-of\",\"status\":2}"
                .to_owned(),
            8 => "{\"method\":\"event\",\"event\":\"receivedFileRequest\",\
                  \"fileRequestId\":{},\"fileSize\":1e99}"
                .to_owned(),
            9 => {
                let bytes = format!("\u{ff}{echo}").into_bytes()[1..].to_vec();
                return self.at(self.now, Coming::Binary { link, bytes });
            }
            10 => return self.forge(),
            _ => "{}".to_owned(),
        };
        self.transmit(vec![Out {
            text,
            kind: Kind::Junk,
        }]);
    }

    /// An answer to one of the last commands, nested too deep to be read.
    fn forge(&mut self) {
        let Some((id, method)) = self.rng.choice(self.checks.recent.clone()) else {
            return;
        };
        if let Some(call) = self.checks.calls.get_mut(&id) {
            call.forged = true;
        }
        let deep = format!("{}{}", "[".repeat(300), "]".repeat(300));
        let json = Json::new().text("method", &method).raw("deep", deep);
        let text = json.text("requestId", &id.to_string()).end();
        self.transmit(vec![Out {
            text,
            kind: Kind::Junk,
        }]);
    }

    fn program_acts(&mut self) {
        match self.rng.u8(0..100) {
            0..=5 => self.run_flow(),
            6..=24 => {
                let method = self.rng.choice(QUERIES).expect("not empty");
                self.call(method, false);
            }
            25..=41 => {
                let method = self.rng.choice(ACTIONS).expect("not empty");
                self.call(method, true);
            }
            42..=46 => self.call("sendFile", true),
            47 => self.call("setAuthParams", true),
            48..=49 => self.call("getTokenForHttpServer", false),
            50..=57 => self.cancel(),
            58..=72 => {
                let known: Vec<String> = self
                    .engine
                    .files()
                    .iter()
                    .map(|f| f.id.to_string())
                    .collect();
                if let Some(id) = self.rng.choice(known) {
                    self.decide(&id);
                }
            }
            73..=80 => {
                let names = [
                    "receivedFileRequest",
                    "appStateChanged",
                    "login",
                    "connection",
                ];
                let filter = match self.rng.u8(0..4) {
                    0 => Filter::All,
                    1 => {
                        Filter::Events(names.into_iter().map(str::to_owned).collect::<HashSet<_>>())
                    }
                    2 => Filter::Requests,
                    _ => Filter::Changes,
                };
                let fast = self.rng.bool();
                self.subscribe(filter, fast, false);
            }
            81..=85 => self.unsubscribe(),
            86..=90 => {
                let asked = self.engine.refresh(self.now);
                self.check_refusal("refresh", asked.as_ref().err(), false);
            }
            91..=94 => {
                let text = "{\"method\":\"event\",\"event\":\"error\",\"message\":\"handler\"}";
                self.engine.publish("error", Text::from(text.to_owned()));
            }
            95 if self.plan.closes => {
                self.note(|| "the program closes the room".to_owned());
                self.closed |= self.engine.ended().is_none();
                self.engine.close();
            }
            _ => self.check_debug(),
        }
    }

    /// No secret in what the program can print.
    pub(crate) fn check_debug(&mut self) {
        let shown = format!("{:?}", self.engine);
        self.checks.public("Debug", &shown);
    }

    fn call(&mut self, method: &'static str, action: bool) {
        self.last_nonce += 1;
        let nonce = self.last_nonce;
        let timeout = self
            .rng
            .bool()
            .then(|| Duration::from_millis(self.rng.u64(0..20_000)));
        let json = Json::new()
            .raw("nonce", nonce)
            .raw("fileId", 500_000 + nonce);
        let params = match method {
            "login" => json.text("password", &format!("{MARK}-{nonce}")).end(),
            _ => json.end(),
        };
        let made = self.engine.call(self.now, method, &params, timeout);
        self.note(|| format!("call {method}: {made:?}"));
        let waits = !action && self.plan.options.retry_queries;
        match made {
            Ok(id) => self.made(id, method, action, timeout, Some(nonce), None),
            Err(error) => self.check_refusal(method, Some(&error), waits),
        }
    }

    pub(crate) fn made(
        &mut self,
        id: CallId,
        method: &'static str,
        action: bool,
        timeout: Option<Duration>,
        nonce: Option<u64>,
        file: Option<String>,
    ) {
        let call = Call {
            method,
            action,
            made: self.now,
            timeout: timeout.unwrap_or(self.plan.options.command_timeout),
            nonce,
            sent: Vec::new(),
            cancelled: false,
            forged: false,
            settled: None,
            file,
            flow: None,
        };
        let fresh = self.checks.calls.insert(id, call).is_none();
        self.checks
            .ensure(fresh, Rule::SettlesOnce, || format!("{id} given out twice"));
    }

    /// A call that was not even sent: only while there is no connection, and with the right error.
    pub(crate) fn check_refusal(&mut self, what: &str, error: Option<&Error>, waits: bool) {
        let Some(error) = error else { return };
        self.checks.error(error);
        let state = self.engine.state();
        let kind = match (state, self.engine.ended()) {
            (State::Superseded | State::Closed, Some(ended)) => ended.kind(),
            (State::Connecting, _) => "ConnectionLost",
            (State::Reconnecting, _) if !waits => "ConnectionLost",
            _ => "none",
        };
        let right = error.kind() == kind;
        self.checks.ensure(right, Rule::SettleKind, || {
            format!("{what} in {state:?}: {error:?}")
        });
    }

    fn cancel(&mut self) {
        let mut open: Vec<CallId> = self
            .checks
            .calls
            .iter()
            .filter(|(_, call)| call.settled.is_none())
            .map(|(id, _)| *id)
            .collect();
        open.sort_unstable();
        if let Some(id) = self.rng.choice(open) {
            self.checks
                .calls
                .get_mut(&id)
                .expect("just found")
                .cancelled = true;
            self.engine.cancel(id);
        }
    }

    /// The program accepts or rejects a request.
    pub(crate) fn decide(&mut self, id: &str) {
        let accept = self.rng.u8(0..3) > 0;
        let before = self.engine.file(id).cloned();
        let free = before.as_ref().is_some_and(|request| {
            request.direction == Direction::Incoming && request.status == FileStatus::Waiting
        }) && !self.engine.is_answering(id);
        let made = self.engine.answer_file(self.now, id, accept);
        self.note(|| format!("answer {id} with {accept}: {made:?}"));
        match made {
            Ok(call) => {
                self.checks
                    .ensure(free, Rule::AnsweredOnce, || format!("{before:?}"));
                let legacy = self.engine.generation() == Some(Generation::Legacy);
                let method = match (legacy, accept) {
                    (false, true) => "acceptIncomingFileRequest",
                    (false, false) => "rejectIncomingFileRequest",
                    (true, true) => "acceptFile",
                    (true, false) => "rejectFile",
                };
                self.made(call, method, true, None, None, Some(id.to_owned()));
                if self.sabotage == Some(Sabotage::AnswerTwice) {
                    let again = self.engine.call(self.now, method, "{}", None);
                    if let Ok(call) = again {
                        self.made(call, method, true, None, None, Some(id.to_owned()));
                    }
                }
            }
            Err(error) if free => self.check_refusal("answer_file", Some(&error), false),
            Err(error) => self.checks.error(&error),
        }
    }

    /// What the program does with the outcome of a call.
    pub(crate) fn on_outcome(&mut self, id: CallId, answer: Option<&Text>) {
        let Some(call) = self.checks.calls.get(&id) else {
            return;
        };
        let (Some(answer), "sendFile") = (answer, call.method) else {
            return;
        };
        let answer: serde_json::Value = serde_json::from_str(answer.as_str()).expect("JSON");
        if let Some(id) = answer["sentFileRequestId"].as_str() {
            let request = FileRequest {
                id: Arc::from(id),
                direction: Direction::Outgoing,
                status: FileStatus::Waiting,
                file_name: "".into(),
                size: None,
                peer_id: None,
                peer_name: None,
                conference_id: None,
                created_at: None,
                file_id: None,
                percent: 0,
            };
            self.engine.file_sent(&request);
        }
    }

    pub(crate) fn subscribe(&mut self, filter: Filter, fast: bool, from_start: bool) {
        if self.subs.len() > 6 {
            return;
        }
        self.last_sub += 1;
        let id = self.last_sub;
        self.note(|| format!("subscribe {id}: {filter:?}, fast: {fast}"));
        self.subs
            .push(Sub::new(id, filter.clone(), fast, from_start));
        self.engine.subscribe(id, filter, None);
    }

    fn unsubscribe(&mut self) {
        if self.subs.is_empty() {
            return;
        }
        let n = self.rng.usize(0..self.subs.len());
        if self.rng.bool() {
            self.read_all(self.subs[n].id);
        } else {
            self.left_unread = true;
        }
        let sub = self.subs.remove(n);
        self.note(|| format!("unsubscribe {}", sub.id));
        self.lagged_of_gone += sub.lagged;
        self.engine.unsubscribe(sub.id);
    }

    /// A slow subscriber reads a few things, and comes back for the rest.
    pub(crate) fn read_some(&mut self, id: u64) {
        let most = self.rng.usize(1..6);
        if self.read(id, most) {
            let pause = Duration::from_millis(self.rng.u64(0..20_000));
            self.at(self.now + pause, Coming::Read { sub: id });
        }
    }

    pub(crate) fn read_all(&mut self, id: u64) {
        self.read(id, usize::MAX);
    }

    /// Takes up to `most` things; true when there may be more.
    fn read(&mut self, id: u64, most: usize) -> bool {
        let Some(n) = self.subs.iter().position(|sub| sub.id == id) else {
            return false;
        };
        for _ in 0..most {
            let taken = match self.sabotage {
                Some(sabotage) => sabotage.on_take(&mut self.engine, &mut self.held, id),
                None => self.engine.take(id),
            };
            let Some(taken) = taken else {
                self.subs[n].told = false;
                return false;
            };
            self.note(|| format!("{id} took {}", shown(&taken)));
            let sub = &mut self.subs[n];
            sub.took(&mut self.checks, &taken);
            if let (Taken::Request(request), Filter::Requests) = (&taken, &sub.filter)
                && self.chaos
                && self.rng.bool()
            {
                let pause = Duration::from_millis(self.rng.u64(0..3_000));
                self.at(
                    self.now + pause,
                    Coming::Decide {
                        id: request.id.to_string(),
                    },
                );
            }
        }
        true
    }
}

fn shown(taken: &Taken) -> String {
    match taken {
        Taken::Event(event) => event.text.as_str().to_owned(),
        Taken::Request(request) => request.to_json(),
    }
}
