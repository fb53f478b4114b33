//! What is known of the terminal's state, and how events change it.

use std::time::Duration;

use serde_json::{Value, json};

use super::super::Time;
use super::part::{Fields, PARTS, Part, muted, user};

/// One part as far as it is known.
#[derive(Debug, Default)]
pub(super) struct Slot {
    pub(super) value: Value,
    /// When an answer last told it.
    pub(super) compared: Option<Time>,
    /// An answer told it since the connection was made.
    pub(super) fresh: bool,
    /// The terminal refused to tell it, or said nothing.
    pub(super) missing: bool,
    /// The question is on its way.
    pub(super) asked: bool,
    /// When to ask.
    pub(super) due: Option<Time>,
    /// The message that changed it last.
    pub(super) touched: u64,
    /// How often an answer was older than an event.
    pub(super) overtaken: u8,
}

#[derive(Debug, Default)]
pub(crate) struct Mirror {
    slots: [Slot; PARTS.len()],
    /// The call that rings, in or out.
    ringing: Value,
}

/// What an event has done.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) changed: Vec<&'static str>,
    /// What has to be asked for, since the event does not say it all.
    pub(super) doubts: Vec<Part>,
}

/// The events that say something of it. All others cost no more than this look.
pub(super) fn concerns(event: &str) -> bool {
    matches!(
        event,
        "appStateChanged"
            | "serverConnected"
            | "serverDisconnected"
            | "login"
            | "logout"
            | "currentUserDisplayNameChanged"
            | "audioCapturerMute"
            | "audioRendererMute"
            | "videoCapturerMute"
            | "micStateChangedByConferenceOwner"
            | "cameraStateChangedByConferenceOwner"
            | "inviteReceived"
            | "inviteSent"
            | "rejectReceived"
            | "rejectSent"
            | "stopCalling"
            | "conferenceCreated"
            | "conferenceDeleted"
            | "newParticipantInConference"
            | "participantLeftConference"
            | "deviceStatusReceived"
            | "roleEventOccured"
            | "participantPresenceInWaitingRoomChanged"
            | "userRecordingMeStatusChanged"
            | "reactionsChanged"
    )
}

impl Mirror {
    pub(super) fn slot(&mut self, part: Part) -> &mut Slot {
        &mut self.slots[part as usize]
    }

    pub(super) fn next_timeout(&self) -> Option<Time> {
        let free = self.slots.iter().filter(|slot| !slot.asked);
        free.filter_map(|slot| slot.due).min()
    }

    pub(super) fn slots(&mut self) -> impl Iterator<Item = (Part, &mut Slot)> {
        PARTS.into_iter().zip(&mut self.slots)
    }

    /// Whether every part was told, or refused, since the connection was made.
    pub(super) fn is_complete(&self) -> bool {
        self.slots.iter().all(|slot| slot.fresh || slot.missing)
    }

    pub(super) fn is_in_conference(&self) -> bool {
        !self.slots[Part::Conference as usize].value.is_null()
    }

    pub(super) fn app_state(&self) -> Option<i64> {
        self.slots[Part::App as usize]
            .value
            .get("appState")?
            .as_i64()
    }

    /// Everything, as the languages show it. `ready` is false while there is no connection.
    pub(super) fn snapshot(&self, now: Time, ready: bool) -> Fields {
        let mut out = match &self.slots[Part::App as usize].value {
            Value::Object(app) => app.clone(),
            _ => Fields::new(),
        };
        let mut missing = Vec::new();
        let mut oldest: Option<Duration> = None;
        for (part, slot) in PARTS.into_iter().zip(&self.slots) {
            if part != Part::App {
                out.insert(part.name().into(), slot.value.clone());
            }
            if slot.missing {
                missing.push(part.name());
            }
            let age = slot.compared.map(|at| now.saturating_sub(at));
            oldest = oldest.max(age);
        }
        if out.get("participants").is_none_or(Value::is_null) {
            out.insert("participants".into(), json!([]));
        }
        out.insert("ringing".into(), self.ringing.clone());
        out.insert("isComplete".into(), (ready && self.is_complete()).into());
        out.insert("missing".into(), json!(missing));
        let age = oldest.map(|age| u64::try_from(age.as_millis()).unwrap_or(u64::MAX));
        out.insert("comparedAgo".into(), json!(age));
        out
    }

