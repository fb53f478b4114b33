//! How far a transfer is, told to a Rust program.

#![allow(clippy::unwrap_used)]

use std::sync::{Arc, Mutex};

use serde_json::json;
use trueroom::files::{FileSource, SaveOptions};
use trueroom::{Options, Room};
use trueroom_simulator::{Simulator, SimulatorOptions};

type Steps = Arc<Mutex<Vec<(u64, u64)>>>;

/// Notes what it is told.
fn noting() -> (Steps, Arc<dyn Fn(u64, u64) + Send + Sync>) {
    let steps = Steps::default();
    let noted = steps.clone();
    let note = move |done, total| noted.lock().unwrap().push((done, total));
    (steps, Arc::new(note))
}

#[track_caller]
fn assert_whole(steps: &Steps, size: u64) {
    let steps = steps.lock().unwrap();
    assert!(steps.is_sorted(), "{steps:?}");
    assert_eq!(steps.last(), Some(&(size, size)));
}

#[tokio::test]
async fn a_file_that_is_read_saved_or_sent_tells_how_far_it_is() {
    let options = SimulatorOptions::from_json(json!({})).unwrap();
    let simulator = Simulator::start(options).await.unwrap();
    let options = Options {
        port: Some(simulator.info().port),
        ..Options::new(simulator.info().host.clone())
    };
    let room = Room::connect(options).await.unwrap();
    let files = room.files();

    let (sent, progress) = noting();
    let source = FileSource::Bytes {
        name: "a.bin".into(),
        bytes: vec![7; 300_000].into(),
    };
    files.upload(source, None, Some(progress)).await.unwrap();
    assert_whole(&sent, 300_000);

    let text = "x".repeat(300_000);
    let offer = json!({"op": "offerFile", "name": "b.txt", "text": text});
    let offer = simulator.perform(offer).await.unwrap();
    let id = offer["id"].as_str().unwrap();
    files.refresh().await.unwrap();
    files.accept(id).await.unwrap();

    let (read, progress) = noting();
    let content = files.read_with(id, Some(progress)).await.unwrap();
    assert_eq!(content, text.as_bytes());
    assert_whole(&read, 300_000);

    let (saved, progress) = noting();
    let folder = tempfile::tempdir().unwrap();
    let options = SaveOptions {
        progress: Some(progress),
        ..SaveOptions::default()
    };
    let path = files.save_with(id, folder.path(), options).await.unwrap();
    assert_eq!(std::fs::read(path).unwrap(), text.as_bytes());
    assert_whole(&saved, 300_000);
}
