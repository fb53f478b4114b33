//! Asks every command of the catalogue.

use serde_json::{Value, json};

use crate::bench::Bench;
use crate::conformance::catalogue;

/// A value that fits the type of a parameter.
fn argument(kind: &str) -> Value {
    match kind {
        "string" => "alice@example.test".into(),
        "int" | "int64" => 1.into(),
        "float" => json!(0.5),
        "bool" => true.into(),
        _ if kind.ends_with("[]") => json!([]),
        _ => match kind.strip_prefix("enum:") {
            None => json!({}),
            Some(name) => {
                let found = &catalogue().enums[name];
                let first = found["values"].as_object().unwrap().keys().next().unwrap();
                match found["wire"].as_str() {
                    Some("int") => first.parse::<i64>().unwrap().into(),
                    _ => first.as_str().into(),
                }
            }
        },
    }
}

#[test]
fn every_command_is_answered_in_the_catalogue_s_form() {
    for (method, entry) in catalogue().commands.as_object().unwrap() {
        // A fresh terminal each: the checks of the bench see the answer and its events.
        let mut bench = Bench::new(json!({"generation": "both", "callAnswer": "none"}));
        let mut command = json!({"method": method, "requestId": "7"});
        for parameter in entry["params"].as_array().unwrap() {
            let name = parameter["name"].as_str().unwrap();
            command[name] = argument(parameter["type"].as_str().unwrap());
        }
        let answer = bench.call(command);
        assert_eq!(answer["requestId"], "7");
        assert!(answer["result"].is_boolean(), "{answer}");
        assert_ne!(answer["error"], "unknown method");
        bench.run();
    }
}

#[test]
fn a_missing_parameter_is_refused() {
    let mut missing = 0;
    for (method, entry) in catalogue().commands.as_object().unwrap() {
        let needed = entry["params"]
            .as_array()
            .unwrap()
            .iter()
            .any(|p| p["required"] == true);
        if needed {
            let mut bench = Bench::new(json!({"generation": "both"}));
            bench.bad(json!({"method": method}));
            missing += 1;
        }
    }
    assert!(missing > 50);
}

#[test]
fn an_unknown_method_is_refused_or_ignored() {
    let mut bench = Bench::new(json!({}));
    assert_eq!(bench.bad(json!({"method": "fly"})), "unknown method");
    let mut bench = Bench::new(json!({"unknownMethod": "silent"}));
    bench.send(r#"{"method": "fly"}"#);
    bench.send("no json");
    assert!(bench.messages().is_empty());
}

#[test]
fn malformed_messages_are_refused() {
    let mut bench = Bench::new(json!({}));
    for text in ["", "no json", "[]", "{}", r#"{"method": 1}"#, "\"auth\""] {
        bench.send(text);
        let messages = bench.messages();
        assert_eq!(messages.len(), 1, "{text}");
        assert_eq!(messages[0]["result"], false);
    }
}
