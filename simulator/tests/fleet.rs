//! Fleets against simulators. `test_fleet.py` and `fleet.test.mjs` play the same.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::time::{Duration, SystemTime};

use serde_json::{Value, json};
use trueroom::fleet::{FleetOptions, Selection};
use trueroom::{Error, Fleet, Options, State};
use trueroom_simulator::{Simulator, SimulatorOptions};

/// Nothing here takes longer, unless it hangs.
const PATIENCE: Duration = Duration::from_secs(60);

/// Many rooms and their terminals.
struct Building {
    fleet: Fleet,
    simulators: Vec<Simulator>,
}

async fn simulator(options: Value) -> Simulator {
    Simulator::start(SimulatorOptions::from_json(options).unwrap())
        .await
        .unwrap()
}

fn options(simulator: &Simulator) -> Options {
    Options {
        port: Some(simulator.info().port),
        ..Options::new("127.0.0.1")
    }
}

fn key(number: usize) -> String {
    format!("room-{number:03}")
}

impl Building {
    /// A fleet whose rooms are ready.
    async fn new(rooms: usize) -> Self {
        let fleet = Fleet::new(FleetOptions::default()).unwrap();
        let mut simulators = Vec::new();
        for number in 0..rooms {
            let simulator = simulator(json!({"seed": number})).await;
            fleet.add(&key(number), options(&simulator)).unwrap();
            simulators.push(simulator);
        }
        let building = Self { fleet, simulators };
        assert!(building.fleet.wait_ready(Some(PATIENCE)).await.is_empty());
        building
    }

    async fn emit(&self, number: usize, data: usize) {
        let event = json!({"event": "tick", "number": data});
        self.perform(number, json!({"op": "emit", "event": event}))
            .await;
    }

    async fn perform(&self, number: usize, operation: Value) -> Value {
        self.simulators[number].perform(operation).await.unwrap()
    }
}

async fn soon<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, work)
        .await
        .expect("nothing came")
}

fn number(event: &trueroom::Event) -> usize {
    let event: Value = serde_json::from_str(event.text.as_str()).unwrap();
    usize::try_from(event["number"].as_u64().unwrap()).unwrap()
}