    /// Sets a part; true when that changes it.
    pub(super) fn set(&mut self, part: Part, value: Value) -> bool {
        let slot = self.slot(part);
        let news = slot.value != value;
        slot.value = value;
        news
    }

    /// Applies an event, which is the message of this number.
    pub(super) fn apply(&mut self, event: &str, mut fields: Fields, tick: u64) -> Outcome {
        fields.remove("method");
        fields.remove("event");
        let mut out = Outcome::default();
        match event {
            "appStateChanged" => self.on_app_state(fields, tick, &mut out),
            "serverConnected" => self.put(Part::Server, fields.into(), tick, &mut out),
            "serverDisconnected" => {
                self.put(Part::Server, Value::Null, tick, &mut out);
                self.put(Part::User, Value::Null, tick, &mut out);
            }
            "login" if fields.get("result") != Some(&json!(0)) => {}
            "login" if fields.contains_key("peerId") => {
                self.put(Part::User, user(&fields), tick, &mut out);
            }
            "login" => out.doubts.push(Part::User),
            "logout" => self.put(Part::User, Value::Null, tick, &mut out),
            "currentUserDisplayNameChanged" => {
                let mut named = self.slot(Part::User).value.clone();
                if let Some(user) = named.as_object_mut() {
                    user.insert("peerDn".into(), fields.remove("peerDn").unwrap_or_default());
                    self.put(Part::User, named, tick, &mut out);
                } else {
                    out.doubts.push(Part::User);
                }
            }
            "audioCapturerMute" => self.on_mute(Part::Mic, &fields, tick, &mut out),
            "audioRendererMute" => self.on_mute(Part::Speaker, &fields, tick, &mut out),
            "videoCapturerMute" => self.on_mute(Part::Camera, &fields, tick, &mut out),
            "micStateChangedByConferenceOwner" => out.doubts.push(Part::Mic),
            "cameraStateChangedByConferenceOwner" => out.doubts.push(Part::Camera),
            "inviteReceived" => self.on_ringing("incoming", fields, &mut out),
            // In a conference it is one more guest.
            "inviteSent" if self.is_in_conference() => {}
            "inviteSent" => self.on_ringing("outgoing", fields, &mut out),
            "rejectReceived" | "rejectSent" | "stopCalling" => self.no_ringing(&mut out),
            "conferenceCreated" => {
                self.no_ringing(&mut out);
                self.put(Part::Conference, fields.into(), tick, &mut out);
                out.doubts.push(Part::Participants);
            }
            "conferenceDeleted" => self.over(tick, &mut out),
            _ => self.on_participants(event, &fields, tick, &mut out),
        }
        out
    }

    fn put(&mut self, part: Part, value: Value, tick: u64, out: &mut Outcome) {
        self.slot(part).touched = tick;
        if self.set(part, value) && !out.changed.contains(&part.name()) {
            out.changed.push(part.name());
        }
    }

    fn on_app_state(&mut self, fields: Fields, tick: u64, out: &mut Outcome) {
        let mut app = match &self.slot(Part::App).value {
            Value::Object(app) => app.clone(),
            _ => Fields::new(),
        };
        // They are there only while something waits.
        app.remove("requests");
        app.extend(fields);
        self.put(Part::App, app.into(), tick, out);
        let state = self.app_state();
        if state != Some(4) {
            self.no_ringing(out);
        }
        if let Some(0..=2) = state {
            self.put(Part::User, Value::Null, tick, out);
        }
        if let Some(3..=5) = state
            && self.slot(Part::User).value.is_null()
        {
            out.doubts.push(Part::User);
        }
        match (state, self.is_in_conference()) {
            (Some(0..=3), true) => self.over(tick, out),
            (Some(5), false) => out.doubts.push(Part::Conference),
            _ => {}
        }
    }

