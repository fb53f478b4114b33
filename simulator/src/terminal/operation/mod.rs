//! What a test can do to a terminal, as JSON.

mod deeds;

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};

pub use self::deeds::Deed;
use super::message::Refusal;
use super::rules::Fault;
use super::{Content, Mode, Offer, Secret, Terminal};

/// An operation on the terminal itself. docs/simulator.md describes each with an example.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "op", rename_all = "camelCase", rename_all_fields = "camelCase")]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub enum TerminalOperation {
    OfferFile(OfferFile),
    TakeFile {
        id: Id,
    },
    RefuseFile {
        id: Id,
    },
    FailRequest {
        id: Id,
    },
    VanishRequest {
        id: Id,
    },
    AnswerElsewhere {
        id: Id,
        accept: bool,
    },
    SetAvailability {
        availability: Option<u8>,
    },
    HoldProgress {},
    ReleaseProgress {
        id: Option<Id>,
        steps: Option<u32>,
    },
    Call {
        from: String,
        name: Option<String>,
        #[serde(default, rename = "type")]
        kind: u8,
        #[serde(default)]
        title: String,
    },
    Answer {
        from: Option<String>,
        #[serde(default = "yes")]
        accept: bool,
        #[serde(default)]
        cause: i64,
    },
    HangUp {},
    Say {
        from: String,
        message: String,
        #[serde(default)]
        conference: bool,
    },
    Emit {
        event: Value,
    },
    SetServer {
        connected: bool,
    },
    Refuse {
        method: Option<String>,
        error: Option<String>,
        code: Option<i64>,
        times: Option<u32>,
    },
    DropNextAnswer {
        method: Option<String>,
        times: Option<u32>,
    },
    DelayAnswer {
        method: Option<String>,
        ms: u64,
        times: Option<u32>,
    },
    AnswerWithoutRequestId {
        method: Option<String>,
        times: Option<u32>,
    },
    AnswerWith {
        method: Option<String>,
        answer: serde_json::Map<String, Value>,
        times: Option<u32>,
    },
    ClearFaults {},
    Evict {
        role: Option<String>,
    },
    RequireAuth {
        cause: u8,
    },
    SetPin {
        pin: Option<Secret>,
    },
    ExpireTokens {
        #[serde(default)]
        http: bool,
    },
    PutFile(PutFile),
    State {},
    Log {},
    /// Has a form of its own: see [`TerminalOperation::from_json`].
    #[serde(skip)]
    Deed(Deed),
}

impl TerminalOperation {
    /// Reads an operation; the error names what is wrong with it.
    pub fn from_json(operation: Value) -> Result<Self, String> {
        if let Some(deed) = Deed::parse(&operation) {
            return deed.map(Self::Deed);
        }
        serde_json::from_value(operation).map_err(|error| {
            let mut reason = error.to_string();
            if reason.starts_with("unknown variant") {
                // serde only knows those of its own.
                for name in Deed::names() {
                    reason.extend([", `", name, "`"]);
                }
            }
            reason
        })
    }
}

/// A request id: the UUID, or the number of terminals before 4.1.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
#[allow(missing_docs)]
pub enum Id {
    Text(String),
    Number(i64),
}

impl Id {
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.to_string(),
        }
    }
}

/// The bytes of a file; one of the ways to give them.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Pattern {
    pub size: u64,
    #[serde(default)]
    pub seed: u64,
}

/// A file offered by a peer.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[allow(missing_docs)]
pub struct OfferFile {
    pub from: Option<String>,
    pub from_name: Option<String>,
    pub name: Option<String>,
    pub text: Option<String>,
    pub base64: Option<String>,
    pub pattern: Option<Pattern>,
    pub path: Option<std::path::PathBuf>,
    /// True length of the file at `path`; whoever drives the terminal fills it in.
    pub path_size: Option<u64>,
    /// Announced size; default the true one.
    pub size: Option<u64>,
    pub conference_id: Option<String>,
}

/// A file laid on the HTTP server.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[allow(missing_docs)]
pub struct PutFile {
    pub name: Option<String>,
    pub text: Option<String>,
    pub base64: Option<String>,
    pub pattern: Option<Pattern>,
    pub path: Option<std::path::PathBuf>,
    pub path_size: Option<u64>,
}

fn yes() -> bool {
    true
}

fn once(times: Option<u32>) -> Option<u32> {
    match times {
        None => Some(1),
        // 0 stands for "until clearFaults".
        Some(0) => None,
        times => times,
    }
}

impl PutFile {
    fn content(self) -> Result<Content, String> {
        match self {
            Self {
                text: Some(text), ..
            } => Ok(Content::Bytes(text.into())),
            Self {
                base64: Some(text), ..
            } => STANDARD
                .decode(text)
                .map(|bytes| Content::Bytes(bytes.into()))
                .map_err(|error| format!("base64: {error}")),
            Self {
                pattern: Some(Pattern { size, seed }),
                ..
            } => Ok(Content::Pattern { size, seed }),
            Self {
                path: Some(path),
                path_size: Some(size),
                ..
            } => Ok(Content::Path { path, size }),
            Self { path: Some(_), .. } => Err("path needs pathSize here".into()),
            _ => Ok(Content::Bytes(bytes::Bytes::new())),
        }
    }
}

