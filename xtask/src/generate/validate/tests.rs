//! A broken catalogue is found. Each test breaks one thing in a small sound one.

use serde_json::{Value, json};

use super::super::json::normal_form;
use super::super::model::{Catalogue, FILES};
use super::validate;

fn message(extra: Value) -> Value {
    let mut entry = json!({
        "area": "files", "api": ["v1", "v2"], "since": null, "summary": "Does it.", "notes": "",
        "evidence": "documented", "sources": ["docs:v1/page", "lib:python"],
    });
    merge(&mut entry, extra);
    entry
}

fn merge(into: &mut Value, extra: Value) {
    match (into, extra) {
        (Value::Object(into), Value::Object(extra)) => {
            for (key, value) in extra {
                merge(into.entry(key).or_insert(Value::Null), value);
            }
        }
        (into, extra) => *into = extra,
    }
}

pub(in super::super) fn sound() -> Value {
    json!({
        "commands": {
            "getThing": message(json!({
                "kind": "query", "events": ["thingChanged"], "errors": [],
                "params": [{"name": "id", "type": "int", "doc": "Which.", "required": true}],
                "result": [{"name": "thing", "type": "Thing[]", "doc": "It.", "optional": false}],
            })),
        },
        "events": {
            "thingChanged": message(json!({"fields": [
                {"name": "colour", "type": "enum:Colour", "doc": "New.", "optional": true},
            ]})),
        },
        "flows": {},
        "types": {
            "Thing": {"doc": "A thing.", "notes": "", "fields": [
                {"name": "size", "type": "int64", "doc": "Bytes.", "optional": false},
            ]},
        },
        "enums": {
            "Colour": {"wire": "int", "doc": "A colour.", "notes": "", "values": {
                "1": {"name": "red", "doc": "Red."}, "2": {"name": "dark_blue", "doc": "Blue."},
            }},
        },
    })
}

pub(in super::super) fn faults(catalogue: &Value) -> Vec<String> {
    let text = |name: &str| normal_form(&catalogue[name]).unwrap();
    let files = FILES.map(|name| (name, text(name)));
    let mut faults = Vec::new();
    let parsed = Catalogue::parse(&files, &mut faults);
    if faults.is_empty() {
        validate(&parsed, &mut faults);
    }
    faults
}

/// Merges `change` into the sound catalogue and expects exactly one fault, with these words.
#[track_caller]
fn one_fault(change: Value, place: &str, words: &str) {
    let mut catalogue = sound();
    merge(&mut catalogue, change);
    let faults = faults(&catalogue);
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert!(faults[0].starts_with(&format!("{place}: ")), "{faults:?}");
    assert!(faults[0].contains(words), "{faults:?}");
}

#[test]
fn a_sound_catalogue_has_no_faults() {
    assert_eq!(faults(&sound()), Vec::<String>::new());
}

#[test]
fn keys_are_checked() {
    let change = json!({"commands": {"getThing": {"colour": 1}}});
    one_fault(change, "commands.getThing", "unknown field `colour`");
    let change = json!({"commands": {"getThing": {"kind": "maybe"}}});
    one_fault(change, "commands.getThing", "unknown variant `maybe`");
    let change = json!({"events": {"thingChanged": {"access": null}}});
    one_fault(change, "events.thingChanged", "null");
    let change = json!({"events": {"thingChanged": {"kind": "query"}}});
    one_fault(change, "events.thingChanged", "unknown field `kind`");
    let change = json!({"enums": {"Colour": {"bitmask": false}}});
    one_fault(change, "enums.Colour", "true or absent");
    let mut catalogue = sound();
    catalogue["events"]["thingChanged"]
        .as_object_mut()
        .unwrap()
        .remove("since");
    assert!(faults(&catalogue)[0].contains("missing field `since`"));
}

#[test]
fn the_normal_form_is_demanded() {
    let text = serde_json::to_string(&sound()["types"]).unwrap();
    let mut faults = Vec::new();
    let catalogue = Catalogue::parse(&[("types", text)], &mut faults);
    assert_eq!(catalogue.types.len(), 1);
    assert!(faults[0].contains("normal form"), "{faults:?}");
    Catalogue::parse(&[("enums", "{".to_owned())], &mut faults);
    assert!(
        faults[1].starts_with("enums.json: cannot be read"),
        "{faults:?}"
    );
}

