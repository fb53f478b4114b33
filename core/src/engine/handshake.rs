//! From nothing to an authorized connection, and back.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::calls::{Pending, Purpose};
use super::commands::request;
use super::frame::Frame;
use super::session::Credential;
use super::{Effect, Engine, Phase, State, Text, Time, events};
use crate::error::Error;
use crate::options::{ApiVersion, Role};

/// How long the answer to `setUsedApiVersion` is waited for. A terminal that does not know the
/// command may say nothing at all; going on without it is right then.
const VERSION_PATIENCE: Duration = Duration::from_secs(2);

/// `authorizationNeeded`: another client authorized in this mode.
const CAUSE_SUPERSEDED: i64 = 1;
/// `authorizationNeeded`: this kind of account is not licensed.
const CAUSE_NOT_LICENSED: i64 = 6;

impl Engine {
    pub(super) fn open(&mut self, now: Time) {
        self.attempt_until = now + self.options.connect_timeout;
        self.phase = Phase::Opening;
        self.effects.push_back(Effect::Open);
        self.effects.push_back(Effect::StateChanged);
    }

    /// The driver begins to open the connection only after `delay`, because many rooms want to.
    /// The time limit of the attempt counts from then on.
    pub fn on_open_delayed(&mut self, now: Time, delay: Duration) {
        if matches!(self.phase, Phase::Opening) {
            self.attempt_until = now + delay + self.options.connect_timeout;
        }
    }

    /// The WebSocket is open.
    pub fn on_open(&mut self, now: Time) {
        if !matches!(self.phase, Phase::Opening) {
            return;
        }
        self.heard(now);
        self.session.api_version = None;
        self.session.plan(None);
        let versions = self.session.versions();
        self.ask_version(now, versions);
    }

    /// The WebSocket could not be opened. `tried` tells each address and how it answered.
    pub fn on_open_failed(&mut self, now: Time, message: &str, tried: Vec<String>) {
        if matches!(self.phase, Phase::Opening) {
            self.lost(now, message, tried);
        }
    }

    /// The connection ended without the engine asking for it.
    pub fn on_closed(&mut self, now: Time, reason: &str) {
        if self.is_connected() {
            self.lost(now, reason, Vec::new());
        }
    }

