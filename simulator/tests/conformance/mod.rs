//! Holds messages strictly against the protocol catalogue: what must be there is there, in its
//! type, with a value the catalogue has, and nothing else is there.

use std::sync::OnceLock;

use serde_json::Value;

pub(crate) struct Catalogue {
    pub(crate) commands: Value,
    pub(crate) events: Value,
    pub(crate) types: Value,
    pub(crate) enums: Value,
}

pub(crate) fn catalogue() -> &'static Catalogue {
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
    let (entry, part, known) = if message["method"] == "event" {
        let entry = &catalogue().events[message["event"].as_str().unwrap()];
        (entry, "fields", &["method", "event"][..])
    } else if message["result"] == true {
        let entry = &catalogue().commands[message["method"].as_str().unwrap()];
        (entry, "result", &["method", "requestId", "result"][..])
    } else {
        assert!(
            message["error"].is_string(),
            "a refusal without text: {message}"
        );
        return;
    };
    assert!(entry.is_object(), "not in the catalogue: {message}");
    let whole = message.to_string();
    check_object(message, &entry[part], known, is_open(entry, part), &whole);
}

/// Whether more of this part exists than is listed.
fn is_open(entry: &Value, part: &str) -> bool {
    let incomplete = entry.get("incomplete").and_then(Value::as_array);
    incomplete.is_some_and(|parts| parts.iter().any(|open| open == part))
}

fn check_object(object: &Value, fields: &Value, known: &[&str], open: bool, whole: &str) {
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
        let expected = listed || open || known.contains(&name.as_str());
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
                let open = is_open(found, "fields");
                check_object(value, &found["fields"], &[], open, whole);
                true
            }
        }
    };
    assert!(fits, "{name} is no {kind} in {whole}");
}