#[test]
fn messages_are_checked() {
    let cases = [
        (json!({"area": "kitchen"}), "unknown area"),
        (json!({"api": ["v2", "v1"]}), "bad api"),
        (json!({"since": "4.1"}), "bad since"),
        (json!({"summary": "x ".repeat(25) + "end."}), "25 words"),
        (json!({"aliases": ["thingChanged"]}), "entry of its own"),
        (json!({"aliases": []}), "different names"),
        (
            json!({"sources": ["lib:python"]}),
            "evidence and sources disagree",
        ),
        (
            json!({"sources": ["docs:v2/b", "docs:v1/a"]}),
            "bad sources",
        ),
        (json!({"incomplete": ["params"]}), "bad incomplete"),
        (
            json!({"area": "chat", "generation": "legacy"}),
            "generation outside files",
        ),
        (json!({"replaces": "oldThing"}), "does not exist"),
        (json!({"replaces": "thingChanged"}), "does not link back"),
    ];
    for (change, words) in cases {
        one_fault(
            json!({"events": {"thingChanged": change}}),
            "events.thingChanged",
            words,
        );
    }
    let change = json!({"events": {"thingChanged": {"summary": "No stop"}}});
    one_fault(change, "events.thingChanged.summary", "full stop");
}

#[test]
fn commands_are_checked() {
    let cases = [
        (json!({"events": ["gone"]}), "event gone does not exist"),
        (
            json!({"events": ["thingChanged", "thingChanged"]}),
            "named twice",
        ),
        (json!({"events_guess": ["other"]}), "which events does not"),
    ];
    for (change, words) in cases {
        one_fault(
            json!({"commands": {"getThing": change}}),
            "commands.getThing",
            words,
        );
    }
    let unknown = json!({"evidence": "name", "sources": ["named:x"], "incomplete": ["params"]});
    let mut catalogue = sound();
    merge(&mut catalogue["commands"]["getThing"], unknown);
    let faults = faults(&catalogue).join("\n");
    assert!(faults.contains("yet has fields"), "{faults}");
    assert!(faults.contains("must name all parts"), "{faults}");
}

#[test]
fn generations_are_linked_both_ways() {
    let mut catalogue = sound();
    let event = json!({"fields": [], "generation": "current", "replaces": "thingChanged"});
    catalogue["events"]["thingUpdated"] = message(event);
    let link = json!({"replaced_by": "thingUpdated"});
    merge(&mut catalogue["events"]["thingChanged"], link);
    let both = faults(&catalogue);
    assert!(
        both.iter()
            .all(|fault| fault.contains("both have a generation")),
        "{both:?}"
    );
    catalogue["events"]["thingChanged"]["generation"] = json!("legacy");
    assert_eq!(faults(&catalogue), Vec::<String>::new());
    catalogue["events"]["thingChanged"]["generation"] = json!("current");
    assert!(faults(&catalogue)[0].contains("do not go together"));
}

#[test]
fn fields_are_checked() {
    let place = "types.Thing.size";
    let cases = [
        (json!({"type": "int64[][]"}), "does not parse"),
        (json!({"type": "Thang"}), "type Thang does not exist"),
        (json!({"type": "enum:Thing"}), "enum Thing does not exist"),
        (json!({"aliases": ["size"]}), "occurs twice"),
    ];
    for (change, words) in cases {
        let mut field = sound()["types"]["Thing"]["fields"][0].clone();
        merge(&mut field, change);
        one_fault(
            json!({"types": {"Thing": {"fields": [field]}}}),
            place,
            words,
        );
    }
    let field = json!({"name": "event", "type": "int", "doc": "No.", "optional": true});
    let mut catalogue = sound();
    catalogue["events"]["thingChanged"]["fields"]
        .as_array_mut()
        .unwrap()
        .push(field);
    assert_eq!(
        faults(&catalogue),
        ["events.thingChanged.fields.event: event is reserved"]
    );
}

#[test]
fn enum_values_are_checked() {
    let cases = [
        (
            json!({"2": {"name": "red"}}),
            "enums.Colour.2",
            "repeated name",
        ),
        (
            json!({"2": {"name": "Blue"}}),
            "enums.Colour.2",
            "bad or repeated",
        ),
        (
            json!({"2": {"aliases": ["1"]}}),
            "enums.Colour.2",
            "occurs twice",
        ),
        (
            json!({"x": {"name": "x", "doc": "X."}}),
            "enums.Colour.x",
            "not an integer",
        ),
    ];
    for (values, place, words) in cases {
        one_fault(
            json!({"enums": {"Colour": {"values": values}}}),
            place,
            words,
        );
    }
    let three = json!({"bitmask": true, "values": {"3": {"name": "x", "doc": "X."}}});
    one_fault(
        json!({"enums": {"Colour": three}}),
        "enums.Colour.3",
        "single bit",
    );
}

