//! The call or group conference that is on, one at a time, and what happens in it.
//!
//! Documented are commands, events and their fields. Which event follows which, and the rights
//! that a command needs, are assumed where no page tells.

mod calls;
mod camera_control;
mod extra_video;
mod group;
mod history;
mod hosted;
mod people;
mod podium;
mod recording;
mod requests;
mod waiting_room;

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};

use self::history::History;
use self::hosted::Hosted;
use self::people::Person;
pub(super) use self::requests::Ask;
use super::Terminal;
use super::message::{Refusal, Reply, Request};

/// Kinds of sessions, as `ConferenceType` has them.
const CALL: u8 = 0;
const ROLE_BASED: u8 = 3;

/// Everything about calls and conferences.
#[derive(Debug, Clone, Default)]
pub(super) struct Meetings {
    current: Option<Meeting>,
    counter: u64,
    /// Conferences of other users that can be joined.
    hosted: Vec<Hosted>,
    history: History,
}

/// One call or group conference.
#[derive(Debug, Clone)]
struct Meeting {
    /// Never used twice.
    number: u64,
    /// `confId`.
    id: String,
    /// [`CALL`], or the kind of group conference.
    kind: u8,
    title: String,
    /// Who is called, calls or invites; in an own conference this terminal.
    peer: String,
    owner: String,
    stage: Stage,
    outgoing: bool,
    began: Duration,
    auto_join: bool,
    smart: bool,
    podiums: i64,
    waiting_room: bool,
    /// What those have who join: the microphone, the camera.
    on_join: (u8, u8),
    /// Why the server will not let this terminal in.
    refused: Option<i64>,
    /// This terminal first, then the others as they came.
    people: Vec<Person>,
    asks: BTreeSet<(Ask, String)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Another user calls or invites.
    Incoming,
    /// The terminal calls, or asks to join.
    Outgoing,
    Talking,
}

impl Meetings {
    pub(super) fn app_state(&self) -> u8 {
        match self.current.as_ref().map(|meeting| meeting.stage) {
            None => 3,
            Some(Stage::Incoming | Stage::Outgoing) => 4,
            Some(Stage::Talking) => 5,
        }
    }

    pub(super) fn to_json(&self) -> Value {
        self.current.as_ref().map_or(Value::Null, |meeting| {
            json!({
                "peerId": meeting.peer,
                "conferenceId": meeting.id,
                "title": meeting.title,
                "type": meeting.kind,
                "state": match meeting.stage {
                    Stage::Incoming => "incoming",
                    Stage::Outgoing => "outgoing",
                    Stage::Talking => "talking",
                },
                "participants": meeting.people.iter().map(|person| &person.id).collect::<Vec<_>>(),
                "requests": meeting.asks.iter()
                    .map(|(ask, peer)| json!({"kind": ask.name(), "peerId": peer}))
                    .collect::<Vec<_>>(),
            })
        })
    }
}

impl Meeting {
    fn is_group(&self) -> bool {
        self.kind != CALL
    }

    fn person(&mut self, id: &str) -> Result<&mut Person, Refusal> {
        let mut people = self.people.iter_mut();
        people
            .find(|person| same_user(&person.id, id))
            .ok_or_else(|| Refusal::new(format!("there is no participant {id}")))
    }

    /// A participant other than this terminal.
    fn other(&mut self, id: &str) -> Result<&mut Person, Refusal> {
        let mut others = self.people.iter_mut().skip(1);
        others
            .find(|person| same_user(&person.id, id))
            .ok_or_else(|| Refusal::new(format!("there is no participant {id}")))
    }
}

/// Whether two ids mean the same user, on whatever device: `user@server` and
/// `user@server/device`.
fn same_user(one: &str, other: &str) -> bool {
    one.split('/').next() == other.split('/').next()
}

impl Terminal {
    pub(super) fn meeting_command(&mut self, request: &Request<'_>) -> Option<Reply> {
        self.call_command(request)
            .or_else(|| self.group_command(request))
            .or_else(|| self.waiting_room_command(request))
            .or_else(|| self.people_command(request))
            .or_else(|| self.podium_command(request))
            .or_else(|| self.recording_command(request))
            .or_else(|| self.camera_control_command(request))
            .or_else(|| self.extra_video_command(request))
            .or_else(|| self.history_command(request))
    }

    /// `confId` of what is on or beginning; else empty.
    pub(super) fn session_id(&self) -> String {
        let current = self.meetings.current.as_ref();
        current.map_or_else(String::new, |meeting| meeting.id.clone())
    }

    /// The id of the group conference that is on.
    pub(super) fn group_conference(&self) -> Option<String> {
        let meeting = self.talking().ok()?;
        meeting.is_group().then(|| meeting.id.clone())
    }

    pub(super) fn in_meeting(&self) -> bool {
        self.talking().is_ok()
    }

    /// Ids of the other participants.
    pub(super) fn others(&self) -> Vec<String> {
        let others = self.talking().map(|meeting| meeting.people.iter().skip(1));
        others.map_or_else(
            |_| Vec::new(),
            |others| others.map(|person| person.id.clone()).collect(),
        )
    }

    /// The call or conference that is on.
    fn talking(&self) -> Result<&Meeting, Refusal> {
        let current = self.meetings.current.as_ref();
        current
            .filter(|meeting| meeting.stage == Stage::Talking)
            .ok_or_else(|| Refusal::new("there is no call or conference"))
    }

    fn talking_mut(&mut self) -> Result<&mut Meeting, Refusal> {
        let current = self.meetings.current.as_mut();
        current
            .filter(|meeting| meeting.stage == Stage::Talking)
            .ok_or_else(|| Refusal::new("there is no call or conference"))
    }

    fn group(&mut self) -> Result<&mut Meeting, Refusal> {
        self.talking_mut()
            .ok()
            .filter(|meeting| meeting.is_group())
            .ok_or_else(|| Refusal::new("there is no group conference"))
    }

    /// States of the own microphone and camera, as `DeviceState` has them.
    fn own_devices(&self) -> (u8, u8) {
        let state = |setter| 2 - u8::from(self.registers.flag(setter, "mute"));
        (state("setMicMute"), state("setVideoMute"))
    }

    /// A user is called so from now on, when a name is given.
    pub(super) fn call_by_name(&mut self, peer: &str, name: Option<&str>) {
        if let Some(name) = name {
            self.names.insert(peer.to_owned(), name.to_owned());
        }
    }

    /// The group conference, for who may do as its owner does.
    fn led(&mut self) -> Result<&mut Meeting, Refusal> {
        let meeting = self.group()?;
        if meeting.people[0].leader == 0 {
            return Err(Refusal::new(
                "the rights of owner, operator or moderator are needed",
            ));
        }
        Ok(meeting)
    }

    fn role_based(&mut self) -> Result<&mut Meeting, Refusal> {
        let meeting = self.group()?;
        if meeting.kind != ROLE_BASED {
            return Err(Refusal::new("the conference is not role-based"));
        }
        Ok(meeting)
    }
}
