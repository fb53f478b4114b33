//! Connecting, and what connections cost that do nothing.

use std::time::{Duration, Instant};

use futures_util::future::{join_all, try_join_all};

use crate::report::{Measured, Measurement};
use crate::{Client, Failure, usage};

const AT_ONCE: usize = 50;

/// Connects and closes, again and again; the value is the median time of a connect in milliseconds.
pub(crate) async fn run<C: Client>(port: u16, time: Duration) -> Result<Measured, Failure> {
    work::<C>(port, time / 4).await?; // Warm.
    let measurement = Measurement::start();
    let mut times = work::<C>(port, time).await?;
    times.sort_unstable();
    let median = times.get(times.len() / 2).ok_or("nothing was measured")?;
    let value = median.as_secs_f64() * 1e3;
    Ok(measurement.end(times.len(), times).with_value(value))
}

async fn work<C: Client>(port: u16, time: Duration) -> Result<Vec<Duration>, Failure> {
    let end = Instant::now() + time;
    let mut times = Vec::new();
    loop {
        let start = Instant::now();
        if start >= end {
            return Ok(times);
        }
        let client = C::connect(port).await?;
        times.push(start.elapsed());
        client.close().await;
    }
}

/// So many connections.
///
/// # Errors
/// When one fails.
pub async fn connect_many<C: Client>(port: u16, count: usize) -> Result<Vec<C>, Failure> {
    usage::raise_limit();
    let mut clients = Vec::new();
    while clients.len() < count {
        let at_once = AT_ONCE.min(count - clients.len());
        clients.extend(try_join_all((0..at_once).map(|_| C::connect(port))).await?);
    }
    Ok(clients)
}

/// Closes all.
pub async fn close_many<C: Client>(clients: Vec<C>) {
    join_all(clients.into_iter().map(C::close)).await;
}

/// The value is the memory of a connection, in kB: what the process grew by, shared out.
pub(crate) async fn idle<C: Client>(port: u16, count: usize) -> Result<Measured, Failure> {
    const NOT_TOLD: &str = "this system does not tell the memory of a process";
    let mut clients = connect_many::<C>(port, 1).await?;
    let before = usage::resident_kb().ok_or(NOT_TOLD)?;
    let measurement = Measurement::start();
    clients.extend(connect_many::<C>(port, count - 1).await?);
    let after = usage::resident_kb().ok_or(NOT_TOLD)?;
    // Kilobytes of a process fit a float.
    #[allow(clippy::cast_precision_loss)]
    let each = after.saturating_sub(before) as f64 / (count - 1) as f64;
    let measured = measurement.end(count - 1, Vec::new()).with_value(each);
    close_many(clients).await;
    Ok(measured)
}
