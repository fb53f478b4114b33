//! The crate itself under load.
#![allow(clippy::print_stdout)] // A program that talks to another one.

mod growth;
mod transfers;

use serde_json::{Value, json};
use trueroom::api::EventsOf;
use trueroom::api::files::IncomingFileRequestDownloadingProgressEvent as Progress;
use trueroom::{Options, Room};
use trueroom_benchmarks::{Arguments, BURST, Client, Events, Failure};

#[derive(Clone)]
struct Ours(Room);

struct Stream(EventsOf<Progress>);

impl Client for Ours {
    type Events = Stream;

    async fn connect(port: u16) -> Result<Self, Failure> {
        let options = Options {
            websocket_port: Some(port),
            http_port: Some(port),
            queue_size: 2 * BURST,
            ..Options::default()
        };
        Ok(Self(Room::connect(options).await?))
    }

    async fn command(&self, method: &'static str, params: Value) -> Result<(), Failure> {
        self.0.command(method, params).await?;
        Ok(())
    }

    async fn sizes(&self, count: usize) -> Result<u64, Failure> {
        let params = json!({"count": count});
        let answer = self.0.command("getIncomingFilesRequests", params).await?;
        let answer: Value = serde_json::from_str(answer.as_str())?;
        let entries = answer["incomingFilesRequests"].as_array();
        let entries = entries.ok_or("no list")?.iter();
        Ok(entries.filter_map(|entry| entry["size"].as_u64()).sum())
    }

    async fn close(self) {
        self.0.close().await;
    }

    fn events(&self) -> Stream {
        Stream(self.0.events_of())
    }
}

impl Events for Stream {
    type Event = Progress;

    async fn next(&mut self) -> Result<Progress, Failure> {
        Ok(self.0.next().await.ok_or("the room ended")?)
    }

    fn two(event: &Progress) -> bool {
        event.processed_percents().is_some() && event.file_request_id().is_some()
    }

    fn all(event: &Progress) -> bool {
        Self::two(event)
            && event.file_size().is_some()
            && event.file_name().is_some()
            && event.peer_id().is_some()
            && event.peer_display_name().is_some()
            && event.timestamp().is_some()
            && event.get("event").is_some()
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let arguments = Arguments::read()?;
    let measured = match trueroom_benchmarks::run::<Ours>(&arguments).await? {
        Some(measured) => measured,
        None => match transfers::run(&arguments).await? {
            Some(measured) => measured,
            None => growth::run(&arguments).await?,
        },
    };
    println!("{}", measured.line(&arguments.case));
    Ok(())
}
