//! Flows: the program starts them, the terminal lets them end in every way.

use std::time::Duration;

use fastrand::Rng;
use trueroom::State;
use trueroom::catalogue;
use trueroom::engine::CallId;

use crate::checks::Rule;
use crate::json::Json;
use crate::network::Kind;
use crate::plan::MARK;
use crate::terminal::{Out, Terminal};
use crate::world::World;

/// Each ends in another way: by an event that says nothing, that names a peer, that has a code,
/// that is about the own user, or by asking.
const FLOWS: [&str; 6] = [
    "hangUp",
    "call",
    "signIn",
    "gotoPodium",
    "stopSharing",
    "kick",
];

impl World {
    pub(crate) fn run_flow(&mut self) {
        let name = self.rng.choice(FLOWS).expect("not empty");
        let flow = catalogue::flow(name).expect("in the catalogue");
        self.last_nonce += 1;
        let nonce = self.last_nonce;
        let peer = format!("peer{}@x.test", self.rng.u8(0..3));
        let json = Json::new().raw("nonce", nonce);
        let params = match name {
            "call" | "kick" => json.text("peerId", &peer),
            "signIn" => json
                .text("login", "bot")
                .text("password", &format!("{MARK}-{nonce}")),
            _ => json,
        };
        let timeout = Duration::from_millis(self.rng.u64(0..20_000));
        let made = self
            .engine
            .run(self.now, name, &params.end(), Some(timeout));
        self.note(|| format!("run {name}: {made:?}"));
        match made {
            Ok(id) => {
                self.made(id, flow.command, true, Some(timeout), Some(nonce), None);
                let call = self.checks.calls.get_mut(&id).expect("just made");
                call.flow = Some(flow);
            }
            Err(error) => self.check_refusal(name, Some(&error), false),
        }
    }

    /// The flows that the message must end.
    pub(crate) fn flows_ended_by(&self, kind: &Kind) -> Vec<CallId> {
        match kind {
            Kind::Event { name, .. } if self.engine.state() == State::Ready => {
                let link = (self.network.current, self.auths);
                self.checks.ended_by(name, link)
            }
            _ => Vec::new(),
        }
    }

    pub(crate) fn check_ended(&mut self, flows: &[CallId]) {
        for id in flows {
            let settled = self
                .checks
                .calls
                .get(id)
                .is_some_and(|call| call.settled.is_some());
            self.checks
                .ensure(settled, Rule::Outcome, || format!("{id} goes on"));
        }
    }
}

impl Terminal {
    /// Something that ends a flow, or looks as if it did.
    pub(crate) fn outcome(&mut self, rng: &mut Rng) -> Vec<Out> {
        let peer = format!("peer{}@x.test/{}", rng.u8(0..4), rng.u8(0..3));
        let (name, json) = match rng.u8(0..9) {
            0 => ("conferenceDeleted", Json::new()),
            1 => ("conferenceCreated", Json::new().text("peerId", &peer)),
            2 => {
                let json = Json::new().raw("cause", rng.u8(0..30));
                ("rejectReceived", json.text("peerId", &peer))
            }
            3 => ("login", Json::new().raw("result", rng.u8(0..5))),
            4 => ("dsStopped", Json::new().raw("captureId", 1)),
            5 => (
                "participantLeftConference",
                Json::new().text("peerId", &peer),
            ),
            6 => ("serverDisconnected", Json::new().raw("service", false)),
            _ => {
                let own = if rng.bool() { "bot@x.test/1" } else { &peer };
                let json = Json::new().text("peerId", own).raw("broadcast", rng.bool());
                let json = json.raw("type", rng.u8(0..4)).raw("result", rng.u8(0..6));
                ("roleEventOccured", json)
            }
        };
        self.event(name, json, None)
    }
}
