//! Calls and group conferences, one at a time.
//!
//! Documented are the events and their fields; their order is assumed.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::Terminal;
use super::agenda::Task;
use super::message::{Refusal, Reply, Request, done, fields};
use super::options::CallAnswer;

/// The call or conference that is on, if any.
#[derive(Debug, Clone, Default)]
pub(super) struct Calls {
    current: Option<Call>,
    counter: u64,
}

#[derive(Debug, Clone)]
struct Call {
    number: u64,
    peer_id: String,
    peer_name: String,
    conference_id: String,
    title: String,
    /// 0 a call, 1 to 3 the kinds of group conference.
    kind: u8,
    stage: Stage,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Incoming,
    Outgoing,
    Talking,
}

impl Calls {
    pub(super) fn app_state(&self) -> u8 {
        match self.current.as_ref().map(|call| call.stage) {
            None => 3,
            Some(Stage::Incoming | Stage::Outgoing) => 4,
            Some(Stage::Talking) => 5,
        }
    }

    pub(super) fn to_json(&self) -> Value {
        self.current.as_ref().map_or(Value::Null, |call| {
            json!({
                "peerId": call.peer_id,
                "conferenceId": call.conference_id,
                "title": call.title,
                "type": call.kind,
                "state": match call.stage {
                    Stage::Incoming => "incoming",
                    Stage::Outgoing => "outgoing",
                    Stage::Talking => "talking",
                },
            })
        })
    }
}

impl Call {
    fn peer(&self) -> Map<String, Value> {
        fields(json!({"peerId": self.peer_id, "peerDn": self.peer_name}))
    }
}

impl Terminal {
    pub(super) fn call_command(&mut self, request: &Request<'_>) -> Option<Reply> {
        let reply = match request.method {
            "call" => self.call_out(request),
            "accept" => self.accept_call(),
            "reject" => self.reject_call(),
            "hangUp" => self.hang_up(),
            "createConference" => self.create_conference(request),
            "getConferences" => Ok(self.conferences()),
            "getConferenceParticipants" => self.participants(),
            "prepareCallIdForCall" => request
                .text(&["callId"])
                .map(|id| fields(json!({"preparedCallId": id}))),
            _ => return None,
        };
        Some(reply)
    }

    /// The id of the group conference that is on.
    pub(super) fn group_conference(&self) -> Option<String> {
        let call = self.calls.current.as_ref()?;
        let group = call.kind > 0 && call.stage == Stage::Talking;
        group.then(|| call.conference_id.clone())
    }

    fn start(&mut self, peer: &str, name: Option<&str>, kind: u8, title: &str, stage: Stage) {
        self.calls.counter += 1;
        let name = name.map_or_else(|| self.display_name_of(peer), str::to_owned);
        self.calls.current = Some(Call {
            number: self.calls.counter,
            peer_id: peer.to_owned(),
            peer_name: name,
            conference_id: self.new_conference_id(),
            title: title.to_owned(),
            kind,
            stage,
        });
    }

    fn free_line(&self) -> Result<(), Refusal> {
        if !self.link.logged_in() {
            Err(Refusal::new("login is needed"))
        } else if self.calls.current.is_some() {
            Err(Refusal::new("a call is on already"))
        } else {
            Ok(())
        }
    }

    fn call_out(&mut self, request: &Request<'_>) -> Reply {
        let peer = request.text(&["peerId"])?;
        self.free_line()?;
        self.start(peer, None, 0, "", Stage::Outgoing);
        if let Some(call) = self.calls.current.clone() {
            let mut event = call.peer();
            event.insert("confType".into(), call.kind.into());
            event.insert("confId".into(), call.conference_id.into());
            self.emit("inviteSent", &event);
            if self.options.call_answer != CallAnswer::None {
                let delay = self.options.server_delay;
                self.schedule_about(delay, Task::CallAnswered(call.number));
            }
        }
        self.announce_app_state();
        done()
    }

    pub(super) fn call_answered(&mut self, number: u64) {
        let ringing = self
            .calls
            .current
            .as_ref()
            .is_some_and(|call| call.number == number && call.stage == Stage::Outgoing);
        if ringing {
            let accept = self.options.call_answer == CallAnswer::Accept;
            self.peer_answers(accept, 0);
        }
    }

    fn peer_answers(&mut self, accept: bool, cause: i64) {
        let Some(call) = self.calls.current.clone() else {
            return;
        };
        let mut event = call.peer();
        if accept {
            event.insert("confId".into(), call.conference_id.into());
            self.emit("peerAccepted", &event);
            self.begin_talking();
        } else {
            event.insert("cause".into(), cause.into());
            self.emit("rejectReceived", &event);
            self.calls.current = None;
            self.announce_app_state();
        }
    }

    fn begin_talking(&mut self) {
        let Some(call) = &mut self.calls.current else {
            return;
        };
        call.stage = Stage::Talking;
        let mut event = fields(json!({"confId": call.conference_id, "confType": call.kind}));
        if call.kind == 0 {
            event.insert("peerId".into(), call.peer_id.as_str().into());
        } else {
            event.insert("confTitle".into(), call.title.as_str().into());
            event.insert("conferenceOwner".into(), call.peer_id.as_str().into());
        }
        self.emit("conferenceCreated", &event);
        self.announce_app_state();
    }

