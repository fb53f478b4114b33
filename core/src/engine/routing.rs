//! Where a message from the terminal goes.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::calls::{CallId, Pending, Purpose};
use super::files::{FileEvent, Patch, Signal};
use super::frame::{self, Frame};
use super::scan::Members;
use super::{Effect, Engine, Event, Phase, Text, Time, events};
use crate::catalogue;
use crate::error::Error;

impl Engine {
    /// A text message came.
    pub fn on_text(&mut self, now: Time, text: &Text) {
        if !self.is_connected() {
            return;
        }
        self.heard(now);
        self.tick += 1;
        self.counters.received += 1;
        if let Some(tapped) = &mut self.tapped {
            tapped.push(text.clone());
        }
        let members = self.recent.members(text.as_str());
        let frame = match &members {
            Some(members) => Ok(Frame::of(members)),
            None => Frame::decode(text.as_str()),
        };
        match frame {
            Ok(frame) if frame.is_event() => self.on_event(now, text, &frame, members.as_ref()),
            Ok(frame) if frame.method.is_some() || frame.request_id.is_some() => {
                self.on_answer(now, text, &frame);
            }
            Ok(_) => self.on_malformed("it has neither a method nor a request id", text),
            Err(error) => {
                let cause = frame::describe(&error);
                self.on_malformed(&cause, text);
                self.fail_unreadable_answer(now, text, &cause);
            }
        }
    }

    /// A binary message came; the protocol has none. One that holds UTF-8 is read as text.
    pub fn on_binary(&mut self, now: Time, bytes: &[u8]) {
        if !self.is_connected() {
            return;
        }
        match std::str::from_utf8(bytes) {
            Ok(text) => self.on_text(now, &Text::from(text.to_owned())),
            Err(error) => {
                self.heard(now);
                self.counters.received += 1;
                let size = bytes.len();
                self.malformed(&format!(
                    "a binary message of {size} bytes is not UTF-8: {error}"
                ));
            }
        }
    }

    fn on_malformed(&mut self, cause: &str, text: &Text) {
        let size = text.as_str().len();
        self.malformed(&format!(
            "a message of {size} bytes could not be read: {cause}"
        ));
    }

    fn malformed(&mut self, message: &str) {
        self.counters.malformed += 1;
        tracing::warn!(target: "trueroom", "{message}");
        self.publish_event(events::error(message), None);
    }

    /// An answer that cannot be handed on still settles its call.
    fn fail_unreadable_answer(&mut self, now: Time, text: &Text, cause: &str) {
        let Some(frame) = Frame::decode_header(text.as_str()) else {
            return;
        };
        if frame.is_event() {
            return;
        }
        let found = self
            .calls
            .find(frame.request_id.as_deref(), frame.method.as_deref());
        let Some(id) = found else { return };
        if let Some(pending) = self.calls.remove(id) {
            let error = Error::Command {
                method: pending.method.to_string(),
                request_id: id.to_string(),
                code: None,
                text: format!("the answer could not be read: {cause}"),
                reply: Text::from(String::from("null")),
            };
            if pending.purpose == Purpose::Flow {
                self.fail_flow(id, error);
            } else if pending.purpose.has_waiter() {
                self.settle(id, &pending, Err(error));
            } else {
                self.on_internal_failure(now, &pending.purpose, false);
            }
        }
    }

    fn on_answer(&mut self, now: Time, text: &Text, frame: &Frame<'_>) {
        let found = self
            .calls
            .find(frame.request_id.as_deref(), frame.method.as_deref());
        let Some((id, pending)) = found.and_then(|id| Some((id, self.calls.remove(id)?))) else {
            self.counters.late_answers += 1;
            let method = frame.method.as_deref().and_then(catalogue::command);
            let method = method.map(|known| known.name);
            tracing::debug!(target: "trueroom", method, "an answer nobody waits for");
            return;
        };
        match &pending.purpose {
            Purpose::User | Purpose::Answer { .. } => {
                self.on_user_answer(now, id, &pending, text, frame);
            }
            Purpose::Flow => {
                let refused = frame.is_refusal();
                let refusal = refused.then(|| self.refusal(id, &pending, text, frame));
                self.on_flow_answer(now, id, refusal);
            }
            Purpose::ApiVersion(_) | Purpose::Auth => {
                self.on_handshake_answer(now, &pending.purpose, frame, &object(text));
            }
            purpose if frame.is_refusal() => self.on_internal_failure(now, purpose, true),
            Purpose::Live { part, asked_at } => {
                self.on_live_answer(now, (*part, *asked_at), Some(text), false);
            }
            purpose @ (Purpose::FlowOwner(_) | Purpose::FlowReached(_)) => {
                self.on_flow_question(now, purpose, Some(text));
            }
            purpose => self.on_file_answer(now, purpose, text),
        }
    }

