//! Accepts the files that are offered to a room, by size and type, and saves them.
//!
//! ```text
//! file_bot [HOST] [--port N] [--pin PIN] [--inbox FOLDER] [--max-bytes N] [--refuse .exe,.bat]
//! ```
//! Each option has an environment variable: `TRUEROOM_HOST`, `TRUEROOM_PORT`, `TRUEROOM_PIN` and
//! `TRUEROOM_INBOX`.
//! Prints one line for each file and ends on Ctrl-C.
#![allow(clippy::print_stdout, clippy::print_stderr)] // A program, not a library.

use std::env;
use std::path::PathBuf;
use std::process::ExitCode;

use trueroom::{Error, FileRequest, Options, Result, Room};

struct Settings {
    options: Options,
    inbox: PathBuf,
    max_bytes: u64,
    refuse: Vec<String>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let settings = match settings() {
        Ok(settings) => settings,
        Err(message) => {
            eprintln!("{message}");
            return ExitCode::from(2);
        }
    };
    let done = tokio::select! {
        done = run(settings) => done,
        _ = tokio::signal::ctrl_c() => Ok(()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(settings: Settings) -> Result<()> {
    let room = Room::connect(settings.options.clone()).await?;
    // A path that is no folder yet would be taken for the file itself.
    std::fs::create_dir_all(&settings.inbox)
        .map_err(|error| Error::Usage(format!("{}: {error}", settings.inbox.display())))?;
    println!("ready");
    let mut offers = room.files().offers();
    let settings = std::sync::Arc::new(settings);
    while let Some(request) = offers.next().await {
        // Each file in a task of its own: a big one must not hold up the next.
        let (room, settings) = (room.clone(), settings.clone());
        tokio::spawn(async move {
            match handle(&room, &settings, &request).await {
                Ok(line) => println!("{line}"),
                Err(error) => println!("failed {:?}: {error}", request.file_name),
            }
        });
    }
    room.closed().await
}

async fn handle(room: &Room, settings: &Settings, request: &FileRequest) -> Result<String> {
    let name = request.file_name.to_lowercase();
    let refused = settings.refuse.iter().any(|ending| name.ends_with(ending));
    if refused || request.size.is_none_or(|size| size > settings.max_bytes) {
        room.files().reject(&request.id).await?;
        return Ok(format!("rejected {:?}", request.file_name));
    }
    room.files().accept(&request.id).await?;
    let path = room.files().save(&request.id, &settings.inbox).await?;
    Ok(format!(
        "saved {:?} as {}",
        request.file_name,
        path.display()
    ))
}

fn settings() -> std::result::Result<Settings, String> {
    let variable = |name: &str| env::var(name).ok();
    let mut host = variable("TRUEROOM_HOST").unwrap_or_else(|| "127.0.0.1".to_owned());
    let mut port = variable("TRUEROOM_PORT");
    let mut pin = variable("TRUEROOM_PIN");
    let mut inbox = variable("TRUEROOM_INBOX").unwrap_or_else(|| "inbox".to_owned());
    let mut max_bytes = "50000000".to_owned();
    let mut refuse = ".exe,.bat,.cmd".to_owned();
    let mut arguments = env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || {
            arguments
                .next()
                .ok_or_else(|| format!("{argument} needs a value"))
        };
        match argument.as_str() {
            "--port" => port = Some(value()?),
            "--pin" => pin = Some(value()?),
            "--inbox" => inbox = value()?,
            "--max-bytes" => max_bytes = value()?,
            "--refuse" => refuse = value()?,
            other if other.starts_with('-') => return Err(format!("unknown option {other}")),
            other => other.clone_into(&mut host),
        }
    }
    let number = |name: &str, text: &str| format!("{name} must be a number, not {text:?}");
    let mut options = Options::new(host);
    options.pin = pin.map(Into::into);
    options.port = match port {
        Some(text) => Some(text.parse().map_err(|_| number("--port", &text))?),
        None => None,
    };
    Ok(Settings {
        options,
        inbox: inbox.into(),
        max_bytes: max_bytes
            .parse()
            .map_err(|_| number("--max-bytes", &max_bytes))?,
        refuse: refuse
            .split(',')
            .map(|ending| ending.trim().to_lowercase())
            .collect(),
    })
}
