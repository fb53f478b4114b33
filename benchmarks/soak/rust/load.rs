//! The mixed load of one lap: everything that an application does, at once.

use std::collections::BTreeMap;
use std::future::Future;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::time::sleep;
use trueroom::files::FileSource;
use trueroom::{FileStatus, Options, Room};
use trueroom_benchmarks::Failure;

use crate::terminals::Terminal;

const EVENT: &str = "soakTick";

pub(crate) type Counts = BTreeMap<&'static str, u64>;

/// A lap and what was counted in it.
pub(crate) struct Lap {
    end: Instant,
    folder: PathBuf,
    counts: Mutex<Counts>,
}

impl Lap {
    pub(crate) fn new(time: Duration, folder: PathBuf) -> Self {
        Self {
            end: Instant::now() + time,
            folder,
            counts: Mutex::default(),
        }
    }

    fn is_over(&self) -> bool {
        Instant::now() >= self.end
    }

    fn count(&self, name: &'static str, much: u64) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry(name).or_default() += much;
    }

    pub(crate) fn counts(&self) -> Counts {
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts.clone()
    }

    fn of(&self, name: &'static str) -> u64 {
        self.counts().get(name).copied().unwrap_or_default()
    }

    /// Calls, of which some fail on a shaky room: each settles.
    pub(crate) async fn calls(&self, room: &Room) -> Result<(), Failure> {
        while !self.is_over() {
            self.count("calls", 1);
            if room.command("getAppState", json!({})).await.is_ok() {
                self.count("answered", 1);
            } else {
                self.count("failed", 1);
                sleep(Duration::from_millis(10)).await;
            }
            sleep(Duration::from_millis(1)).await;
        }
        Ok(())
    }

    pub(crate) async fn cancelled_calls(
        &self,
        room: &Room,
        terminal: &Terminal,
    ) -> Result<(), Failure> {
        while !self.is_over() {
            let delay = json!({"op": "delayAnswer", "method": "getLogin", "ms": 20});
            terminal.perform(delay).await?;
            self.count("calls", 1);
            let patience = Duration::from_micros(fastrand::u64(0..5000));
            let call = room.command("getLogin", json!({}));
            match tokio::time::timeout(patience, call).await {
                Ok(_) => self.count("answered", 1),
                Err(_) => self.count("cancelled", 1),
            }
        }
        terminal.perform(json!({"op": "clearFaults"})).await
    }

    /// Events; the last one says so.
    pub(crate) async fn emit(&self, terminal: &Terminal) -> Result<(), Failure> {
        let event = |last: bool| {
            let padding = "x".repeat(200);
            json!({"op": "emit", "event": {"event": EVENT, "last": last, "padding": padding}})
        };
        while !self.is_over() {
            for _ in 0..20 {
                terminal.perform(event(false)).await?;
                self.count("emitted", 1);
            }
            sleep(Duration::from_millis(5)).await;
        }
        terminal.perform(event(true)).await?;
        self.count("emitted", 1);
        Ok(())
    }

    /// Reads events to the last: what came and what was dropped add up to what was emitted. The future
    /// is made when the reader subscribes, not when it is first polled.
    pub(crate) fn read(
        &self,
        room: &Room,
        name: &'static str,
        pause: Duration,
    ) -> impl Future<Output = Result<(), Failure>> {
        let mut events = room.events([EVENT]);
        async move {
            loop {
                let event = events.next().await.ok_or("the room ended")?;
                let message: Value = serde_json::from_str(event.text.as_str())?;
                if event.name == "lagged" {
                    self.count(name, message["dropped"].as_u64().ok_or("no count")?);
                    self.count("dropped", 1);
                    continue;
                }
                self.count(name, 1);
                if message["last"] == true {
                    return Ok(());
                }
                if !pause.is_zero() && !self.is_over() {
                    sleep(pause).await;
                }
            }
        }
    }

