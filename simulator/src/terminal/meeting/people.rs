//! The participants: who they are, who comes and goes, and what is done to them.

use serde_json::{Value, json};

use super::{Ask, Meeting, ROLE_BASED};
use crate::terminal::Terminal;
use crate::terminal::fallback::fits;
use crate::terminal::message::{Refusal, Reply, Request, done};

/// As `DeviceState` has them.
const MUTED: u8 = 1;
const ENABLED: u8 = 2;
/// `leaderType`: 1 is documented for the owner; that of a moderator is assumed.
const MODERATOR: u8 = 2;

/// The volume at which a participant is heard at first; its range is not known.
const FULL_LEVEL: i64 = 100;

/// One participant.
#[derive(Debug, Clone)]
pub(super) struct Person {
    pub(super) id: String,
    pub(super) mic: u8,
    pub(super) video: u8,
    /// 0 ordinary, 1 owner, [`MODERATOR`].
    pub(super) leader: u8,
    /// Whether on the podium.
    pub(super) broadcast: bool,
    pub(super) pinned: bool,
    pub(super) waiting: bool,
    /// Whether this terminal is being recorded.
    pub(super) records: bool,
    pub(super) reaction: i64,
    /// What the second stream shows.
    pub(super) extra: i64,
    /// The volume at which they are heard.
    pub(super) level: i64,
    pub(super) heard: bool,
    pub(super) seen: bool,
}

impl Person {
    pub(super) fn new(id: &str, leader: u8) -> Self {
        Self {
            id: id.to_owned(),
            mic: ENABLED,
            video: ENABLED,
            leader,
            broadcast: false,
            pinned: false,
            waiting: false,
            records: false,
            reaction: 0,
            extra: 0,
            level: FULL_LEVEL,
            heard: true,
            seen: true,
        }
    }

    /// As `ParticipantRole` has them: 2 the owner, 1 anybody else.
    pub(super) fn role(&self) -> u8 {
        1 + u8::from(self.leader == 1)
    }

    fn to_json(&self, meeting: &Meeting) -> Value {
        let mut person = json!({
            "mic": self.mic,
            "video": self.video,
            "leaderType": self.leader,
            "recordingMe": self.records,
            "recordingByMe": false,
            "isInWaitingRoom": self.waiting,
            "audioReceiving": self.heard,
            "videoReceiving": self.seen,
            "reaction": self.reaction,
            "extraVideo": self.extra,
        });
        if meeting.kind == ROLE_BASED {
            person["role"] = self.role().into();
            person["broadcast"] = self.broadcast.into();
        }
        if meeting.smart {
            person["pinned"] = self.pinned.into();
        }
        person
    }
}

impl Terminal {
    pub(super) fn people_command(&mut self, request: &Request<'_>) -> Option<Reply> {
        let reply = match request.method {
            "getConferenceParticipants" => self.participants(request),
            "inviteToConference" => self.invite(request),
            "kickPeer" => self.kick(request),
            "acceptPeer" => self.let_in(request),
            "rejectPeer" => self.keep_out(request),
            "setModeratorRole" => self.set_moderator(request),
            "turnRemoteMic" => self.turn_device(request, |person, state| person.mic = state),
            "turnRemoteCamera" => self.turn_device(request, |person, state| person.video = state),
            // Nothing tells whether a participant hears.
            "turnRemoteSpeaker" => self.turned(request).and_then(|_| done()),
            "enableAudioReceiving" => {
                self.enable_receiving(request, "enableAudioReceivingChanged", |person, on| {
                    person.heard = on;
                })
            }
            "enableVideoReceiving" => {
                self.enable_receiving(request, "enableVideoReceivingChanged", |person, on| {
                    person.seen = on;
                })
            }
            "setReaction" => self.set_reaction(request),
            // Asked of anybody else, it is the level with which everybody begins.
            "getAudioReceivingLevel" => request.text(&["peerId"]).and_then(|peer| {
                let person = self.talking_mut().and_then(|meeting| meeting.other(peer));
                let level = person.map_or(FULL_LEVEL, |person| person.level);
                self.reply(request.method, "", json!({"level": level}))
            }),
            "setAudioReceivingLevel" => request.number(&["level"]).and_then(|level| {
                let peer = request.text(&["peerId"])?;
                self.talking_mut()?.other(peer)?.level = level;
                done()
            }),
            _ => return None,
        };
        Some(reply)
    }

