//! The project's own commands; `cargo xtask` prints them.

#![allow(clippy::print_stdout, reason = "a program that talks to a person")]

mod bench;
mod build;
mod check;
mod demo;
mod generate;
mod node;
mod process;
mod python;
mod size;
mod soak;
mod test;
mod workspace;

use std::path::Path;
use std::process::ExitCode;

use workspace::Workspace;

const HELP: &str = "\
The project's own commands. They need Rust, Python 3.10 or later with venv, and Node 20 or later
with npm; everything else is fetched into the target folder and bindings-node/node_modules.

  cargo xtask demo                  the same file bot in Python and Node, on the simulator
  cargo xtask test                  everything: format, lints, generated code, Rust, Python, Node
  cargo xtask test --only NAME,...  only these steps or groups, with the steps that they need
  cargo xtask test --list           the steps and groups
  cargo xtask test --deep           more seeds and repetitions (minutes longer)
  cargo xtask build python|node     the package of one language, into the target folder
  cargo xtask bench                 trueroom against its peers (about 20 minutes)
  cargo xtask bench --quick         a few rounds against the main peers
  cargo xtask bench --only CASE,... --languages NAME,... --rounds N --seconds S --profile P
  cargo xtask bench fleet           a thousand rooms in one program (--rooms N, --profile NAME)
  cargo xtask soak                  30 minutes of mixed load; nothing may be left over
  cargo xtask soak --minutes N      the same, shorter or longer
  cargo xtask generate              check protocol/ and write what is made from it
  cargo xtask generate --check      check protocol/ and that everything made from it is fresh
  cargo xtask merge-report FILE     put what the doctor saw at a terminal into protocol/
  cargo xtask fmt                   bring all sources into their form
";

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

fn fail<T>(message: impl Into<String>) -> Result<T> {
    Err(message.into().into())
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match dispatch(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("\n{error}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(words: &[&str]) -> Result {
    let workspace = || Workspace::find();
    match words {
        [] | ["help" | "--help" | "-h"] => {
            print!("{HELP}");
            Ok(())
        }
        ["test", options @ ..] => test::run(&workspace()?, options),
        ["demo"] => demo::run(&workspace()?),
        ["build", "python"] => build::python(&workspace()?),
        ["build", "node"] => build::node(&workspace()?),
        ["generate"] => generate::run(&workspace()?.root, false),
        ["generate", "--check"] => generate::run(&workspace()?.root, true),
        ["bench", options @ ..] => bench::run(&workspace()?, options),
        ["merge-report", file] => generate::merge::run(&workspace()?.root, Path::new(file)),
        ["soak", options @ ..] => soak::run(&workspace()?, options),
        ["fmt"] => build::format(&workspace()?),
        _ => fail(format!(
            "cargo xtask {}: unknown\n\n{HELP}",
            words.join(" ")
        )),
    }
}
