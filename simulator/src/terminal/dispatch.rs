//! From a message to its answer.

use std::time::Duration;

use serde_json::{Map, Value};

use super::agenda::Task;
use super::fallback::{check_parameters, fallback};
use super::message::{Refusal, Reply, Request};
use super::options::{RequestIdEcho, UnknownAnswer};
use super::rules::Fault;
use super::{ConnectionId, Effect, Terminal, catalogue};

impl Terminal {
    /// A client sent one text message.
    ///
    /// A connection that is not known (any more) is ignored.
    pub fn receive(&mut self, now: Duration, connection: ConnectionId, text: &str) {
        self.tick(now);
        if !self.connections.contains_key(&connection) {
            return;
        }
        let Ok(Value::Object(body)) = serde_json::from_str(text) else {
            return self.malformed(connection, "the message is not a JSON object");
        };
        let Some(method) = body.get("method").and_then(Value::as_str) else {
            return self.malformed(connection, "the message has no method");
        };
        self.journal.received(now, connection, method, &body);
        let request = Request {
            connection,
            method,
            body: &body,
        };
        self.answer(&request);
    }

    fn malformed(&mut self, connection: ConnectionId, text: &str) {
        if self.options.unknown_method == UnknownAnswer::Refuse {
            let body = Map::new();
            let request = Request {
                connection,
                method: "",
                body: &body,
            };
            let text = self.answer_text(&request, Err(Refusal::new(text)), true);
            self.effects.push_back(Effect::Send { connection, text });
        }
    }

    fn answer(&mut self, request: &Request<'_>) {
        let fault = self.rules.take(request.method);
        if let Some(Fault::Answer(mut answer)) = fault {
            if let Some(id) = request.body.get("requestId") {
                answer.insert("requestId".into(), id.clone());
            }
            let text = Value::Object(answer).to_string();
            self.effects.push_back(Effect::Send {
                connection: request.connection,
                text,
            });
            return;
        }
        let reply = match &fault {
            Some(Fault::Refuse(refusal)) => Some(Err(refusal.clone())),
            _ => self.carry_out_command(request),
        };
        let text = reply
            .filter(|_| !matches!(fault, Some(Fault::Drop)))
            .map(|reply| {
                self.answer_text(
                    request,
                    reply,
                    !matches!(fault, Some(Fault::WithoutRequestId)),
                )
            });
        if self.options.events_first {
            self.flush_events();
        }
        match (text, fault) {
            (Some(text), Some(Fault::Delay(delay))) => {
                self.schedule(delay, Task::Answer(request.connection, text));
            }
            (Some(text), _) => {
                self.effects.push_back(Effect::Send {
                    connection: request.connection,
                    text,
                });
            }
            (None, _) => {}
        }
        self.flush_events();
    }

    /// None: the command is not answered.
    fn carry_out_command(&mut self, request: &Request<'_>) -> Option<Reply> {
        match request.method {
            "setUsedApiVersion" => return self.set_used_api_version(request),
            "auth" => return Some(self.auth(request)),
            _ => {}
        }
        let connection = self.connections.get(&request.connection)?;
        let Some(mode) = connection.mode else {
            return Some(Err(Refusal::new("authorization is needed")));
        };
        let version = connection.api_version.clone();
        let version = version
            .as_deref()
            .unwrap_or(&self.options.default_api_version);
        let Some(entry) = catalogue::command(request.method)
            .filter(|entry| entry.spoken_by(&self.options, version))
        else {
            return match self.options.unknown_method {
                UnknownAnswer::Refuse => Some(Err(Refusal::new("unknown method"))),
                UnknownAnswer::Silent => None,
            };
        };
        if entry.admin_only() && mode != super::Mode::Admin {
            return Some(Err(Refusal::coded("an administrator is needed", 3)));
        }
        // The first of these check their parameters themselves: they forgive where options or
        // older clients want it.
        let reply = self
            .session_command(request)
            .or_else(|| self.file_command(request))
            .or_else(|| self.link_command(request))
            .or_else(|| self.chat_command(request))
            .or_else(|| self.settings_command(request))
            .or_else(|| self.meeting_command(request))
            .or_else(|| self.sharing_command(request))
            .or_else(|| self.slides_command(request))
            .or_else(|| check_parameters(request, entry).err().map(Err))
            .or_else(|| self.account_command(request))
            .or_else(|| self.machine_command(request))
            .or_else(|| self.system_command(request))
            .or_else(|| self.register_command(request))
            .unwrap_or_else(|| Ok(fallback(request, entry)));
        Some(reply)
    }

    fn answer_text(&self, request: &Request<'_>, reply: Reply, with_id: bool) -> String {
        let mut message = Map::new();
        message.insert("method".into(), request.method.into());
        let id = request.body.get("requestId");
        let id = match (self.options.request_id, id) {
            (RequestIdEcho::Never, _) | (RequestIdEcho::OmitWhenAbsent, None) => None,
            (_, Some(id)) => Some(id.clone()),
            (RequestIdEcho::Echo, None) => Some("".into()),
        };
        if let Some(id) = id.filter(|_| with_id) {
            message.insert("requestId".into(), id);
        }
        match reply {
            Ok(fields) => {
                message.extend(fields);
                message.insert("result".into(), true.into());
            }
            Err(refusal) => {
                message.insert("result".into(), false.into());
                message.insert("error".into(), refusal.text.into());
                if let Some(code) = refusal.code {
                    message.insert("resultCode".into(), code.into());
                }
                if let Some(status) = refusal.status {
                    message.insert("status".into(), status.into());
                }
            }
        }
        Value::Object(message).to_string()
    }
}
