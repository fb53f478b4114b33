//! Bursts of pushed events.

use std::time::Duration;

use serde_json::json;

use crate::report::{Measured, Measurement};
use crate::{BURST, Client, Events, Failure};

/// `kind`: `two` or `all` fields are read; `unique`: two, and one field differs in each event.
///
/// # Errors
/// When the connection fails, or a field is missing.
pub async fn run<C: Client>(client: &C, kind: &str, time: Duration) -> Result<Measured, Failure> {
    let mut events = client.events();
    bursts(client, &mut events, kind, time / 4).await?; // Warm.
    let measurement = Measurement::start();
    let seen = bursts(client, &mut events, kind, time).await?;
    Ok(measurement.end(seen, Vec::new()))
}

async fn bursts<C: Client>(
    client: &C,
    events: &mut C::Events,
    kind: &str,
    time: Duration,
) -> Result<usize, Failure> {
    let measurement = Measurement::start();
    let mut seen = 0;
    while measurement.elapsed() < time {
        let params = json!({"count": BURST, "unique": kind == "unique"});
        let take = async {
            for _ in 0..BURST {
                let event = events.next().await?;
                let complete = match kind {
                    "all" => C::Events::all(&event),
                    _ => C::Events::two(&event),
                };
                if !complete {
                    return Err(Failure::from("a field is missing"));
                }
            }
            Ok(())
        };
        tokio::try_join!(client.command("emitProgress", params), take)?;
        seen += BURST;
    }
    Ok(seen)
}
