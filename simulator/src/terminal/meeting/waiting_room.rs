//! The waiting room of the conference, and what its owner does to this terminal.

use serde_json::json;

use crate::terminal::Terminal;
use crate::terminal::message::{Reply, Request, done};

impl Terminal {
    pub(super) fn waiting_room_command(&mut self, request: &Request<'_>) -> Option<Reply> {
        let reply = match request.method {
            "setWaitingRoomState" => self.set_waiting_room(request),
            "setParticipantPresenceInWaitingRoom" => self.move_participant(request),
            _ => return None,
        };
        Some(reply)
    }

    fn set_waiting_room(&mut self, request: &Request<'_>) -> Reply {
        let enable = request.flag("enable")?;
        let invited = request.flag_or("isUsersMustBeInvited", false)?;
        let meeting = self.led()?;
        meeting.waiting_room = enable;
        let waiting = meeting
            .people
            .iter()
            .filter(|person| person.waiting && !enable);
        let waiting: Vec<_> = waiting.map(|person| person.id.clone()).collect();
        let event = json!({"isWaitingRoomEnabled": enable, "confId": self.session_id()});
        self.tell("waitingRoomStateChanged", "", event);
        for id in waiting {
            if invited {
                self.set_waiting(&id, false)?;
            } else {
                self.left(&id);
            }
        }
        self.reply(request.method, "", json!({}))
    }

    fn move_participant(&mut self, request: &Request<'_>) -> Reply {
        let waiting = request.flag("inWaitingRoom")?;
        let id = self.led()?.other(request.text(&["callId"])?)?.id.clone();
        self.set_waiting(&id, waiting)?;
        self.reply(request.method, "", json!({}))
    }

    fn set_waiting(&mut self, id: &str, waiting: bool) -> Reply {
        self.group()?.other(id)?.waiting = waiting;
        let event = json!({"isInWaitingRoom": waiting});
        self.tell("participantPresenceInWaitingRoomChanged", id, event);
        done()
    }

    /// The owner puts this terminal into the waiting room, or lets it out.
    pub(in crate::terminal) fn room_waits(&mut self, waiting: bool) -> Reply {
        self.group()?.people[0].waiting = waiting;
        let event = json!({"isInWaitingRoom": waiting, "confId": self.session_id()});
        self.tell("myStateInWaitingRoomChanged", "", event);
        done()
    }

    /// The owner switches this terminal's microphone or camera.
    pub(in crate::terminal) fn owner_mutes(&mut self, request: &Request<'_>) -> Reply {
        self.group()?;
        for (parameter, setter, event) in [
            ("mic", "setMicMute", "micStateChangedByConferenceOwner"),
            (
                "camera",
                "setVideoMute",
                "cameraStateChangedByConferenceOwner",
            ),
        ] {
            if request.body.contains_key(parameter) {
                let mute = request.flag(parameter)?;
                self.tell(event, "", json!({"mute": mute}));
                self.set_register(setter, json!({"mute": mute}));
            }
        }
        done()
    }
}