#[test]
fn unused_and_colliding_entries_are_found() {
    let lonely = json!({"doc": "Nobody uses it.", "notes": "", "fields": [
        {"name": "self", "type": "Lonely", "doc": "Itself.", "optional": true},
    ]});
    one_fault(
        json!({"types": {"Lonely": lonely}}),
        "types.Lonely",
        "not used",
    );
    let mut catalogue = sound();
    catalogue["events"]["ThingChanged"] = catalogue["events"]["thingChanged"].clone();
    assert_eq!(
        faults(&catalogue),
        ["events: names differ only in case: thingchanged"]
    );
}

#[test]
fn names_that_collide_in_a_language_are_found() {
    let field = |name: &str| json!({"name": name, "type": "int", "doc": "It.", "optional": true});
    let fields = json!([field("size"), field("fileSize"), field("file_size")]);
    one_fault(
        json!({"types": {"Thing": {"fields": fields}}}),
        "types.Thing.file_size",
        "reads like another name",
    );
    one_fault(
        json!({"types": {"Thing": {"fields": [field("toJson")]}}}),
        "types.Thing.toJson",
        "something else in Python",
    );
    let params = json!([{"name": "timeout", "type": "int", "doc": "It.", "required": true}]);
    one_fault(
        json!({"commands": {"getThing": {"params": params}}}),
        "commands.getThing.params.timeout",
        "reserved",
    );
}

/// A sound catalogue with a command whose outcome comes as an event.
fn with_flow(change: Value) -> Vec<String> {
    let mut catalogue = sound();
    catalogue["commands"]["paintThing"] = message(json!({
        "kind": "action", "events": ["thingChanged"], "errors": [], "result": [],
        "params": [{"name": "id", "type": "int", "doc": "Which.", "required": true}],
    }));
    catalogue["flows"]["paint"] = json!({
        "command": "paintThing", "summary": "Paint it.", "notes": "", "timeout": 5,
        "ends_well": [{"event": "thingChanged", "when": {"colour": [1]}}],
        "ends_badly": [{"event": "thingChanged", "cause": "colour"}],
        "reached": {"query": "getThing", "in": "thing", "same": {"size": "id"}},
    });
    merge(&mut catalogue, change);
    faults(&catalogue)
}

#[test]
fn flows_are_checked() {
    assert_eq!(with_flow(json!({})), Vec::<String>::new());
    for (change, words) in [
        (json!({"command": "gone"}), "command gone does not exist"),
        (json!({"command": "getThing"}), "a query has no outcome"),
        (json!({"timeout": 0}), "1 to 600"),
        (json!({"summary": "No stop"}), "full stop"),
        (json!({"ends_well": []}), "nothing ends it well"),
        (json!({"ends_badly": [{"event": "gone"}]}), "does not exist"),
        (
            json!({"ends_badly": [{"event": "thingChanged", "cause": "x"}]}),
            "no field x",
        ),
        (
            json!({"ends_badly": [{"event": "thingChanged", "own": "x"}]}),
            "no field x",
        ),
        (
            json!({"ends_badly": [{"event": "thingChanged", "when": {"colour": ["red"]}}]}),
            "numbers or booleans",
        ),
        (
            json!({"ends_badly": [{"event": "thingChanged", "same": {"colour": "x"}}]}),
            "no parameter x",
        ),
        (
            json!({"ends_well": [{"event": "thingChanged", "cause": "colour"}]}),
            "has a cause",
        ),
        (
            json!({"reached": {"query": "gone"}}),
            "query gone does not exist",
        ),
        (json!({"reached": {"query": "paintThing"}}), "is no query"),
        (
            json!({"reached": {"when": {"thing.colour": [1]}}}),
            "no field thing.colour",
        ),
        (
            json!({"reached": {"in": "what"}}),
            "no field size to compare",
        ),
    ] {
        let found = with_flow(json!({"flows": {"paint": change}})).join("\n");
        assert!(found.contains(words), "{words}: {found}");
    }
    let unnamed = json!({"commands": {"paintThing": {"events": []}}});
    assert!(with_flow(unnamed)[0].contains("does not name thingChanged"));
}
