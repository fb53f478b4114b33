//! A compact model of the terminal: authorization, commands, file requests, events. It answers in
//! the order it was asked; what happens on the way is the network's business.

use fastrand::Rng;
use serde::Deserialize;

use crate::files::Files;
use crate::json::Json;
use crate::network::Kind;
use crate::plan::{Ids, MARK, Manner, Plan, Reaction};

/// A message for the room.
#[derive(Debug)]
pub(crate) struct Out {
    pub text: String,
    pub kind: Kind,
}

#[derive(Deserialize, Default, Debug)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Request {
    pub method: String,
    #[serde(rename = "requestId")]
    pub number: String,
    version: String,
    r#type: Option<String>,
    credentials: Option<String>,
    pub file_request_id: Option<String>,
    pub id: Option<serde_json::Value>,
    pub file_id: Option<i64>,
    pub password: Option<String>,
    nonce: Option<u64>,
}

/// What the terminal did that the checks have to know.
#[derive(Debug, Default)]
pub(crate) struct Deeds {
    /// It refused the credential that the program gave, since it last asked for one.
    pub refused_given: bool,
    pub said_superseded: bool,
    pub said_not_licensed: bool,
}

pub(crate) struct Terminal {
    pub manner: Manner,
    given: Option<String>,
    /// What a secured authorization must bring; none when unprotected.
    pub protection: Option<String>,
    pub tokens: Vec<String>,
    /// The connection there is, and whether it is authorized.
    connection: Option<u64>,
    pub authorized: bool,
    pub files: Files,
    pub availability: u8,
    /// The own microphone, for the live mirror.
    pub muted: bool,
    pub deeds: Deeds,
    /// Secrets the room has sent or been sent: those it can be asked to keep out of its output.
    pub told: Vec<String>,
    made: u64,
    seq: u64,
}

impl Terminal {
    pub(crate) fn new(plan: &Plan, manner: Manner) -> Self {
        let protection = match (&plan.pin, plan.wrong_pin) {
            (Some(_), true) => Some(format!("{MARK}-another")),
            (pin, _) => pin.clone(),
        };
        Self {
            manner,
            given: plan.pin.clone(),
            protection,
            tokens: Vec::new(),
            connection: None,
            authorized: false,
            files: Files::default(),
            availability: 3,
            muted: false,
            deeds: Deeds::default(),
            told: plan.pin.iter().cloned().collect(),
            made: 0,
            seq: 0,
        }
    }

    pub(crate) fn connected(&mut self, link: u64) {
        self.connection = Some(link);
        self.authorized = false;
        self.deeds.refused_given = false;
    }

    /// Tokens end with the program; a new version of it may bring the other generation of file
    /// requests, and forgets the old ones.
    pub(crate) fn restart(&mut self, rng: &mut Rng, upgrades: bool) {
        if rng.u8(0..4) == 0 {
            self.tokens.clear();
        }
        if upgrades && rng.u8(0..3) == 0 {
            self.manner.legacy = !self.manner.legacy;
            for file in &mut self.files.all {
                file.gone = true;
            }
        }
    }

    pub(crate) fn disconnected(&mut self, link: u64) {
        if self.connection == Some(link) {
            self.connection = None;
            self.authorized = false;
        }
    }

    pub(crate) fn secret(&mut self, what: &str) -> String {
        self.made += 1;
        format!(
            "{what}*{MARK}{:010}*{}*1a2b",
            self.made,
            1_659_249_467 + self.made
        )
    }

    /// The room got a message with secrets in it.
    pub(crate) fn tell(&mut self, text: &str) {
        let message: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
        for key in ["token", "tokenForHttpServer", "newPin"] {
            if let Some(secret) = message[key].as_str() {
                self.told.push(secret.to_owned());
            }
        }
    }

    /// One of the secrets that the room knows, for error texts that say too much.
    pub(crate) fn echo(&self, rng: &mut Rng) -> &str {
        let recent = &self.told[self.told.len().saturating_sub(12)..];
        rng.choice(recent).map_or("nothing", String::as_str)
    }

    /// Handles one message from the room.
    pub(crate) fn receive(&mut self, rng: &mut Rng, now_ms: u64, text: &str) -> Vec<Out> {
        let request: Request = serde_json::from_str(text).expect("the room writes valid JSON");
        let mut out = Vec::new();
        match request.method.as_str() {
            "setUsedApiVersion" => {
                let known = self.manner.versions.contains(&&*request.version);
                let reaction = if known {
                    Reaction::Answer
                } else {
                    self.manner.other_version
                };
                self.react(rng, &request, reaction, Kind::Handshake, &mut out);
            }
            "auth" => self.authorize(rng, &request, &mut out),
            _ if !self.authorized => {
                let reaction = self.manner.unauthorized;
                self.react(rng, &request, reaction, Kind::Request, &mut out);
            }
            _ => self.command(rng, now_ms, &request, &mut out),
        }
        out
    }

