//! Bad input that no scenario can say: messages of many megabytes, deep nesting, servers that are
//! no terminal. The connection survives what it can, and errors name the cause.

// Helpers of tests may fail at once where they stand, like the tests themselves.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod messages;
mod servers;

use std::time::Duration;

use serde_json::{Value, json};
use trueroom::{Events, Options, Room};
use trueroom_simulator::{Simulator, SimulatorOptions};

/// Nothing here takes longer, unless it hangs.
const PATIENCE: Duration = Duration::from_secs(60);

async fn simulator(options: Value) -> Simulator {
    let options = SimulatorOptions::from_json(options).unwrap();
    Simulator::start(options).await.unwrap()
}

fn options(simulator: &Simulator) -> Options {
    let info = simulator.info();
    Options {
        port: Some(info.port),
        ..Options::new(info.host)
    }
}

async fn perform(simulator: &Simulator, operation: Value) -> Value {
    simulator.perform(operation).await.unwrap()
}

async fn next(events: &mut Events) -> Value {
    let event = tokio::time::timeout(PATIENCE, events.next()).await;
    let event = event.expect("an event in time").expect("the room is open");
    serde_json::from_str(event.text.as_str()).unwrap()
}

/// The room still works, over the connection it had.
async fn works(room: &Room) {
    let answer = room.command("getServerDomain", json!({})).await.unwrap();
    assert!(answer.as_str().contains("example.test"));
    assert_eq!(room.counters().reconnects, 0);
}