    fn participants(&mut self, request: &Request<'_>) -> Reply {
        let (mic, video) = self.own_devices();
        let me = &mut self.talking_mut()?.people[0];
        (me.mic, me.video) = (mic, video);
        let meeting = self.talking()?;
        let list: Value = meeting
            .people
            .iter()
            .map(|person| self.shape("Participant", &person.id, person.to_json(meeting)))
            .collect();
        self.reply(request.method, "", json!({"participants": list}))
    }

    fn invite(&mut self, request: &Request<'_>) -> Reply {
        let peer = request.text(&["peerId"])?;
        let meeting = self.led()?;
        if meeting.person(peer).is_ok() {
            return Err(Refusal::new(format!("{peer} takes part already")));
        }
        self.invite_one(peer);
        done()
    }

    pub(super) fn invite_one(&mut self, peer: &str) {
        let kind = self.talking().map_or(0, |meeting| meeting.kind);
        self.tell("inviteSent", peer, json!({"confType": kind}));
        self.ask_other(Ask::Invitation, peer);
    }

    pub(super) fn invitation_answered(&mut self, peer: &str, accept: bool, cause: i64) {
        if accept {
            self.tell("peerAccepted", peer, json!({}));
            self.joined(Person::new(peer, 0));
        } else {
            self.tell("rejectReceived", peer, json!({"cause": cause}));
        }
    }

    /// Somebody joins; into the waiting room where that is on.
    fn joined(&mut self, mut person: Person) {
        let peer = person.id.clone();
        let Ok(meeting) = self.talking_mut() else {
            return;
        };
        person.waiting |= meeting.waiting_room && person.leader == 0;
        person.mic = person.mic.min(meeting.on_join.0);
        person.video = person.video.min(meeting.on_join.1);
        let event = person.to_json(meeting);
        meeting.people.push(person);
        self.tell("newParticipantInConference", &peer, event);
        self.receivers_changed();
    }

    fn receivers_changed(&mut self) {
        let receivers: Value = self
            .others()
            .iter()
            .map(|id| json!({"peerId": id}))
            .collect();
        self.tell("receiversInfoUpdated", "", json!({"receivers": receivers}));
        self.layout_changed();
    }

    /// Somebody joins unasked, with the devices told.
    pub(in crate::terminal) fn other_joins(&mut self, request: &Request<'_>, peer: &str) -> Reply {
        let meeting = self.group()?;
        if meeting.person(peer).is_ok() {
            return Err(Refusal::new(format!("{peer} takes part already")));
        }
        let mut person = Person::new(peer, 0);
        person.set_devices(request)?;
        person.broadcast = request.flag_or("broadcast", false)?;
        person.waiting = request.flag_or("waiting", false)?;
        if request.flag_or("moderator", false)? {
            person.leader = MODERATOR;
        }
        self.joined(person);
        done()
    }

    /// A participant leaves; whoever leaves a call ends it.
    pub(in crate::terminal) fn other_leaves(&mut self, peer: &str) -> Result<(), Refusal> {
        let id = self.group()?.other(peer)?.id.clone();
        self.left(&id);
        Ok(())
    }

    pub(super) fn left(&mut self, id: &str) {
        self.requests_of_end(id);
        if let Ok(meeting) = self.talking_mut() {
            meeting.people.retain(|person| person.id != id);
        }
        self.tell("participantLeftConference", id, json!({}));
        self.receivers_changed();
    }

