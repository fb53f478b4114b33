//! So many calls in flight at any time.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::report::{Measured, Measurement};
use crate::{Client, Failure};

/// `depth` calls of `method`.
///
/// # Errors
/// When a call fails.
pub async fn run<C: Client>(
    client: &C,
    method: &'static str,
    depth: &str,
    time: Duration,
) -> Result<Measured, Failure> {
    let depth = depth.parse()?;
    work(client, method, depth, time / 4).await?; // Warm.
    let measurement = Measurement::start();
    let times = work(client, method, depth, time).await?;
    Ok(measurement.end(times.len(), times))
}

async fn work<C: Client>(
    client: &C,
    method: &'static str,
    depth: usize,
    time: Duration,
) -> Result<Vec<Duration>, Failure> {
    let end = Instant::now() + time;
    let mut workers = Vec::new();
    for _ in 0..depth {
        let client = client.clone();
        workers.push(tokio::spawn(async move {
            let mut times = Vec::new();
            let mut sent = Instant::now();
            while sent < end {
                client.command(method, json!({})).await?;
                let now = Instant::now();
                times.push(now - sent);
                sent = now;
            }
            Ok::<_, Failure>(times)
        }));
    }
    let mut times = Vec::new();
    for worker in workers {
        times.extend(worker.await??);
    }
    Ok(times)
}
