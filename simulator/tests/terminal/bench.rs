//! One terminal with one client, and time that moves when it is told to.

use std::collections::VecDeque;
use std::time::Duration;

use serde_json::{Value, json};
use trueroom_simulator::SimulatorOptions;
use trueroom_simulator::terminal::{ConnectionId, Effect, Terminal, TerminalOperation};

use crate::conformance;

pub(crate) struct Bench {
    pub(crate) terminal: Terminal,
    pub(crate) now: Duration,
    pub(crate) me: ConnectionId,
    /// Whether messages are held against the catalogue; off where an option breaks its types.
    pub(crate) checked: bool,
    inbox: VecDeque<Value>,
    closed: Vec<(ConnectionId, u16)>,
}

impl Bench {
    /// A terminal with an authorized client.
    pub(crate) fn new(options: Value) -> Self {
        let mut bench = Self::strange(options);
        let answer = bench.call(json!({"method": "auth", "type": "unsecured"}));
        assert_eq!(answer["result"], true, "{answer}");
        bench
    }

    /// A terminal with a client that did not authorize.
    pub(crate) fn strange(options: Value) -> Self {
        let options = SimulatorOptions::from_json(options).unwrap();
        let mut terminal = Terminal::new(options.terminal, options.server.seed);
        let me = terminal.connect(Duration::ZERO);
        Self {
            terminal,
            now: Duration::ZERO,
            me,
            checked: true,
            inbox: VecDeque::new(),
            closed: Vec::new(),
        }
    }

    /// Puts what the terminal sent to me into the inbox.
    fn collect(&mut self) {
        while let Some(effect) = self.terminal.poll_effect() {
            match effect {
                Effect::Send { connection, text } => {
                    let message: Value = serde_json::from_str(&text).unwrap();
                    if self.checked {
                        conformance::check(&message);
                    }
                    if connection == self.me {
                        self.inbox.push_back(message);
                    }
                }
                Effect::Close { connection, code } => self.closed.push((connection, code)),
            }
        }
    }

    pub(crate) fn send(&mut self, text: &str) {
        self.terminal.receive(self.now, self.me, text);
        self.collect();
    }

    /// Sends a command and takes its answer out of the inbox; events stay there.
    pub(crate) fn call(&mut self, command: Value) -> Value {
        let method = command["method"].clone();
        self.send(&command.to_string());
        let at = self
            .inbox
            .iter()
            .position(|message| message["method"] == method);
        at.and_then(|at| self.inbox.remove(at))
            .unwrap_or_else(|| panic!("no answer: {command}"))
    }

    pub(crate) fn good(&mut self, command: Value) -> Value {
        let answer = self.call(command);
        assert_eq!(answer["result"], true, "{answer}");
        answer
    }

    /// The text of a refusal.
    pub(crate) fn bad(&mut self, command: Value) -> String {
        let answer = self.call(command);
        assert_eq!(answer["result"], false, "{answer}");
        answer["error"].as_str().unwrap().to_owned()
    }

    pub(crate) fn perform(&mut self, operation: Value) -> Value {
        self.try_perform(operation).unwrap()
    }

    pub(crate) fn try_perform(&mut self, operation: Value) -> Result<Value, String> {
        let operation = TerminalOperation::from_json(operation).unwrap();
        let outcome = self.terminal.perform(self.now, operation);
        self.collect();
        outcome
    }

    /// Lets everything scheduled happen.
    pub(crate) fn run(&mut self) {
        while let Some(deadline) = self.terminal.next_deadline() {
            self.now = self.now.max(deadline);
            self.terminal.advance(self.now);
        }
        self.collect();
    }

    pub(crate) fn wait(&mut self, milliseconds: u64) {
        self.now += Duration::from_millis(milliseconds);
        self.terminal.advance(self.now);
        self.collect();
    }

    /// Everything in the inbox.
    pub(crate) fn messages(&mut self) -> Vec<Value> {
        self.inbox.drain(..).collect()
    }

    /// Names of the events in the inbox; answers by their method with an exclamation mark.
    pub(crate) fn names(&mut self) -> Vec<String> {
        let name = |message: &Value| match message["method"].as_str().unwrap() {
            "event" => message["event"].as_str().unwrap().to_owned(),
            method => format!("{method}!"),
        };
        self.messages().iter().map(name).collect()
    }

    /// Takes the first event with this name out of the inbox.
    pub(crate) fn event(&mut self, name: &str) -> Value {
        let at = self
            .inbox
            .iter()
            .position(|message| message["event"] == name);
        at.and_then(|at| self.inbox.remove(at))
            .unwrap_or_else(|| panic!("no event {name}"))
    }

    pub(crate) fn offer(&mut self) -> String {
        let offer = json!({"op": "offerFile", "name": "a.txt", "text": "0123456789"});
        self.perform(offer)["id"].as_str().unwrap().to_owned()
    }

    pub(crate) fn upload(&mut self) -> i64 {
        let put = json!({"op": "putFile", "name": "b.txt", "text": "01234"});
        self.perform(put)["fileId"].as_i64().unwrap()
    }

    /// Connections that the terminal closed.
    pub(crate) fn closed(&self) -> &[(ConnectionId, u16)] {
        &self.closed
    }
}
