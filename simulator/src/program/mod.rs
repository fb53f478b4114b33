//! The program: arguments, standard input and output, signals.

mod arguments;
mod terminals;

use std::io::{BufRead, Write};

use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use self::arguments::{Arguments, HELP, Run};
use self::terminals::Terminals;

/// Runs until it is told to stop.
pub(crate) fn run(arguments: impl Iterator<Item = String>) -> Result<(), String> {
    let arguments = match Arguments::parse(arguments)? {
        Arguments::Help => return print(HELP),
        Arguments::Version => {
            return print(concat!("trueroom-simulator ", env!("CARGO_PKG_VERSION")));
        }
        Arguments::Run(run) => run,
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("runtime: {error}"))?;
    let outcome = runtime.block_on(serve(arguments));
    runtime.shutdown_background();
    outcome
}

async fn serve(arguments: Run) -> Result<(), String> {
    let mut stop = std::pin::pin!(stopped().map_err(|error| format!("signals: {error}"))?);
    let terminals = Terminals::start(arguments.options, arguments.count).await?;
    print(&terminals.info().to_string())?;
    let mut lines = lines();
    let mut open = true;
    loop {
        let line = tokio::select! {
            () = &mut stop => break,
            line = lines.recv(), if open => line,
        };
        match line {
            Some(line) if line.trim().is_empty() => {}
            Some(line) => {
                let answer = tokio::select! {
                    () = &mut stop => break,
                    answer = answer(&terminals, &line) => answer,
                };
                print(&answer.to_string())?;
            }
            None if arguments.stdin => break,
            None => open = false,
        }
    }
    terminals.close().await;
    Ok(())
}

async fn answer(terminals: &Terminals, line: &str) -> Value {
    let outcome = match serde_json::from_str(line) {
        Ok(operation) => terminals.perform(operation).await,
        Err(error) => Err(format!("the line is no JSON: {error}")),
    };
    match outcome {
        Ok(value) => json!({"ok": true, "value": value}),
        Err(error) => json!({"ok": false, "error": error}),
    }
}

/// Lines of standard input. Reading blocks, so it has a thread that is never waited for.
fn lines() -> UnboundedReceiver<String> {
    let (sender, receiver) = unbounded_channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines() {
            let Ok(line) = line else { return };
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    receiver
}

/// Completes at Ctrl-C, or at the signal to terminate. Listens from the call on, not from the
/// first poll: nobody may know of the program before it can be stopped in good order.
fn stopped() -> std::io::Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut interrupted = signal(SignalKind::interrupt())?;
        let mut terminated = signal(SignalKind::terminate())?;
        Ok(async move {
            tokio::select! {
                _ = interrupted.recv() => {}
                _ = terminated.recv() => {}
            }
        })
    }
    #[cfg(windows)]
    {
        let mut interrupted = tokio::signal::windows::ctrl_c()?;
        Ok(async move {
            interrupted.recv().await;
        })
    }
}

fn print(line: &str) -> Result<(), String> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")
        .and_then(|()| out.flush())
        .map_err(|error| error.to_string())
}

/// One line on standard error; when that fails, nobody can be told.
pub(crate) fn complain(message: &str) {
    let _ = writeln!(std::io::stderr(), "trueroom-simulator: {message}");
}
