//! Where a message from the terminal goes.

use std::ops::Range;

use serde_json::{Map, Value};

use super::calls::{CallId, Pending, Purpose};
use super::event_queue::Progress;
use super::frame::{self, Frame};
use super::recent::Look;
use super::route::Route;
use super::{Effect, Engine, Event, Phase, Text, Time, events};
use crate::catalogue;
use crate::error::Error;

impl Engine {
    /// A text message came.
    pub fn on_text(&mut self, now: Time, mut text: Text) {
        if !self.is_connected() {
            return;
        }
        self.heard(now);
        self.tick += 1;
        self.counters.received += 1;
        if let Some(tapped) = &mut self.tapped {
            tapped.push(text.clone());
        }
        let Look { layout, changed } = self.recent.look(text.as_str());
        text.set_layout(layout);
        if let Some(route) = self.route_as_before(&text, changed.as_ref()) {
            self.on_routed(now, text, route, changed);
            return;
        }
        let frame = match text.layout() {
            Some(layout) => Ok(Frame::of(layout, text.as_str())),
            None => Frame::decode(text.as_str()),
        };
        match frame {
            Ok(frame) if frame.is_event() => self.on_event(now, &text, &frame),
            Ok(frame) if frame.method.is_some() || frame.request_id.is_some() => {
                self.on_answer(now, &text, &frame);
            }
            Ok(_) => self.on_malformed("it has neither a method nor a request id", &text),
            Err(error) => {
                let cause = frame::describe(&error);
                self.on_malformed(&cause, &text);
                self.fail_unreadable_answer(now, &text, &cause);
            }
        }
    }

    /// A binary message came; the protocol has none. One that holds UTF-8 is read as text.
    pub fn on_binary(&mut self, now: Time, bytes: &[u8]) {
        if !self.is_connected() {
            return;
        }
        match std::str::from_utf8(bytes) {
            Ok(text) => self.on_text(now, Text::from(text.to_owned())),
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

    fn on_event(&mut self, now: Time, text: &Text, frame: &Frame<'_>) {
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
        let route = Box::new(Route::of(name));
        self.on_routed(now, text.clone(), route, None);
    }

    /// An event came. `changed` are the members that it does not share with the one before.
    fn on_routed(
        &mut self,
        now: Time,
        text: Text,
        mut route: Box<Route>,
        changed: Option<Range<usize>>,
    ) {
        let awaited = route
            .known
            .is_some_and(|known| self.flows.wait_for(known.name));
        let applied = self.apply_progress(&text, &mut route, changed);
        // The text itself goes to the subscribers.
        let more = awaited || self.live.is_some() || (route.file.is_some() && applied.is_none());
        let kept = more.then(|| text.clone());
        let about = self.about(&route, &text);
        let name = route.name.clone();
        self.publish_event(Event { name, text }, about);
        if let Some(text) = &kept {
            self.on_event_for_others(now, text, &route, awaited, applied.is_some());
        }
        if let (Some(true), Some(request)) = (applied, &route.under_way) {
            self.tell_change(&request.id);
        }
        self.route = Some(route);
    }

    /// The request that an event tells the progress of.
    fn about(&self, route: &Route, text: &Text) -> Progress {
        if let Some(request) = &route.under_way {
            return Some(request.number);
        }
        if !route.is_progress() || !self.subscriptions.wants(&route.name) {
            return None;
        }
        let id = route.patch(text)?.id?;
        Some(self.subscriptions.number_of(&id))
    }

    fn on_event_for_others(
        &mut self,
        now: Time,
        text: &Text,
        route: &Route,
        awaited: bool,
        applied: bool,
    ) {
        if let Some(known) = route.known {
            if awaited {
                self.on_flow_event(known.name, text);
            }
            if self.live.is_some() {
                self.on_live_event(now, known.name, text);
            }
        }
        if let (false, Some(event), Some(patch)) = (applied, route.file, route.patch(text))
            && matches!(self.phase, Phase::Ready { .. })
        {
            self.on_file_event(now, event, &patch, text);
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
