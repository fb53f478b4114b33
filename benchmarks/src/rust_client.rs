//! The crate itself under load.

use serde_json::Value;
use trueroom::api::EventsOf;
use trueroom::api::files::IncomingFileRequestDownloadingProgressEvent as Progress;
use trueroom::{Options, Room};
use trueroom_benchmarks::{BURST, Client, Events, Failure, run};

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
    run::<Ours>().await
}