    fn on_user_answer(
        &mut self,
        now: Time,
        id: CallId,
        pending: &Pending,
        text: &Text,
        frame: &Frame<'_>,
    ) {
        if frame.is_refusal() {
            let error = self.refusal(id, pending, text, frame);
            self.settle(id, pending, Err(error));
            return;
        }
        if matches!(
            &*pending.method,
            "auth" | "setAuthParams" | "getTokenForHttpServer"
        ) {
            self.session.learn(&pending.method, &object(text), now);
        }
        self.settle(id, pending, Ok(text.clone()));
    }

    fn refusal(&self, id: CallId, pending: &Pending, text: &Text, frame: &Frame<'_>) -> Error {
        Error::Command {
            method: pending.method.to_string(),
            request_id: id.to_string(),
            code: frame.code,
            text: self
                .session
                .redact(frame.error.as_deref().unwrap_or_default()),
            reply: text.clone(),
        }
    }

    fn on_event(
        &mut self,
        now: Time,
        text: &Text,
        frame: &Frame<'_>,
        members: Option<&Members<'_>>,
    ) {
        let Some(name) = frame.event.as_deref() else {
            self.on_malformed("it is an event without a name", text);
            return;
        };
        if name == "authorizationNeeded" {
            let cause = object(text).get("cause").and_then(Value::as_i64);
            self.publish_event(
                Event {
                    name: "authorizationNeeded".into(),
                    text: text.clone(),
                },
                None,
            );
            self.on_authorization_needed(now, cause);
            return;
        }
        let known = catalogue::event(name);
        let name: Cow<'static, str> = known.map_or_else(
            || Cow::Owned(name.to_owned()),
            |known| Cow::Borrowed(known.name),
        );
        let file_event = known
            .is_some_and(|known| known.area == "files")
            .then(|| FileEvent::from_name(&name))
            .flatten();
        let patch = file_event.map(|file_event| {
            let mut patch = match members {
                Some(members) => Patch::of(members),
                None => Patch::read(text.as_str()),
            };
            patch.direction = patch.direction.or(file_event.direction);
            patch
        });
        let awaited = known.filter(|known| self.flows.wait_for(known.name));
        let is_ready = matches!(self.phase, Phase::Ready { .. }) && self.generation.is_some();
        let progress = patch
            .as_ref()
            .filter(|_| file_event.is_some_and(|event| event.signal == Signal::Progress));
        let applied = progress
            .filter(|_| is_ready)
            .and_then(|patch| self.book.apply_progress(patch, self.tick));
        if self.subscriptions.wants(&name) {
            let about = match (&applied, progress) {
                (Some((id, _)), _) => Some(id.clone()),
                (None, Some(patch)) => patch.id.as_deref().map(|id| self.book.shared_id(id)),
                (None, None) => None,
            };
            let text = text.clone();
            self.publish_event(Event { name, text }, about.as_ref());
        }
        if let Some(known) = awaited {
            self.on_flow_event(known.name, text);
        }
        if let (Some(known), true) = (known, self.live.is_some()) {
            self.on_live_event(now, known.name, text);
        }
        match (applied, file_event, patch) {
            (Some((_, change)), ..) => self.on_change(change, None),
            (None, Some(event), Some(patch)) if matches!(self.phase, Phase::Ready { .. }) => {
                self.on_file_event(now, event, &patch, text);
            }
            _ => {}
        }
    }

    /// Tells subscribers that something changed which no message belongs to.
    pub(super) fn notify(&mut self, message: &str) {
        tracing::warn!(target: "trueroom", "{message}");
        self.publish_event(events::error(message), None);
    }

    pub(super) fn ready_for(&mut self, ids: Vec<super::SubscriptionId>) {
        self.effects.extend(ids.into_iter().map(Effect::Ready));
    }
}

/// The message as an object; empty when it is none, which decoding has ruled out before.
pub(super) fn object(text: &Text) -> Map<String, Value> {
    serde_json::from_str(text.as_str()).unwrap_or_default()
}
