//! The podium of a role-based conference: taking it, asking for it, inviting to it.

use serde_json::json;

use super::Ask;
use crate::terminal::Terminal;
use crate::terminal::message::{Refusal, Reply, Request, done};

/// `role` of `roleEventOccured` besides that of the person.
const PODIUM_REQUESTED: u8 = 3;
const PODIUM_INVITED: u8 = 4;
/// Seconds; no page tells the true number, nor its unit.
const REMARK: u8 = 30;

/// A step of a change of roles: `type` and `result` of `roleEventOccured`. Which step has which
/// numbers is assumed from their names.
#[derive(Debug, Clone, Copy)]
enum Step {
    Asked,
    Agreed,
    Declined,
    /// Done without a question.
    Announced,
}

impl Step {
    fn numbers(self) -> (u8, u8) {
        match self {
            Self::Asked => (0, 1),
            Self::Agreed => (1, 0),
            Self::Declined => (1, 3),
            Self::Announced => (3, 0),
        }
    }
}

impl Terminal {
    pub(super) fn podium_command(&mut self, request: &Request<'_>) -> Option<Reply> {
        let reply = match request.method {
            "gotoPodium" => self.go_to_podium(),
            "leavePodium" => self.leave_podium(),
            "inviteToPodium" => self.invite_to_podium(request),
            "kickFromPodium" => self.kick_from_podium(request),
            "acceptRequestToPodium" => self.answer_podium_request(request, true),
            "rejectRequestToPodium" => self.answer_podium_request(request, false),
            "acceptInvitationToPodium" => self.answer_podium_invitation(true),
            "rejectInvitationToPodium" => self.answer_podium_invitation(false),
            "pinUser" => self.pin_user(request),
            "startRemark" => self.start_remark(),
            _ => return None,
        };
        Some(reply)
    }

    /// A person's place changes, or somebody wants it to.
    fn role_event(&mut self, peer: &str, role: Option<u8>, step: Step, broadcast: bool) {
        let Ok(person) = self.group().and_then(|meeting| meeting.person(peer)) else {
            return;
        };
        person.broadcast = broadcast;
        let role = role.unwrap_or_else(|| person.role());
        let (kind, result) = step.numbers();
        let event = json!({"role": role, "type": kind, "result": result, "broadcast": broadcast});
        self.tell("roleEventOccured", peer, event);
    }

    fn go_to_podium(&mut self) -> Reply {
        let own = self.link.peer_id().to_owned();
        let meeting = self.role_based()?;
        let me = &meeting.people[0];
        if me.broadcast {
            return Err(Refusal::new("this terminal is on the podium already"));
        }
        if me.leader > 0 {
            self.role_event(&own, None, Step::Announced, true);
            return done();
        }
        let owner = meeting.owner.clone();
        if meeting.asks.contains(&(Ask::OwnPodium, owner.clone())) {
            return Err(Refusal::new("the podium is asked for already"));
        }
        self.role_event(&own, Some(PODIUM_REQUESTED), Step::Asked, false);
        self.ask_other(Ask::OwnPodium, &owner);
        self.announce_app_state();
        done()
    }

    fn leave_podium(&mut self) -> Reply {
        let own = self.link.peer_id().to_owned();
        if !self.role_based()?.people[0].broadcast {
            return Err(Refusal::new("this terminal is not on the podium"));
        }
        self.role_event(&own, None, Step::Announced, false);
        done()
    }

    fn invite_to_podium(&mut self, request: &Request<'_>) -> Reply {
        self.role_based()?;
        let person = self.led()?.other(request.text(&["peerId"])?)?;
        let peer = person.id.clone();
        if person.broadcast {
            return Err(Refusal::new(format!("{peer} is on the podium already")));
        }
        self.role_event(&peer, Some(PODIUM_INVITED), Step::Asked, false);
        self.ask_other(Ask::PodiumInvited, &peer);
        self.announce_app_state();
        done()
    }

