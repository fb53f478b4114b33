//! Waiting for one event in Rust, against the simulator.

#![allow(clippy::unwrap_used)]

use std::time::Duration;

use serde_json::json;
use trueroom::api::app::MyEventEvent;
use trueroom::api::call::{Call, RejectReceivedEvent};
use trueroom::api::enums::RejectCause;
use trueroom::{Options, Room};
use trueroom_simulator::{Simulator, SimulatorOptions};

async fn start() -> (Simulator, Room) {
    let options = json!({"callAnswer": "none"});
    let options = SimulatorOptions::from_json(options).unwrap();
    let simulator = Simulator::start(options).await.unwrap();
    let options = Options {
        port: Some(simulator.info().port),
        ..Options::new(simulator.info().host.clone())
    };
    let room = Room::connect(options).await.unwrap();
    (simulator, room)
}

async fn emit(simulator: &Simulator, event: serde_json::Value) {
    let emit = json!({"op": "emit", "event": event});
    simulator.perform(emit).await.unwrap();
}

#[tokio::test]
async fn an_expected_event_is_kept_from_the_beginning_on() {
    let (simulator, room) = start().await;
    let expected = room.expect::<RejectReceivedEvent>();
    let peer_id = "ann@example.test".to_owned();
    room.call(Call { peer_id, pin: None }).await.unwrap();
    for cause in [1, 2] {
        let event = json!({"event": "rejectReceived", "cause": cause});
        emit(&simulator, event).await;
    }
    let busy = |event: &RejectReceivedEvent| event.cause() == Some(RejectCause::Busy);
    let event = expected.first_where(None, busy).await.unwrap();
    assert_eq!(event.cause(), Some(RejectCause::Busy));
}

#[tokio::test]
async fn what_does_not_come_in_time_is_a_wait_timeout() {
    let (simulator, room) = start().await;
    let error = room.wait_for::<MyEventEvent>(Some(Duration::ZERO)).await;
    assert_eq!(error.unwrap_err().kind(), "WaitTimeout");
    let waiting = room.expect::<MyEventEvent>();
    emit(&simulator, json!({"event": "myEvent", "data": "x"})).await;
    let event = waiting.first(Some(Duration::from_secs(10))).await.unwrap();
    assert!(event.data().is_some());
}

#[tokio::test]
async fn the_end_of_the_room_ends_the_wait() {
    let (_simulator, room) = start().await;
    let waiting = room.expect::<MyEventEvent>();
    room.close().await;
    assert_eq!(waiting.first(None).await.unwrap_err().kind(), "RoomClosed");
}