    fn on_mute(&mut self, part: Part, fields: &Fields, tick: u64, out: &mut Outcome) {
        match muted(fields) {
            Value::Null => out.doubts.push(part),
            muted => self.put(part, muted, tick, out),
        }
    }

    fn on_ringing(&mut self, direction: &str, mut fields: Fields, out: &mut Outcome) {
        fields.insert("direction".into(), direction.into());
        self.ringing = fields.into();
        out.changed.push("ringing");
    }

    fn no_ringing(&mut self, out: &mut Outcome) {
        if !self.ringing.take().is_null() {
            out.changed.push("ringing");
        }
    }

    /// The conference is over.
    pub(super) fn over(&mut self, tick: u64, out: &mut Outcome) {
        self.no_ringing(out);
        self.put(Part::Conference, Value::Null, tick, out);
        self.put(Part::Participants, json!([]), tick, out);
    }

    fn on_participants(&mut self, event: &str, fields: &Fields, tick: u64, out: &mut Outcome) {
        if !self.is_in_conference() {
            out.doubts.push(Part::Conference);
            return;
        }
        let slot = self.slot(Part::Participants);
        slot.touched = tick;
        if !slot.value.is_array() {
            slot.value = json!([]);
        }
        let Value::Array(list) = &mut slot.value else {
            return;
        };
        match change(list, event, fields) {
            Change::Known(false) => {}
            Change::Known(true) => out.changed.push(Part::Participants.name()),
            Change::Unknown => out.doubts.push(Part::Participants),
        }
    }
}

/// What an event has done to a list.
enum Change {
    /// It is about somebody who is in it; true when that changed something.
    Known(bool),
    Unknown,
}

fn position(list: &[Value], id: Option<&Value>) -> Option<usize> {
    let id = id?;
    list.iter().position(|one| one.get("peerId") == Some(id))
}

/// Sets a field, where there is a value for it; true when that changes it.
fn set(one: &mut Value, name: &str, value: Option<&Value>) -> bool {
    let (Some(one), Some(value)) = (one.as_object_mut(), value) else {
        return false;
    };
    one.insert(name.to_owned(), value.clone()).as_ref() != Some(value)
}

fn change(list: &mut Vec<Value>, event: &str, fields: &Fields) -> Change {
    if event == "reactionsChanged" {
        return react(list, fields);
    }
    let found = position(list, fields.get("peerId").or(fields.get("callId")));
    if event == "newParticipantInConference" {
        let mut one = fields.clone();
        one.remove("confId");
        let one = Value::from(one);
        let known = found.and_then(|at| list.get_mut(at));
        return Change::Known(if let Some(known) = known {
            std::mem::replace(known, one.clone()) != one
        } else {
            list.push(one);
            true
        });
    }
    let Some(at) = found else {
        return Change::Unknown;
    };
    if event == "participantLeftConference" {
        list.remove(at);
        return Change::Known(true);
    }
    let one = &mut list[at];
    Change::Known(match event {
        "deviceStatusReceived" => {
            let mic = set(one, "mic", fields.get("mic"));
            set(one, "video", fields.get("video")) || mic
        }
        "roleEventOccured" => {
            let broadcast = set(one, "broadcast", fields.get("broadcast"));
            // 0 is "as it was".
            let role = fields.get("role").filter(|role| **role != json!(0));
            set(one, "role", role) || broadcast
        }
        "participantPresenceInWaitingRoomChanged" => {
            set(one, "isInWaitingRoom", fields.get("isInWaitingRoom"))
        }
        "userRecordingMeStatusChanged" => set(one, "recordingMe", fields.get("status")),
        _ => false,
    })
}

fn react(list: &mut [Value], fields: &Fields) -> Change {
    let mut changed = false;
    let said = fields.get("reactions").and_then(Value::as_array);
    for reaction in said.into_iter().flatten() {
        let Some(at) = position(list, reaction.get("callId")) else {
            return Change::Unknown;
        };
        changed |= set(&mut list[at], "reaction", reaction.get("reaction"));
    }
    Change::Known(changed)
}
