//! What is asked and not yet answered: by others of this terminal, and by it of others.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Meeting;
use crate::terminal::Terminal;
use crate::terminal::agenda::Task;
use crate::terminal::message::{Refusal, Reply, Request, done};
use crate::terminal::options::CallAnswer;

/// A question, in the order in which an answer of another user looks for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::terminal) enum Ask {
    /// This terminal calls a user, or asks to be let into a conference.
    Call,
    /// It invites a user to its conference.
    Invitation,
    /// It asks the owner for the podium.
    OwnPodium,
    /// It invites a participant to the podium.
    PodiumInvited,
    /// It asks for a participant's camera.
    CameraOf,
    /// It controls a participant's camera: granted, and kept here until it ends.
    CameraHeld,
    /// A user asks to join the own conference.
    Join,
    /// A participant asks for the podium.
    Podium,
    /// The owner invites this terminal to the podium.
    PodiumInvitation,
    /// A participant asks for this terminal's camera.
    Camera,
    /// A participant asks to record this terminal.
    Record,
}

impl Ask {
    /// The word of operations and of the state.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Invitation => "invitation",
            Self::OwnPodium => "ownPodium",
            Self::PodiumInvited => "podiumInvited",
            Self::CameraOf => "cameraOf",
            Self::CameraHeld => "cameraHeld",
            Self::Join => "join",
            Self::Podium => "podium",
            Self::PodiumInvitation => "podiumInvitation",
            Self::Camera => "camera",
            Self::Record => "record",
        }
    }

    fn of_others(name: &str) -> Result<Self, Refusal> {
        [
            Self::Join,
            Self::Podium,
            Self::PodiumInvitation,
            Self::Camera,
            Self::Record,
        ]
        .into_iter()
        .find(|ask| ask.name() == name)
        .ok_or_else(|| Refusal::new(format!("nobody can ask for {name}")))
    }
}

impl Meeting {
    /// The users of whom, or by whom, this is asked.
    pub(super) fn asked(&self, ask: Ask) -> impl Iterator<Item = &str> {
        let asked = self.asks.iter().filter(move |(what, _)| *what == ask);
        asked.map(|(_, peer)| &peer[..])
    }
}

impl Terminal {
    /// Asks another user, who answers unless the option says otherwise.
    pub(super) fn ask_other(&mut self, ask: Ask, peer: &str) {
        let Some(meeting) = &mut self.meetings.current else {
            return;
        };
        meeting.asks.insert((ask, peer.to_owned()));
        let number = meeting.number;
        if self.options.call_answer != CallAnswer::None {
            let task = Task::OtherAnswers(number, ask, peer.to_owned());
            self.schedule_about(self.options.server_delay, task);
        }
    }

    /// The time to answer has come; the question may be gone.
    pub(in crate::terminal) fn other_answers(&mut self, number: u64, ask: Ask, peer: &str) {
        let current = self.meetings.current.as_mut();
        let same = current.filter(|meeting| meeting.number == number);
        if same.is_some_and(|meeting| meeting.asks.remove(&(ask, peer.to_owned()))) {
            let cause = self.call_cause(ask);
            let accept = cause.is_none() && self.options.call_answer == CallAnswer::Accept;
            self.answered(ask, peer, accept, cause.unwrap_or(0));
        }
    }

    fn answered(&mut self, ask: Ask, peer: &str, accept: bool, cause: i64) {
        match ask {
            Ask::Call => self.call_answered(peer, accept, cause),
            Ask::Invitation => self.invitation_answered(peer, accept, cause),
            Ask::OwnPodium | Ask::PodiumInvited => self.podium_answered(ask, peer, accept),
            Ask::CameraOf => self.camera_answered(peer, accept, cause),
            _ => {}
        }
    }

    /// Takes a question off the list, to answer it.
    pub(super) fn take_ask(&mut self, ask: Ask, peer: &str) -> Result<String, Refusal> {
        let meeting = self.talking_mut()?;
        let found = meeting.asked(ask).find(|id| super::same_user(id, peer));
        let found = found
            .map(str::to_owned)
            .ok_or_else(|| Refusal::new(format!("{peer} has not asked")))?;
        meeting.asks.remove(&(ask, found.clone()));
        Ok(found)
    }

    pub(super) fn asked_now(&self, ask: Ask) -> Vec<String> {
        let current = self.meetings.current.as_ref();
        current.map_or_else(Vec::new, |meeting| {
            meeting.asked(ask).map(str::to_owned).collect()
        })
    }

    /// `requests` of the state: only while there are some. The form of its values is assumed.
    pub(in crate::terminal) fn pending_requests(&self) -> Option<Value> {
        let mut pending = json!({});
        for (name, ask) in [
            ("incomingPodiumRequest", Ask::Podium),
            ("outgoingPodiumRequest", Ask::OwnPodium),
            ("incomingPodiumInvitation", Ask::PodiumInvitation),
            ("outgoingPodiumInvitation", Ask::PodiumInvited),
        ] {
            let asked = self.asked_now(ask);
            if !asked.is_empty() {
                pending[name] = asked.into();
            }
        }
        Some(pending).filter(|pending| pending != &json!({}))
    }

