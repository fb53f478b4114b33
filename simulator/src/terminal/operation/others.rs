//! What other users, the server, or somebody at the terminal do.

use serde_json::{Value, json};

use crate::terminal::Terminal;
use crate::terminal::message::{Refusal, Request, done};

impl Terminal {
    pub(super) fn others_act(&mut self, deed: &Request<'_>) -> Result<Value, Refusal> {
        let from = deed.optional_text("from").unwrap_or("alice@example.test");
        if deed.body.contains_key("from") {
            self.call_by_name(from, deed.optional_text("name"));
        }
        let own = self.link.peer_id().to_owned();
        match deed.method {
            "ask" => self.other_asks(from, deed.text(&["for"])?)?,
            "lapse" => self.ask_lapses(from, deed.text(&["for"])?)?,
            "call" => return self.other_calls(deed, from),
            "hangUp" => self.other_hangs_up()?,
            "setServer" => self.set_server(deed.flag("connected")?),
            "hostConference" => return self.host_conference(deed),
            "leave" => self.other_leaves(from)?,
            "react" => self.reacted(from, deed.number(&["reaction"])?)?,
            "record" => self.other_records(from, deed.flag_or("on", true)?)?,
            "showExtraVideo" => self.shows(from, deed.number(&["video"])?)?,
            "stopSharing" => self.leader_stops_sharing()?,
            "sendLink" => self.link_comes(deed)?,
            "removeChat" => self.remove_chat(from)?,
            "changeAvatar" => self.tell("updateAvatar", from, json!({})),
            "press" => self.press(deed.text(&["key"])?)?,
            "rateSystem" => self.rate(deed.text(&["quality"])?),
            "offerUpdate" => self.offer_update(deed.text(&["version"])?),
            "moveWebManager" => self.move_web_manager(deed.text(&["url"])?),
            name => {
                match name {
                    "answer" => self.other_answers_now(deed),
                    "say" => self.other_says(deed, from),
                    "join" => self.other_joins(deed, from),
                    "devices" => self.other_devices(deed, from),
                    "movePodium" => {
                        let whose = deed.optional_text("from").unwrap_or(&own);
                        self.owner_moves(whose, deed.flag("on")?)
                    }
                    "muteRoom" => self.owner_mutes(deed),
                    "putInWaitingRoom" => self.room_waits(deed.flag_or("waiting", true)?),
                    "setTraffic" => self.set_traffic(deed),
                    "dial" => self.other_dials(deed, from),
                    "sendCommand" => self.other_commands(deed, from),
                    "setPresence" => self.set_presence(deed, from),
                    "changeUser" => self.user_changes(deed),
                    "setProperty" => self.set_property(deed),
                    "schedule" => self.server_schedules(deed),
                    "setTariff" => self.set_tariff(&deed.body["changes"]),
                    "plug" => self.plug(deed),
                    "applyPreset" => self.apply_preset(deed),
                    _ => done(),
                }?;
            }
        }
        Ok(Value::Null)
    }
}
