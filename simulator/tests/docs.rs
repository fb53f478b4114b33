//! docs/simulator.md names every option and operation, and its examples are understood.

#![allow(clippy::unwrap_used, clippy::panic)]

use serde_json::{Value, json};
use trueroom_simulator::{Simulator, SimulatorOptions};

const DOCS: &str = include_str!("../../docs/simulator.md");

/// What serde would have liked, from an error that ends in "expected one of `a`, `b`".
fn expected(error: &str) -> Vec<String> {
    let list = error.split("expected one of").nth(1).unwrap();
    list.split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_option_is_described() {
    let error = SimulatorOptions::from_json(json!({"noSuchOption": 1}))
        .unwrap_err()
        .to_string();
    let names = expected(&error);
    assert!(names.len() > 30);
    for name in names {
        assert!(
            DOCS.contains(&format!("`{name}`")),
            "{name} is not in the docs"
        );
    }
}

/// The operations in backticks, with something sensible in place of what stands for a value.
fn examples() -> Vec<Value> {
    let text = DOCS
        .replace(":ID", ":\"1\"")
        .replace(":N}", ":1}")
        .replace("KIND,\"target\":TARGET,\"times\":1,...", "\"slow\"")
        .replace("{...}", "{}");
    text.split('`')
        .filter(|part| part.starts_with("{\"op\""))
        .map(|part| serde_json::from_str(part).unwrap_or_else(|_| panic!("{part}")))
        .collect()
}

#[tokio::test]
async fn every_example_is_understood() {
    let examples = examples();
    assert!(examples.len() > 45);
    for mut example in examples {
        let simulator = Simulator::start(SimulatorOptions::from_json(json!({})).unwrap())
            .await
            .unwrap();
        if example["op"].as_str().unwrap().starts_with("wait") {
            example["timeout"] = 0.into();
        }
        if example.get("path").is_some() {
            example["path"] = json!(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"));
        }
        if let Err(error) = simulator.perform(example.clone()).await {
            let error = error.to_string();
            // Such as "there is no file request 1": that it could not be done is no fault.
            for word in ["unknown", "missing field", "invalid type", "needed"] {
                assert!(!error.contains(word), "{example}: {error}");
            }
        }
    }
}

#[tokio::test]
async fn every_operation_has_an_example() {
    let simulator = Simulator::start(SimulatorOptions::from_json(json!({})).unwrap())
        .await
        .unwrap();
    let error = simulator
        .perform(json!({"op": "noSuchOperation"}))
        .await
        .unwrap_err()
        .to_string();
    for name in expected(&error) {
        let found = examples()
            .iter()
            .any(|example| example["op"] == name.as_str());
        assert!(found, "{name} has no example in the docs");
    }
}
