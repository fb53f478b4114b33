//! Events on their way to the clients.

use serde_json::{Map, Value};

use super::session::Connection;
use super::{ConnectionId, Effect, Terminal};

impl Terminal {
    /// Sends an event to every authorized connection: nobody says that a notification is for one
    /// client only.
    pub(super) fn emit(&mut self, event: &str, fields: &Map<String, Value>) {
        self.emit_text(event, &event_text(event, fields));
    }

    /// Sends a message as it stands to every authorized connection.
    pub(super) fn emit_text(&mut self, event: &str, text: &str) {
        self.journal.sent(event);
        for (id, connection) in &self.connections {
            if connection.mode.is_some() {
                let effect = Effect::Send {
                    connection: *id,
                    text: text.to_owned(),
                };
                self.outbox.push_back(effect);
            }
        }
    }

    /// Sends an event whose fields depend on the connection.
    pub(super) fn emit_each(
        &mut self,
        event: &str,
        fields: impl Fn(&Terminal, &Connection) -> Map<String, Value>,
    ) {
        self.journal.sent(event);
        let mut effects = Vec::new();
        for (id, connection) in &self.connections {
            if connection.mode.is_some() {
                let text = event_text(event, &fields(self, connection));
                effects.push(Effect::Send {
                    connection: *id,
                    text,
                });
            }
        }
        self.outbox.extend(effects);
    }

    /// Sends an event to one connection, authorized or not.
    pub(super) fn emit_to(
        &mut self,
        connection: ConnectionId,
        event: &str,
        fields: &Map<String, Value>,
    ) {
        self.journal.sent(event);
        self.outbox.push_back(Effect::Send {
            connection,
            text: event_text(event, fields),
        });
    }

    /// Lets the events collected so far go out.
    pub(super) fn flush_events(&mut self) {
        self.effects.append(&mut self.outbox);
    }
}

fn event_text(event: &str, fields: &Map<String, Value>) -> String {
    let mut message = Map::with_capacity(fields.len() + 2);
    message.insert("method".into(), "event".into());
    message.insert("event".into(), event.into());
    message.extend(
        fields
            .iter()
            .map(|(name, value)| (name.clone(), value.clone())),
    );
    Value::Object(message).to_string()
}
