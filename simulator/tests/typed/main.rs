//! Every command is called with its types and every event is read with its type, against the
//! simulator.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[rustfmt::skip]
#[allow(clippy::too_many_lines)]
mod generated;
#[path = "../conformance/mod.rs"]
mod conformance;
mod tour;

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use serde_json::{Map, Value, json};
use trueroom::api::{self, Fields, View};
use trueroom::{Error, Options, Room, State, catalogue};
use trueroom_simulator::{Simulator, SimulatorOptions};

/// Nothing here takes longer, unless it hangs.
const PATIENCE: Duration = Duration::from_secs(60);
/// Names of fields, and whether they could be read.
type Reads = Vec<(&'static str, bool)>;
type Listen = Box<dyn Fn(&Room) -> Later<(Reads, Fields)>>;
type Later<T> = Pin<Box<dyn Future<Output = T>>>;

struct Command {
    method: &'static str,
    run: Box<dyn FnOnce(Room) -> Later<Result<Reads, Error>>>,
    /// Reads the fields of an answer.
    read: Box<dyn Fn(Fields) -> Reads>,
}

fn command<C: api::Command + 'static>(command: C, read: fn(&C::Answer) -> Reads) -> Command {
    Command {
        method: C::METHOD,
        run: Box::new(move |room| {
            Box::pin(async move { Ok(read(&room.call_within(command, Some(PATIENCE)).await?)) })
        }),
        read: Box::new(move |fields| read(&C::Answer::new(fields))),
    }
}

struct Event {
    name: &'static str,
    aliases: &'static [&'static str],
    /// Starts to listen; the future waits for one event.
    listen: Listen,
}

fn event<E: api::Event + 'static>(read: fn(&E) -> Reads) -> Event {
    Event {
        name: E::NAME,
        aliases: E::ALIASES,
        listen: Box::new(move |room| {
            let mut events = room.events_of::<E>();
            Box::pin(async move {
                let event = events.next().await.expect("the room has ended");
                (read(&event), event.fields().clone())
            })
        }),
    }
}

async fn start(options: Value) -> (Simulator, Room) {
    let options = SimulatorOptions::from_json(options).unwrap();
    let simulator = Simulator::start(options).await.unwrap();
    let info = simulator.info();
    let options = Options {
        port: Some(info.port),
        ..Options::new(info.host.clone())
    };
    let room = Room::connect(options).await.unwrap();
    (simulator, room)
}

/// Calls those commands that a terminal of this generation knows, with parameters of their types.
/// What they ask may not be possible now, but never because of a parameter's form: the tour is
/// about answers. Returns how many were called.
async fn call_all(generation: &str) -> usize {
    let mut called = 0;
    let options = json!({ "generation": generation });
    let (mut simulator, mut room) = start(options.clone()).await;
    for command in generated::commands() {
        let known = catalogue::command(command.method).unwrap();
        let legacy = known.generation == Some(catalogue::Generation::Legacy);
        if legacy != (generation == "legacy") {
            continue;
        }
        if room.state() != State::Ready {
            // Some commands end the terminal, or the right to use it.
            room.close().await;
            (simulator, room) = start(options.clone()).await;
        }
        match (command.run)(room.clone()).await {
            Ok(reads) => {
                let missing: Vec<_> = reads.iter().filter(|(_, read)| !read).collect();
                assert!(missing.is_empty(), "{}: {missing:?}", command.method);
            }
            Err(Error::Command { text, .. }) => {
                assert!(!text.contains("parameter"), "{}: {text}", command.method);
            }
            Err(Error::ConnectionLost { .. }) if known.kind == catalogue::Kind::Action => {}
            Err(error) => panic!("{}: {error}", command.method),
        }
        called += 1;
        if command.method == "auth" {
            // It has made another user of the connection.
            room.close().await;
        }
    }
    room.close().await;
    drop(simulator);
    called
}

#[tokio::test]
async fn every_command_sends_its_parameters() {
    let called = call_all("current").await + call_all("legacy").await;
    assert_eq!(called, catalogue::commands().len());
}

#[tokio::test]
async fn every_field_of_every_event_is_read() {
    let (simulator, room) = start(json!({})).await;
    let catalogue: Catalogue = Catalogue::load();
    let mut received = 0;
    for event in generated::events() {
        for spelling in std::iter::once(&event.name).chain(event.aliases) {
            let waiting = (event.listen)(&room);
            let mut message = catalogue.event(event.name);
            message.insert("event".to_owned(), json!(spelling));
            let emit = json!({ "op": "emit", "event": message });
            simulator.perform(emit).await.unwrap();
            let (reads, _) = tokio::time::timeout(PATIENCE, waiting)
                .await
                .expect(spelling);
            let missing: Vec<_> = reads.iter().filter(|(_, read)| !read).collect();
            assert!(missing.is_empty(), "{spelling}: {missing:?}");
        }
        received += 1;
        // One of them asks for a new authorization.
        room.wait_ready().await.unwrap();
    }
    assert_eq!(received, catalogue::events().len());
    room.close().await;
}

/// The files of the catalogue, to make messages from its types.
struct Catalogue {
    events: Value,
    types: Value,
    enums: Value,
}

impl Catalogue {
    fn load() -> Self {
        Self {
            events: serde_json::from_str(include_str!("../../../protocol/events.json")).unwrap(),
            types: serde_json::from_str(include_str!("../../../protocol/types.json")).unwrap(),
            enums: serde_json::from_str(include_str!("../../../protocol/enums.json")).unwrap(),
        }
    }

    fn event(&self, name: &str) -> Map<String, Value> {
        self.fields(&self.events[name]["fields"])
    }

    fn fields(&self, fields: &Value) -> Map<String, Value> {
        let fields = fields.as_array().unwrap().iter();
        fields
            .map(|field| {
                let kind = field["type"].as_str().unwrap();
                (field["name"].as_str().unwrap().to_owned(), self.value(kind))
            })
            .collect()
    }

    fn value(&self, kind: &str) -> Value {
        if let Some(item) = kind.strip_suffix("[]") {
            return json!([self.value(item)]);
        }
        if let Some(name) = kind.strip_prefix("enum:") {
            let entry = &self.enums[name];
            let last = entry["values"]
                .as_object()
                .unwrap()
                .keys()
                .next_back()
                .unwrap();
            return match entry["wire"].as_str() {
                Some("int") => last.parse::<i64>().unwrap().into(),
                _ => last.as_str().into(),
            };
        }
        match kind {
            "string" => "text".into(),
            "int" | "int64" => 7.into(),
            "float" => 0.5.into(),
            "bool" => true.into(),
            "object" => json!({}),
            "any" => "anything".into(),
            name => self.fields(&self.types[name]["fields"]).into(),
        }
    }
}
