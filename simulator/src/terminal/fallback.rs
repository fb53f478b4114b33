//! Messages made from the catalogue: answers to the commands nobody wrote by hand, and the fields
//! of events and answers that need no thought.

use serde_json::{Map, Value, json};

use super::Terminal;
use super::catalogue::{Command, Field, catalogue, command, event, type_fields};
use super::message::{Refusal, Reply, Request, fields};

/// Types nest; none of the catalogue's does so deeper than this.
const DEEPEST: u8 = 6;

/// Checks that the parameters are there and have their types.
pub(super) fn check_parameters(request: &Request<'_>, command: &Command) -> Result<(), Refusal> {
    for parameter in &command.params.0 {
        let mut names = std::iter::once(&parameter.name).chain(&parameter.aliases);
        if !parameter.may_be_missing && !names.any(|name| request.body.contains_key(name)) {
            let text = format!("parameter {} is missing", parameter.name);
            return Err(Refusal::new(text));
        }
        let given = request.body.get(&parameter.name);
        if given.is_some_and(|given| !fits(&parameter.kind, given)) {
            let text = format!("parameter {} is of another type", parameter.name);
            return Err(Refusal::new(text));
        }
    }
    Ok(())
}

/// Whether a parameter has the type the catalogue gives it. A number may come as its digits.
pub(super) fn fits(kind: &str, value: &Value) -> bool {
    if let Some(item) = kind.strip_suffix("[]") {
        let items = value.as_array();
        return items.is_some_and(|items| items.iter().all(|value| fits(item, value)));
    }
    match kind {
        "string" => value.is_string(),
        "int" | "int64" => {
            let digits = value
                .as_str()
                .is_some_and(|text| text.parse::<i64>().is_ok());
            value.is_i64() || value.is_u64() || digits
        }
        "float" => value.is_number(),
        "bool" => value.is_boolean(),
        "any" => true,
        _ => match kind.strip_prefix("enum:") {
            Some(name) => catalogue()
                .enums
                .get(name)
                .is_some_and(|all| all.contains(value)),
            None => value.as_object().is_some_and(|object| {
                let mut fields = type_fields(kind).unwrap_or_default().iter();
                fields.all(|field| match object.get(&field.name) {
                    Some(value) => fits(&field.kind, value),
                    None => field.may_be_missing,
                })
            }),
        },
    }
}

/// Answers every field that must be there.
pub(super) fn fallback(request: &Request<'_>, command: &Command) -> Map<String, Value> {
    let mut answer = object(&command.result.0, 0);
    // What was asked about comes back: ids in the answer are those of the question.
    for (name, value) in &mut answer {
        if let Some(asked) = request.body.get(name).filter(|asked| asked.is_string()) {
            value.clone_from(asked);
        }
    }
    answer
}

fn object(fields: &[Field], depth: u8) -> Map<String, Value> {
    fields
        .iter()
        .filter(|field| !field.may_be_missing)
        .map(|field| (field.name.clone(), value(&field.kind, depth)))
        .collect()
}

/// The plainest value of a catalogue type.
fn value(kind: &str, depth: u8) -> Value {
    if kind.ends_with("[]") {
        return json!([]);
    }
    match kind {
        "string" => "".into(),
        "int" | "int64" => 0.into(),
        "float" => json!(0.0),
        "bool" => false.into(),
        "object" => json!({}),
        "any" => Value::Null,
        _ => {
            if let Some(name) = kind.strip_prefix("enum:") {
                return enum_value(name);
            }
            let fields = type_fields(kind).filter(|_| depth < DEEPEST);
            fields.map_or_else(|| json!({}), |fields| object(fields, depth + 1).into())
        }
    }
}

/// The lowest number of an enum of numbers, the first text of one of texts.
fn enum_value(name: &str) -> Value {
    let Some(values) = catalogue().enums.get(name) else {
        return Value::Null;
    };
    let numbers = values.iter().filter_map(Value::as_i64);
    let lowest = numbers.filter(|number| *number >= 0).min();
    lowest.map_or_else(|| values.first().cloned().unwrap_or_default(), Value::from)
}

impl Terminal {
    /// Sends an event about a user: see [`Self::fill`].
    pub(super) fn tell(&mut self, name: &str, peer: &str, given: Value) {
        let (known, open) =
            event(name).map_or((&[][..], true), |event| (&event.fields.0[..], event.open));
        let fields = self.fill(known, open, peer, fields(given));
        self.emit(name, &fields);
    }

    /// Answers a command about a user: see [`Self::fill`].
    #[allow(clippy::unnecessary_wraps)]
    pub(super) fn reply(&self, method: &str, peer: &str, given: Value) -> Reply {
        let (known, open) = command(method).map_or((&[][..], true), |command| {
            (&command.result.0[..], command.open)
        });
        Ok(self.fill(known, open, peer, fields(given)))
    }

    /// An object of the catalogue about a user: see [`Self::fill`].
    pub(super) fn shape(&self, kind: &str, peer: &str, given: Value) -> Value {
        let known = type_fields(kind).unwrap_or_default();
        self.fill(known, false, peer, fields(given)).into()
    }

    /// The fields of a message: what is given, else what the names of a user and of the session
    /// that is on ask for, else the plainest value; and not what the catalogue does not have. Of
    /// an `open` message without known fields it is what is given.
    fn fill(
        &self,
        known: &[Field],
        open: bool,
        peer: &str,
        mut given: Map<String, Value>,
    ) -> Map<String, Value> {
        if known.is_empty() && open {
            return given;
        }
        let mut filled = Map::new();
        for field in known {
            let value = given.shift_remove(&field.name).or_else(|| {
                let optional = field.may_be_missing;
                match &field.name[..] {
                    "peerId" | "callId" if !peer.is_empty() => Some(peer.into()),
                    "peerDn" if !peer.is_empty() => Some(self.display_name_of(peer).into()),
                    "confId" | "conferenceId" if !optional => Some(self.session_id().into()),
                    _ => (!optional).then(|| value(&field.kind, 0)),
                }
            });
            filled.extend(value.map(|value| (field.name.clone(), value)));
        }
        filled
    }
}
