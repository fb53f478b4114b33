//! Plays one scenario, step by step.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::task::Poll;
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use serde_json::{Map, Value, json};
use tokio::task::JoinHandle;
use trueroom::api::View as _;
use trueroom::{Error, Events, Options, Requests, Room};
use trueroom_simulator::{Simulator, SimulatorOptions};

use super::format::{Files, Filter, Names, ROOM, Scenario, Step, Wait};
use super::operation::{Content, Operation, shown};
use super::pattern::{self, Variables, fill, matches};

/// The longest time of a step.
const PATIENCE: Duration = Duration::from_secs(60);

/// A command with an answer that changes nothing.
const ROUND_TRIP: &str = "getServerDomain";

/// What came of a step: a result, or an error as JSON.
type Outcome = Result<Value, Value>;

/// A scenario's own complaint, not an error that it may expect.
type Problem = String;

enum Subscription {
    Events(Events),
    Requests(Requests),
}

struct Player {
    simulator: Simulator,
    folder: tempfile::TempDir,
    variables: Variables,
    rooms: HashMap<String, Room>,
    subscriptions: HashMap<String, Subscription>,
    begun: HashMap<String, Begun>,
}

enum Begun {
    Over(Outcome),
    Task(JoinHandle<Done>),
}

/// What something begun in the background comes to; `connect` brings a room.
struct Done {
    outcome: Outcome,
    room: Option<(String, Room)>,
}

/// Plays all steps. The error names the step, what was expected and what came.
pub(crate) async fn play(scenario: Scenario) -> Result<(), Problem> {
    let options = SimulatorOptions::from_json(Value::Object(scenario.simulator.clone()))
        .map_err(|error| error.to_string())?;
    let simulator = Simulator::start(options)
        .await
        .map_err(|error| error.to_string())?;
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let path = folder.path().to_string_lossy().into_owned();
    let info = simulator.info();
    let variables = [
        ("folder", json!(path)),
        ("port", json!(info.port)),
        ("websocketPort", json!(info.websocket_port)),
        ("httpPort", json!(info.http_port)),
    ];
    let mut player = Player {
        simulator,
        folder,
        variables: variables
            .map(|(name, value)| (name.to_owned(), value))
            .into(),
        rooms: HashMap::new(),
        subscriptions: HashMap::new(),
        begun: HashMap::new(),
    };
    for (number, step) in scenario.steps.iter().enumerate() {
        let played = tokio::time::timeout(PATIENCE, player.step(step)).await;
        played
            .unwrap_or_else(|_| Err(format!("not over after {PATIENCE:?}")))
            .map_err(|problem| format!("step {number}: {problem}"))?;
    }
    player.check_covers(&scenario.covers).await?;
    player.end().await
}

impl Player {
    async fn step(&mut self, step: &Step) -> Result<(), Problem> {
        if let Some(filter) = &step.subscribe {
            return self.subscribe(step, filter);
        }
        if let Some(name) = &step.cancel {
            return self.cancel(name).await;
        }
        if let Some(name) = &step.nothing {
            return self.nothing(step, name).await;
        }
        if let Some(path) = &step.write {
            return self.write(path, step);
        }
        if let Some(name) = &step.start {
            let work = self.work(step)?;
            let begun = begin(work).await;
            self.begun.insert(name.clone(), begun);
            return Ok(());
        }
        let (outcome, wanted) = self.result(step).await?;
        self.judge(step, wanted, outcome)
    }

