//! The doctor examines the simulator, set to each variant and with unknown things mixed in.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::{Value, json};
use support::start;
use trueroom::catalogue::{self, Kind};
use trueroom::doctor::{Difference, DoctorOptions, File, Finding, Report, examine};
use trueroom::{Generation, Options};
use trueroom_simulator::Simulator;

fn to(simulator: &Simulator) -> Options {
    Options {
        port: Some(simulator.info().port),
        ..Options::new("127.0.0.1")
    }
}

async fn examined(simulator: &Simulator) -> Report {
    let how = DoctorOptions {
        watch: Duration::ZERO,
        ..DoctorOptions::default()
    };
    examine(to(simulator), how).await.unwrap()
}

async fn report(options: Value) -> Report {
    examined(&start(options).await).await
}

fn forms(report: &Report, thing: &str) -> Vec<String> {
    let forms = report.variants.get(thing).cloned().unwrap_or_default();
    forms.into_keys().collect()
}

async fn op(simulator: &Simulator, operation: Value) -> Value {
    simulator.perform(operation).await.unwrap()
}

/// A received file, whose bytes the HTTP server has.
async fn receive_file(simulator: &Simulator) {
    let offer = op(simulator, json!({"op": "offerFile", "text": "hello"})).await;
    let id = &offer["id"];
    op(
        simulator,
        json!({"op": "answerElsewhere", "id": id, "accept": true}),
    )
    .await;
    op(
        simulator,
        json!({"op": "waitFile", "id": id, "status": "processed"}),
    )
    .await;
}

#[tokio::test]
async fn the_simulator_is_as_the_catalogue_has_it() {
    let simulator = start(json!({})).await;
    receive_file(&simulator).await;
    let report = examined(&simulator).await;
    let found: Vec<String> = report.findings.iter().map(ToString::to_string).collect();
    // The catalogue does not know these answers, so the simulator made them up.
    let made_up = [
        "answer of getNoiseSuppression: unknown field enabled, bool (1)",
        "answer of getSleepMode: unknown field enabled, bool (1)",
        "answer of getWebManagerUrl: unknown field url, string (1)",
    ];
    assert_eq!(found, made_up);
    assert_eq!(report.product.as_deref(), Some("5.0.0.1"));
    assert!(report.simulator);
    assert_eq!(report.api_version, Some(2));
    assert_eq!(report.ended, None);
    assert!(report.queries.answered.len() > 60, "{:?}", report.queries);
    assert!(report.queries.not_asked.contains_key("searchContact"));
    assert!(report.seen[&File::Commands]["getSystemInfo"].contains("productInfo"));
}

#[tokio::test]
async fn nothing_but_queries_is_sent() {
    let simulator = start(json!({"pin": "4711"})).await;
    receive_file(&simulator).await;
    let how = DoctorOptions {
        watch: Duration::ZERO,
        ..DoctorOptions::default()
    };
    let options = Options {
        pin: Some("4711".into()),
        ..to(&simulator)
    };
    let report = examine(options, how).await.unwrap();
    let log = op(&simulator, json!({"op": "log"})).await;
    let sent: BTreeSet<&str> = log
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["method"].as_str().unwrap())
        .collect();
    assert!(sent.len() > 75, "{sent:?}");
    for method in sent {
        let handshake = ["auth", "setUsedApiVersion"].contains(&method);
        let query = catalogue::command(method).is_some_and(|known| known.kind == Kind::Query);
        assert!(handshake || query, "{method}");
    }
    let shown = format!("{report}{}", report.to_json());
    for secret in ["4711", "room@example", "Meeting room", "hello"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}

#[tokio::test]
async fn forms_of_messages_are_told() {
    let cases = [
        (json!({}), "requestId", "echoed"),
        (json!({"requestId": "never"}), "requestId", "missing"),
        (json!({"resultCode": false}), "auth resultCode", "missing"),
        (json!({}), "auth resultCode", "there"),
        (json!({"fileId": "string"}), "fileId", "string"),
        (json!({}), "fileId", "number"),
        (json!({"noConference": "null"}), "confId", "null"),
        (json!({"noConference": "empty"}), "confId", "empty"),
        (json!({}), "confId", "missing"),
        (json!({}), "timestamp of incoming requests", "milliseconds"),
        (json!({}), "config.json", "as documented"),
        (json!({}), "setUsedApiVersion", "accepted"),
        (
            json!({"setUsedApiVersion": "refuse"}),
            "setUsedApiVersion",
            "refused",
        ),
    ];
    for (options, thing, form) in cases {
        let simulator = start(options.clone()).await;
        receive_file(&simulator).await;
        op(&simulator, json!({"op": "offerFile", "text": "waiting"})).await;
        let report = examined(&simulator).await;
        let found = forms(&report, thing);
        assert!(
            found.iter().any(|found| found == form),
            "{options} {thing}: {found:?}"
        );
    }
}

#[tokio::test]
async fn api_versions_and_generations_are_told() {
    let old = report(json!({"generation": "legacy", "apiVersions": ["1"]})).await;
    assert_eq!(
        (old.api_version, old.generation),
        (Some(1), Some(Generation::Legacy))
    );
    assert!(old.queries.refused.contains_key("getIncomingFilesRequests"));
    assert_eq!(forms(&old, "setUsedApiVersion"), ["accepted", "refused"]);
    let new = report(json!({})).await;
    assert_eq!(new.generation, Some(Generation::Current));
    assert!(new.queries.refused.contains_key("getFileRequests"));
    let silent = report(json!({"setUsedApiVersion": "silent"})).await;
    assert_eq!(
        (
            silent.api_version,
            forms(&silent, "setUsedApiVersion").len()
        ),
        (None, 0)
    );
}

