//! The crate itself under load: the floor that the bindings can be held against.
//!
//! `rust-client PORT SECONDS` prints one JSON object for each case.
#![allow(clippy::print_stdout)] // A program, not a library.

use std::error::Error;
use std::time::{Duration, Instant};

use serde_json::json;
use trueroom::{Options, Room};

type Failure = Box<dyn Error + Send + Sync>;

/// Events asked for at once, well within the queue.
const BURST: usize = 10_000;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let port: u16 = arguments.next().ok_or("PORT is missing")?.parse()?;
    let limit = Duration::from_secs_f64(arguments.next().ok_or("SECONDS is missing")?.parse()?);
    let options = Options {
        websocket_port: Some(port),
        http_port: Some(port),
        queue_size: 2 * BURST,
        ..Options::default()
    };
    let room = Room::connect(options).await?;
    for depth in [1, 64, 1000] {
        calls(&room, depth, limit).await?;
    }
    events(&room, limit).await?;
    room.close().await;
    Ok(())
}

async fn calls(room: &Room, depth: usize, limit: Duration) -> Result<(), Failure> {
    let start = Instant::now();
    let mut workers = Vec::new();
    for _ in 0..depth {
        let room = room.clone();
        workers.push(tokio::spawn(async move {
            let mut times = Vec::new();
            while start.elapsed() < limit {
                let sent = Instant::now();
                room.command("getIncomingFilesRequests", json!({})).await?;
                times.push(sent.elapsed());
            }
            Ok::<_, trueroom::Error>(times)
        }));
    }
    let mut times = Vec::new();
    for worker in workers {
        times.extend(worker.await??);
    }
    let elapsed = start.elapsed();
    times.sort_unstable();
    let at = |part: usize| times.get(times.len() * part / 100).map(Duration::as_micros);
    let rate = rate(times.len(), elapsed);
    println!(
        "{}",
        json!({"case": format!("calls-{depth}"), "per_second": rate,
            "p50_us": at(50).map(|us| us.to_string()), "p99_us": at(99).map(|us| us.to_string())})
    );
    Ok(())
}

async fn events(room: &Room, limit: Duration) -> Result<(), Failure> {
    let mut events = room.events(["incomingFileRequestDownloadingProgress"]);
    let start = Instant::now();
    let mut seen = 0;
    while start.elapsed() < limit {
        let emit = room.command("emitProgress", json!({"count": BURST}));
        let take = async {
            for _ in 0..BURST {
                events.next().await.ok_or("the room ended")?;
            }
            Ok::<_, Failure>(())
        };
        let (emitted, taken) = tokio::join!(emit, take);
        emitted?;
        taken?;
        seen += BURST;
    }
    println!(
        "{}",
        json!({"case": "events", "per_second": rate(seen, start.elapsed())})
    );
    Ok(())
}

// A count of a few seconds fits a float, and a rate a whole number.
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss
)]
fn rate(count: usize, elapsed: Duration) -> u64 {
    (count as f64 / elapsed.as_secs_f64()) as u64
}
