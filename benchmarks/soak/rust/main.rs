//! A long mixed load with reconnects: `soak-client SIMULATOR SECONDS`.
//!
//! It goes in laps. After each lap everything that the lap began has ended; then what the process holds
//! is counted. The last line is a JSON object; exit status 0 means that nothing was left over.
#![allow(clippy::print_stdout)] // A program that talks to another one.

mod load;
mod resources;
mod terminals;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use serde_json::json;
use trueroom::{Options, Room};
use trueroom_benchmarks::Failure;

use load::{Counts, Lap};
use resources::{Sample, sample, slope};
use terminals::Terminal;

/// Most time of load in a lap; in a short run there are to be this many laps all the same.
const LAP: Duration = Duration::from_secs(3);
const LAPS: u32 = 8;

/// One in so many laps, from the first on, in which caches and pools may fill.
const WARM: usize = 3;

/// How much larger the process may be at the end than the line through its samples was after the
/// warm-up, in kB. A leak of one small object in each call would be many times that in 30 minutes.
const GROWTH: f64 = 6.0 * 1024.0;

/// The same in a run of fewer seconds than that, which is all warm-up.
const SHORT: f64 = 120.0;
const GROWTH_SHORT: f64 = 6.0 * 1024.0;

/// Descriptors and threads that pools may have for a moment.
const SLACK: usize = 4;

#[derive(Default)]
struct Soak {
    total: Counts,
    samples: Vec<Sample>,
    problems: Vec<String>,
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<ExitCode, Failure> {
    let mut arguments = std::env::args().skip(1);
    let program = arguments.next().ok_or("SIMULATOR is missing")?;
    let seconds = arguments.next().ok_or("SECONDS is missing")?.parse()?;
    let mut soak = Soak::default();
    soak.run(&program, Duration::from_secs_f64(seconds)).await?;
    soak.judge();
    let samples: Vec<_> = soak.samples.iter().map(|s| (s.seconds, s.rss_kb)).collect();
    println!(
        "{}",
        json!({
            "laps": soak.samples.len(),
            "count": soak.total,
            "first": format!("{:?}", soak.samples.first()),
            "last": format!("{:?}", soak.samples.last()),
            "samples": samples,
            "problems": soak.problems,
        })
    );
    Ok(ExitCode::from(u8::from(!soak.problems.is_empty())))
}

impl Soak {
    async fn run(&mut self, program: &str, time: Duration) -> Result<(), Failure> {
        let start = Instant::now();
        let quiet = Terminal::start(program).await?;
        let unquiet = Terminal::start(program).await?;
        let third = Terminal::start(program).await?;
        let steady = Room::connect(Options {
            port: Some(quiet.port),
            ..Options::default()
        })
        .await?;
        let folder = tempfile::tempdir()?;
        while start.elapsed() < time || self.samples.len() < 5 {
            // A new one in each lap: a room that is lost again and again waits longer and longer.
            let options = Options {
                port: Some(unquiet.port),
                ping_interval: Duration::from_millis(300),
                ping_timeout: Duration::from_secs(1),
                connect_timeout: Duration::from_secs(60),
                ..Options::default()
            };
            let shaky = Room::connect(options).await?;
            let lap = Lap::new(LAP.min(time / LAPS), folder.path().to_owned());
            tokio::try_join!(
                lap.read(&steady, "told quick", Duration::ZERO),
                lap.read(&steady, "told slow", Duration::from_millis(20)),
                many(8, || lap.calls(&steady)),
                many(8, || lap.calls(&shaky)),
                lap.cancelled_calls(&steady, &quiet),
                lap.emit(&quiet),
                lap.churn_subscribers(&steady),
                lap.offer_files(&quiet),
                lap.keep_files(&steady),
                lap.send_files(&steady),
                lap.churn_rooms(third.port),
                lap.disturb(&unquiet),
            )?;
            steady.files().clear_history(true).await?;
            self.check(&lap.counts(), &steady, &shaky).await;
            // Whether it is connected or waits to be.
            shaky.close().await;
            self.samples.push(sample(start.elapsed().as_secs_f64()));
        }
        steady.close().await;
        for terminal in [quiet, unquiet, third] {
            terminal.stop().await?;
        }
        Ok(())
    }

    async fn check(&mut self, counts: &Counts, steady: &Room, shaky: &Room) {
        let lap = self.samples.len() + 1;
        let mut comes = |what: &str, came: bool| {
            if !came {
                self.problems.push(format!("lap {lap}: {what} never came"));
            }
        };
        comes(
            "an empty book",
            until(|| steady.files().requests().is_empty()).await,
        );
        comes(
            "rest, steady",
            until(|| steady.counters().pending == 0).await,
        );
        comes("rest, shaky", until(|| shaky.counters().pending == 0).await);
        let of = |name| counts.get(name).copied().unwrap_or_default();
        let settled = of("answered") + of("failed") + of("cancelled");
        for (what, found, wanted) in [
            ("calls settled", settled, of("calls")),
            ("told the quick reader", of("told quick"), of("emitted")),
            ("told the slow reader", of("told slow"), of("emitted")),
            ("steady reconnects", steady.counters().reconnects, 0),
        ] {
            if found != wanted {
                self.problems
                    .push(format!("lap {lap}: {what}: {found}, not {wanted}"));
            }
        }
        let reconnects = shaky.counters().reconnects;
        *self.total.entry("reconnects").or_default() += reconnects;
        for (name, count) in counts {
            *self.total.entry(name).or_default() += count;
        }
    }

    /// Nothing may be left over that was not there after the warm-up.
    fn judge(&mut self) {
        let warm = (self.samples.len() / WARM).max(2);
        let Some((before, after @ [first, .., last])) = self.samples.split_at_checked(warm) else {
            let laps = self.samples.len();
            self.problems.push(format!("{laps} laps are too few"));
            return;
        };
        let tail = &after[after.len().saturating_sub(3)..];
        let mut left_over = |name: &str, slack: usize, count: fn(&Sample) -> usize| {
            let most = before.iter().map(count).max().unwrap_or_default();
            let last = tail.iter().map(count).min().unwrap_or_default();
            if last > most + slack {
                let problem = format!("{name}: {last} at the end, {most} after the warm-up");
                self.problems.push(problem);
            }
        };
        left_over("tasks", 0, |s| s.tasks);
        left_over("threads", SLACK, |s| s.threads);
        left_over("descriptors", SLACK, |s| s.descriptors);
        let points: Vec<_> = after.iter().map(|s| (s.seconds, s.rss_kb)).collect();
        let growth = slope(&points) * (last.seconds - first.seconds);
        println!("memory grew by {growth:.0} kB after the warm-up");
        let bound = if last.seconds > SHORT {
            GROWTH
        } else {
            GROWTH_SHORT
        };
        if growth > bound {
            let problem = format!("memory grew by {growth:.0} kB, more than {bound:.0}");
            self.problems.push(problem);
        }
    }
}

/// Waits for something that has to be so at one moment, not from then on: a room asks its terminal
/// by itself after a reconnect, after an odd event and every minute, so that a second look may find
/// such a question under way. False when it never was so.
async fn until(condition: impl Fn() -> bool) -> bool {
    let end = Instant::now() + Duration::from_secs(60);
    while !condition() {
        if Instant::now() > end {
            return false;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    true
}

async fn many<F>(count: usize, make: impl Fn() -> F) -> Result<(), Failure>
where
    F: Future<Output = Result<(), Failure>>,
{
    futures_util::future::try_join_all((0..count).map(|_| make())).await?;
    Ok(())
}
