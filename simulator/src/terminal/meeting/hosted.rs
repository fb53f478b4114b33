//! Conferences of other users, which the terminal joins by calling them.

use serde_json::{Value, json};

use super::people::Person;
use super::{Ask, ROLE_BASED, Stage, same_user};
use crate::terminal::agenda::Task;
use crate::terminal::message::{Refusal, Request};
use crate::terminal::{Terminal, ids};

/// As `RejectCause` has them.
const PASSWORD_REQUIRED: i64 = 12;
const WRONG_PASSWORD: i64 = 13;
const NOT_FOUND: i64 = 19;

/// A conference on the server.
#[derive(Debug, Clone)]
pub(super) struct Hosted {
    /// `confId`.
    id: String,
    /// What is called to join it.
    call_id: String,
    title: String,
    kind: u8,
    owner: String,
    pin: Option<String>,
    people: Vec<String>,
}

impl Terminal {
    /// Another user has a conference that can be joined. Answers what to call.
    pub(in crate::terminal) fn host_conference(
        &mut self,
        request: &Request<'_>,
    ) -> Result<Value, Refusal> {
        let domain = self.link.domain().to_owned();
        let kind = match request.body.get("type") {
            None => 1,
            Some(_) => u8::try_from(request.number(&["type"])?)
                .ok()
                .filter(|kind| (1..=ROLE_BASED).contains(kind))
                .ok_or_else(|| Refusal::new("type is 1, 2 or 3"))?,
        };
        let room = request.optional_text("room").unwrap_or("meeting");
        let hosted = Hosted {
            id: ids::conference(&mut self.rng, &domain),
            call_id: format!("\\c\\{room}@{domain}"),
            title: request
                .optional_text("title")
                .unwrap_or("Meeting")
                .to_owned(),
            kind,
            owner: request
                .optional_text("from")
                .unwrap_or("alice@example.test")
                .to_owned(),
            pin: request.optional_text("pin").map(str::to_owned),
            people: request
                .texts("participants")?
                .into_iter()
                .map(str::to_owned)
                .collect(),
        };
        let answer = json!({"conferenceId": hosted.id, "callId": hosted.call_id});
        self.meetings
            .hosted
            .retain(|other| other.call_id != hosted.call_id);
        self.meetings.hosted.push(hosted);
        Ok(answer)
    }

    /// Asks to be let into a conference, when it is one that is called.
    pub(super) fn join_hosted(&mut self, peer: &str, pin: Option<&str>) -> bool {
        let mut hosted = self.meetings.hosted.iter();
        let found = hosted.find(|hosted| {
            hosted.call_id == peer || hosted.id == peer || same_user(&hosted.owner, peer)
        });
        let Some(hosted) = found.cloned() else {
            // Users have no such ids.
            let room = peer.starts_with("\\c\\") || peer.ends_with("#vcs");
            if room {
                self.start(peer, 1, "", Stage::Outgoing).refused = Some(NOT_FOUND);
                self.request_entry(peer);
            }
            return room;
        };
        let meeting = self.start(&hosted.owner, hosted.kind, &hosted.title, Stage::Outgoing);
        meeting.id.clone_from(&hosted.id);
        meeting.refused = match (&hosted.pin, pin) {
            (Some(_), None) => Some(PASSWORD_REQUIRED),
            (Some(right), Some(given)) if right != given => Some(WRONG_PASSWORD),
            _ => None,
        };
        let mut owner = Person::new(&hosted.owner, 1);
        owner.broadcast = true;
        meeting.people.push(owner);
        let others = hosted.people.iter().map(|id| Person::new(id, 0));
        meeting.people.extend(others);
        self.request_entry(&hosted.owner);
        true
    }

    fn request_entry(&mut self, peer: &str) {
        self.tell("inviteRequestSent", peer, json!({}));
        let refused = self
            .meetings
            .current
            .as_ref()
            .map(|meeting| (meeting.number, meeting.refused));
        match refused {
            // The server refuses, whatever users do.
            Some((number, Some(_))) => {
                if let Some(meeting) = &mut self.meetings.current {
                    meeting.asks.insert((Ask::Call, peer.to_owned()));
                }
                let task = Task::OtherAnswers(number, Ask::Call, peer.to_owned());
                self.schedule_about(self.options.server_delay, task);
            }
            _ => self.ask_other(Ask::Call, peer),
        }
        self.announce_app_state();
    }

    /// A link to a conference comes.
    pub(in crate::terminal) fn link_comes(&mut self, request: &Request<'_>) -> Result<(), Refusal> {
        let link = request.text(&["link"])?;
        let room = link.rsplit('/').next().unwrap_or_default();
        let id = format!("{room}@{}", self.link.domain());
        self.tell(
            "joinToConferenceLinkReceived",
            "",
            json!({"confId": id, "link": link}),
        );
        Ok(())
    }

    /// Why the server refuses what this terminal asks.
    pub(super) fn call_cause(&self, ask: Ask) -> Option<i64> {
        let meeting = self.meetings.current.as_ref();
        meeting
            .and_then(|meeting| meeting.refused)
            .filter(|_| ask == Ask::Call)
    }
}
