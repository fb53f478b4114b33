//! `cargo xtask bench`: trueroom against what else one would use, in pairs.
//!
//! `cases` and `clients` are tables: a new case or client is a line there, and what it does is a
//! program in `benchmarks/`, whose README tells what it is given and what it prints.

mod cases;
mod clients;
mod fleet;
mod load;
mod machine;
mod options;
mod report;
mod results;
mod rounds;
mod server;
mod statistics;
mod table;

use std::fs;
use std::time::Instant;

use crate::Result;
use crate::workspace::Workspace;

use options::Options;
use rounds::Bench;

pub(crate) fn run(workspace: &Workspace, words: &[&str]) -> Result {
    if let ["fleet", rest @ ..] = words {
        return fleet::run(workspace, rest);
    }
    let start = Instant::now();
    let options = Options::parse(words)?;
    let cases = cases::chosen(&options)?;
    let clients = clients::prepare(workspace, &options)?;
    let results = Bench::new(workspace, &options)?.run(&cases, &clients)?;
    let seconds = start.elapsed().as_secs();
    print!("\n{}", table::of(&results));
    println!("\n{} min {} s in all", seconds / 60, seconds % 60);
    let folder = workspace.target.join("bench");
    fs::create_dir_all(&folder)?;
    let description = machine::describe(workspace)?;
    let json = report::json(&results, &description, &options, seconds)?;
    let file = folder.join("performance.json");
    fs::write(&file, &json)?;
    println!("details: {}", file.display());
    if options.is_complete() {
        report::publish(workspace, &results, &description, &options, seconds, &json)?;
    }
    Ok(())
}