    /// The session ends: what is still asked, or granted, ends before it.
    pub(super) fn requests_end(&mut self) {
        let asks = self
            .talking_mut()
            .map(|meeting| std::mem::take(&mut meeting.asks));
        for (ask, peer) in asks.unwrap_or_default() {
            self.ask_ends(ask, &peer, End::Over);
        }
    }

    /// A participant has left, and with them what they asked.
    pub(super) fn requests_of_end(&mut self, peer: &str) {
        let Ok(meeting) = self.talking_mut() else {
            return;
        };
        let (gone, kept): (BTreeSet<_>, _) = std::mem::take(&mut meeting.asks)
            .into_iter()
            .partition(|(_, of)| super::same_user(of, peer));
        meeting.asks = kept;
        for (ask, peer) in gone {
            self.ask_ends(ask, &peer, End::Left);
        }
    }

    fn ask_ends(&mut self, ask: Ask, peer: &str, end: End) {
        let (event, reason) = match (ask, end) {
            (Ask::Camera, End::Timeout) => ("incomingRequestCameraControlRejected", 1),
            (Ask::Camera, End::Over) => ("incomingRequestCameraControlRejected", 2),
            (Ask::Camera, End::Left) => ("incomingRequestCameraControlRejected", 3),
            (Ask::CameraOf, End::Timeout) => ("outgoingRequestCameraControlRejected", 1),
            (Ask::CameraOf, End::Over) => ("outgoingRequestCameraControlRejected", 4),
            (Ask::CameraOf, End::Left) => ("outgoingRequestCameraControlRejected", 5),
            (Ask::CameraHeld, _) => ("remotelyControlledCameraNotAvailableAnymore", 0),
            (Ask::PodiumInvitation, End::Over) => ("incomingPodiumInvitationRemoved", 3),
            (Ask::PodiumInvitation, _) => ("incomingPodiumInvitationRemoved", 2),
            _ => return,
        };
        self.tell(event, peer, json!({"reason": reason}));
    }

    /// A user asks this terminal; see docs/simulator.md for the words.
    pub(in crate::terminal) fn other_asks(
        &mut self,
        peer: &str,
        what: &str,
    ) -> Result<(), Refusal> {
        let ask = Ask::of_others(what)?;
        match ask {
            Ask::Join => {
                self.led()?;
                self.tell("requestInviteReceived", peer, json!({}));
            }
            Ask::Podium => self.other_asks_for_podium(peer)?,
            Ask::PodiumInvitation => self.invited_to_podium()?,
            Ask::Camera => {
                self.talking_mut()?.other(peer)?;
                self.tell("requestCameraControlReceived", peer, json!({}));
            }
            _ => {
                self.talking_mut()?.other(peer)?;
                self.tell("recordRequest", peer, json!({}));
            }
        }
        self.talking_mut()?.asks.insert((ask, peer.to_owned()));
        if self.pending_requests().is_some() {
            self.announce_app_state();
        }
        Ok(())
    }

    /// What a user asked is answered by nobody in time, or taken back.
    pub(in crate::terminal) fn ask_lapses(
        &mut self,
        peer: &str,
        what: &str,
    ) -> Result<(), Refusal> {
        let ask = match what {
            "cameraOf" => Ask::CameraOf,
            "cameraHeld" => Ask::CameraHeld,
            _ => Ask::of_others(what)?,
        };
        let peer = self.take_ask(ask, peer)?;
        self.ask_ends(ask, &peer, End::Timeout);
        Ok(())
    }

    /// A user answers what this terminal asked: without `from` whoever was asked first.
    pub(in crate::terminal) fn other_answers_now(&mut self, request: &Request<'_>) -> Reply {
        let peer = request.optional_text("from");
        let accept = request.flag_or("accept", true)?;
        let cause = request.count("cause")?.unwrap_or_default();
        let current = self.meetings.current.as_mut();
        let found = current.and_then(|meeting| {
            let asked = meeting.asks.iter().find(|(ask, id)| {
                *ask < Ask::CameraHeld && peer.is_none_or(|peer| super::same_user(id, peer))
            });
            let asked = asked.cloned()?;
            meeting.asks.remove(&asked);
            Some(asked)
        });
        let nobody = || Refusal::new("the terminal calls nobody and asks nobody");
        let (ask, asked) = found.ok_or_else(nobody)?;
        self.answered(ask, &asked, accept, cause);
        done()
    }
}

/// How a question ends that nobody answered.
#[derive(Debug, Clone, Copy)]
enum End {
    Timeout,
    /// The session is over.
    Over,
    /// The participant has left.
    Left,
}
