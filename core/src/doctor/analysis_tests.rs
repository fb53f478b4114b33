use std::collections::BTreeSet;

use serde_json::json;

use super::super::findings::Finding;
use super::*;

fn after(messages: &[Value]) -> Analysis {
    let mut analysis = Analysis::new(vec![Secret::new("1234")]);
    for message in messages {
        analysis.hear(&message.to_string());
    }
    analysis
}

fn findings(messages: &[Value]) -> Vec<Finding> {
    after(messages).findings.into_list().0
}

fn only(messages: &[Value]) -> Finding {
    let mut found = findings(messages);
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

fn set(words: &[&str]) -> BTreeSet<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn forms(analysis: &Analysis, thing: &str) -> Vec<(String, u64)> {
    let forms = analysis.variants.0.get(thing).cloned().unwrap_or_default();
    forms.into_iter().collect()
}

fn login(fields: Value) -> Value {
    let mut message =
        json!({"method": "getLogin", "requestId": "1", "result": true, "isLoggedIn": true});
    if let (Value::Object(message), Value::Object(fields)) = (&mut message, fields) {
        message.extend(fields);
    }
    message
}

#[test]
fn what_the_catalogue_has_is_no_finding() {
    let messages = [
        login(json!({"peerId": "a@b", "peerDn": "Alice"})),
        json!({"method": "event", "event": "fileTransferAvailabilityChanged", "availability": 3}),
        json!({"method": "getAbook", "requestId": "", "result": true, "abook": [{
            "peerId": "a@b", "peerDn": "A", "isEditable": true, "status": 1, "extStatus": 0,
            "lastOnlineTime": 1_764_000_000, "additionalStatus": ""}]}),
    ];
    assert_eq!(findings(&messages), []);
    let seen = after(&messages).findings.into_list().1;
    assert!(seen[&File::Commands]["getLogin"].contains("peerDn"));
    assert!(seen[&File::Types]["Contact"].contains("lastOnlineTime"));
}

#[test]
fn an_unknown_field_is_named_with_its_type_and_without_its_value() {
    let found = only(&[login(json!({"nick": "Al"})), login(json!({"nick": null}))]);
    assert_eq!(
        (found.what, found.file),
        (Difference::UnknownField, File::Commands)
    );
    assert_eq!(
        (found.entry.as_str(), found.field.as_deref()),
        ("getLogin", Some("nick"))
    );
    assert_eq!((found.found, found.count), (set(&["string", "null"]), 2));
}

#[test]
fn an_unknown_field_of_an_object_belongs_to_its_type() {
    let message = json!({"method": "getAbook", "result": true, "abook": [{
        "peerId": "a@b", "peerDn": "A", "isEditable": true, "status": 1, "extStatus": 0,
        "lastOnlineTime": 1, "additionalStatus": "", "tags": ["x"]}]});
    let found = only(&[message]);
    assert_eq!((found.file, found.entry.as_str()), (File::Types, "Contact"));
    assert_eq!(
        (found.field.as_deref(), found.found),
        (Some("tags"), set(&["string[]"]))
    );
}

#[test]
fn an_unknown_event_is_named_with_its_fields() {
    let found = findings(&[json!({"method": "event", "event": "lampChanged", "on": true})]);
    let whats: Vec<Difference> = found.iter().map(|finding| finding.what).collect();
    assert_eq!(whats, [Difference::UnknownEvent, Difference::UnknownField]);
    assert!(found.iter().all(|finding| finding.entry == "lampChanged"));
    assert_eq!(found[1].found, set(&["bool"]));
}

#[test]
fn an_unknown_method_is_named() {
    let found = only(&[json!({"method": "getLamp", "requestId": "7", "result": true})]);
    assert_eq!(
        (found.what, found.entry.as_str()),
        (Difference::UnknownMethod, "getLamp")
    );
}

#[test]
fn another_type_is_told_with_what_was_expected() {
    let found = only(&[login(json!({"peerId": 5}))]);
    assert_eq!(found.what, Difference::OtherType);
    assert_eq!(
        (found.expected.as_deref(), found.found),
        (Some("string"), set(&["int"]))
    );
}

#[test]
fn unknown_values_are_told_by_enum_and_place() {
    let name = "fileTransferAvailabilityChanged";
    let event = |value: i64| json!({"method": "event", "event": name, "availability": value});
    let found = only(&[event(42), event(43), event(3)]);
    assert_eq!(
        (found.what, found.entry.as_str()),
        (Difference::UnknownValue, "FileTransferAvailability")
    );
    assert_eq!(
        found.field.as_deref(),
        Some("fileTransferAvailabilityChanged.availability")
    );
    assert_eq!((found.found, found.count), (set(&["42", "43"]), 2));
}

#[test]
fn a_missing_field_counts_only_where_a_reader_may_count_on_it() {
    let found = only(&[json!({"method": "getAbook", "result": true})]);
    assert_eq!(
        (found.what, found.field.as_deref()),
        (Difference::MissingField, Some("abook"))
    );
    // A guess, and optional.
    assert_eq!(
        findings(&[json!({"method": "getLogin", "result": true})]),
        []
    );
}

#[test]
fn a_refusal_has_no_fields_to_miss() {
    let refusal = json!({"method": "getAbook", "result": false, "error": "no", "requestId": "1"});
    assert_eq!(findings(std::slice::from_ref(&refusal)), []);
    assert_eq!(
        forms(&after(&[refusal]), "refusal"),
        [("text".to_owned(), 1)]
    );
}

#[test]
fn forms_are_counted() {
    let analysis = after(&[
        json!({"method": "getLogin", "result": true, "isLoggedin": true}),
        login(json!({})),
        json!({"method": "receivedFileRequest", "result": true}),
        json!({"method": "event", "event": "receivedFileRequest", "fileRequestId": "u", "peerId": "p",
            "peerDn": "d", "fileName": "f", "fileSize": 1, "timestamp": 1_764_000_000_000_i64,
            "confId": null}),
    ]);
    let one = |form: &str| vec![(form.to_owned(), 1)];
    assert_eq!(
        forms(&analysis, "requestId"),
        [("echoed".to_owned(), 1), ("missing".to_owned(), 2)]
    );
    assert_eq!(forms(&analysis, "confId"), one("null"));
    assert_eq!(
        forms(&analysis, "timestamp of incoming requests"),
        one("milliseconds")
    );
    assert_eq!(
        forms(&analysis, "spelling of getLogin.isLoggedIn"),
        [("isLoggedIn".to_owned(), 1), ("isLoggedin".to_owned(), 1)]
    );
}

#[test]
fn secrets_and_personal_values_do_not_get_out() {
    let analysis = after(&[
        login(json!({"alice@example.test": {"pin": "1234"}, "1234": 1})),
        json!({"method": "event", "event": "fileTransferAvailabilityChanged", "availability": 1234}),
        json!({"method": "event", "event": "Alice Smith called"}),
        json!({"method": "event", "event": "userLoggedIn", "text": "hello Bob"}),
    ]);
    let shown = format!(
        "{:?} {:?} {:?}",
        analysis.events,
        analysis.variants.0,
        analysis.findings.into_list()
    );
    for secret in ["1234", "lice", "Bob", "hello", "example"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
    assert!(shown.contains("[withheld]"));
}

#[test]
fn what_is_no_message_is_counted() {
    let mut analysis = Analysis::new(Vec::new());
    for text in ["", "[]", "{", "\u{feff}{}", "null"] {
        analysis.hear(text);
    }
    assert_eq!(analysis.unreadable, 5);
    analysis.hear("{}");
    analysis.hear(r#"{"method":"event"}"#);
    assert_eq!(
        forms(&analysis, "answers"),
        [("without a method".to_owned(), 1)]
    );
    assert_eq!(
        forms(&analysis, "events"),
        [("without a name".to_owned(), 1)]
    );
}

#[test]
fn the_product_is_told() {
    let info = json!({"major": 5, "minor": 0, "revision": 1, "build": 77});
    let message = json!({"method": "getSystemInfo", "result": true, "productInfo": info});
    assert_eq!(after(&[message]).product.as_deref(), Some("5.0.1.77"));
}
