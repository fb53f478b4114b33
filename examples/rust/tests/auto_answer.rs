//! Runs the auto answer as a program against the simulator.

mod support;

use std::process::Command;

use serde_json::{Value, json};
use support::Program;
use trueroom_simulator::{Simulator, SimulatorOptions};

#[tokio::test(flavor = "multi_thread")]
async fn answers_those_it_knows_and_declines_the_rest() {
    let options = SimulatorOptions::from_json(json!({"pin": "1234"})).unwrap();
    let simulator = Simulator::start(options).await.unwrap();
    let perform = async |operation: Value| simulator.perform(operation).await.unwrap();
    let mut program = Program::start(
        Command::new(env!("CARGO_BIN_EXE_auto_answer"))
            .args(["127.0.0.1", "--allow", "boss@example.test"])
            .env("TRUEROOM_PORT", simulator.info().port.to_string())
            .env("TRUEROOM_PIN", "1234"),
    );
    let mut line = || program.line();
    assert_eq!(line(), "ready");

    perform(json!({"op": "call", "from": "stranger@example.test"})).await;
    assert_eq!(line(), "declined stranger@example.test");
    assert_eq!(perform(json!({"op": "state"})).await["appState"], 3);

    perform(json!({"op": "call", "from": "boss@example.test"})).await;
    assert_eq!(line(), "answered boss@example.test");
    assert_eq!(perform(json!({"op": "state"})).await["appState"], 5);
}
