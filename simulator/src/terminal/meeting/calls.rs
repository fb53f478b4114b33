//! Calls from ringing to their end.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::people::Person;
use super::{Ask, CALL, Meeting, Stage};
use crate::terminal::Terminal;
use crate::terminal::message::{Refusal, Reply, Request, done};

impl Terminal {
    pub(super) fn call_command(&mut self, request: &Request<'_>) -> Option<Reply> {
        let reply = match request.method {
            "call" => self.call_out(request),
            "accept" => self.accept_call(),
            "reject" => self.reject_call(),
            "hangUp" => self.hang_up(request),
            "toneDial" => self.tone_dial(request),
            "prepareCallIdForCall" => request.text(&["callId"]).and_then(|id| {
                self.reply(
                    request.method,
                    "",
                    json!({"preparedCallId": self.prepared(id)}),
                )
            }),
            _ => return None,
        };
        Some(reply)
    }

    /// A link such as `https://host/c/ID` becomes `\c\ID@server`; other ids stay.
    pub(super) fn prepared(&self, id: &str) -> String {
        match id.split_once("/c/") {
            Some((_, room)) if id.contains("://") => {
                format!("\\c\\{room}@{}", self.link.domain())
            }
            _ => id.to_owned(),
        }
    }

    /// Something begins with `peer`: the call is the only one, and has no participants yet.
    pub(super) fn start(
        &mut self,
        peer: &str,
        kind: u8,
        title: &str,
        stage: Stage,
    ) -> &mut Meeting {
        self.meetings.counter += 1;
        let id = self.new_conference_id();
        self.meetings.current.insert(Meeting {
            number: self.meetings.counter,
            id,
            kind,
            title: title.to_owned(),
            peer: peer.to_owned(),
            owner: peer.to_owned(),
            stage,
            outgoing: stage != Stage::Incoming,
            began: self.now,
            auto_join: false,
            smart: false,
            podiums: 6,
            waiting_room: false,
            on_join: (2, 2),
            refused: None,
            people: Vec::new(),
            asks: BTreeSet::new(),
        })
    }

    pub(super) fn free_line(&self) -> Result<(), Refusal> {
        if !self.link.logged_in() {
            Err(Refusal::new("login is needed"))
        } else if self.meetings.current.is_some() {
            Err(Refusal::new("a call is on already"))
        } else {
            Ok(())
        }
    }

    fn call_out(&mut self, request: &Request<'_>) -> Reply {
        self.call_user(request.text(&["peerId"])?, request.optional_text("pin"))
    }

    /// Calls a user, or asks to join a conference.
    pub(in crate::terminal) fn call_user(&mut self, peer: &str, pin: Option<&str>) -> Reply {
        let peer = self.prepared(peer);
        self.free_line()?;
        if self.join_hosted(&peer, pin) {
            return done();
        }
        let kind = self.start(&peer, CALL, "", Stage::Outgoing).kind;
        let id = self.session_id();
        self.tell("inviteSent", &peer, json!({"confType": kind, "confId": id}));
        self.ask_other(Ask::Call, &peer);
        self.announce_app_state();
        done()
    }

    /// The called user, or the server for a conference, has answered.
    pub(super) fn call_answered(&mut self, peer: &str, accept: bool, cause: i64) {
        if accept {
            self.tell("peerAccepted", peer, json!({}));
            self.begin_talking();
        } else {
            self.tell("rejectReceived", peer, json!({"cause": cause}));
            self.forget_meeting();
            self.announce_app_state();
        }
    }

    /// From ringing, or at once for an own conference, to the session itself.
    pub(super) fn begin_talking(&mut self) {
        let own = self.link.peer_id().to_owned();
        let Some(meeting) = &mut self.meetings.current else {
            return;
        };
        meeting.stage = Stage::Talking;
        meeting.began = self.now;
        let owned = meeting.owner == own;
        meeting.people.insert(0, Person::new(&own, u8::from(owned)));
        if meeting.peer != own
            && meeting
                .people
                .iter()
                .all(|person| person.id != meeting.peer)
        {
            let leader = u8::from(meeting.is_group() && meeting.owner == meeting.peer);
            meeting.people.push(Person::new(&meeting.peer, leader));
        }
        let event = self.created_fields();
        self.tell("conferenceCreated", "", event);
        self.layout_changed();
        if owned {
            let url = self.management_url();
            let available = json!({"available": true, "url": url, "confId": self.session_id()});
            self.tell("realtimeManagmentUrlChanged", "", available.clone());
            self.tell("realtimeManagmentUrlAvailabilityChanged", "", available);
        }
        self.announce_app_state();
    }