#[tokio::test]
async fn events_of_all_rooms_come_in_order_with_their_keys() {
    let building = Building::new(3).await;
    let mut events = building.fleet.events(["tick"]);
    for data in 0..30 {
        building.emit(data % 3, data).await;
    }
    let mut seen: [Vec<usize>; 3] = Default::default();
    for _ in 0..30 {
        let (from, event) = soon(events.next()).await.unwrap();
        let room = (0..3).find(|room| key(*room) == *from).unwrap();
        seen[room].push(number(&event));
    }
    for (room, seen) in seen.iter().enumerate() {
        assert_eq!(*seen, (0..10).map(|n| n * 3 + room).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn a_flood_of_one_room_does_not_starve_the_others() {
    let building = Building::new(2).await;
    let mut events = building.fleet.events(["tick"]);
    for data in 0..2000 {
        building.emit(0, data).await;
    }
    building.emit(1, 0).await;
    // The flood is in the queue as a whole before it is read.
    for room in 0..2 {
        let room = building.fleet.get(&key(room)).unwrap();
        room.command("getAppState", json!({})).await.unwrap();
    }
    assert_eq!(building.fleet.health().queue_depth(), 1024 + 1);
    let (from, event) = soon(events.next()).await.unwrap();
    assert_eq!((&*from, &*event.name), ("room-000", "lagged"));
    let lost: Value = serde_json::from_str(event.text.as_str()).unwrap();
    assert_eq!(lost["dropped"], 2000 - 1024);
    let mut before = 0;
    while &*soon(events.next()).await.unwrap().0 == "room-000" {
        before += 1;
    }
    assert!(before < 64, "{before} events of the flood came first");
}

#[tokio::test]
async fn rooms_come_and_go_in_streams_that_are_open() {
    let mut building = Building::new(1).await;
    let mut events = building.fleet.events(["tick", "connection"]);
    let late = simulator(json!({})).await;
    let room = building.fleet.add("late", options(&late)).unwrap();
    let (from, event) = soon(events.next()).await.unwrap();
    assert_eq!((&*from, &*event.name), ("late", "connection"));
    building.simulators.push(late);
    building.emit(1, 7).await;
    building.emit(0, 8).await;
    let mut keys = [
        soon(events.next()).await.unwrap().0,
        soon(events.next()).await.unwrap().0,
    ];
    keys.sort();
    assert_eq!(keys.map(|key| key.to_string()), ["late", "room-000"]);
    building.emit(1, 9).await;
    room.command("getAppState", json!({})).await.unwrap();
    assert!(building.fleet.remove("late").await);
    assert!(!building.fleet.remove("late").await);
    assert_eq!(room.state(), State::Closed);
    building.emit(0, 10).await;
    let (from, event) = soon(events.next()).await.unwrap();
    assert_eq!((&*from, number(&event)), ("room-000", 10));
    assert!(building.fleet.get("late").is_none());
    building.fleet.close().await;
    assert!(soon(events.next()).await.is_none());
}

#[tokio::test]
async fn a_terminal_that_is_off_is_tried_until_it_is_there() {
    let fleet = Fleet::new(FleetOptions::default()).unwrap();
    let terminal = simulator(json!({})).await;
    terminal
        .perform(json!({"op": "stopListening"}))
        .await
        .unwrap();
    let before = SystemTime::now();
    let mut events = fleet.events(["connection"]);
    fleet.add("lobby", options(&terminal)).unwrap();
    let (_, event) = soon(events.next()).await.unwrap();
    assert!(event.text.as_str().contains("\"connecting\""), "{event:?}");
    let late = fleet.wait_ready(Some(Duration::ZERO)).await;
    let health = &late["lobby"];
    assert_eq!(health.state, State::Connecting);
    assert!(health.since >= before - Duration::from_secs(1));
    assert!(matches!(health.last_error, Some(Error::Connect { .. })));
    terminal
        .perform(json!({"op": "startListening"}))
        .await
        .unwrap();
    assert!(fleet.wait_ready(Some(PATIENCE)).await.is_empty());
    let health = fleet.health();
    assert_eq!((health.ready(), health.reconnects()), (1, 0));
    assert!(health.rooms["lobby"].since > late["lobby"].since);
}

#[tokio::test]
async fn a_wrong_pin_ends_its_room_only() {
    let building = Building::new(1).await;
    let locked = simulator(json!({"pin": "1234"})).await;
    let wrong = Options {
        pin: Some("9".into()),
        ..options(&locked)
    };
    building.fleet.add("locked", wrong).unwrap();
    // No limit: a room that has ended is not waited for.
    let late = soon(building.fleet.wait_ready(None)).await;
    assert_eq!(
        late.keys().map(|key| &**key).collect::<Vec<_>>(),
        ["locked"]
    );
    assert_eq!(late["locked"].state, State::Closed);
    assert!(matches!(
        late["locked"].last_error,
        Some(Error::Auth { .. })
    ));
    let health = building.fleet.health();
    assert_eq!((health.ready(), health.count(State::Closed)), (1, 1));
}

#[tokio::test]
async fn a_command_goes_to_all_rooms_and_no_failure_hides_an_answer() {
    let building = Building::new(5).await;
    let refuse = json!({"op": "refuse", "method": "getSystemInfo", "code": 3});
    building.perform(2, refuse).await;
    let results = building
        .fleet
        .command("getSystemInfo", json!({}))
        .await
        .unwrap();
    assert_eq!(results.iter().len(), 5);
    assert_eq!(results.answers().len(), 4);
    assert!(results.get("room-000").unwrap().is_ok());
    let errors = results.errors();
    assert!(matches!(
        errors["room-002"],
        Error::Command { code: Some(3), .. }
    ));
    let error = results.check().unwrap_err();
    assert_eq!(error.kind(), "FleetError");
    let text = error.to_string();
    assert!(
        text.starts_with("failed in 1 of 5 rooms: room-002: getSystemInfo"),
        "{text}"
    );

    let some = Selection {
        rooms: Some(vec!["room-004".into(), "room-001".into()]),
        ..Selection::default()
    };
    let results = building
        .fleet
        .command_in("getAppState", json!({}), some)
        .await
        .unwrap();
    let asked: Vec<&str> = results.iter().map(|(key, _)| key).collect();
    assert_eq!(asked, ["room-001", "room-004"]);
    results.check().unwrap();

    let unknown = Selection {
        rooms: Some(vec!["nowhere".into()]),
        ..Selection::default()
    };
    let error = building
        .fleet
        .command_in("getAppState", json!({}), unknown)
        .await;
    assert!(matches!(error, Err(Error::Usage(text)) if text.contains("nowhere")));
}

#[tokio::test]
async fn a_limit_holds_and_a_timeout_is_each_rooms_own() {
    let building = Building::new(4).await;
    let hour = 3_600_000;
    for number in 0..4 {
        let delay = json!({"op": "delayAnswer", "method": "getAppState", "ms": hour});
        building.perform(number, delay).await;
    }
    let fleet = building.fleet.clone();
    let asking = tokio::spawn(async move {
        let selection = Selection {
            limit: Some(2),
            timeout: Some(PATIENCE),
            ..Selection::default()
        };
        fleet.command_in("getAppState", json!({}), selection).await
    });
    for numbers in [0..2, 2..4] {
        for number in numbers.clone() {
            let received = json!({"op": "waitFor", "received": "getAppState"});
            building.perform(number, received).await;
        }
        assert_eq!(building.fleet.health().pending(), 2);
        for number in numbers {
            let advance = json!({"op": "advance", "ms": 2 * hour});
            building.perform(number, advance).await;
        }
    }
    let results = soon(asking).await.unwrap().unwrap();
    assert_eq!(results.answers().len(), 4);

    for number in 0..4 {
        let drop = json!({"op": "dropNextAnswer", "method": "getAppState"});
        building.perform(number, drop).await;
    }
    let selection = Selection {
        timeout: Some(Duration::from_millis(100)),
        ..Selection::default()
    };
    let fleet = &building.fleet;
    let asking = fleet.command_in("getAppState", json!({}), selection);
    let results = soon(asking).await.unwrap();
    let errors = results.errors();
    assert_eq!(errors.len(), 4);
    assert!(
        errors
            .values()
            .all(|error| matches!(error, Error::Timeout { .. }))
    );
}

#[tokio::test]
async fn file_requests_of_all_rooms_come_in_one_stream() {
    let building = Building::new(2).await;
    building
        .perform(1, json!({"op": "offerFile", "name": "early.txt"}))
        .await;
    let room = building.fleet.get("room-001").unwrap();
    room.command("getAppState", json!({})).await.unwrap();
    let mut offers = building.fleet.offers();
    let (from, request) = soon(offers.next()).await.unwrap();
    assert_eq!((&*from, &*request.file_name), ("room-001", "early.txt"));
    building
        .perform(0, json!({"op": "offerFile", "name": "b.txt"}))
        .await;
    let (from, request) = soon(offers.next()).await.unwrap();
    assert_eq!((&*from, &*request.file_name), ("room-000", "b.txt"));
    let room = building.fleet.get(&from).unwrap();
    room.files().accept(&request.id).await.unwrap();
}

#[tokio::test]
async fn connects_are_spread() {
    let fleet = Fleet::new(FleetOptions {
        connect_rate: 20.0,
        ..FleetOptions::default()
    })
    .unwrap();
    let mut simulators = Vec::new();
    for number in 0..30 {
        simulators.push(simulator(json!({"seed": number})).await);
    }
    let start = std::time::Instant::now();
    for (number, simulator) in simulators.iter().enumerate() {
        fleet.add(&key(number), options(simulator)).unwrap();
    }
    assert!(fleet.wait_ready(Some(PATIENCE)).await.is_empty());
    // Ten at once, the others at 20 a second.
    let took = start.elapsed();
    assert!(took >= Duration::from_millis(950), "{took:?}");
}

#[tokio::test]
async fn mistakes_are_named() {
    let building = Building::new(1).await;
    for (key, part) in [("room-000", "already"), ("", "empty")] {
        let error = building.fleet.add(key, Options::default()).err().unwrap();
        assert!(
            matches!(&error, Error::Usage(text) if text.contains(part)),
            "{error}"
        );
    }
    for options in [
        FleetOptions {
            connect_rate: 0.0,
            ..FleetOptions::default()
        },
        FleetOptions {
            connect_rate: f64::NAN,
            ..FleetOptions::default()
        },
        FleetOptions {
            concurrency: 0,
            ..FleetOptions::default()
        },
    ] {
        assert!(matches!(Fleet::new(options), Err(Error::Usage(_))));
    }
    building.fleet.close().await;
    let error = building.fleet.add("x", Options::default()).err().unwrap();
    assert!(error.to_string().contains("closed"), "{error}");
}

#[tokio::test]
async fn after_a_restart_of_every_terminal_all_are_back_and_nothing_is_lost() {
    let building = Building::new(100).await;
    let mut offers = building.fleet.offers();
    let mut connections = building.fleet.events(["connection"]);
    let mut restarts = tokio::task::JoinSet::new();
    for simulator in building.simulators {
        restarts.spawn(async move {
            // The room learns of this offer only by asking.
            simulator
                .perform(json!({"op": "stopListening"}))
                .await
                .unwrap();
            simulator
                .perform(json!({"op": "dropConnection", "how": "reset"}))
                .await
                .unwrap();
            let none = json!({"op": "waitConnections", "count": 0});
            simulator.perform(none).await.unwrap();
            simulator.perform(json!({"op": "offerFile"})).await.unwrap();
            simulator.perform(json!({"op": "restart"})).await.unwrap();
            simulator
        });
    }
    let mut simulators = Vec::new();
    while let Some(simulator) = restarts.join_next().await {
        simulators.push(simulator.unwrap());
    }
    let mut from = std::collections::BTreeSet::new();
    while from.len() < 100 {
        from.insert(soon(offers.next()).await.unwrap().0);
    }
    let health = building.fleet.health();
    assert_eq!((health.ready(), health.reconnects()), (100, 100));
    let mut ups = 0;
    while ups < 100 {
        let (_, event) = soon(connections.next()).await.unwrap();
        ups += usize::from(event.text.as_str().contains("\"ready\""));
    }
    building.fleet.close().await;
    assert!(soon(connections.next()).await.is_none());
}