    pub(crate) async fn churn_subscribers(&self, room: &Room) -> Result<(), Failure> {
        while !self.is_over() {
            room.events([EVENT]).next().await.ok_or("the room ended")?;
            drop(room.events([EVENT]));
            drop(room.files().offers());
            drop(room.files().changes());
            self.count("subscribers", 4);
        }
        Ok(())
    }

    pub(crate) async fn offer_files(&self, terminal: &Terminal) -> Result<(), Failure> {
        while !self.is_over() {
            let text = "x".repeat(fastrand::usize(1..50_000));
            let offer = json!({"op": "offerFile", "name": "offered.txt", "text": text});
            terminal.perform(offer).await?;
            self.count("offered", 1);
            sleep(Duration::from_millis(50)).await;
        }
        self.count("all offered", 1);
        Ok(())
    }

    /// Accepts, saves or rejects what is offered, to the last.
    pub(crate) async fn keep_files(&self, room: &Room) -> Result<(), Failure> {
        let files = room.files();
        let mut offers = files.offers();
        let mut kept = 0;
        // The last offer may be under way when the time is over.
        while self.of("all offered") == 0 || kept < self.of("offered") {
            // Whether all have come shows only from time to time.
            let offer = tokio::time::timeout(Duration::from_millis(100), offers.next()).await;
            let Ok(offer) = offer else { continue };
            let offer = offer.ok_or("the room ended")?;
            kept += 1;
            if fastrand::u8(0..5) == 0 {
                files.reject(&offer.id).await?;
                self.count("rejected", 1);
                continue;
            }
            files.accept(&offer.id).await?;
            let path = files.save(&offer.id, &self.folder).await?;
            if Some(path.metadata()?.len()) != offer.size {
                return Err(format!("{} is not complete", path.display()).into());
            }
            std::fs::remove_file(path)?;
            self.count("saved", 1);
        }
        Ok(())
    }

    pub(crate) async fn send_files(&self, room: &Room) -> Result<(), Failure> {
        let files = room.files();
        while !self.is_over() {
            let source = FileSource::Bytes {
                name: "sent.txt".into(),
                bytes: vec![b'y'; fastrand::usize(1..50_000)].into(),
            };
            let sent = files.send(source, "alice@example.test", None, None).await?;
            let patience = Duration::from_secs(60);
            let sent = files.wait(&sent.id, Some(patience)).await?;
            if sent.status != FileStatus::Processed {
                return Err(format!("a sent file is {:?}", sent.status).into());
            }
            self.count("sent files", 1);
            sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }

    /// Rooms that are closed, and rooms that are just dropped.
    pub(crate) async fn churn_rooms(&self, port: u16) -> Result<(), Failure> {
        while !self.is_over() {
            let room = Room::connect(Options {
                port: Some(port),
                ..Options::default()
            });
            let room = room.await?;
            let events = room.events([EVENT]);
            room.command("getAppState", json!({})).await?;
            if fastrand::bool() {
                room.close().await;
            }
            drop(events);
            self.count("rooms", 1);
        }
        Ok(())
    }

    pub(crate) async fn disturb(&self, terminal: &Terminal) -> Result<(), Failure> {
        let faults = [
            json!({"op": "dropConnection", "how": "reset"}),
            json!({"op": "dropConnection", "how": "fin"}),
            json!({"op": "dropConnection", "how": "close", "code": 1001}),
            json!({"op": "halfOpen"}),
            json!({"op": "stall"}),
            json!({"op": "resume"}),
            json!({"op": "garbage", "kind": "text"}),
            json!({"op": "duplicate", "frames": 3}),
            json!({"op": "restart"}),
        ];
        while !self.is_over() {
            sleep(Duration::from_millis(fastrand::u64(20..300))).await;
            terminal
                .perform(faults[fastrand::usize(..faults.len())].clone())
                .await?;
            self.count("faults", 1);
        }
        terminal.perform(json!({"op": "resume"})).await?;
        terminal.perform(json!({"op": "clearWireFaults"})).await
    }
}
