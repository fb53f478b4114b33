//! Runs the file bot as a program against the simulator.

mod support;

use std::process::Command;

use serde_json::json;
use support::Program;
use trueroom_simulator::{Simulator, SimulatorOptions};

#[tokio::test(flavor = "multi_thread")]
async fn saves_what_it_likes_and_rejects_the_rest() {
    let options = SimulatorOptions::from_json(json!({"pin": "1234"})).unwrap();
    let simulator = Simulator::start(options).await.unwrap();
    let inbox = tempfile::tempdir().unwrap();
    let mut bot = Program::start(
        Command::new(env!("CARGO_BIN_EXE_file_bot"))
            .args(["127.0.0.1", "--pin", "1234", "--max-bytes", "1000"])
            .args(["--port", &simulator.info().port.to_string()])
            .arg("--inbox")
            .arg(inbox.path()),
    );
    let mut line = || bot.line();
    assert_eq!(line(), "ready");

    simulator
        .perform(json!({"op": "offerFile", "name": "a.txt", "text": "hello"}))
        .await
        .unwrap();
    assert!(line().starts_with("saved \"a.txt\" as "));
    assert_eq!(
        std::fs::read_to_string(inbox.path().join("a.txt")).unwrap(),
        "hello"
    );

    simulator
        .perform(json!({"op": "offerFile", "name": "b.exe", "text": "x"}))
        .await
        .unwrap();
    assert_eq!(line(), "rejected \"b.exe\"");
    let big = json!({"op": "offerFile", "name": "c.bin", "pattern": {"size": 1001, "seed": 1}});
    simulator.perform(big).await.unwrap();
    assert_eq!(line(), "rejected \"c.bin\"");
    assert_eq!(std::fs::read_dir(inbox.path()).unwrap().count(), 1);
}
