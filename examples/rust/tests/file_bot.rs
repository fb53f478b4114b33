//! Runs the file bot as a program against the simulator.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::json;
use trueroom_simulator::{Simulator, SimulatorOptions};

/// Ends the program even when an assertion fails.
struct Bot(Child);

impl Drop for Bot {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn saves_what_it_likes_and_rejects_the_rest() {
    let options = SimulatorOptions::from_json(json!({"pin": "1234"})).unwrap();
    let simulator = Simulator::start(options).await.unwrap();
    let inbox = tempfile::tempdir().unwrap();
    let mut bot = Bot(Command::new(env!("CARGO_BIN_EXE_file_bot"))
        .args([
            "127.0.0.1",
            "--pin",
            "1234",
            "--max-bytes",
            "1000",
            "--port",
        ])
        .arg(simulator.info().port.to_string())
        .arg("--inbox")
        .arg(inbox.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap());
    let mut lines = BufReader::new(bot.0.stdout.take().unwrap()).lines();
    let mut line = || lines.next().unwrap().unwrap();
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
