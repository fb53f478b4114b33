//! The sample report is merged into the small catalogue of the validator's tests.

use serde_json::{Value, json};

use super::super::validate::tests::{faults, sound};
use super::report::Report;
use super::{Files, merge};

const SAMPLE: &str = include_str!("sample.json");

fn small_catalogue() -> Value {
    let mut catalogue = sound();
    catalogue["events"]["thingChanged"]["fields"][0]["guess"] = true.into();
    catalogue
}

fn merged() -> (Value, Vec<String>) {
    let Value::Object(catalogue) = small_catalogue() else {
        panic!("an object");
    };
    let mut files: Files = catalogue.into_iter().collect();
    let report = Report::from_json(SAMPLE).unwrap();
    let left = merge(&mut files, &report);
    let once = files.clone();
    merge(&mut files, &report);
    assert_eq!(files, once, "a second time changes nothing");
    (json!(files), left)
}

#[test]
fn the_result_is_a_sound_catalogue() {
    let (catalogue, left) = merged();
    assert_eq!(faults(&catalogue), Vec::<String>::new());
    assert_eq!(
        left,
        [
            "events.lampChanged: a new event; give it its area, and a summary when it is known",
            "types.Thing: a field with a withheld name",
        ]
    );
}

#[test]
fn what_was_seen_becomes_a_source_and_confirms_guesses() {
    let (catalogue, _) = merged();
    let sources = json!(["docs:v1/page", "lib:python", "seen:5.0.1.77"]);
    assert_eq!(catalogue["commands"]["getThing"]["sources"], sources);
    let changed = &catalogue["events"]["thingChanged"];
    assert_eq!(changed["sources"], sources);
    assert_eq!(changed["fields"][0].get("guess"), None);
}

#[test]
fn new_things_are_guesses_that_tell_where_they_come_from() {
    let (catalogue, _) = merged();
    let seen = "Seen on 5.0.1.77; not documented.";
    let field = |name: &str, kind: &str| json!({"doc": seen, "guess": true, "name": name, "optional": true, "type": kind});
    assert_eq!(
        catalogue["commands"]["getThing"]["result"][1],
        field("weight", "float")
    );
    assert_eq!(
        catalogue["types"]["Thing"]["fields"][1],
        field("tags", "string[]")
    );
    let event = &catalogue["events"]["lampChanged"];
    assert_eq!(
        (&event["evidence"], &event["summary"]),
        (&json!("seen"), &json!(seen))
    );
    assert_eq!(
        (&event["api"], &event["fields"][0]),
        (&json!(["v2"]), &field("level", "int"))
    );
    let value = |name: &str| {
        json!({"doc": "Seen on 5.0.1.77 in thingChanged.colour; not documented.", "guess": true,
               "name": name})
    };
    assert_eq!(
        catalogue["enums"]["Colour"]["values"]["42"],
        value("unknown_42")
    );
    assert_eq!(
        catalogue["enums"]["Colour"]["values"]["-1"],
        value("unknown_minus_1")
    );
}

#[test]
fn differences_are_noted_beside_what_the_pages_say() {
    let (catalogue, _) = merged();
    let size = &catalogue["types"]["Thing"]["fields"][0];
    assert_eq!(size["doc"], "Bytes. Seen as string on 5.0.1.77.");
    assert_eq!(
        (&size["type"], &size["guess"]),
        (&json!("int64"), &json!(true))
    );
    let thing = &catalogue["commands"]["getThing"]["result"][0];
    assert_eq!(thing["doc"], "It. Missing on 5.0.1.77.");
    assert_eq!(thing["optional"], true);
}

#[test]
fn reports_that_prove_nothing_are_refused() {
    for (key, value, part) in [
        ("version", json!(2), "version 2"),
        ("simulator", json!(true), "simulator"),
        ("product", json!(null), "did not tell"),
        ("product", json!("5.0/x"), "no version"),
        ("findings", json!({}), "not what the doctor prints"),
    ] {
        let mut report: Value = serde_json::from_str(SAMPLE).unwrap();
        report[key] = value;
        let Err(error) = Report::from_json(&report.to_string()) else {
            panic!("{key} was not refused");
        };
        assert!(error.to_string().contains(part), "{error}");
    }
}
