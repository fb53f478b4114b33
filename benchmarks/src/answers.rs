//! Answers of different sizes, one after the other; one field of each entry is read.

use std::time::{Duration, Instant};

use crate::report::{Measured, Measurement};
use crate::{Client, Failure};

/// What each entry says.
const ENTRY_SIZE: u64 = 7701;

pub(crate) async fn run<C: Client>(
    client: &C,
    count: usize,
    time: Duration,
) -> Result<Measured, Failure> {
    work(client, count, time / 4).await?; // Warm.
    let measurement = Measurement::start();
    let times = work(client, count, time).await?;
    Ok(measurement.end(times.len(), times))
}

async fn work<C: Client>(
    client: &C,
    count: usize,
    time: Duration,
) -> Result<Vec<Duration>, Failure> {
    let end = Instant::now() + time;
    let mut times = Vec::new();
    let mut sent = Instant::now();
    while sent < end {
        if client.sizes(count).await? != ENTRY_SIZE * count as u64 {
            return Err("entries are missing".into());
        }
        let now = Instant::now();
        times.push(now - sent);
        sent = now;
    }
    Ok(times)
}
