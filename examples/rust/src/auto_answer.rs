//! Answers the calls of those it knows and declines the others, so that a room needs nobody at it.
//!
//! ```text
//! auto_answer [HOST] [--allow USER]...
//! ```
//! Without `--allow` everybody is answered. `TRUEROOM_HOST`, `TRUEROOM_PORT` and `TRUEROOM_PIN` say
//! where the terminal is. Prints one line for each call and ends on Ctrl-C.
#![allow(clippy::print_stdout, clippy::print_stderr)] // A program, not a library.

use std::env;
use std::process::ExitCode;

use trueroom::api::call::InviteReceivedEvent;
use trueroom::api::flows;
use trueroom::{Error, Options, Result, Room};

#[tokio::main]
async fn main() -> ExitCode {
    let mut options = Options::new(env::var("TRUEROOM_HOST").unwrap_or("127.0.0.1".to_owned()));
    options.port = env::var("TRUEROOM_PORT")
        .ok()
        .and_then(|port| port.parse().ok());
    options.pin = env::var("TRUEROOM_PIN").ok().map(Into::into);
    let mut allowed = Vec::new();
    let mut arguments = env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--allow" => allowed.extend(arguments.next()),
            host => host.clone_into(&mut options.host),
        }
    }
    let done = tokio::select! {
        done = answer(options, &allowed) => done,
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

async fn answer(options: Options, allowed: &[String]) -> Result<()> {
    let room = Room::connect(options).await?;
    let mut invites = room.events_of::<InviteReceivedEvent>();
    println!("ready");
    while let Some(invite) = invites.next().await {
        let caller = invite.peer_id().unwrap_or_default();
        // A flow ends when the call runs or is over, not when the terminal has taken the command.
        let outcome = if allowed.is_empty() || allowed.iter().any(|user| *user == caller) {
            room.run(flows::Accept {}).await.map(|_| "answered")
        } else {
            room.run(flows::Reject {}).await.map(|_| "declined")
        };
        match outcome {
            Ok(what) => println!("{what} {caller}"),
            Err(Error::Flow { .. }) => println!("gone {caller}"),
            Err(error) => println!("failed {caller}: {error}"),
        }
    }
    room.closed().await
}
