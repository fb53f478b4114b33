//! What a test can do to a terminal, as JSON. docs/simulator.md describes each operation with an
//! example.

mod authorization;
mod faults;
mod files;
mod others;

use std::time::Duration;

use serde_json::{Map, Value};

use super::message::{Refusal, Request};
use super::{ConnectionId, Terminal};

/// The operations with their parameters; those with a question mark may be missing. A table, and
/// not types: it is a twentieth of their size in the native module.
#[rustfmt::skip]
const OPERATIONS: [(&str, &str); 58] = [
    ("offerFile",
        "from? fromName? name? text? base64? pattern? path? pathSize? size? conferenceId?"),
    ("putFile", "name? text? base64? pattern? path? pathSize?"),
    ("takeFile", "id"),
    ("refuseFile", "id"),
    ("failRequest", "id"),
    ("vanishRequest", "id"),
    ("answerElsewhere", "id accept"),
    ("setAvailability", "availability?"),
    ("holdProgress", ""),
    ("releaseProgress", "id? steps?"),
    ("evict", "role?"),
    ("requireAuth", "cause"),
    ("setPin", "pin?"),
    ("expireTokens", "http?"),
    ("refuse", "method? error? code? times?"),
    ("dropNextAnswer", "method? times?"),
    ("delayAnswer", "method? ms times?"),
    ("answerWithoutRequestId", "method? times?"),
    ("answerWith", "method? answer times?"),
    ("clearFaults", ""),
    ("emit", "event"),
    ("state", ""),
    ("log", ""),
    ("call", "from name? type? title?"),
    ("answer", "from? accept? cause?"),
    ("hangUp", ""),
    ("say", "from message conference?"),
    ("setServer", "connected"),
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

/// An operation on the terminal itself, with parameters that were checked for their names.
#[derive(Debug, Clone)]
pub struct TerminalOperation {
    name: &'static str,
    parameters: Map<String, Value>,
}

impl TerminalOperation {
    /// Reads an operation; the error names what is wrong with it. Null stands for what is missing.
    pub fn from_json(operation: Value) -> Result<Self, String> {
        let Value::Object(mut parameters) = operation else {
            return Err("an operation is an object".into());
        };
        let op = parameters.shift_remove("op").unwrap_or_default();
        let wanted = op.as_str().unwrap_or_default();
        let Some((name, takes)) = OPERATIONS.into_iter().find(|(name, _)| *name == wanted) else {
            let names: Vec<_> = OPERATIONS
                .iter()
                .map(|(name, _)| format!("`{name}`"))
                .collect();
            let names = names.join(", ");
            return Err(format!(
                "unknown variant `{wanted}`, expected one of {names}"
            ));
        };
        parameters.retain(|_, value| !value.is_null());
        checked(&parameters, takes)?;
        Ok(Self { name, parameters })
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
    /// Carries out an operation; the error says why it could not be done.
    pub fn perform(
        &mut self,
        now: Duration,
        operation: TerminalOperation,
    ) -> Result<Value, String> {
        self.tick(now);
        let request = Request {
            connection: ConnectionId(0),
            method: operation.name,
            body: &operation.parameters,
        };
        let done = self.carry_out_operation(&request);
        self.flush_events();
        done.map_err(|refusal| refusal.text)
    }

    fn carry_out_operation(&mut self, operation: &Request<'_>) -> Result<Value, Refusal> {
        if let Some(done) = self.file_operation(operation) {
            return done;
        }
        if let Some(done) = self.authorization_operation(operation) {
            return done;
        }
        if let Some(done) = self.fault_operation(operation) {
            return done;
        }
        match operation.method {
            "emit" => self.emit_raw(&operation.body["event"])?,
            "state" => return Ok(self.state()),
            "log" => return Ok(self.log()),
            _ => return self.others_act(operation),
        }
        Ok(Value::Null)
    }

    /// Sends an event as it stands to every authorized connection.
    fn emit_raw(&mut self, event: &Value) -> Result<(), Refusal> {
        let fields = event
            .as_object()
            .ok_or_else(|| Refusal::new("the event must be an object"))?;
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
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn parameters_are_known_by_name() {
        let parse = |operation| TerminalOperation::from_json(operation).map(|_| ());
        assert_eq!(parse(json!({"op": "leave", "from": "a@x"})), Ok(()));
        assert_eq!(parse(json!({"op": "stopSharing"})), Ok(()));
        assert_eq!(parse(json!({"op": "setPin", "pin": null})), Ok(()));
        assert_eq!(
            parse(json!({"op": "leave"})),
            Err("missing field `from`".into())
        );
        for (operation, word) in [
            (json!({"op": "leave", "from": "a@x", "form": 1}), "`form`"),
            (json!({"op": "leaf"}), "unknown variant `leaf`"),
            (json!([]), "object"),
        ] {
            assert!(parse(operation).is_err_and(|text| text.contains(word)));
        }
    }
}