    /// What a step comes to, with the pattern for it when that is not in `expect`.
    async fn result<'s>(
        &mut self,
        step: &'s Step,
    ) -> Result<(Outcome, Option<&'s Value>), Problem> {
        let outcome = if let Some(operation) = &step.terminal {
            let operation = fill(operation, &self.variables)?;
            let performed = self.simulator.perform(operation).await;
            performed.map_err(|error| json!({"message": error.to_string()}))
        } else if let Some(name) = &step.finish {
            let begun = self.begun.remove(name).ok_or("it was not begun")?;
            self.finish(begun).await
        } else if let Some(name) = &step.next {
            Ok(self.next(name, step.until.as_ref()).await?)
        } else if let Some(pattern) = &step.status {
            let status = self.room(step)?.status();
            let status = serde_json::from_str(&status).map_err(|error| error.to_string())?;
            return Ok((Ok(status), Some(pattern)));
        } else if let Some(pattern) = &step.files {
            let files = self.room(step)?.files().requests();
            return Ok((Ok(files.iter().map(shown).collect()), Some(pattern)));
        } else if let Some(pattern) = &step.live {
            let live = self.room(step)?.live().ok_or("the room has no mirror")?;
            return Ok((Ok(live.fields().clone().into()), Some(pattern)));
        } else if let Some(id) = &step.file {
            let id = fill(id, &self.variables)?;
            let file = self
                .room(step)?
                .files()
                .get(id.as_str().unwrap_or_default());
            Ok(file.as_ref().map_or(Value::Null, shown))
        } else if let Some(path) = &step.folder {
            Ok(names(&self.path(path)?)?)
        } else if let Some(name) = &step.close {
            self.rooms
                .get(name)
                .ok_or("there is no such room")?
                .close()
                .await;
            Ok(Value::Null)
        } else {
            let work = self.work(step)?;
            let done = work.await;
            self.take(done)
        };
        Ok((outcome, None))
    }

    fn judge(
        &mut self,
        step: &Step,
        wanted: Option<&Value>,
        outcome: Outcome,
    ) -> Result<(), Problem> {
        let wanted = wanted.or(step.expect.as_ref());
        match (outcome, wanted, &step.error) {
            (Ok(_), None, None) => Ok(()),
            (Ok(value), Some(pattern), _) => matches(pattern, &value, &mut self.variables)
                .map_err(|problem| format!("{problem}\n    in {}", pattern::shown(&value))),
            (Err(error), _, Some(pattern)) => matches(pattern, &error, &mut self.variables)
                .map_err(|problem| format!("{problem}\n    in {}", pattern::shown(&error))),
            (Ok(value), _, Some(pattern)) => Err(format!(
                "expected the error {pattern}, got {}",
                pattern::shown(&value)
            )),
            (Err(error), _, None) => Err(format!("failed: {}", pattern::shown(&error))),
        }
    }

    /// The work of the verbs that can be begun without waiting for it.
    fn work(&self, step: &Step) -> Result<BoxFuture<'static, Done>, Problem> {
        if let Some(options) = &step.connect {
            let name = step.room.as_deref().unwrap_or(ROOM).to_owned();
            let options = self.options(options)?;
            return Ok(async move { connect(name, options).await }.boxed());
        }
        let room = self.room(step)?.clone();
        let work = if let Some(method) = step.call.clone() {
            let params = fill(step.params.as_ref().unwrap_or(&json!({})), &self.variables)?;
            let timeout = step.timeout.map(Duration::from_millis);
            async move {
                let answer = room.command_within(&method, params, timeout).await?;
                Ok(serde_json::from_str(answer.as_str()).unwrap_or(Value::Null))
            }
            .boxed()
        } else if let Some(flow) = step.flow.clone() {
            let params = fill(step.params.as_ref().unwrap_or(&json!({})), &self.variables)?;
            let timeout = step.timeout.map(Duration::from_millis);
            async move {
                let event = room.run_flow(&flow, params, timeout).await?;
                Ok(serde_json::from_str(event.as_str()).unwrap_or(Value::Null))
            }
            .boxed()
        } else if let Some(operation) = &step.operation {
            let operation = Operation::read(&fill(operation, &self.variables)?)?;
            let folder = self.folder.path().to_owned();
            async move { operation.run(&room, &folder).await }.boxed()
        } else {
            let wait = step.wait.ok_or("this verb cannot be begun")?;
            async move {
                match wait {
                    Wait::Ready => room.wait_ready().await,
                    Wait::Closed => room.closed().await,
                }
                .map(|()| Value::Null)
            }
            .boxed()
        };
        let done = |outcome: Result<Value, Error>| Done {
            outcome: outcome.map_err(|error| error_json(&error)),
            room: None,
        };
        Ok(work.map(done).boxed())
    }

    /// Options of `connect`: where the simulator is, unless the step says so itself.
    fn options(&self, given: &Map<String, Value>) -> Result<String, Problem> {
        let info = self.simulator.info();
        let mut options = Map::new();
        options.insert("host".into(), info.host.into());
        options.insert("port".into(), info.port.into());
        for limit in ["connectTimeout", "commandTimeout"] {
            options.insert(limit.into(), json!(PATIENCE.as_millis()));
        }
        if info.tls {
            options.insert("tls".into(), true.into());
            options.insert("caFile".into(), json!(info.ca_file));
        }
        let Value::Object(given) = fill(&Value::Object(given.clone()), &self.variables)? else {
            return Err("the options are no object".into());
        };
        options.extend(given);
        options.retain(|_, value| !value.is_null());
        Ok(Value::Object(options).to_string())
    }

    fn take(&mut self, done: Done) -> Outcome {
        if let Some((name, room)) = done.room {
            self.rooms.insert(name, room);
        }
        done.outcome
    }

    async fn finish(&mut self, begun: Begun) -> Outcome {
        match begun {
            Begun::Over(outcome) => outcome,
            Begun::Task(task) => match task.await {
                Ok(done) => self.take(done),
                Err(error) if error.is_cancelled() => {
                    Err(json!({"kind": "Cancelled", "message": "cancelled"}))
                }
                Err(error) => Err(json!({"kind": "Panic", "message": error.to_string()})),
            },
        }
    }

    async fn cancel(&mut self, name: &str) -> Result<(), Problem> {
        let begun = self.begun.remove(name).ok_or("it was not begun")?;
        if let Begun::Task(task) = &begun {
            task.abort();
        }
        // Waited for, so that the next step finds it cancelled.
        let outcome = self.finish(begun).await;
        self.begun.insert(name.to_owned(), Begun::Over(outcome));
        Ok(())
    }

    fn subscribe(&mut self, step: &Step, filter: &Filter) -> Result<(), Problem> {
        let room = self.room(step)?;
        let subscription = match filter {
            Filter::Events(Names::All(_)) => Subscription::Events(room.events([])),
            Filter::Events(Names::Some(names)) => {
                Subscription::Events(room.events(names.iter().map(String::as_str)))
            }
            Filter::Files(Files::Requests) => Subscription::Requests(room.files().offers()),
            Filter::Files(Files::Changes) => Subscription::Requests(room.files().changes()),
        };
        let name = step.name.clone().ok_or("subscribe needs as")?;
        self.subscriptions.insert(name, subscription);
        Ok(())
    }

    async fn next(&mut self, name: &str, until: Option<&Value>) -> Result<Value, Problem> {
        let subscription = self
            .subscriptions
            .get_mut(name)
            .ok_or("no such subscription")?;
        let mut passed = Vec::new();
        loop {
            let next = tokio::time::timeout(PATIENCE / 2, subscription.next()).await;
            let item = match next {
                Ok(item) => item.ok_or("the stream has ended")?,
                Err(_) => return Err(format!("nothing came; passed over: {}", json!(passed))),
            };
            match until {
                Some(pattern) if matches(pattern, &item, &mut self.variables).is_err() => {
                    passed.push(item);
                }
                _ => return Ok(item),
            }
        }
    }

    async fn nothing(&mut self, step: &Step, name: &str) -> Result<(), Problem> {
        let trip = self.room(step)?.command(ROUND_TRIP, json!({})).await;
        trip.map_err(|error| format!("round trip: {error}"))?;
        let subscription = self
            .subscriptions
            .get_mut(name)
            .ok_or("no such subscription")?;
        match subscription.next().now_or_never() {
            None => Ok(()),
            Some(item) => Err(format!("expected nothing, got {}", json!(item))),
        }
    }

    fn write(&self, path: &str, step: &Step) -> Result<(), Problem> {
        let content = step.content.clone().unwrap_or_default();
        let content: Content =
            serde_json::from_value(content).map_err(|error| error.to_string())?;
        fs::write(self.path(path)?, content.bytes()).map_err(|error| error.to_string())
    }

    fn path(&self, text: &str) -> Result<String, Problem> {
        let path = fill(&text.into(), &self.variables)?;
        Ok(path.as_str().unwrap_or_default().to_owned())
    }

    fn room(&self, step: &Step) -> Result<&Room, Problem> {
        let name = step.room.as_deref().unwrap_or(ROOM);
        self.rooms
            .get(name)
            .ok_or_else(|| format!("there is no room '{name}'"))
    }

    /// Each name that the scenario says it covers has gone over the wire.
    async fn check_covers(&self, covers: &[String]) -> Result<(), Problem> {
        for name in covers {
            let mut seen = false;
            for way in ["received", "sent"] {
                let count = json!({"op": "waitFor", way: name, "timeout": 0});
                seen |= self.simulator.perform(count).await.is_ok();
            }
            if !seen {
                return Err(format!("at the end: {name} is covered, but was never seen"));
            }
        }
        Ok(())
    }

    /// Closes everything, and looks for what should not be left.
    async fn end(self) -> Result<(), Problem> {
        for room in self.rooms.values() {
            let closed = tokio::time::timeout(PATIENCE, room.close()).await;
            closed.map_err(|_| "a room did not close".to_owned())?;
        }
        let left = half_written(self.folder.path());
        if !left.is_empty() {
            return Err(format!("at the end, half-written files are left: {left:?}"));
        }
        self.simulator.close().await;
        Ok(())
    }
}