impl OfferFile {
    fn offer(self) -> Result<Offer, String> {
        let peer_id = self.from.unwrap_or_else(|| "alice@example.test".into());
        let name = peer_id.split('@').next().unwrap_or_default().to_owned();
        let content = PutFile {
            name: None,
            text: self.text,
            base64: self.base64,
            pattern: self.pattern,
            path: self.path,
            path_size: self.path_size,
        };
        Ok(Offer {
            peer_name: self.from_name.unwrap_or(name),
            peer_id,
            file_name: self.name.unwrap_or_else(|| "file.bin".into()),
            content: content.content()?,
            size: self.size,
            conference_id: self.conference_id,
        })
    }
}

impl Terminal {
    /// Carries out an operation; the error says why it could not be done.
    pub fn perform(
        &mut self,
        now: Duration,
        operation: TerminalOperation,
    ) -> Result<Value, String> {
        use TerminalOperation as Op;
        match operation {
            Op::OfferFile(offer) => {
                let id = self.offer_file(now, offer.offer()?);
                let index = self.files_index(&id);
                return Ok(index.map_or(Value::Null, |at| self.file_requests()[at].to_json()));
            }
            Op::TakeFile { id } => self.take_file(now, &id.text())?,
            Op::RefuseFile { id } => self.refuse_file(now, &id.text())?,
            Op::FailRequest { id } => self.fail_request(now, &id.text())?,
            Op::VanishRequest { id } => self.vanish_request(now, &id.text())?,
            Op::AnswerElsewhere { id, accept } => {
                self.answer_elsewhere(now, &id.text(), accept)?;
            }
            Op::SetAvailability { availability } => self.set_availability(now, availability),
            Op::HoldProgress {} => self.hold_progress(now),
            Op::ReleaseProgress { id, steps } => {
                let id = id.map(|id| id.text());
                self.release_progress(now, id.as_deref(), steps)?;
            }
            Op::Call {
                from,
                name,
                kind,
                title,
            } => {
                let id = self.incoming_call(now, &from, name.as_deref(), kind, &title)?;
                return Ok(json!({"conferenceId": id}));
            }
            Op::Answer {
                from,
                accept,
                cause,
            } => self.answer_ask(now, from.as_deref(), accept, cause)?,
            Op::Deed(deed) => return self.deed(now, &deed),
            Op::HangUp {} => self.peer_hangs_up(now)?,
            Op::Say {
                from,
                message,
                conference,
            } => {
                self.say(now, &from, &message, conference)?;
            }
            Op::Emit { event } => self.emit_raw(now, &event)?,
            Op::SetServer { connected } => self.set_server(now, connected),
            Op::Evict { role } => self.evict_client(now, mode(role.as_deref())?),
            Op::RequireAuth { cause } => self.require_auth(now, cause),
            Op::SetPin { pin } => self.set_pin(now, pin),
            Op::ExpireTokens { http } => self.expire_tokens(now, http),
            Op::PutFile(file) => {
                let name = file.name.clone().unwrap_or_else(|| "file.bin".into());
                let id = self.put_file(now, &name, file.content()?);
                return Ok(json!({"fileId": id}));
            }
            Op::State {} => {
                self.advance(now);
                return Ok(self.state());
            }
            Op::Log {} => return Ok(self.log()),
            Op::Refuse { .. }
            | Op::DropNextAnswer { .. }
            | Op::DelayAnswer { .. }
            | Op::AnswerWithoutRequestId { .. }
            | Op::AnswerWith { .. }
            | Op::ClearFaults {} => self.set_fault(operation),
        }
        Ok(Value::Null)
    }

    fn set_fault(&mut self, operation: TerminalOperation) {
        use TerminalOperation as Op;
        let rules = &mut self.rules;
        match operation {
            Op::Refuse {
                method,
                error,
                code,
                times,
            } => {
                let text = error.unwrap_or_else(|| "refused by the test".into());
                rules.add(
                    method,
                    once(times),
                    Fault::Refuse(Refusal {
                        code,
                        ..Refusal::new(text)
                    }),
                );
            }
            Op::DropNextAnswer { method, times } => rules.add(method, once(times), Fault::Drop),
            Op::DelayAnswer { method, ms, times } => {
                rules.add(method, once(times), Fault::Delay(Duration::from_millis(ms)));
            }
            Op::AnswerWithoutRequestId { method, times } => {
                rules.add(method, once(times), Fault::WithoutRequestId);
            }
            Op::AnswerWith {
                method,
                answer,
                times,
            } => {
                rules.add(method, once(times), Fault::Answer(answer));
            }
            _ => rules.clear(),
        }
    }

    /// Sends an event as it stands to every authorized connection.
    pub fn emit_raw(&mut self, now: Duration, event: &Value) -> Result<(), String> {
        self.tick(now);
        let fields = event.as_object().ok_or("the event must be an object")?;
        let name = fields
            .get("event")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        if fields.contains_key("method") {
            self.emit_text(&name, &event.to_string());
        } else {
            let mut fields = fields.clone();
            fields.shift_remove("event");
            self.emit(&name, &fields);
        }
        self.flush_events();
        Ok(())
    }
}

fn mode(role: Option<&str>) -> Result<Mode, String> {
    match role {
        None | Some("admin") => Ok(Mode::Admin),
        Some("user") => Ok(Mode::User),
        Some(other) => Err(format!("there is no role {other}")),
    }
}
