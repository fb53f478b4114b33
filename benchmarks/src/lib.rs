//! What the Rust clients of the benchmark share: the cases, and the line that each prints.
//!
//! A client is started as `CLIENT PORT CASE SECONDS` and prints one JSON object; benchmarks/README.md
//! tells what is in it.
#![allow(clippy::print_stdout)] // For programs that talk to another one.

mod calls;
mod events;
pub mod report;
pub mod usage;

use std::error::Error;
use std::future::Future;
use std::time::Duration;

use serde_json::Value;

/// Whatever ends a benchmark.
pub type Failure = Box<dyn Error + Send + Sync>;

/// The event that all cases of events are about.
pub const EVENT: &str = "incomingFileRequestDownloadingProgress";

/// Events asked for at once.
pub const BURST: usize = 10_000;

/// A client under measurement.
pub trait Client: Clone + Send + Sync + 'static {
    /// Its stream of [`EVENT`].
    type Events: Events;

    /// Connects and authorizes.
    fn connect(port: u16) -> impl Future<Output = Result<Self, Failure>> + Send;

    /// Sends a command and waits for its answer.
    fn command(
        &self,
        method: &'static str,
        params: Value,
    ) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Events from now on.
    fn events(&self) -> Self::Events;
}

/// A stream of events, and what a user reads of one.
pub trait Events {
    /// One event.
    type Event;

    /// The next one.
    fn next(&mut self) -> impl Future<Output = Result<Self::Event, Failure>>;

    /// Reads two fields, as a progress bar would: whether they were there.
    fn two(event: &Self::Event) -> bool;

    /// Reads all fields: whether they were there.
    fn all(event: &Self::Event) -> bool;
}

/// What the program was started with.
pub struct Arguments {
    /// The load server's port.
    pub port: u16,
    /// The case's name.
    pub case: String,
    /// How long it is to be measured.
    pub time: Duration,
}

impl Arguments {
    /// From the command line.
    ///
    /// # Errors
    /// When one is missing or malformed.
    pub fn read() -> Result<Self, Failure> {
        let mut arguments = std::env::args().skip(1);
        let mut next = |name: &str| arguments.next().ok_or(format!("{name} is missing"));
        Ok(Self {
            port: next("PORT")?.parse()?,
            case: next("CASE")?,
            time: Duration::from_secs_f64(next("SECONDS")?.parse()?),
        })
    }
}

/// Runs the case that was asked for.
///
/// # Errors
/// When the client fails, or the case is not known.
pub async fn run<C: Client>() -> Result<(), Failure> {
    let Arguments { port, case, time } = Arguments::read()?;
    let (kind, size) = case.split_once('-').unwrap_or((&case, ""));
    let measured = match kind {
        "calls" => calls::run(&C::connect(port).await?, size.parse()?, time).await?,
        "events" => events::run(&C::connect(port).await?, size, time).await?,
        _ => return Err(format!("no case {case}").into()),
    };
    println!("{}", measured.line(&case));
    Ok(())
}
