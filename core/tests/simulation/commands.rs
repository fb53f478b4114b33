//! The commands of the terminal model, once the connection is authorized.

use fastrand::Rng;

use crate::files::{Place, Status};
use crate::json::Json;
use crate::network::Kind;
use crate::plan::Reaction;
use crate::terminal::{Out, Request, Terminal};

/// The members of the answer; none where the answer is a refusal, or has been given already.
enum Reply {
    Yes(String),
    Otherwise(Reaction),
    Given,
}

impl Terminal {
    pub(crate) fn command(
        &mut self,
        rng: &mut Rng,
        now_ms: u64,
        request: &Request,
        out: &mut Vec<Out>,
    ) {
        let reply = match request.method.as_str() {
            "setAuthParams" => self.set_auth_params(),
            "getTokenForHttpServer" => {
                let token = self.secret("4");
                Reply::Yes(Json::new().text("token", &token).into_members())
            }
            "getAppState" | "getSystemInfo" | "getSettings" | "setSettings" => {
                let refuses = rng.u8(0..10) == 0;
                Reply::Otherwise(if refuses {
                    Reaction::Refuse
                } else {
                    Reaction::Answer
                })
            }
            "getMicMute" => Reply::Yes(Json::new().raw("mute", self.muted).into_members()),
            "getLogin" => {
                let json = Json::new().raw("isLoggedIn", rng.bool());
                Reply::Yes(json.text("peerId", "bot@x.test").into_members())
            }
            "hangUp" | "call" | "gotoPodium" | "stopCapture" | "kickPeer" => {
                self.begin_flow(rng, request, out)
            }
            "login" => {
                self.told.extend(request.password.clone());
                Reply::Otherwise(Reaction::Refuse)
            }
            _ => self.file_command(rng, now_ms, request, out),
        };
        match reply {
            Reply::Yes(members) => self.answer(rng, request, true, &members, Kind::Request, out),
            Reply::Otherwise(reaction) => self.react(rng, request, reaction, Kind::Request, out),
            Reply::Given => {}
        }
    }

    /// A command whose outcome comes as an event, sooner or later or never.
    fn begin_flow(&mut self, rng: &mut Rng, request: &Request, out: &mut Vec<Out>) -> Reply {
        match rng.u8(0..6) {
            0 => return Reply::Otherwise(Reaction::Refuse),
            1 => return Reply::Otherwise(Reaction::Silent),
            _ => {}
        }
        let events = match rng.u8(0..3) {
            0 => self.event("conferenceDeleted", Json::new(), None),
            1 => self.outcome(rng),
            _ => Vec::new(),
        };
        self.give(rng, request, "", events, out);
        Reply::Given
    }

    fn set_auth_params(&mut self) -> Reply {
        let (pin, token, http) = (self.secret("pin"), self.secret("1"), self.secret("5"));
        self.protection = Some(pin.clone());
        self.tokens = vec![token.clone()];
        let json = Json::new().text("newPin", &pin).text("token", &token);
        Reply::Yes(json.text("tokenForHttpServer", &http).into_members())
    }

    fn file_command(
        &mut self,
        rng: &mut Rng,
        now_ms: u64,
        request: &Request,
        out: &mut Vec<Out>,
    ) -> Reply {
        let legacy = self.manner.legacy;
        let named = request.file_request_id.clone();
        let named = named.or(request.id.as_ref().map(ToString::to_string));
        let found = named.and_then(|id| self.files.find(&id));
        let refusal = Reply::Otherwise(Reaction::Refuse);
        let list = |name: &str, rng: &mut Rng, incoming: bool| {
            let list = self.files.list(rng, &self.manner, incoming);
            Reply::Yes(Json::new().raw(name, list).into_members())
        };
        match (request.method.as_str(), legacy) {
            ("getIncomingFilesRequests", false) => list("incomingFilesRequests", rng, true),
            ("getOutgoingFilesRequests", false) => list("outgoingFilesRequests", rng, false),
            ("getFileRequests", true) => list("files", rng, true),
            ("getFileUploads", true) => list("files", rng, false),
            ("getFileRequestInfo", false) | ("getFileInfo", true) => found.map_or(refusal, |n| {
                let file = &self.files.all[n];
                let json = file.fields(rng, &self.manner, Place::Flat, Json::new());
                Reply::Yes(json.into_members())
            }),
            ("getFileTransferAvailability", true) => Reply::Yes(
                Json::new()
                    .raw("available", self.availability == 3)
                    .into_members(),
            ),
            ("getFileTransferAvailability", false) => Reply::Yes(
                Json::new()
                    .raw("availability", self.availability)
                    .into_members(),
            ),
            ("acceptIncomingFileRequest" | "rejectIncomingFileRequest", false)
            | ("acceptFile" | "rejectFile", true) => {
                let waits = |n: &usize| self.files.all[*n].status == Status::Waiting;
                let Some(n) = found.filter(waits) else {
                    return refusal;
                };
                let events = self.decide(rng, n, request.method.starts_with("accept"));
                self.give(rng, request, "", events, out);
                Reply::Given
            }
            ("sendFile", _) => {
                let n = self.files.add(rng, &self.manner, now_ms, false);
                let file = &mut self.files.all[n];
                file.bytes_id = request.file_id.unwrap_or(1);
                let json = Json::new();
                let json = if legacy {
                    json
                } else {
                    json.text("sentFileRequestId", &file.id)
                };
                let events = self.sent(rng, n);
                self.give(rng, request, &json.into_members(), events, out);
                Reply::Given
            }
            _ => Reply::Otherwise(self.manner.unknown_command),
        }
    }

    /// The answer and the events that go with it, in this terminal's order.
    fn give(
        &mut self,
        rng: &mut Rng,
        request: &Request,
        members: &str,
        mut events: Vec<Out>,
        out: &mut Vec<Out>,
    ) {
        if self.manner.events_first {
            out.append(&mut events);
        }
        self.answer(rng, request, true, members, Kind::Request, out);
        out.append(&mut events);
    }
}