impl Subscription {
    async fn next(&mut self) -> Option<Value> {
        match self {
            Self::Events(events) => {
                let event = events.next().await?;
                Some(serde_json::from_str(event.text.as_str()).unwrap_or(Value::Null))
            }
            Self::Requests(requests) => requests.next().await.as_ref().map(shown),
        }
    }
}

/// Runs the work to its first wait here, so that a command is sent before the next step begins.
async fn begin(mut work: BoxFuture<'static, Done>) -> Begun {
    let first = std::future::poll_fn(|context| Poll::Ready(work.as_mut().poll(context))).await;
    match first {
        // A room that is there at once would be lost here, but connecting always waits.
        Poll::Ready(done) => Begun::Over(done.outcome),
        Poll::Pending => Begun::Task(tokio::spawn(work)),
    }
}

async fn connect(name: String, options: String) -> Done {
    let connected = async { Room::connect(Options::from_json(&options)?).await };
    match connected.await {
        Ok(room) => Done {
            outcome: Ok(serde_json::from_str(&room.status()).unwrap_or(Value::Null)),
            room: Some((name, room)),
        },
        Err(error) => Done {
            outcome: Err(error_json(&error)),
            room: None,
        },
    }
}

fn error_json(error: &Error) -> Value {
    serde_json::from_str(&error.to_json()).unwrap_or(Value::Null)
}

fn names(folder: &str) -> Result<Value, Problem> {
    if !Path::new(folder).exists() {
        return Ok(json!([]));
    }
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(|error| error.to_string())? {
        let entry = entry.map_err(|error| error.to_string())?;
        names.push(entry.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(json!(names))
}

/// Temporary files of downloads, anywhere below the folder.
fn half_written(folder: &Path) -> Vec<String> {
    let mut left = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            left.extend(half_written(&path));
        } else if path
            .extension()
            .is_some_and(|extension| extension == "part")
        {
            left.push(path.to_string_lossy().into_owned());
        }
    }
    left
}