    fn accept_call(&mut self) -> Reply {
        self.ringing(Stage::Incoming)?;
        self.begin_talking();
        done()
    }

    fn reject_call(&mut self) -> Reply {
        self.ringing(Stage::Incoming)?;
        if let Some(call) = self.calls.current.take() {
            let mut event = call.peer();
            event.insert("cause".into(), 0.into());
            event.insert("confId".into(), call.conference_id.into());
            self.emit("rejectSent", &event);
        }
        self.announce_app_state();
        done()
    }

    fn ringing(&self, stage: Stage) -> Result<(), Refusal> {
        match &self.calls.current {
            Some(call) if call.stage == stage => Ok(()),
            _ => Err(Refusal::new("nobody calls")),
        }
    }

    fn hang_up(&mut self) -> Reply {
        if self.calls.current.is_none() {
            return Err(Refusal::new("there is no call"));
        }
        self.end_call(0);
        done()
    }

    /// `side`: 0 this terminal, 1 the other user.
    fn end_call(&mut self, side: u8) {
        let Some(call) = self.calls.current.take() else {
            return;
        };
        if call.stage == Stage::Talking {
            self.emit(
                "conferenceDeleted",
                &fields(json!({"confId": call.conference_id})),
            );
        } else {
            let event = fields(json!({"peerId": call.peer_id, "side": side}));
            self.emit("stopCalling", &event);
        }
        self.announce_app_state();
    }

    /// The server is lost: the call ends with it.
    pub(super) fn end_call_silently(&mut self) {
        if let Some(call) = self.calls.current.take()
            && call.stage == Stage::Talking
        {
            self.emit(
                "conferenceDeleted",
                &fields(json!({"confId": call.conference_id})),
            );
        }
    }

    fn create_conference(&mut self, request: &Request<'_>) -> Reply {
        let title = request.text(&["title"])?;
        let kind = match request.text(&["confType"])? {
            "symmetric" => 1,
            "asymmetric" => 2,
            "role" => 3,
            _ => return Err(Refusal::new("confType is not known")),
        };
        self.free_line()?;
        let own = self.link.peer_id().to_owned();
        self.start(&own, None, kind, title, Stage::Talking);
        self.begin_talking();
        done()
    }

    fn conferences(&self) -> Map<String, Value> {
        let Some(call) = &self.calls.current else {
            return fields(json!({"confId": ""}));
        };
        fields(json!({
            "confId": call.conference_id,
            "confType": call.kind,
            "confTitle": call.title,
            "peerId": call.peer_id,
            "peerDn": call.peer_name,
        }))
    }

    fn participants(&self) -> Reply {
        let Some(call) = &self.calls.current else {
            return Err(Refusal::new("there is no conference"));
        };
        let one = |id: &str, name: &str| {
            json!({
                "peerId": id, "peerDn": name, "mic": 2, "video": 2, "slideShow": false,
                "leaderType": 0, "role": 1,
            })
        };
        let mut list = vec![one(self.link.peer_id(), self.link.display_name())];
        if call.peer_id != self.link.peer_id() {
            list.push(one(&call.peer_id, &call.peer_name));
        }
        Ok(fields(
            json!({"confId": call.conference_id, "participants": list}),
        ))
    }

    /// A user calls, or invites to a group conference when `kind` is not 0.
    pub fn incoming_call(
        &mut self,
        now: Duration,
        peer: &str,
        name: Option<&str>,
        kind: u8,
        title: &str,
    ) -> Result<String, String> {
        self.tick(now);
        self.free_line().map_err(|refusal| refusal.text)?;
        self.start(peer, name, kind, title, Stage::Incoming);
        let Some(call) = self.calls.current.clone() else {
            return Ok(String::new());
        };
        let mut event = call.peer();
        event.insert("type".into(), kind.into());
        if kind > 0 {
            event.insert("confTitle".into(), title.into());
        }
        event.insert("confId".into(), call.conference_id.as_str().into());
        self.emit("inviteReceived", &event);
        self.announce_app_state();
        self.flush_events();
        Ok(call.conference_id)
    }

    /// The called user takes or declines the call; `cause` as in `rejectReceived`.
    pub fn answer_call(&mut self, now: Duration, accept: bool, cause: i64) -> Result<(), String> {
        self.tick(now);
        self.ringing(Stage::Outgoing)
            .map_err(|_| "the terminal calls nobody".to_owned())?;
        self.peer_answers(accept, cause);
        self.flush_events();
        Ok(())
    }

    /// The other side hangs up, or stops ringing.
    pub fn peer_hangs_up(&mut self, now: Duration) -> Result<(), String> {
        self.tick(now);
        if self.calls.current.is_none() {
            return Err("there is no call".to_owned());
        }
        self.end_call(1);
        self.flush_events();
        Ok(())
    }
}
