//! An engine with its driver and clock played by hand.

// Each test file is a crate of its own and uses a part of this.
#![allow(dead_code, clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use trueroom::engine::{CallId, Effect, Engine, Taken, Time};
use trueroom::{Filter, Options, Result, Text};

pub(crate) struct Bench {
    pub engine: Engine,
    pub now: Time,
    /// Messages sent and not looked at yet.
    pub sent: VecDeque<Value>,
    pub settled: BTreeMap<CallId, Result<Text>>,
    pub opens: u32,
    pub drops: u32,
    pub pings: u32,
}

pub(crate) fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

impl Bench {
    /// A room that is opening its connection.
    pub(crate) fn new(options: Options) -> Self {
        let mut bench = Self {
            engine: Engine::new(Arc::new(options), 1),
            now: Time::ZERO,
            sent: VecDeque::new(),
            settled: BTreeMap::new(),
            opens: 0,
            drops: 0,
            pings: 0,
        };
        bench.engine.start(Time::ZERO);
        bench.pump();
        bench
    }

    /// A room that is ready and has empty lists.
    pub(crate) fn ready(options: Options) -> Self {
        let mut bench = Self::new(options);
        bench.connect();
        bench.empty_lists();
        bench
    }

    /// From the open connection to the authorization, all of it granted.
    pub(crate) fn connect(&mut self) {
        self.open();
        while self
            .sent
            .front()
            .is_some_and(|message| message["method"] == "setUsedApiVersion")
        {
            let asked = self.next("setUsedApiVersion");
            self.answer(&asked, json!({"result": true}));
        }
        let asked = self.next("auth");
        self.answer(
            &asked,
            json!({"result": true, "token": "1*token", "previleges": 2,
            "tokenForHttpServer": "4*http"}),
        );
    }

    pub(crate) fn open(&mut self) {
        self.engine.on_open(self.now);
        self.pump();
    }

    pub(crate) fn empty_lists(&mut self) {
        self.lists(&json!([]), &json!([]));
    }

    /// Answers one round of questions of a terminal from 4.1 on.
    pub(crate) fn lists(&mut self, incoming: &Value, outgoing: &Value) {
        let asked = self.next("getFileTransferAvailability");
        self.answer(&asked, json!({"result": true, "availability": 3}));
        let asked = self.next("getIncomingFilesRequests");
        self.answer(
            &asked,
            json!({"result": true, "incomingFilesRequests": incoming}),
        );
        let asked = self.next("getOutgoingFilesRequests");
        self.answer(
            &asked,
            json!({"result": true, "outgoingFilesRequests": outgoing}),
        );
    }

    /// The next message sent, which must be this command.
    pub(crate) fn next(&mut self, method: &str) -> Value {
        let message = self
            .sent
            .pop_front()
            .unwrap_or_else(|| panic!("{method} was not sent"));
        assert_eq!(message["method"], method, "{message}");
        message
    }

    pub(crate) fn answer(&mut self, asked: &Value, mut fields: Value) {
        fields["method"] = asked["method"].clone();
        fields["requestId"] = asked["requestId"].clone();
        self.receive(&fields);
    }

    pub(crate) fn event(&mut self, name: &str, mut fields: Value) {
        fields["method"] = "event".into();
        fields["event"] = name.into();
        self.receive(&fields);
    }

    pub(crate) fn receive(&mut self, message: &Value) {
        self.receive_text(&message.to_string());
    }

    pub(crate) fn receive_text(&mut self, text: &str) {
        self.engine.on_text(self.now, Text::from(text.to_owned()));
        self.pump();
    }

    pub(crate) fn lose(&mut self) {
        self.engine.on_closed(self.now, "connection reset");
        self.pump();
    }

    /// Lets time pass, waking the engine when it wants.
    pub(crate) fn pass(&mut self, time: Duration) {
        let end = self.now + time;
        while let Some(next) = self.engine.next_timeout().filter(|next| *next <= end) {
            self.now = next.max(self.now);
            self.engine.on_time(self.now);
            self.pump();
        }
        self.now = end;
    }

    /// The same, with a terminal that answers pings.
    pub(crate) fn pass_alive(&mut self, time: Duration) {
        let end = self.now + time;
        while self.now < end {
            self.pass(ms(1000).min(end.saturating_sub(self.now)));
            self.engine.on_pong(self.now);
        }
    }

    pub(crate) fn call(&mut self, method: &str, params: &str) -> CallId {
        let id = self
            .engine
            .call(self.now, method, params, None)
            .expect("the call can be made");
        self.pump();
        id
    }

    /// The outcome of a call that has settled.
    pub(crate) fn outcome(&mut self, id: CallId) -> Result<Text> {
        self.settled
            .remove(&id)
            .unwrap_or_else(|| panic!("call {id} has not settled"))
    }

    pub(crate) fn error(&mut self, id: CallId) -> Value {
        let error = self.outcome(id).expect_err("the call failed");
        serde_json::from_str(&error.to_json()).expect("JSON")
    }

    pub(crate) fn ended(&self) -> Value {
        let error = self.engine.ended().expect("the room has ended");
        serde_json::from_str(&error.to_json()).expect("JSON")
    }

    pub(crate) fn subscribe(&mut self, id: u64, filter: Filter) {
        self.engine.subscribe(id, filter, None);
        self.pump();
    }

    /// All that waits for a subscriber: events, or file requests in the form of the bindings.
    pub(crate) fn take(&mut self, id: u64) -> Vec<Value> {
        std::iter::from_fn(|| self.engine.take(id))
            .map(|taken| match taken {
                Taken::Event(event) => serde_json::from_str(event.text.as_str()).expect("JSON"),
                Taken::Request(request) => serde_json::from_str(&request.to_json()).expect("JSON"),
            })
            .collect()
    }

    pub(crate) fn pump(&mut self) {
        while let Some(effect) = self.engine.poll_effect() {
            match effect {
                Effect::Open => self.opens += 1,
                Effect::Send(text) => {
                    let message = serde_json::from_str(text.as_str()).expect("JSON");
                    self.sent.push_back(message);
                }
                Effect::Ping => self.pings += 1,
                Effect::Drop => {
                    self.drops += 1;
                    self.sent.clear();
                }
                Effect::Settle(id, outcome) => {
                    assert!(
                        self.settled.insert(id, outcome).is_none(),
                        "{id} settled twice"
                    );
                }
                Effect::Ready(_) | Effect::StateChanged => {}
            }
        }
    }
}
