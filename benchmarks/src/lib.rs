//! What the Rust clients of the benchmark share: the cases, and the line that each prints.
//!
//! A client is started as `CLIENT PORT CASE SECONDS` and prints one JSON object; benchmarks/README.md
//! tells what is in it.
#![allow(clippy::print_stdout)] // For programs that talk to another one.

mod answers;
pub mod calls;
pub mod connects;
pub mod events;
pub mod report;
mod subscribers;
pub mod usage;

use std::error::Error;
use std::future::Future;
use std::time::Duration;

use serde_json::Value;

use report::Measured;

/// Whatever ends a benchmark.
pub type Failure = Box<dyn Error + Send + Sync>;

/// The event that all cases of events are about.
pub const EVENT: &str = "incomingFileRequestDownloadingProgress";

/// Events asked for at once.
pub const BURST: usize = 10_000;

/// What transfers are counted in, in bytes.
pub const MEGABYTE: usize = 1_000_000;

/// How many of them a transfer has: `TRUEROOM_BENCH_MEGABYTES`, else 1000.
///
/// # Errors
/// When the variable is no number.
pub fn megabytes() -> Result<usize, Failure> {
    match std::env::var("TRUEROOM_BENCH_MEGABYTES") {
        Ok(number) => Ok(number.parse()?),
        Err(_) => Ok(1000),
    }
}

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

    /// Asks for so many file requests and adds up the sizes that they tell.
    fn sizes(&self, count: usize) -> impl Future<Output = Result<u64, Failure>> + Send;

    /// Events from now on.
    fn events(&self) -> Self::Events;

    /// Ends the connection.
    fn close(self) -> impl Future<Output = ()> + Send;
}

/// A stream of events, and what a user reads of one.
pub trait Events: Send + 'static {
    /// One event.
    type Event: Send;

    /// The next one.
    fn next(&mut self) -> impl Future<Output = Result<Self::Event, Failure>> + Send;

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

/// Runs the case that was asked for; none when only some client has it.
///
/// # Errors
/// When the client fails.
pub async fn run<C: Client>(arguments: &Arguments) -> Result<Option<Measured>, Failure> {
    let Arguments { port, case, time } = arguments;
    let (port, time) = (*port, *time);
    let (family, size) = case.split_once('-').unwrap_or((case, ""));
    let client = async || C::connect(port).await;
    Ok(Some(match family {
        "answers" => answers::run(&client().await?, size.parse()?, time).await?,
        "calls" => calls::run(&client().await?, "getIncomingFilesRequests", size, time).await?,
        "connect" => connects::run::<C>(port, time).await?,
        "events" => events::run(&client().await?, size, time).await?,
        "idle" => connects::idle::<C>(port, size.parse()?).await?,
        "subscribers" => subscribers::run(&client().await?, size.parse()?, time).await?,
        _ => return Ok(None),
    }))
}

/// Runs the case and prints its line.
///
/// # Errors
/// When the client fails, or does not have the case.
pub async fn main<C: Client>() -> Result<(), Failure> {
    let arguments = Arguments::read()?;
    let Some(measured) = run::<C>(&arguments).await? else {
        return Err(format!("no case {}", arguments.case).into());
    };
    println!("{}", measured.line(&arguments.case));
    Ok(())
}