    pub(crate) fn react(
        &mut self,
        rng: &mut Rng,
        request: &Request,
        reaction: Reaction,
        kind: Kind,
        out: &mut Vec<Out>,
    ) {
        match reaction {
            Reaction::Answer => self.answer(rng, request, true, "", kind, out),
            Reaction::Refuse => {
                let error = format!("\"error\":\"not for you, {}\"", self.echo(rng));
                self.answer(rng, request, false, &error, kind, out);
            }
            Reaction::Silent => {}
        }
    }

    fn authorize(&mut self, rng: &mut Rng, request: &Request, out: &mut Vec<Out>) {
        let right = match (&request.r#type, &request.credentials) {
            (None, _) => self.authorized,
            (Some(_), None) => self.protection.is_none(),
            (Some(_), Some(credential)) => {
                self.protection.is_none()
                    || self.protection.as_ref() == Some(credential)
                    || self.tokens.contains(credential)
            }
        };
        if !right {
            self.deeds.refused_given |= request.credentials == self.given;
            let tried = request.credentials.as_deref().unwrap_or("none");
            let error = format!(
                "\"resultCode\":3,\"error\":\"{tried} is not {}\"",
                self.echo(rng)
            );
            self.answer(rng, request, false, &error, Kind::Handshake, out);
            return;
        }
        self.authorized = true;
        let (token, http) = (self.secret("1"), self.secret("4"));
        let mut json = Json::new()
            .text("token", &token)
            .text("tokenForHttpServer", &http);
        if rng.bool() {
            json = json.raw("resultCode", 0).raw("previleges", 2);
        }
        self.tokens.push(token);
        self.answer(
            rng,
            request,
            true,
            &json.into_members(),
            Kind::Handshake,
            out,
        );
    }

    /// Answers with `members`, naming the request in this terminal's way.
    pub(crate) fn answer(
        &mut self,
        rng: &mut Rng,
        request: &Request,
        result: bool,
        members: &str,
        kind: Kind,
        out: &mut Vec<Out>,
    ) {
        let odd = rng.u8(0..100) < self.manner.odd_ids;
        let ids = if odd { self.manner.ids } else { Ids::Echoed };
        let header = |json: Json| {
            let json = json.text("method", &request.method);
            match ids {
                Ids::Echoed => json.text("requestId", &request.number),
                Ids::Number => json.raw("requestId", &request.number),
                Ids::Empty => json.text("requestId", ""),
                Ids::Null => json.raw("requestId", "null"),
                Ids::Missing => json,
            }
        };
        let mut json = Json::new();
        if !self.manner.header_last {
            json = header(json);
        }
        json = json.members(members);
        // A refusal may be told by its error text alone.
        if result || !members.contains("error") || rng.bool() {
            json = json.raw("result", result);
        }
        if let Some(nonce) = request.nonce {
            json = json.raw("nonce", nonce);
        }
        if self.manner.header_last {
            json = header(json);
        }
        let named = matches!(ids, Ids::Echoed | Ids::Number);
        let kind = if kind == Kind::Handshake {
            kind
        } else {
            Kind::Answer { named }
        };
        out.push(Out {
            text: json.end(),
            kind,
        });
    }

    /// Withdraws the authorization, and changes what the cause says has changed.
    pub(crate) fn withdraw(&mut self, rng: &mut Rng, cause: i64) -> Vec<Out> {
        if !self.authorized {
            return Vec::new();
        }
        self.authorized = false;
        self.deeds.refused_given = false;
        match cause {
            1 => self.deeds.said_superseded = true,
            2 => self.protection = None,
            3..=5 if rng.u8(0..4) == 0 => {
                self.protection = Some(format!("{MARK}-changed"));
                self.tokens.clear();
            }
            6 => self.deeds.said_not_licensed = true,
            8 => self.tokens.clear(),
            _ => {}
        }
        let json = Json::new()
            .text("method", "event")
            .text("event", "authorizationNeeded");
        let json = if cause == 99 && rng.bool() {
            json
        } else {
            json.raw("cause", cause)
        };
        vec![Out {
            text: json.end(),
            kind: Kind::Withdrawal,
        }]
    }

    /// An event, if there is somebody to hear it.
    pub(crate) fn event(
        &mut self,
        name: &'static str,
        json: Json,
        progress: Option<String>,
    ) -> Vec<Out> {
        if !self.authorized {
            return Vec::new();
        }
        self.seq += 1;
        let seq = self.seq;
        let head = Json::new()
            .text("method", "event")
            .text("event", name)
            .raw("seq", seq);
        let text = head.members(&json.into_members()).end();
        vec![Out {
            text,
            kind: Kind::Event {
                seq,
                progress,
                name,
            },
        }]
    }
}
