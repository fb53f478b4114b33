//! `trueroom-doctor HOST`: examines a terminal and prints the report.

use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

use trueroom::doctor::{DoctorOptions, NOTICE, examine};
use trueroom::{Options, Role};

const HELP: &str = "\
Usage: trueroom-doctor HOST [options]

Examines a terminal without changing it, and prints what differs from the protocol catalogue.

Options:
  --port N              port of the terminal's web server (default 80)
  --websocket-port N    port of the WebSocket; skips the look-up
  --http-port N         port of the HTTP server for files; skips the look-up
  --role admin|user     the mode of the connection
  --twin NAME           which copy of the application
  --tls                 use wss and https
  --ca-file FILE        PEM file of a certificate authority to trust
  --watch SECONDS       how long to listen to events after the queries (default 60)
  --no-downloads        do not ask the HTTP server for a received file
  --json                print the report as JSON
  --help, --version

The PIN, password or token is read from the environment variable TRUEROOM_PIN.
";

enum Asked {
    Text(&'static str),
    Examine(Box<Options>, DoctorOptions, bool),
}

fn main() -> ExitCode {
    match parse(std::env::args().skip(1)) {
        Ok(Asked::Text(text)) => print(text),
        Ok(Asked::Examine(options, how, json)) => run(*options, how, json),
        Err(problem) => {
            complain(&format!("trueroom-doctor: {problem}\n\n{HELP}"));
            ExitCode::from(2)
        }
    }
}

fn run(mut options: Options, how: DoctorOptions, json: bool) -> ExitCode {
    options.pin = std::env::var("TRUEROOM_PIN")
        .ok()
        .filter(|pin| !pin.is_empty())
        .map(Into::into);
    complain(NOTICE);
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            complain(&format!("trueroom-doctor: no threads: {error}\n"));
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(examine(options, how)) {
        Ok(report) if json => print(&format!("{}\n", report.to_json())),
        Ok(report) => print(&report.to_string()),
        Err(error) => {
            complain(&format!("{}: {error}\n", error.kind()));
            ExitCode::FAILURE
        }
    }
}

fn parse(arguments: impl Iterator<Item = String>) -> Result<Asked, String> {
    let mut options = Options::default();
    let mut how = DoctorOptions::default();
    let (mut host, mut json) = (None, false);
    let mut arguments = arguments;
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
        match argument.as_str() {
            "--help" | "-h" => return Ok(Asked::Text(HELP)),
            "--version" | "-V" => {
                return Ok(Asked::Text(concat!(
                    "trueroom-doctor ",
                    env!("CARGO_PKG_VERSION"),
                    "\n"
                )));
            }
            "--port" => options.port = Some(number(&argument, &value()?)?),
            "--websocket-port" => options.websocket_port = Some(number(&argument, &value()?)?),
            "--http-port" => options.http_port = Some(number(&argument, &value()?)?),
            "--role" => {
                options.role = Some(match value()?.as_str() {
                    "admin" => Role::Admin,
                    "user" => Role::User,
                    other => return Err(format!("--role is admin or user, not {other}")),
                });
            }
            "--twin" => options.twin = value()?,
            "--tls" => options.tls = true,
            "--ca-file" => options.ca_file = Some(value()?.into()),
            "--watch" => {
                let seconds: f64 = number(&argument, &value()?)?;
                how.watch = Duration::try_from_secs_f64(seconds)
                    .ok()
                    .filter(|time| time.as_secs() <= 365 * 86_400)
                    .ok_or("--watch needs a time of at most a year")?;
            }
            "--no-downloads" => how.downloads = false,
            "--json" => json = true,
            other if other.starts_with('-') => return Err(format!("no option {other}")),
            other if host.is_none() => host = Some(other.to_owned()),
            other => return Err(format!("one host is enough, what is {other}?")),
        }
    }
    options.host = host.ok_or("a host is missing")?;
    Ok(Asked::Examine(Box::new(options), how, json))
}

fn number<T: std::str::FromStr>(name: &str, text: &str) -> Result<T, String> {
    text.parse()
        .map_err(|_| format!("{name} needs a number, not {text}"))
}

fn print(text: &str) -> ExitCode {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        // Nobody reads any more.
        Err(_) => ExitCode::FAILURE,
    }
}

/// When even this fails, nobody can be told.
fn complain(text: &str) {
    let _ = std::io::stderr().write_all(text.as_bytes());
}
