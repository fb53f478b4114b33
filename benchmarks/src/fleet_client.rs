//! A fleet of many rooms against as many simulators, measured; prints one JSON object.
//!
//! `fleet-client SIMULATOR ROOMS`
#![allow(clippy::print_stdout)] // For a program that talks to another one.

use std::collections::HashSet;
use std::fs;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use trueroom::fleet::{FleetOptions, FleetRequests};
use trueroom::{Fleet, Options};
use trueroom_benchmarks::{Failure, usage};

const PATIENCE: Duration = Duration::from_secs(120);
/// How long the terminals are without power.
const OFF: Duration = Duration::from_secs(5);
const IDLE: Duration = Duration::from_secs(3);

/// Simulators in a process of their own.
struct Terminals {
    _process: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
}

impl Terminals {
    fn start(program: &str, count: usize) -> Result<Self, Failure> {
        let mut process = Command::new(program)
            .args(["--stdin", "--count", &count.to_string()])
            // Below the ports that the system gives to clients: while a terminal is off, one of
            // its own clients would get the port that it comes back on.
            .args(["--port", "20000", "--websocket-port", "22000"])
            .args(["--http-port", "24000"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let input = process.stdin.take().ok_or("no input")?;
        let output = process.stdout.take().ok_or("no output")?;
        Ok(Self {
            _process: process,
            input,
            output: BufReader::new(output).lines(),
        })
    }

    async fn line(&mut self) -> Result<Value, Failure> {
        let line = self.output.next_line().await?;
        Ok(serde_json::from_str(&line.ok_or("the simulators ended")?)?)
    }

    async fn perform(&mut self, operation: Value) -> Result<(), Failure> {
        let line = format!("{operation}\n");
        self.input.write_all(line.as_bytes()).await?;
        let answer = self.line().await?;
        if answer["ok"] == true {
            Ok(())
        } else {
            Err(answer["error"].to_string().into())
        }
    }
}

struct Measurement {
    fleet: Fleet,
    terminals: Terminals,
    offers: FleetRequests,
    asked: HashSet<String>,
    rooms: usize,
    result: Map<String, Value>,
}

impl Measurement {
    fn put(&mut self, name: &str, value: f64) {
        self.result.insert(name.to_owned(), json!(value));
    }

    #[allow(clippy::cast_precision_loss)] // Far below 2^53.
    fn put_each(&mut self, name: &str, value: f64) {
        self.put(name, value / self.rooms as f64);
    }

    #[allow(clippy::cast_precision_loss)]
    async fn connect(&mut self) -> Result<(), Failure> {
        let before = (resident_kb(), entries("fd"), usage::cpu());
        let infos = self.terminals.line().await?;
        let start = Instant::now();
        for (number, info) in infos.as_array().into_iter().flatten().enumerate() {
            let port = info["port"].as_u64().and_then(|port| port.try_into().ok());
            let host = info["host"].as_str().unwrap_or_default();
            let options = Options {
                port,
                ..Options::new(host)
            };
            self.fleet.add(&format!("room-{number:04}"), options)?;
        }
        self.all_ready().await?;
        self.put("connected_s", start.elapsed().as_secs_f64());
        let cpu = usage::cpu().saturating_sub(before.2).as_secs_f64() * 1000.0;
        self.put_each("connect_cpu_ms", cpu);
        self.put_each("kb_per_room", (resident_kb() - before.0) as f64);
        self.put_each("descriptors_per_room", (entries("fd") - before.1) as f64);
        self.put("threads", entries("task") as f64);
        Ok(())
    }

    async fn all_ready(&self) -> Result<(), Failure> {
        let late = self.fleet.wait_ready(Some(PATIENCE)).await;
        match late.iter().next() {
            None => Ok(()),
            Some((key, health)) => Err(format!("{key} is not ready: {health:?}").into()),
        }
    }

    async fn use_it(&mut self) -> Result<(), Failure> {
        let before = usage::cpu();
        tokio::time::sleep(IDLE).await;
        let used = usage::cpu().saturating_sub(before).as_secs_f64();
        self.put("idle_cpu_percent", used / IDLE.as_secs_f64() * 100.0);
        let start = Instant::now();
        self.fleet
            .command("getAppState", json!({}))
            .await?
            .check()?;
        self.put("command_ms", start.elapsed().as_secs_f64() * 1000.0);
        let start = Instant::now();
        let health = self.fleet.health();
        self.put("health_ms", start.elapsed().as_secs_f64() * 1000.0);
        if health.ready() == self.rooms {
            Ok(())
        } else {
            Err("a room was lost".into())
        }
    }

    /// All terminals go at once and come back; meanwhile each is offered a file.
    #[allow(clippy::cast_precision_loss)]
    async fn cut(&mut self, off: Duration, name: &str) -> Result<(), Failure> {
        let want = self.asked.len() + self.rooms;
        for operation in [
            json!({"op": "stopListening"}),
            json!({"op": "dropConnection", "how": "reset"}),
            json!({"op": "waitConnections", "count": 0}),
            json!({"op": "offerFile", "text": "hello"}),
        ] {
            self.terminals.perform(operation).await?;
        }
        tokio::time::sleep(off).await;
        self.terminals.perform(json!({"op": "restart"})).await?;
        let start = Instant::now();
        while self.asked.len() < want {
            let offer = tokio::time::timeout(PATIENCE, self.offers.next()).await?;
            let (key, request) = offer.ok_or("the fleet was closed")?;
            if !self.asked.insert(format!("{key} {}", request.id)) {
                return Err("a request came twice".into());
            }
        }
        self.all_ready().await?;
        self.put(&format!("{name}_s"), start.elapsed().as_secs_f64());
        self.put("threads", entries("task") as f64);
        Ok(())
    }
}

#[tokio::main(worker_threads = 2)]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let program = arguments.next().ok_or("SIMULATOR is missing")?;
    let rooms: usize = arguments.next().ok_or("ROOMS is missing")?.parse()?;
    let fleet = Fleet::new(FleetOptions::default())?;
    let mut measurement = Measurement {
        offers: fleet.offers(),
        fleet,
        terminals: Terminals::start(&program, rooms)?,
        asked: HashSet::new(),
        rooms,
        result: Map::new(),
    };
    measurement.result.insert("rooms".into(), json!(rooms));
    measurement.connect().await?;
    measurement.use_it().await?;
    measurement.cut(Duration::ZERO, "restart").await?;
    measurement.cut(OFF, "power_cut").await?;
    let lost = 2 * rooms - measurement.asked.len();
    measurement.result.insert("lost".into(), json!(lost));
    let start = Instant::now();
    measurement.fleet.close().await;
    measurement.put("close_s", start.elapsed().as_secs_f64());
    println!("{}", Value::Object(measurement.result));
    Ok(())
}

/// Memory that is resident now; 0 where the system has no /proc.
fn resident_kb() -> i64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// How many threads (`task`) or descriptors (`fd`) this process has.
fn entries(of: &str) -> i64 {
    let folder = fs::read_dir(format!("/proc/self/{of}"));
    folder.map_or(0, |folder| i64::try_from(folder.count()).unwrap_or(0))
}
