//! Deterministic simulation of a room: the real engine against a model of the terminal, the
//! network and the program, in virtual time.
//!
//! Each seed is one schedule: options, the terminal's manner, and everything that goes wrong are
//! drawn from it. `checks::Rule` lists what must hold. A failing seed is printed with the command
//! that replays it:
//!
//! ```text
//! TRUEROOM_SEED=N cargo test -p trueroom --test simulation -- --nocapture
//! ```
//!
//! `TRUEROOM_SEEDS` sets how many seeds run, 2000 by default.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout
)]

mod capture;
mod checks;
mod commands;
mod effects;
mod files;
mod finish;
mod floods;
mod flows;
mod happenings;
mod json;
mod life;
mod network;
mod plan;
mod program;
mod sabotage;
mod terminal;
mod truth;
mod watch;
mod world;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use checks::{Rule, Violation};
use sabotage::Sabotage;
use world::Stats;

fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(
        text.parse()
            .unwrap_or_else(|_| panic!("{variable} is no number: {text}")),
    )
}

/// Runs one seed; a panic of the engine is a violation as well.
fn run(seed: u64, trace: bool, sabotage: Option<Sabotage>) -> Result<Stats, Violation> {
    catch_unwind(AssertUnwindSafe(|| world::run(seed, trace, sabotage))).unwrap_or_else(|cause| {
        let text = cause.downcast_ref::<String>().map(String::as_str);
        let text = text
            .or(cause.downcast_ref::<&str>().copied())
            .unwrap_or("?");
        let detail = text.to_owned();
        Err(Violation {
            rule: Rule::Panic,
            detail,
        })
    })
}

fn captured<T>(work: impl FnOnce() -> T) -> T {
    tracing::subscriber::with_default(capture::Capture, work)
}

/// Runs the seeds in as many threads as there are processors.
fn run_all(seeds: u64) -> (Stats, Vec<(u64, Violation)>) {
    let next = AtomicU64::new(1);
    let failed = Mutex::new(Vec::new());
    let total = Mutex::new(Stats::default());
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                captured(|| {
                    let mut sum = Stats::default();
                    loop {
                        let seed = next.fetch_add(1, Ordering::Relaxed);
                        if seed > seeds {
                            break;
                        }
                        match run(seed, false, None) {
                            Ok(stats) => sum.add(stats),
                            Err(violation) => failed.lock().unwrap().push((seed, violation)),
                        }
                    }
                    total.lock().unwrap().add(sum);
                });
            });
        }
    });
    let mut failed = failed.into_inner().unwrap();
    failed.sort_by_key(|(seed, _)| *seed);
    (total.into_inner().unwrap(), failed)
}

#[test]
fn every_schedule_keeps_the_rules() {
    if let Some(seed) = number("TRUEROOM_SEED") {
        let outcome = captured(|| run(seed, true, None));
        println!("seed {seed}: {outcome:#?}");
        assert!(outcome.is_ok(), "seed {seed} breaks a rule");
        return;
    }
    let seeds = number("TRUEROOM_SEEDS").unwrap_or(2000);
    let begin = Instant::now();
    let (stats, failed) = run_all(seeds);
    println!("{seeds} schedules in {:.1?}: {stats:?}", begin.elapsed());
    for (seed, Violation { rule, detail }) in failed.iter().take(10) {
        println!(
            "\nseed {seed} breaks {rule:?}: {detail}\nreplay: TRUEROOM_SEED={seed} \
                  cargo test -p trueroom --test simulation -- --nocapture"
        );
    }
    let count = failed.len();
    assert!(
        count == 0,
        "{count} of {seeds} seeds break a rule; the first ones are printed above"
    );
    // Schedules in which nothing happens would prove nothing.
    let enough =
        stats.ready * 10 > seeds * 8 && stats.reconnects > seeds / 2 && stats.calls > seeds;
    let enough = enough && (stats.forgotten > seeds || seeds < 2000);
    assert!(enough, "the schedules are too tame: {stats:?}");
}

#[test]
fn a_seed_gives_the_same_schedule_again() {
    captured(|| {
        for seed in [3, 4, 5] {
            let (first, second) = (run(seed, false, None), run(seed, false, None));
            assert_eq!(format!("{first:?}"), format!("{second:?}"));
        }
    });
}

#[test]
fn every_rule_can_fail() {
    captured(|| {
        for (sabotage, rule) in sabotage::ALL {
            let noticed = (1..=400).any(|seed| {
                run(seed, false, Some(sabotage)).is_err_and(|found| found.rule == rule)
            });
            assert!(noticed, "{sabotage:?} was not noticed by {rule:?}");
        }
    });
}
