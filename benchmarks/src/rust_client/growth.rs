//! What must not grow: the cost of a call or an event with the size of everything around it.

use std::time::{Duration, Instant};

use serde_json::json;
use trueroom_benchmarks::report::{Measured, Measurement};
use trueroom_benchmarks::{Arguments, Client, EVENT, Failure, calls, connects, events};

use super::Ours;

const DEPTH: &str = "64";

/// Calls in flight of a room that does not answer.
const IN_FLIGHT: usize = 100;

pub(crate) async fn run(arguments: &Arguments) -> Result<Measured, Failure> {
    let Arguments { port, case, time } = arguments;
    let (family, size) = case.split_once('-').ok_or(format!("no case {case}"))?;
    let size: usize = size.parse()?;
    let client = Ours::connect(*port).await?;
    match family {
        // Calls, with so many file requests in the book.
        "book" => {
            fill_book(&client, size).await?;
            calls::run(&client, "getAppState", DEPTH, *time).await
        }
        // Events about one file request of so many.
        "progress" => {
            fill_book(&client, size).await?;
            events::run(&client, "two", *time).await
        }
        // Calls on one of so many rooms.
        "rooms" => {
            let others = connects::connect_many::<Ours>(*port, size - 1).await?;
            let measured = calls::run(&client, "getAppState", DEPTH, *time).await?;
            connects::close_many(others).await;
            Ok(measured)
        }
        // Events, beside so many subscribers of other events.
        "others" => {
            let others: Vec<_> = (0..size)
                .map(|_| client.0.events(["appStateChanged"]))
                .collect();
            let measured = events::run(&client, "two", *time).await?;
            drop(others);
            Ok(measured)
        }
        // Calls while events come, beside so many subscribers that take none.
        "slow" => {
            let slow: Vec<_> = (0..size).map(|_| client.0.events([EVENT])).collect();
            let measured = beside_events(&client, *time).await?;
            drop(slow);
            Ok(measured)
        }
        // The same, beside so many rooms that no longer answer and have calls in flight.
        "dead" => {
            let silent = connects::connect_many::<Ours>(*port, size).await?;
            for room in &silent {
                room.command("fallSilent", json!({})).await?;
                for _ in 0..IN_FLIGHT {
                    let room = room.clone();
                    // It fails when the room is closed.
                    tokio::spawn(async move { room.command("getAppState", json!({})).await });
                }
            }
            let measured = beside_events(&client, *time).await?;
            connects::close_many(silent).await;
            Ok(measured)
        }
        _ => Err(format!("no case {case}").into()),
    }
}

async fn fill_book(client: &Ours, count: usize) -> Result<(), Failure> {
    client
        .command("setRequests", json!({"count": count}))
        .await?;
    client.0.files().refresh().await?;
    if client.0.files().requests().len() == count {
        Ok(())
    } else {
        Err("the book does not have all requests".into())
    }
}

/// Calls one after the other, each followed by ten events for one quick subscriber.
async fn beside_events(client: &Ours, time: Duration) -> Result<Measured, Failure> {
    let mut quick = client.0.events([EVENT]);
    let reader = tokio::spawn(async move { while quick.next().await.is_some() {} });
    let work = async |time: Duration| {
        let end = Instant::now() + time;
        let mut times = Vec::new();
        let mut sent = Instant::now();
        while sent < end {
            client.command("emitProgress", json!({"count": 10})).await?;
            let now = Instant::now();
            times.push(now - sent);
            sent = now;
        }
        Ok::<_, Failure>(times)
    };
    work(time / 4).await?; // Warm.
    let measurement = Measurement::start();
    let times = work(time).await?;
    let measured = measurement.end(times.len(), times);
    reader.abort();
    Ok(measured)
}
