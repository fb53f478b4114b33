//! The live mirror, with types.

use super::app::GetAppStateAnswer;
use super::conference::GetConferencesAnswer;
use super::enums::{AppState, ConferenceType};
use super::macros::view;
use super::types::{Participant, ServerInfo, UserRef};
use super::{Fields, View};

view! {
    /// What is going on on the terminal, from memory. See [`Room::live`](crate::Room::live).
    ///
    /// A field is `None` where the terminal has nothing of it, such as no user who is logged in,
    /// or where it is not known yet; `missing` tells what is not known because the terminal did
    /// not say it.
    Live {
        /// There is a connection, and every part was told, or refused, since it was made.
        is_complete: bool = "isComplete";
        /// How long ago the oldest part was compared with the terminal, in milliseconds.
        compared_ago: i64 = "comparedAgo";
        /// Parts that the terminal refused to tell, or said nothing to.
        missing: Vec<&str> = "missing";
        /// State of the application.
        app_state: AppState = "appState";
        /// The server that the terminal is connected to.
        server: ServerInfo = "server";
        /// Who is logged in on the server.
        user: UserRef = "user";
        /// Whether the own microphone is muted.
        mic_muted: bool = "micMuted";
        /// Whether the speakers are muted.
        speaker_muted: bool = "speakerMuted";
        /// Whether the own camera is muted.
        camera_muted: bool = "cameraMuted";
        /// The call that rings, in or out.
        ringing: Ringing = "ringing";
        /// The running call or conference.
        conference: GetConferencesAnswer = "conference";
        /// Who is in it, with their devices; this terminal included.
        participants: Vec<Participant> = "participants";
    }
}

impl Live {
    /// Everything that `getAppState` tells, such as sharing and recording.
    pub fn app(&self) -> GetAppStateAnswer {
        GetAppStateAnswer::new(self.fields().clone())
    }

    pub(crate) fn of(fields: Fields) -> Self {
        Self::new(fields)
    }
}

view! {
    /// A call that rings.
    Ringing {
        /// `incoming` or `outgoing`.
        direction: &str = "direction";
        /// Who calls or invites, or who is called.
        peer_id: &str = "peerId";
        /// Display name.
        peer_dn: &str = "peerDn";
        /// Kind of call or conference.
        conf_type: ConferenceType = "confType" | "type";
        /// Session id.
        conf_id: &str = "confId";
    }
}
