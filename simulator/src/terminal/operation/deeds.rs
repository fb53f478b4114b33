//! What other users, the server, or somebody at the terminal do.

use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::terminal::message::{Refusal, Request, done};
use crate::terminal::{ConnectionId, Terminal};

/// The deeds, each with its parameters; those with a question mark may be missing.
const DEEDS: [(&str, &str); 30] = [
    ("ask", "from? name? for"),
    ("lapse", "from? for"),
    (
        "hostConference",
        "from? name? title? type? room? pin? participants?",
    ),
    (
        "join",
        "from name? mic? video? broadcast? waiting? moderator?",
    ),
    ("leave", "from"),
    ("devices", "from mic? video?"),
    ("react", "from reaction"),
    ("record", "from on?"),
    ("showExtraVideo", "from video"),
    ("movePodium", "from? on"),
    ("muteRoom", "mic? camera?"),
    ("putInWaitingRoom", "waiting?"),
    ("stopSharing", ""),
    ("setTraffic", "incoming? outgoing? connection?"),
    ("dial", "from symbol"),
    ("sendLink", "link"),
    ("sendCommand", "from command"),
    ("removeChat", "from"),
    ("setPresence", "from status extStatus?"),
    ("changeAvatar", "from"),
    ("changeUser", "name? url?"),
    ("setProperty", "name value"),
    ("schedule", "id title? start?"),
    ("setTariff", "changes"),
    ("plug", "kind? name in?"),
    ("press", "key"),
    ("applyPreset", "presetId"),
    ("rateSystem", "quality"),
    ("offerUpdate", "version"),
    ("moveWebManager", "url"),
];

/// One of them, with parameters that were checked for their names.
#[derive(Debug, Clone)]
pub struct Deed {
    name: &'static str,
    parameters: Map<String, Value>,
}

impl Deed {
    /// None: it is no deed.
    pub(super) fn parse(operation: &Value) -> Option<Result<Self, String>> {
        let wanted = operation.get("op")?.as_str()?;
        let (name, takes) = DEEDS.into_iter().find(|(name, _)| *name == wanted)?;
        let mut parameters = operation.as_object()?.clone();
        parameters.shift_remove("op");
        parameters.retain(|_, value| !value.is_null());
        Some(checked(&parameters, takes).map(|()| Self { name, parameters }))
    }

    pub(super) fn names() -> impl Iterator<Item = &'static str> {
        DEEDS.into_iter().map(|(name, _)| name)
    }
}

fn checked(parameters: &Map<String, Value>, takes: &str) -> Result<(), String> {
    let known = takes.split_whitespace();
    let unknown = parameters.keys().find(|name| {
        let mut known = known.clone();
        known.all(|known| known.trim_end_matches('?') != name.as_str())
    });
    if let Some(name) = unknown {
        return Err(format!("unknown field `{name}`, there are: {takes}"));
    }
    let mut needed = known.filter(|name| !name.ends_with('?'));
    match needed.find(|name| !parameters.contains_key(*name)) {
        Some(name) => Err(format!("missing field `{name}`")),
        None => Ok(()),
    }
}

impl Terminal {
    /// Carries a deed out; the error says why it could not be done.
    pub(super) fn deed(&mut self, now: Duration, deed: &Deed) -> Result<Value, String> {
        self.tick(now);
        let request = Request {
            connection: ConnectionId(0),
            method: deed.name,
            body: &deed.parameters,
        };
        let done = self.carry_out_deed(&request);
        self.flush_events();
        done.map_err(|refusal| refusal.text)
    }

    fn carry_out_deed(&mut self, deed: &Request<'_>) -> Result<Value, Refusal> {
        let from = deed.optional_text("from").unwrap_or("alice@example.test");
        if deed.body.contains_key("from") {
            self.call_by_name(from, deed.optional_text("name"));
        }
        let own = self.link.peer_id().to_owned();
        match deed.method {
            "ask" => self.other_asks(from, deed.text(&["for"])?)?,
            "lapse" => self.ask_lapses(from, deed.text(&["for"])?)?,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_known_by_name() {
        let parse = |deed| Deed::parse(&deed).map(|parsed| parsed.map(|_| ()));
        assert_eq!(parse(json!({"op": "leave", "from": "a@x"})), Some(Ok(())));
        assert_eq!(parse(json!({"op": "stopSharing"})), Some(Ok(())));
        assert_eq!(parse(json!({"op": "offerFile"})), None);
        let missing = parse(json!({"op": "leave"}));
        assert_eq!(missing, Some(Err("missing field `from`".into())));
        let unknown = parse(json!({"op": "leave", "from": "a@x", "form": 1}));
        assert!(unknown.is_some_and(|error| error.is_err_and(|text| text.contains("`form`"))));
    }
}