    fn created_fields(&self) -> Value {
        let Some(meeting) = &self.meetings.current else {
            return json!({});
        };
        if !meeting.is_group() {
            let mut fields = json!({"confType": meeting.kind});
            if meeting.outgoing {
                fields["peerId"] = meeting.peer.as_str().into();
            }
            return fields;
        }
        let mut fields = self.conference_fields(meeting);
        fields["isInWaitingRoom"] = meeting.people[0].waiting.into();
        fields
    }

    fn accept_call(&mut self) -> Reply {
        self.ringing()?;
        self.begin_talking();
        done()
    }

    fn reject_call(&mut self) -> Reply {
        let peer = self.ringing()?.peer.clone();
        self.tell("rejectSent", &peer, json!({"cause": 0}));
        self.forget_meeting();
        self.announce_app_state();
        done()
    }

    fn ringing(&self) -> Result<&Meeting, Refusal> {
        let current = self.meetings.current.as_ref();
        current
            .filter(|meeting| meeting.stage == Stage::Incoming)
            .ok_or_else(|| Refusal::new("nobody calls"))
    }

    fn hang_up(&mut self, request: &Request<'_>) -> Reply {
        if self.meetings.current.is_none() {
            return Err(Refusal::new("there is no call"));
        }
        if request.body.get("forAll") == Some(&true.into()) {
            self.led()?;
        }
        let own = self.link.peer_id().to_owned();
        self.end_meeting(&own, 0);
        done()
    }

    /// `side`: 0 this terminal, 1 the other user.
    fn end_meeting(&mut self, by: &str, side: u8) {
        if self.in_meeting() {
            self.leave_meeting();
        } else {
            self.tell("stopCalling", by, json!({"side": side}));
            self.forget_meeting();
        }
        self.announce_app_state();
    }

    /// The session is over for this terminal: so is all that goes on in it.
    pub(in crate::terminal) fn leave_meeting(&mut self) {
        if self.in_meeting() {
            self.requests_end();
            self.stop_show();
            self.stop_capture();
            let owned = self
                .talking()
                .is_ok_and(|meeting| meeting.people[0].leader == 1);
            self.tell("conferenceDeleted", "", json!({}));
            if owned {
                let gone = json!({"available": false});
                self.tell("realtimeManagmentUrlAvailabilityChanged", "", gone);
            }
        }
        self.forget_meeting();
        self.layout_empties();
    }

    fn tone_dial(&mut self, request: &Request<'_>) -> Reply {
        let symbol = request.text(&["symbol"])?;
        let peer = request.text(&["callId"])?;
        self.talking_mut()?.other(peer)?;
        self.tell("toneDial", peer, json!({"symbol": symbol}));
        done()
    }

    /// A participant dials.
    pub(in crate::terminal) fn other_dials(&mut self, request: &Request<'_>, peer: &str) -> Reply {
        let symbol = request.text(&["symbol"])?;
        self.talking_mut()?.other(peer)?;
        self.tell("toneDial", peer, json!({"symbol": symbol}));
        done()
    }

    /// A user calls, or invites to a group conference when the type is not 0.
    pub(in crate::terminal) fn other_calls(
        &mut self,
        request: &Request<'_>,
        peer: &str,
    ) -> Result<Value, Refusal> {
        let kind: u8 = request.count("type")?.unwrap_or(CALL);
        let title = request.optional_text("title").unwrap_or_default();
        self.free_line()?;
        if self.is_banned(peer) {
            return Err(Refusal::new(format!("{peer} is blocked")));
        }
        self.start(peer, kind, title, Stage::Incoming);
        let id = self.session_id();
        let mut event = json!({"type": kind, "confId": id});
        if kind != CALL {
            event["confTitle"] = title.into();
        }
        self.tell("inviteReceived", peer, event);
        self.announce_app_state();
        Ok(json!({"conferenceId": id}))
    }

    /// The other side hangs up, or stops ringing.
    pub(in crate::terminal) fn other_hangs_up(&mut self) -> Result<(), Refusal> {
        let current = self.meetings.current.as_ref();
        let peer = current.map(|meeting| meeting.peer.clone());
        let peer = peer.ok_or_else(|| Refusal::new("there is no call"))?;
        self.end_meeting(&peer, 1);
        Ok(())
    }
}
