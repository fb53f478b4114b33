//! The visit to a terminal: connects, asks, listens.

use std::collections::HashMap;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use serde_json::{Value, json};
use tokio::time::Instant;

use super::analysis::Analysis;
use super::report::{Queries, REPORT_VERSION, Report};
use super::{DoctorOptions, config, plan};
use crate::engine::{Direction, Engine, FileId, FileStatus};
use crate::error::{Error, Result};
use crate::http::{self, HttpTarget};
use crate::options::Options;
use crate::room::Room;
use crate::text::Text;

/// Queries in flight at once: a terminal is a small machine with other things to do.
const AT_ONCE: usize = 4;

/// A query without an answer for this long has none. Unknown ones may be passed over in silence.
const PATIENCE: Duration = Duration::from_secs(5);

/// How often what came in is looked at while listening.
const LOOK: Duration = Duration::from_secs(1);

/// Examines a terminal. Must be called within a tokio runtime. Sends queries only.
///
/// `options` are those of a connection; `takeover` is ignored. Another client in the same role
/// loses its connection, see [`NOTICE`](super::NOTICE).
///
/// # Errors
/// As [`Room::connect`]. What goes wrong later ends the visit, and the report tells of it.
pub async fn examine(options: Options, how: DoctorOptions) -> Result<Report> {
    let options = Options {
        takeover: false,
        ..options
    };
    let room = Room::prepare(options.clone(), None)?;
    room.shared().read(Engine::tap);
    room.begin();
    room.wait_connected().await?;
    let mut visit = Visit {
        analysis: Analysis::new(options.pin.iter().cloned().collect()),
        room,
        options,
        queries: Queries::default(),
        simulator: false,
    };
    visit.look_at_config().await;
    let answers = visit.ask_all().await;
    if how.downloads {
        visit.look_for_downloads(&answers).await;
    }
    let watched = visit.watch(how.watch).await;
    let ended = visit.room.shared().read(|engine| {
        let error = engine.ended();
        error.map(|error| error.kind().to_owned())
    });
    visit.room.close().await;
    Ok(visit.into_report(watched, ended))
}

struct Visit {
    analysis: Analysis,
    room: Room,
    options: Options,
    queries: Queries,
    simulator: bool,
}

impl Visit {
    fn take_in(&mut self) {
        for text in self.room.shared().read(Engine::take_tapped) {
            self.analysis.hear(text.as_str());
        }
    }

    async fn look_at_config(&mut self) {
        let (host, port) = (&self.options.host, self.options.web_port());
        let Ok(target) = HttpTarget::new(self.options.tls, host, port) else {
            return;
        };
        let client = &self.room.shared().access.client;
        let limit = self.options.connect_timeout / 2;
        let fetched = http::fetch_config(client, &target, &self.options.twin, limit).await;
        let variants = &mut self.analysis.variants;
        match &fetched {
            Ok(file) => {
                self.simulator = file.is_simulated;
                config::note(variants, Ok(&file.body));
            }
            Err(problem) => config::note(variants, Err(problem)),
        }
    }

    /// All queries of the catalogue; returns the answers.
    async fn ask_all(&mut self) -> HashMap<&'static str, Value> {
        let simple = plan::without_parameters().map(|name| (name, json!({})));
        let mut answers = self.ask(simple.collect()).await;
        let mut more = Vec::new();
        for (name, params) in plan::with_parameters(&answers) {
            match params {
                Ok(params) => more.push((name, params)),
                Err(reason) => {
                    self.queries.not_asked.insert(name.to_owned(), reason);
                }
            }
        }
        answers.extend(self.ask(more).await);
        answers
    }

    async fn ask(&mut self, queries: Vec<(&'static str, Value)>) -> HashMap<&'static str, Value> {
        let limit = self.options.command_timeout.min(PATIENCE);
        let asking: Vec<_> = queries
            .into_iter()
            .map(|(name, params)| ask_one(self.room.clone(), name, params, limit))
            .collect();
        let mut outcomes = stream::iter(asking).buffered(AT_ONCE);
        let mut answers = HashMap::new();
        while let Some((name, outcome)) = outcomes.next().await {
            self.take_in();
            match outcome {
                Ok(text) => {
                    self.queries.answered.push(name.to_owned());
                    answers.insert(
                        name,
                        serde_json::from_str(text.as_str()).unwrap_or_default(),
                    );
                }
                Err(Error::Command { code, .. }) => {
                    self.queries.refused.insert(name.to_owned(), code);
                }
                Err(Error::Timeout { .. }) => self.queries.silent.push(name.to_owned()),
                Err(error) => {
                    let reason = format!("the connection was not there ({})", error.kind());
                    self.queries.not_asked.insert(name.to_owned(), reason);
                }
            }
        }
        answers
    }

    /// Which form of the download address this terminal has, told by the head of one answer.
    async fn look_for_downloads(&mut self, answers: &HashMap<&'static str, Value>) {
        let Some(id) = received_file(answers) else {
            return;
        };
        let access = match self.room.files().http_access(false).await {
            Ok(access) => access,
            Err(error) => {
                let form = format!("no token for the HTTP server ({})", error.kind());
                return self.analysis.variants.count("download address", form);
            }
        };
        let (target, token) = access;
        let urls = &self.room.shared().access.urls;
        let client = &self.room.shared().access.client;
        let limit = self.options.connect_timeout;
        let (token, id) = (token.expose(), id.to_string());
        let attempts = http::probe_downloads(client, &target, urls, token, &id, limit).await;
        for attempt in attempts {
            self.analysis.variants.count("download address", attempt);
        }
    }

    /// Listens until the time is over or the room has ended; returns how long that was.
    async fn watch(&mut self, time: Duration) -> Duration {
        let start = Instant::now();
        let room = self.room.clone();
        let mut ended = std::pin::pin!(room.closed());
        let until = start + time;
        loop {
            let look = until.min(Instant::now() + LOOK);
            let over = tokio::select! {
                _ = &mut ended => true,
                () = tokio::time::sleep_until(look) => look == until,
            };
            self.take_in();
            if over {
                return start.elapsed().min(time);
            }
        }
    }

    fn into_report(self, watched: Duration, ended: Option<String>) -> Report {
        let (api_version, generation) = self
            .room
            .shared()
            .read(|engine| (engine.api_version(), engine.generation()));
        let analysis = self.analysis;
        let (findings, seen) = analysis.findings.into_list();
        Report {
            version: REPORT_VERSION,
            trueroom: env!("CARGO_PKG_VERSION"),
            product: analysis.product,
            simulator: self.simulator,
            api_version,
            generation,
            watched,
            ended,
            queries: self.queries,
            events: analysis.events,
            variants: analysis.variants.0,
            findings,
            unreadable: analysis.unreadable,
            seen,
        }
    }
}

async fn ask_one(
    room: Room,
    name: &'static str,
    params: Value,
    limit: Duration,
) -> (&'static str, Result<Text>) {
    let answer = room.command_within(name, params, Some(limit)).await;
    (name, answer)
}

/// The file of a finished incoming request, which the terminal's HTTP server has.
fn received_file(answers: &HashMap<&'static str, Value>) -> Option<FileId> {
    let histories = ["getFileTransferHistory", "getFileTransferInfo"];
    histories.iter().find_map(|query| {
        let answer = answers.get(query)?.to_string();
        let requests = crate::engine::read_requests(&answer, FileStatus::Processed);
        requests
            .into_iter()
            .filter(|request| request.direction == Direction::Incoming)
            .filter(|request| request.status == FileStatus::Processed)
            .find_map(|request| request.file_id)
    })
}
