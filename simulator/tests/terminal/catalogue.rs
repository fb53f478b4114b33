//! Holds messages against the protocol catalogue, and asks every command of it.

use std::sync::OnceLock;

use serde_json::{Value, json};

use crate::bench::Bench;

struct Catalogue {
    commands: Value,
    events: Value,
    types: Value,
    enums: Value,
}

fn catalogue() -> &'static Catalogue {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    CATALOGUE.get_or_init(|| {
        let read = |text| serde_json::from_str(text).unwrap();
        Catalogue {
            commands: read(include_str!("../../../protocol/commands.json")),
            events: read(include_str!("../../../protocol/events.json")),
            types: read(include_str!("../../../protocol/types.json")),
            enums: read(include_str!("../../../protocol/enums.json")),
        }
    })
}

/// Fails when an event, or an answer that is no refusal, is not as the catalogue has it.
pub(crate) fn check(message: &Value) {
    let (entry, fields, known) = if message["method"] == "event" {
        let entry = &catalogue().events[message["event"].as_str().unwrap()];
        (entry, &entry["fields"], &["method", "event"][..])
    } else if message["result"] == true {
        let entry = &catalogue().commands[message["method"].as_str().unwrap()];
        (
            entry,
            &entry["result"],
            &["method", "requestId", "result"][..],
        )
    } else {
        assert!(
            message["error"].is_string(),
            "a refusal without text: {message}"
        );
        return;
    };
    assert!(entry.is_object(), "not in the catalogue: {message}");
    let incomplete = entry.get("incomplete").is_some();
    check_object(message, fields, known, incomplete, &message.to_string());
}

fn check_object(object: &Value, fields: &Value, known: &[&str], incomplete: bool, whole: &str) {
    let fields = fields.as_array().unwrap();
    for field in fields {
        let name = field["name"].as_str().unwrap();
        match object.get(name) {
            None => {
                let needed = field["optional"] != true && field["guess"] != true;
                assert!(!needed, "{name} is missing in {whole}");
            }
            Some(value) => check_type(value, field["type"].as_str().unwrap(), name, whole),
        }
    }
    for name in object.as_object().unwrap().keys() {
        let listed = fields.iter().any(|field| field["name"] == name.as_str());
        let expected = listed || incomplete || known.contains(&name.as_str());
        assert!(expected, "{name} is not in the catalogue: {whole}");
    }
}

fn check_type(value: &Value, kind: &str, name: &str, whole: &str) {
    let fits = match kind {
        "string" => value.is_string(),
        "int" | "int64" => value.is_i64() || value.is_u64(),
        "float" => value.is_number(),
        "bool" => value.is_boolean(),
        "object" => value.is_object(),
        "any" => true,
        _ => {
            if let Some(kind) = kind.strip_suffix("[]") {
                for item in value.as_array().unwrap() {
                    check_type(item, kind, name, whole);
                }
                true
            } else if let Some(kind) = kind.strip_prefix("enum:") {
                let found = &catalogue().enums[kind];
                let key = match found["wire"].as_str() {
                    Some("int") => value.as_i64().map(|number| number.to_string()),
                    _ => value.as_str().map(str::to_owned),
                };
                key.is_some_and(|key| found["values"].get(&key).is_some())
            } else {
                let found = &catalogue().types[kind];
                let incomplete = found.get("incomplete").is_some();
                check_object(value, &found["fields"], &[], incomplete, whole);
                true
            }
        }
    };
    assert!(fits, "{name} is no {kind} in {whole}");
}

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