    fn ask_version(&mut self, now: Time, versions: &'static [&'static str]) {
        let Some(version) = versions.first() else {
            self.authorize(now);
            return;
        };
        let params = json!({ "version": version });
        self.ask(
            now,
            self.attempt_until,
            "setUsedApiVersion",
            &params,
            Purpose::ApiVersion(version),
        );
        if self.session.version_silent {
            self.authorize(now);
        } else {
            self.phase = Phase::Versioning {
                until: self.attempt_until.min(now + VERSION_PATIENCE),
            };
        }
    }

    pub(super) fn on_version_silent(&mut self, now: Time) {
        tracing::info!(target: "trueroom", "setUsedApiVersion was not answered; going on without");
        self.session.version_silent = true;
        self.authorize(now);
    }

    fn on_version_answer(&mut self, now: Time, version: &'static str, accepted: bool) {
        if accepted {
            self.session.api_version = version.parse().ok();
        }
        if !matches!(self.phase, Phase::Versioning { .. }) {
            // Late, while the authorization or more is under way already.
            self.effects.push_back(Effect::StateChanged);
            return;
        }
        if accepted {
            self.authorize(now);
        } else {
            if self.options.api_version != ApiVersion::Auto {
                tracing::warn!(target: "trueroom", version, "the terminal refused this API version");
            }
            let rest = match (self.options.api_version, version) {
                (ApiVersion::Auto, "2") => &["1"][..],
                _ => &[],
            };
            self.ask_version(now, rest);
        }
    }

    pub(super) fn authorize(&mut self, now: Time) {
        let Some(credential) = self.session.next_attempt() else {
            return;
        };
        let mut params = match &credential {
            Credential::Unsecured => json!({"type": "unsecured"}),
            Credential::Secret(secret) => {
                json!({"type": "secured", "credentials": secret.expose()})
            }
        };
        if let Some(role) = self.options.role {
            params["role"] = role.as_str().into();
        }
        self.phase = Phase::Authorizing;
        self.ask(now, self.attempt_until, "auth", &params, Purpose::Auth);
    }

    /// Sends a command of the engine's own.
    pub(super) fn ask(
        &mut self,
        now: Time,
        until: Time,
        method: &'static str,
        params: &Value,
        purpose: Purpose,
    ) {
        let id = self.calls.next_id();
        let members = params.to_string();
        let text = request(method, id, &members[1..members.len() - 1]);
        self.calls.insert(
            id,
            Pending {
                method: method.into(),
                purpose,
                query: true,
                again: None,
                sent: true,
                deadline: until,
                timeout: until.saturating_sub(now),
            },
        );
        self.send(Text::from(text));
    }

    /// An answer to a command of the handshake.
    pub(super) fn on_handshake_answer(
        &mut self,
        now: Time,
        purpose: &Purpose,
        frame: &Frame<'_>,
        answer: &Map<String, Value>,
    ) {
        match purpose {
            Purpose::ApiVersion(version) => {
                self.on_version_answer(now, version, !frame.is_refusal());
            }
            Purpose::Auth if frame.is_refusal() => self.on_auth_refused(now, frame),
            Purpose::Auth if !is_agreement(frame, answer) => {
                if matches!(self.phase, Phase::Authorizing) {
                    self.effects.push_back(Effect::Drop);
                    let reason = "the authorization was answered with something else; \
                                  is this a terminal?";
                    self.lost(now, reason, Vec::new());
                }
            }
            Purpose::Auth => {
                self.session.learn("auth", answer, now);
                self.on_ready(now);
            }
            _ => {}
        }
    }

    fn on_auth_refused(&mut self, now: Time, frame: &Frame<'_>) {
        if !matches!(self.phase, Phase::Authorizing) {
            return;
        }
        self.authorize(now);
        if self.calls.any(|purpose| *purpose == Purpose::Auth) {
            return;
        }
        let said = self
            .session
            .redact(frame.error.as_deref().unwrap_or_default());
        let mut message = match (&self.options.pin, self.options.role) {
            (None, _) => "the terminal does not accept connections without a PIN or password; \
                          pass it as the option pin"
                .to_owned(),
            (Some(_), None) => "the terminal refused the PIN, password or token; it is shown in \
                                the terminal's settings"
                .to_owned(),
            (Some(_), Some(role)) => format!(
                "the terminal refused the PIN, password or token for the role {}; check both",
                role.as_str()
            ),
        };
        if !said.is_empty() {
            message = format!("{message} (it said: {said})");
        }
        self.effects.push_back(Effect::Drop);
        self.end(
            Error::Auth {
                message,
                code: frame.code,
            },
            "authorization refused",
        );
    }

    fn on_ready(&mut self, now: Time) {
        if !matches!(self.phase, Phase::Authorizing) {
            return;
        }
        self.phase = Phase::Ready { since: now };
        self.failures = 0;
        let first = !std::mem::replace(&mut self.was_ready, true);
        let deaf = self
            .deaf_since
            .take()
            .map(|since| now.saturating_sub(since));
        self.counters.reconnects += u64::from(!first);
        let reason = if first {
            "connected"
        } else {
            "connected again"
        };
        let event = events::connection(State::Ready, reason, self.backoff.attempt(), None, deaf);
        self.publish_event(event, None);
        self.effects.push_back(Effect::StateChanged);
        let again: Vec<Text> = self
            .calls
            .unsent()
            .filter_map(|(_, pending)| {
                pending.sent = true;
                pending.again.clone()
            })
            .collect();
        for text in again {
            self.send(text);
        }
        self.sync_start(now);
        self.live_start(now);
    }

    /// The terminal withdrew the authorization.
    pub(super) fn on_authorization_needed(&mut self, now: Time, cause: Option<i64>) {
        if !matches!(self.phase, Phase::Ready { .. }) {
            return;
        }
        self.session.forget_http_token();
        let role = self.options.role.map_or("same", Role::as_str).to_owned();
        match cause {
            Some(CAUSE_SUPERSEDED) if !self.options.takeover => {
                self.effects.push_back(Effect::Drop);
                let error = Error::Superseded {
                    method: None,
                    request_id: None,
                    role,
                };
                self.end(error, "another client took over");
            }
            Some(CAUSE_SUPERSEDED) => {
                // Through the reconnect schedule, so that two programs that both insist do not
                // evict each other at full speed.
                self.effects.push_back(Effect::Drop);
                self.lost(now, "another client took over; taking it back", Vec::new());
            }
            Some(CAUSE_NOT_LICENSED) => {
                self.effects.push_back(Effect::Drop);
                let message = "the terminal's licence does not cover this kind of account".into();
                self.end(
                    Error::Auth {
                        message,
                        code: None,
                    },
                    "not licensed",
                );
            }
            _ => {
                self.deaf_since = Some(now);
                self.fail_in_flight("the terminal withdrew the authorization");
                self.session.plan(cause);
                self.attempt_until = now + self.options.connect_timeout;
                self.authorize(now);
                let event = events::connection(
                    State::Reconnecting,
                    "the terminal asks for authorization again",
                    self.backoff.attempt(),
                    None,
                    None,
                );
                self.publish_event(event, None);
                self.effects.push_back(Effect::StateChanged);
            }
        }
    }

    /// The connection, or the attempt to make one, is gone.
    pub(super) fn lost(&mut self, now: Time, reason: &str, tried: Vec<String>) {
        let was_up = matches!(self.phase, Phase::Ready { .. });
        if let Phase::Ready { since } = self.phase {
            self.backoff.held(now.saturating_sub(since));
        } else {
            self.failures = self.failures.saturating_add(1);
        }
        if self.was_ready && self.deaf_since.is_none() {
            self.deaf_since = Some(self.last_heard);
        }
        // The other side may have had a say in these.
        let reason = &self.session.redact(reason);
        let tried = tried.iter().map(|text| self.session.redact(text)).collect();
        self.ping_sent = None;
        self.session.forget_http_token();
        self.phase = Phase::Idle;
        self.fail_in_flight(reason);
        let problem = if was_up {
            connection_lost(reason.clone())
        } else {
            let message = format!("could not connect to {}: {reason}", self.options.host);
            Error::Connect { message, tried }
        };
        if !self.was_ready && !self.patient {
            self.end(problem, reason);
        } else if self.was_ready && !self.options.reconnect {
            let error = connection_lost(format!("{reason}; reconnecting is turned off"));
            self.end(error, reason);
        } else {
            let delay = self.backoff.next(&mut self.rng);
            self.last_error = Some(Box::new(problem));
            self.phase = Phase::Waiting { until: now + delay };
            let host = &self.options.host;
            tracing::info!(target: "trueroom", host, reason, ?delay, "connection lost");
            let event = events::connection(
                self.state(),
                reason,
                self.backoff.attempt(),
                Some(delay),
                None,
            );
            self.publish_event(event, None);
            self.effects.push_back(Effect::StateChanged);
        }
    }

    /// Settles what was in flight, save the queries that may be sent again.
    fn fail_in_flight(&mut self, reason: &str) {
        for (_, pending) in self.calls.unsettled() {
            if pending.again.is_some() {
                pending.sent = false;
            }
        }
        let keep = self.options.reconnect;
        for (id, pending) in self
            .calls
            .extract(|pending| !(keep && pending.again.is_some()))
        {
            if pending.purpose.has_waiter() {
                let error = Error::ConnectionLost {
                    method: Some(pending.method.to_string()),
                    request_id: Some(id.to_string()),
                    reason: format!("the connection was lost before the answer: {reason}"),
                    outcome_unknown: !pending.query && pending.sent,
                };
                self.settle(id, &pending, Err(error));
            }
        }
        self.fail_flows(|method, id, sent| Error::ConnectionLost {
            method: Some(method.to_owned()),
            request_id: Some(id.to_string()),
            reason: format!("the connection was lost before the outcome: {reason}"),
            outcome_unknown: sent,
        });
        self.live_stop();
        self.sync_stop();
    }
}

fn connection_lost(reason: String) -> Error {
    Error::ConnectionLost {
        method: None,
        request_id: None,
        reason,
        outcome_unknown: false,
    }
}

/// Whether an answer to `auth` says yes: by `result`, or where that is missing by what only a yes
/// brings. A server that is no terminal may answer anything, even with the question itself.
fn is_agreement(frame: &Frame<'_>, answer: &Map<String, Value>) -> bool {
    let brought = ["previleges", "token", "tokenForHttpServer"];
    frame.result == Some(true) || brought.iter().any(|name| answer.contains_key(*name))
}
