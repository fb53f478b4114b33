//! Group conferences: making them, and what they are.

use serde_json::{Value, json};

use super::{CALL, Meeting, ROLE_BASED, Stage};
use crate::terminal::Terminal;
use crate::terminal::message::{Refusal, Reply, Request, done};

/// No page tells the true number.
const LONGEST_TITLE: u16 = 256;
const MOST_PARTICIPANTS: u16 = 120;

impl Terminal {
    pub(super) fn group_command(&mut self, request: &Request<'_>) -> Option<Reply> {
        let reply = match request.method {
            "createConference" => self.create_conference(request),
            "expandCallToMulti" => self.expand_call(request),
            "getConferences" => self.conferences(request),
            "changeConferenceMode" => self.change_mode(),
            "getConferenceTrafficInfo" => self
                .talking()
                .and_then(|_| self.reply(request.method, "", self.traffic.clone())),
            "getLastSelectedConference" => {
                let kind = json!({"confType": self.last_kind});
                self.reply(request.method, "", kind)
            }
            "getMaxConfTitleLength" => {
                self.reply(request.method, "", json!({"length": LONGEST_TITLE}))
            }
            _ => return None,
        };
        Some(reply)
    }

    fn create_conference(&mut self, request: &Request<'_>) -> Reply {
        let title = request.text(&["title"])?;
        let kind = match request.text(&["confType"])? {
            "symmetric" => 1,
            "asymmetric" => 2,
            "role" => ROLE_BASED,
            _ => return Err(Refusal::new("confType is not known")),
        };
        self.free_line()?;
        if title.chars().count() > usize::from(LONGEST_TITLE) {
            return Err(Refusal::new("the title is too long"));
        }
        let invited = request.texts("inviteList")?;
        let auto_join = request.flag_or("autoAccept", false)?;
        let waiting_room = request.flag_or("useWaitingRoom", false)?;
        let muted = |muted| if muted { 1 } else { 2 };
        let on_join = (
            muted(request.flag_or("muteMicOnJoin", false)?),
            muted(request.flag_or("muteCamOnJoin", false)?),
        );
        let smart = kind == ROLE_BASED && request.flag_or("smartMeeting", false)?;
        let podiums = request.number(&["castersCount"]).unwrap_or(6);
        let own = self.link.peer_id().to_owned();
        self.last_kind = kind.into();
        let meeting = self.start(&own, kind, title, Stage::Talking);
        meeting.auto_join = auto_join;
        meeting.waiting_room = waiting_room;
        meeting.on_join = on_join;
        meeting.smart = smart;
        meeting.podiums = podiums;
        self.begin_talking();
        for peer in invited {
            self.invite_one(peer);
        }
        done()
    }

    /// The call becomes a conference of its own, with the other side in it.
    fn expand_call(&mut self, request: &Request<'_>) -> Reply {
        let title = request.text(&["title"])?;
        let invited = request.texts("inviteList")?;
        if self.talking()?.kind != CALL {
            return Err(Refusal::new("only a call can become a conference"));
        }
        let id = self.new_conference_id();
        let own = self.link.peer_id().to_owned();
        let meeting = self.talking_mut()?;
        meeting.kind = 1;
        meeting.id = id;
        title.clone_into(&mut meeting.title);
        meeting.owner.clone_from(&own);
        meeting.peer = own;
        let others = meeting.people.split_off(1);
        meeting.people.clear();
        meeting.people.extend(others);
        self.begin_talking();
        for peer in invited {
            self.invite_one(peer);
        }
        done()
    }

    fn conferences(&self, request: &Request<'_>) -> Reply {
        let Some(meeting) = &self.meetings.current else {
            return self.reply(request.method, "", json!({"confId": ""}));
        };
        let talking = meeting.stage == Stage::Talking;
        let duration = self.now.saturating_sub(meeting.began).as_secs();
        if !meeting.is_group() {
            let call = json!({
                "id": meeting.id,
                "confType": meeting.kind,
                "duration": if talking { duration } else { 0 },
                "confState": u8::from(talking),
                "type": "p2p",
                "direction": if meeting.outgoing { "outgoing" } else { "incoming" },
                "peerId": meeting.peer,
                "peerDn": self.display_name_of(&meeting.peer),
            });
            return self.reply(request.method, "", call);
        }
        let mut fields = self.conference_fields(meeting);
        fields["id"] = meeting.id.as_str().into();
        fields["duration"] = if talking { duration } else { 0 }.into();
        fields["confState"] = u8::from(talking).into();
        fields["autoJoin"] = meeting.auto_join.into();
        fields["slideShowPresent"] = self.slides.started().into();
        self.reply(request.method, "", fields)
    }

    /// What `getConferences` and `conferenceCreated` have in common.
    pub(super) fn conference_fields(&self, meeting: &Meeting) -> Value {
        let room = meeting.id.split('@').next().unwrap_or_default();
        let mut fields = json!({
            "confTitle": meeting.title,
            "confType": meeting.kind,
            "conferenceOwner": meeting.owner,
            "joinUrl": format!("https://{}/c/{room}", self.link.domain()),
            "maxParticipants": MOST_PARTICIPANTS,
            "isSmartMeeting": meeting.smart,
        });
        if meeting.owner == self.link.peer_id() {
            fields["realTimeConferenceManagmentUrl"] = self.management_url().into();
            fields["isWaitingRoomSwitchingSupported"] = true.into();
            fields["isWaitingRoomEnabled"] = meeting.waiting_room.into();
        }
        if meeting.kind == ROLE_BASED {
            fields["maxParticipantsOnPodium"] = meeting.podiums.into();
        }
        if meeting.smart {
            fields["pinned"] = meeting.people.first().is_some_and(|me| me.pinned).into();
        }
        fields
    }

    pub(super) fn management_url(&self) -> String {
        format!("https://{}/rtm/{}", self.link.domain(), self.session_id())
    }

    /// Named only, without parameters: by its name it switches.
    fn change_mode(&mut self) -> Reply {
        self.led()?;
        let meeting = self.role_based()?;
        meeting.smart = !meeting.smart;
        let enabled = meeting.smart;
        self.tell(
            "smartMeetingModeChanged",
            "",
            json!({"isSmartMeeting": enabled}),
        );
        done()
    }

    /// The quality of the traffic changes.
    pub(in crate::terminal) fn set_traffic(&mut self, request: &Request<'_>) -> Reply {
        self.talking()?;
        for (parameter, field) in [
            ("incoming", "incomingQuality"),
            ("outgoing", "outgoingQuality"),
            ("connection", "streamConnectionType"),
        ] {
            if request.body.contains_key(parameter) {
                self.traffic[field] = request.number(&[parameter])?.into();
            }
        }
        self.tell("conferenceTrafficInfoChanged", "", self.traffic.clone());
        done()
    }
}