#[tokio::test]
async fn a_query_without_an_answer_is_told() {
    let simulator = start(json!({})).await;
    op(
        &simulator,
        json!({"op": "dropNextAnswer", "method": "getCrop"}),
    )
    .await;
    let how = DoctorOptions {
        watch: Duration::ZERO,
        ..DoctorOptions::default()
    };
    let unanswered = async {
        let asked = json!({"op": "waitFor", "received": "getCrop"});
        op(&simulator, asked).await;
        tokio::time::pause();
        tokio::time::advance(Duration::from_secs(5)).await;
        tokio::time::resume();
    };
    let (report, ()) = tokio::join!(examine(to(&simulator), how), unanswered);
    assert_eq!(report.unwrap().queries.silent, ["getCrop"]);
}

#[tokio::test]
async fn the_download_address_is_told_by_heads_alone() {
    for (form, works) in [("fileId", 0), ("id", 1), ("path", 2)] {
        let simulator = start(json!({"downloadUrl": form})).await;
        receive_file(&simulator).await;
        let told = forms(&examined(&simulator).await, "download address");
        let mut fine: Vec<&str> = told
            .iter()
            .filter_map(|line| line.strip_suffix(": 200, it works"))
            .collect();
        let templates = [
            "/files/?fileId={id}&token={token}",
            "/files/?id={id}&token={token}",
            "/files/{id}?token={token}",
        ];
        assert_eq!(told.len(), 3, "{told:?}");
        assert_eq!(fine.pop(), Some(templates[works]), "{told:?}");
        assert!(fine.is_empty(), "{told:?}");
    }
    let nothing_received = report(json!({})).await;
    assert!(forms(&nothing_received, "download address").is_empty());
}

#[tokio::test]
async fn unknown_things_are_found_among_known_ones() {
    let simulator = start(json!({})).await;
    let login = json!({"method": "getLogin", "result": true, "isLoggedIn": "yes", "peerId": "alice@example.test",
        "nickname": "Alice", "badges": [{"name": "Alice"}]});
    op(
        &simulator,
        json!({"op": "answerWith", "method": "getLogin", "answer": login, "times": 0}),
    )
    .await;
    let availability =
        json!({"method": "getFileTransferAvailability", "result": true, "availability": 17});
    let rule = json!({"op": "answerWith", "method": "getFileTransferAvailability",
        "answer": availability, "times": 0});
    op(&simulator, rule).await;
    let how = DoctorOptions {
        watch: Duration::from_secs(600),
        ..DoctorOptions::default()
    };
    let examining = tokio::spawn(examine(to(&simulator), how));
    op(
        &simulator,
        json!({"op": "waitFor", "received": "prepareCallIdForCall", "count": 1}),
    )
    .await;
    for event in [
        json!({"event": "lampChanged", "colour": "Alice's", "level": 3}),
        json!({"event": "userPinEventOccured"}),
        json!({"event": "fileTransferAvailabilityChanged", "availability": 3, "reason": null}),
    ] {
        op(&simulator, json!({"op": "emit", "event": event})).await;
    }
    // The end comes after the events.
    op(&simulator, json!({"op": "evict", "role": "admin"})).await;
    let report = examining.await.unwrap().unwrap();

    assert_eq!(report.ended.as_deref(), Some("Superseded"));
    assert!(report.watched < Duration::from_secs(600));
    assert_eq!(report.events["lampChanged"], 1);
    let found: BTreeMap<String, &Finding> = report
        .findings
        .iter()
        .map(|finding| (finding.to_string(), finding))
        .collect();
    for line in [
        "answer of getLogin: unknown field nickname, string (1)",
        "answer of getLogin: unknown field badges, object[] (1)",
        "answer of getLogin: isLoggedIn is string, not bool (1)",
        "event lampChanged: not known (1)",
        "event lampChanged: unknown field colour, string (1)",
        "event lampChanged: unknown field level, int (1)",
        "event fileTransferAvailabilityChanged: unknown field reason, null (1)",
    ] {
        assert!(
            found.contains_key(line),
            "{line} not in {:#?}",
            found.keys()
        );
    }
    let value = report
        .findings
        .iter()
        .find(|f| f.what == Difference::UnknownValue)
        .unwrap();
    assert_eq!(
        (value.entry.as_str(), value.found.contains("17")),
        ("FileTransferAvailability", true)
    );
    let shown = format!("{report}{}", report.to_json());
    assert!(!shown.contains("lice"), "{shown}");
}

/// `cargo xtask merge-report` is tested with this sample, and does not use the core.
#[tokio::test]
async fn reports_have_the_form_that_is_merged() {
    let sample = include_str!("../../xtask/src/generate/merge/sample.json");
    let sample: Value = serde_json::from_str(sample).unwrap();
    let simulator = start(json!({})).await;
    let answer = json!({"method": "getLogin", "result": true, "isLoggedIn": 1, "x": 1});
    let rule = json!({"op": "answerWith", "method": "getLogin", "answer": answer});
    op(&simulator, rule).await;
    let report: Value = serde_json::from_str(&examined(&simulator).await.to_json()).unwrap();
    let keys = |value: &Value| -> BTreeSet<String> {
        value.as_object().unwrap().keys().cloned().collect()
    };
    assert_eq!(keys(&report), keys(&sample));
    assert_eq!(keys(&report["queries"]), keys(&sample["queries"]));
    let known: BTreeSet<String> = sample["findings"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(&keys)
        .collect();
    let met: BTreeSet<String> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(&keys)
        .collect();
    assert_eq!(met, known);
}