    fn kick_from_podium(&mut self, request: &Request<'_>) -> Reply {
        if self.role_based()?.smart {
            return Err(Refusal::new("voice activity opens this podium"));
        }
        let person = self.led()?.other(request.text(&["peerId"])?)?;
        let peer = person.id.clone();
        if !person.broadcast {
            return Err(Refusal::new(format!("{peer} is not on the podium")));
        }
        self.role_event(&peer, None, Step::Announced, false);
        done()
    }

    fn answer_podium_request(&mut self, request: &Request<'_>, allow: bool) -> Reply {
        self.role_based()?;
        let peer = self.take_ask(Ask::Podium, request.text(&["peerId"])?)?;
        self.tell(
            "incomingRequestToPodiumAnswered",
            &peer,
            json!({"allow": allow}),
        );
        let step = if allow { Step::Agreed } else { Step::Declined };
        self.role_event(&peer, None, step, allow);
        self.announce_app_state();
        done()
    }

    fn answer_podium_invitation(&mut self, accept: bool) -> Reply {
        let own = self.link.peer_id().to_owned();
        self.role_based()?;
        let inviting = self.asked_now(Ask::PodiumInvitation);
        let Some(inviting) = inviting.first() else {
            return Err(Refusal::new("nobody invites this terminal to the podium"));
        };
        self.take_ask(Ask::PodiumInvitation, inviting)?;
        let reason = u8::from(!accept);
        self.tell(
            "incomingPodiumInvitationRemoved",
            "",
            json!({"reason": reason}),
        );
        let step = if accept { Step::Agreed } else { Step::Declined };
        self.role_event(&own, None, step, accept);
        self.announce_app_state();
        done()
    }

    /// The owner answers this terminal, or a participant its invitation.
    pub(super) fn podium_answered(&mut self, ask: Ask, peer: &str, accept: bool) {
        let whose = match ask {
            Ask::OwnPodium => self.link.peer_id().to_owned(),
            _ => peer.to_owned(),
        };
        let step = if accept { Step::Agreed } else { Step::Declined };
        self.role_event(&whose, None, step, accept);
        self.announce_app_state();
    }

    pub(super) fn other_asks_for_podium(&mut self, peer: &str) -> Result<(), Refusal> {
        self.role_based()?;
        let peer = self.led()?.other(peer)?.id.clone();
        self.role_event(&peer, Some(PODIUM_REQUESTED), Step::Asked, false);
        Ok(())
    }

    pub(super) fn invited_to_podium(&mut self) -> Result<(), Refusal> {
        let own = self.link.peer_id().to_owned();
        if self.role_based()?.people[0].broadcast {
            return Err(Refusal::new("the terminal is on the podium already"));
        }
        self.role_event(&own, Some(PODIUM_INVITED), Step::Asked, false);
        Ok(())
    }

    /// The owner moves somebody, or this terminal, onto the podium or off it.
    pub(in crate::terminal) fn owner_moves(&mut self, peer: &str, on: bool) -> Reply {
        let id = self.role_based()?.person(peer)?.id.clone();
        self.role_event(&id, None, Step::Announced, on);
        done()
    }

    fn pin_user(&mut self, request: &Request<'_>) -> Reply {
        let pin = request.flag("isPinNeeded")?;
        if !self.role_based()?.smart {
            return Err(Refusal::new("voice activity does not open this podium"));
        }
        let meeting = self.led()?;
        let person = meeting.person(request.text(&["peerId"])?)?;
        person.pinned = pin;
        let id = person.id.clone();
        let code = u8::from(!pin);
        self.tell("userPinEventOccurred", &id, json!({"eventCode": code}));
        done()
    }

    fn start_remark(&mut self) -> Reply {
        if self.role_based()?.people[0].broadcast {
            return Err(Refusal::new("this terminal is on the podium"));
        }
        self.tell("remarkCountDown", "", json!({"timeout": REMARK}));
        done()
    }
}
