//! Many readers of one event. What is counted is deliveries: events times readers.

use std::time::Duration;

use serde_json::json;
use tokio::sync::mpsc;

use crate::report::{Measured, Measurement};
use crate::{BURST, Client, Events, Failure};

pub(crate) async fn run<C: Client>(
    client: &C,
    readers: usize,
    time: Duration,
) -> Result<Measured, Failure> {
    let burst = BURST / readers;
    let (done, mut bursts) = mpsc::unbounded_channel();
    for _ in 0..readers {
        let mut events = client.events();
        let done = done.clone();
        tokio::spawn(async move {
            let mut seen = 0;
            while let Ok(event) = events.next().await {
                seen += usize::from(C::Events::two(&event));
                if seen == burst {
                    seen = 0;
                    // Nobody waits any more at the end.
                    let _ = done.send(());
                }
            }
        });
    }
    let mut work = async |time: Duration| {
        let measurement = Measurement::start();
        let mut count = 0;
        while measurement.elapsed() < time {
            client
                .command("emitProgress", json!({"count": burst}))
                .await?;
            for _ in 0..readers {
                bursts.recv().await;
            }
            count += burst * readers;
        }
        Ok::<_, Failure>(count)
    };
    work(time / 4).await?; // Warm.
    let measurement = Measurement::start();
    let count = work(time).await?;
    Ok(measurement.end(count, Vec::new()))
}
