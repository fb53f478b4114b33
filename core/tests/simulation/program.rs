//! The modelled program: what it subscribed to, how fast it reads, and what it has seen.

use std::collections::{HashMap, HashSet};

use trueroom::engine::{SubscriptionId, Taken};
use trueroom::{FileRequest, FileStatus, Filter};

use crate::checks::{Checks, Rule};
use crate::json::number_after;
use crate::network::Kind;

/// An event of the terminal's that was delivered while somebody was subscribed.
#[derive(Debug, Clone)]
pub(crate) struct Heard {
    seq: u64,
    progress: Option<String>,
}

/// What a subscriber of events knows of the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hearing {
    Unknown,
    Good,
    Deaf,
}

#[derive(Debug)]
pub(crate) struct Sub {
    pub id: SubscriptionId,
    pub filter: Filter,
    pub fast: bool,
    pub from_start: bool,
    /// It was told that there is something, and has not emptied the queue since.
    pub told: bool,
    /// How often each waiting request was taken.
    pub taken: HashMap<String, u32>,
    /// The newest form of each request that was taken as a change.
    pub seen: HashMap<String, FileRequest>,
    heard: Vec<Heard>,
    /// Where in `heard` the events taken stand, rising.
    got: Vec<usize>,
    pub lagged: u64,
    hearing: Hearing,
    pub last_event: String,
}

impl Sub {
    pub(crate) fn new(id: SubscriptionId, filter: Filter, fast: bool, from_start: bool) -> Self {
        Self {
            id,
            filter,
            fast,
            from_start,
            told: false,
            taken: HashMap::new(),
            seen: HashMap::new(),
            heard: Vec::new(),
            got: Vec::new(),
            lagged: 0,
            hearing: Hearing::Unknown,
            last_event: String::new(),
        }
    }

    pub(crate) fn wants_events(&self) -> bool {
        matches!(self.filter, Filter::All | Filter::Events(_))
    }

    fn wants(&self, name: &str) -> bool {
        match &self.filter {
            Filter::All => true,
            Filter::Events(names) => names.contains(name),
            _ => false,
        }
    }

    /// An event is about to be given to the engine.
    pub(crate) fn hears(&mut self, kind: &Kind) {
        if let Kind::Event {
            seq,
            progress,
            name,
        } = kind
            && self.wants(name)
        {
            self.heard.push(Heard {
                seq: *seq,
                progress: progress.clone(),
            });
        }
    }

    pub(crate) fn took(&mut self, checks: &mut Checks, taken: &Taken) {
        match taken {
            Taken::Event(event) => self.took_event(checks, &event.name, event.text.as_str()),
            Taken::Request(request) if self.filter == Filter::Requests => {
                let times = self.taken.entry(request.id.to_string()).or_default();
                *times += 1;
                let (times, id) = (*times, &request.id);
                checks.ensure(times == 1, Rule::RequestOnce, || {
                    format!("{id}: {times} times")
                });
                let waits = request.status == FileStatus::Waiting;
                checks.ensure(waits, Rule::RequestOnce, || format!("{id} does not wait"));
            }
            Taken::Request(request) => {
                self.seen.insert(request.id.to_string(), *request.clone());
            }
        }
    }

    fn took_event(&mut self, checks: &mut Checks, name: &str, text: &str) {
        text.clone_into(&mut self.last_event);
        let seq = number_after(text, "\"seq\":");
        let own = matches!(name, "connection" | "lagged" | "error" | "live")
            || text.contains("\"synthetic\":true");
        if own {
            checks.public("event", text);
        }
        if let Some(seq) = seq {
            let from = self.got.last().map_or(0, |last| last + 1);
            match (from..self.heard.len()).find(|at| self.heard[*at].seq == seq) {
                Some(at) => self.got.push(at),
                None => checks.fail(Rule::EventOrder, format!("{seq} out of turn: {text}")),
            }
        }
        match name {
            "lagged" => {
                let dropped = number_after(text, "\"dropped\":").unwrap_or(0);
                self.lagged += dropped;
                self.hearing = Hearing::Unknown;
                checks.ensure(dropped > 0, Rule::Lagged, || text.to_owned());
            }
            "connection" if text.contains("\"state\":\"reconnecting\"") => {
                self.hearing = Hearing::Deaf;
            }
            "connection" if text.contains("\"state\":\"ready\"") => {
                let told = number_after(text, "\"deafFor\":").is_some();
                let holds = told || self.hearing != Hearing::Deaf;
                checks.ensure(holds, Rule::DeafFirst, || text.to_owned());
                self.hearing = Hearing::Good;
            }
            _ if self.filter == Filter::All && text.contains("\"synthetic\":true") => {
                let deaf = self.hearing == Hearing::Deaf;
                checks.ensure(!deaf, Rule::DeafFirst, || text.to_owned());
            }
            _ => {}
        }
    }

    /// Everything has been taken: is anything missing that was not counted?
    pub(crate) fn check_complete(&self, checks: &mut Checks) {
        let got: HashSet<usize> = self.got.iter().copied().collect();
        let mut missing = 0;
        for (at, heard) in self.heard.iter().enumerate() {
            // Newer progress of the same request, or another copy of this.
            let overtaken = heard.progress.is_some()
                && self.heard.iter().enumerate().any(|(other, newer)| {
                    newer.progress == heard.progress
                        && (other > at || other != at && newer.seq == heard.seq)
                });
            missing += u64::from(!got.contains(&at) && !overtaken);
        }
        checks.ensure(missing <= self.lagged, Rule::EventLost, || {
            format!(
                "subscriber {}: {missing} missing, {} told",
                self.id, self.lagged
            )
        });
    }
}
