//! Floods of messages that are much alike.

#![allow(clippy::expect_used, clippy::unwrap_used)]

mod engine_support;

use engine_support::Bench;
use serde_json::{Value, json};
use trueroom::{Filter, Options};

/// Messages of a flood say little that is new, and the engine takes only that in. Whatever they are,
/// the book holds what it would if each came by itself.
#[test]
fn progress_like_the_one_before_is_taken_in_as_if_it_came_alone() {
    const ID: &str = "77bbe5c1";
    let listed = json!([
        {"fileRequestId": ID, "status": 2, "timestamp": 1_659_249_491_311_i64},
        {"fileRequestId": "88bbe5c1", "status": 2, "timestamp": 1_659_249_491_312_i64},
    ]);
    let mut rng = fastrand::Rng::with_seed(5);
    let mut shortened = 0;
    for _ in 0..300 {
        let (mut flood, mut alone) = (bench_with(&listed), bench_with(&listed));
        flood.subscribe(1, Filter::All);
        alone.subscribe(1, Filter::All);
        let mut fields: Vec<(&str, String)> = vec![
            ("method", r#""event""#.into()),
            (
                "event",
                r#""incomingFileRequestDownloadingProgress""#.into(),
            ),
            ("fileRequestId", format!("\"{ID}\"")),
            ("peerId", r#""a@b""#.into()),
        ];
        if rng.bool() {
            fields.push(("processedPercents", "1".into()));
        } else {
            fields.push(("fileSize", "200".into()));
            fields.push(("processedSize", "1".into()));
        }
        for _ in 0..60 {
            match rng.u8(..10) {
                0 => fields.push((rng.choice(KEYS).unwrap(), value(&mut rng))),
                1 if fields.len() > 3 => drop(fields.remove(rng.usize(2..fields.len()))),
                2 | 3 => {
                    let at = rng.usize(2..fields.len());
                    fields[at].1 = value(&mut rng);
                }
                _ => {
                    for (key, field) in &mut fields {
                        if key.starts_with("processed") {
                            *field = rng.u8(..101).to_string();
                            shortened += 1;
                        }
                    }
                }
            }
            let members: Vec<String> = fields
                .iter()
                .map(|(key, value)| format!("\"{key}\":{value}"))
                .collect();
            let text = format!("{{{}}}", members.join(","));
            if rng.u8(..8) == 0 {
                flood.engine.rest();
            }
            flood.receive_text(&text);
            // Nothing is like what comes after this.
            alone.receive_text(r#"{"method":"event","event":"somethingElse"}"#);
            alone.receive_text(&text);
            let files = |bench: &Bench| {
                bench
                    .engine
                    .files()
                    .into_iter()
                    .cloned()
                    .collect::<Vec<_>>()
            };
            assert_eq!(files(&flood), files(&alone), "{text}");
            let heard = |bench: &mut Bench| {
                let events = bench.take(1).into_iter();
                events
                    .filter(|event| event["event"] != "somethingElse")
                    .collect::<Vec<_>>()
            };
            assert_eq!(heard(&mut flood), heard(&mut alone), "{text}");
        }
    }
    assert!(shortened > 5000, "{shortened}");
}

const KEYS: [&str; 9] = [
    "processedPercents",
    "processedSize",
    "fileSize",
    "size",
    "fileName",
    "peerId",
    "peerDn",
    "fileId",
    "fileRequestId",
];

fn value(rng: &mut fastrand::Rng) -> String {
    let values = [
        "7",
        "100",
        "0",
        "null",
        "\"\"",
        "\"a\"",
        "\"b\\n\"",
        "\"50\"",
        "12.5",
        "true",
        "[1]",
        "\"88bbe5c1\"",
        "\"77bbe5c1\"",
    ];
    values[rng.usize(..values.len())].to_owned()
}

fn bench_with(incoming: &Value) -> Bench {
    let mut bench = Bench::new(Options::default());
    bench.connect();
    bench.lists(incoming, &json!([]));
    bench
}
