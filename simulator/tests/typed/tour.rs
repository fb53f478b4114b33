//! `protocol/tour`: every command is answered, and every event provoked, in a terminal where it
//! makes sense. Answers and events are held strictly against the catalogue, and read with types.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::{Map, Value, json};
use trueroom::{Room, State, catalogue};
use trueroom_simulator::Simulator;

use super::{Fields, PATIENCE, Reads, conformance, generated, start};

/// What the tours have seen.
#[derive(Default)]
struct Seen {
    commands: BTreeSet<String>,
    events: BTreeSet<String>,
}

#[tokio::test]
async fn every_command_is_answered_and_every_event_provoked() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../protocol/tour");
    let mut seen = Seen::default();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let tour: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let options = tour.get("options").cloned().unwrap_or_else(|| json!({}));
        let (simulator, room) = start(options).await;
        let mut known = Map::new();
        for step in tour["steps"].as_array().unwrap() {
            if room.state() != State::Ready {
                room.wait_ready().await.unwrap();
            }
            let about = format!("{}: {step}", path.display());
            let value = take(&simulator, &room, step, &known, &mut seen, &about).await;
            if let Some(name) = step["as"].as_str() {
                known.insert(name.to_owned(), value);
            }
        }
        room.close().await;
    }
    let commands = catalogue::commands()
        .iter()
        .map(|command| command.name.to_owned());
    assert_eq!(seen.commands, commands.collect());
    let events = catalogue::events()
        .iter()
        .map(|event| event.name.to_owned());
    assert_eq!(seen.events, events.collect());
}

/// One step; what it answers.
async fn take(
    simulator: &Simulator,
    room: &Room,
    step: &Value,
    known: &Map<String, Value>,
    seen: &mut Seen,
    about: &str,
) -> Value {
    let names: Vec<&str> = match step.get("events") {
        None => Vec::new(),
        Some(names) => names
            .as_array()
            .unwrap()
            .iter()
            .filter_map(Value::as_str)
            .collect(),
    };
    let all = generated::events();
    let expected: Vec<_> = names
        .iter()
        .map(|name| {
            let event = all.iter().find(|event| event.name == *name).expect(name);
            (event.listen)(room)
        })
        .collect();
    let value = match step["call"].as_str() {
        Some(method) => {
            seen.commands.insert(method.to_owned());
            let params = filled(step.get("params").unwrap_or(&json!({})), known);
            call(room, method, params, about).await
        }
        None => simulator
            .perform(filled(&step["op"], known))
            .await
            .expect(about),
    };
    for (name, waiting) in names.into_iter().zip(expected) {
        let event = tokio::time::timeout(PATIENCE, waiting).await;
        let (reads, fields) = event.unwrap_or_else(|_| panic!("no {name}: {about}"));
        check(reads, &fields, about);
        seen.events.insert(name.to_owned());
    }
    value
}

async fn call(room: &Room, method: &str, params: Value, about: &str) -> Value {
    let commands = generated::commands();
    let command = commands
        .into_iter()
        .find(|command| command.method == method);
    let text = room
        .command_within(method, params, Some(PATIENCE))
        .await
        .expect(about);
    let fields: Fields = serde_json::from_str(text.as_ref()).expect(about);
    check(
        (command.expect(method).read)(fields.clone()),
        &fields,
        about,
    );
    fields.into()
}

/// Strictly as the catalogue has it, and every field that is there can be read.
fn check(reads: Reads, fields: &Fields, about: &str) {
    conformance::check(&fields.clone().into());
    for (name, read) in reads {
        let there = fields.get(name).is_some_and(|value| !value.is_null());
        assert!(read || !there, "{name} cannot be read: {about}");
    }
}

/// Texts such as `$file.fileId` stand for what an earlier step answered.
fn filled(value: &Value, known: &Map<String, Value>) -> Value {
    match value {
        Value::String(text) if text.starts_with('$') => {
            let (name, path) = text[1..].split_once('.').unwrap();
            let pointer = format!("/{}", path.replace('.', "/"));
            known[name].pointer(&pointer).expect(text).clone()
        }
        Value::Array(items) => items.iter().map(|item| filled(item, known)).collect(),
        Value::Object(map) => {
            let entries = map
                .iter()
                .map(|(name, value)| (name.clone(), filled(value, known)));
            entries.collect::<Map<_, _>>().into()
        }
        other => other.clone(),
    }
}