    fn kick(&mut self, request: &Request<'_>) -> Reply {
        let peer = request.text(&["peerId"])?;
        let id = self.led()?.other(peer)?.id.clone();
        self.left(&id);
        done()
    }

    fn let_in(&mut self, request: &Request<'_>) -> Reply {
        let peer = self.take_ask(Ask::Join, request.text(&["peerId"])?)?;
        self.invitation_answered(&peer, true, 0);
        done()
    }

    fn keep_out(&mut self, request: &Request<'_>) -> Reply {
        let peer = self.take_ask(Ask::Join, request.text(&["peerId"])?)?;
        self.tell("rejectSent", &peer, json!({"cause": 0}));
        done()
    }

    fn set_moderator(&mut self, request: &Request<'_>) -> Reply {
        let moderator = request.flag("moderator")?;
        let person = self.led()?.other(request.text(&["peerId"])?)?;
        person.leader = if moderator { MODERATOR } else { 0 };
        done()
    }

    /// The participant whose device is switched, and how.
    fn turned(&mut self, request: &Request<'_>) -> Result<(&mut Person, u8), Refusal> {
        let on = request.flag("on")?;
        let peer = request.text(&["peerId"])?;
        let person = self.led()?.other(peer)?;
        Ok((person, if on { ENABLED } else { MUTED }))
    }

    fn turn_device(&mut self, request: &Request<'_>, set: fn(&mut Person, u8)) -> Reply {
        let (person, state) = self.turned(request)?;
        set(person, state);
        let person = person.clone();
        self.tell_devices(&person);
        done()
    }

    fn tell_devices(&mut self, person: &Person) {
        let event = json!({"mic": person.mic, "video": person.video});
        self.tell("deviceStatusReceived", &person.id, event);
    }

    /// A participant's devices change.
    pub(in crate::terminal) fn other_devices(
        &mut self,
        request: &Request<'_>,
        peer: &str,
    ) -> Reply {
        let person = self.talking_mut()?.other(peer)?;
        person.set_devices(request)?;
        let person = person.clone();
        self.tell_devices(&person);
        done()
    }

    fn enable_receiving(
        &mut self,
        request: &Request<'_>,
        event: &str,
        set: fn(&mut Person, bool),
    ) -> Reply {
        let enable = request.flag("enable")?;
        let person = self.talking_mut()?.other(request.text(&["peerId"])?)?;
        set(person, enable);
        let id = person.id.clone();
        self.tell(event, &id, json!({"enable": enable}));
        done()
    }

    fn set_reaction(&mut self, request: &Request<'_>) -> Reply {
        let own = self.link.peer_id().to_owned();
        self.reacted(&own, request.number(&["reaction"])?)?;
        done()
    }

    /// Somebody, or this terminal, reacts.
    pub(in crate::terminal) fn reacted(
        &mut self,
        peer: &str,
        reaction: i64,
    ) -> Result<(), Refusal> {
        if !fits("enum:Reaction", &reaction.into()) {
            return Err(Refusal::new(format!("there is no reaction {reaction}")));
        }
        let person = self.group()?.person(peer)?;
        person.reaction = reaction;
        let id = person.id.clone();
        let reactions = json!([{"callId": id, "reaction": reaction}]);
        self.tell("reactionsChanged", &id, json!({"reactions": reactions}));
        Ok(())
    }
}

impl Person {
    /// The devices as an operation has them: 0 absent, 1 muted, 2 enabled.
    fn set_devices(&mut self, request: &Request<'_>) -> Result<(), Refusal> {
        for (name, device) in [("mic", &mut self.mic), ("video", &mut self.video)] {
            if request.body.contains_key(name) {
                *device = u8::try_from(request.number(&[name])?)
                    .ok()
                    .filter(|state| *state <= ENABLED)
                    .ok_or_else(|| Refusal::new(format!("{name} is 0, 1 or 2")))?;
            }
        }
        Ok(())
    }
}
