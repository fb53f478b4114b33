//! A file bot, run as its users run it, and what it makes of each file.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use super::PIN;
use super::files::{Offer, digest};
use super::terminal::Terminal;
use crate::{Result, fail};

/// For one line of a bot; far more than any file here takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// How to start a bot, and where it shall put files.
pub(super) struct Recipe {
    pub(super) language: &'static str,
    pub(super) program: PathBuf,
    pub(super) script: PathBuf,
    pub(super) inbox: PathBuf,
}

/// What became of an offer.
pub(super) struct Row {
    pub(super) language: &'static str,
    /// The first word of the bot's line: saved, rejected or failed.
    pub(super) decision: String,
    pub(super) time: Duration,
    /// The one new file in the inbox, and whether its bytes are those offered.
    pub(super) saved: Option<(String, bool)>,
    pub(super) right: bool,
}

/// Starts a terminal and the bot, and offers the files one after the other.
pub(super) fn play(recipe: &Recipe, simulator: &Path, offers: &[Offer]) -> Result<Vec<Row>> {
    let mut terminal = Terminal::start(simulator)?;
    let bot = Bot::start(recipe, terminal.port)?;
    bot.line_with(&["ready"])?;
    let mut rows = Vec::new();
    for offer in offers {
        let before = entries(&recipe.inbox)?;
        let start = Instant::now();
        terminal.offer(&offer.name, &offer.path)?;
        let decision = bot.line_with(&["saved", "rejected", "failed"])?;
        let time = start.elapsed();
        let mut new: Vec<String> = entries(&recipe.inbox)?
            .difference(&before)
            .cloned()
            .collect();
        let alone = new.len() == usize::from(offer.wanted);
        let mut saved = None;
        if let Some(name) = new.pop() {
            let equal = digest(&fs::read(recipe.inbox.join(&name))?) == offer.sha256;
            saved = Some((name, equal));
        }
        let expected = if offer.wanted { "saved" } else { "rejected" };
        let equal = saved.as_ref().is_none_or(|(_, equal)| *equal);
        let right = alone && equal && decision == expected;
        rows.push(Row {
            language: recipe.language,
            decision,
            time,
            saved,
            right,
        });
    }
    Ok(rows)
}

struct Bot {
    language: &'static str,
    process: Child,
    lines: Receiver<String>,
}

impl Bot {
    fn start(recipe: &Recipe, port: u64) -> Result<Self> {
        let mut command = Command::new(&recipe.program);
        command
            .arg(&recipe.script)
            .args(["127.0.0.1", "--port", &port.to_string(), "--inbox"]);
        command
            .arg(&recipe.inbox)
            .env("TRUEROOM_PIN", PIN)
            .env("PYTHONUNBUFFERED", "1");
        let mut process = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()?;
        let (sender, lines) = channel();
        let language = recipe.language;
        if let Some(output) = process.stdout.take() {
            std::thread::spawn(move || {
                for line in BufReader::new(output)
                    .lines()
                    .map_while(std::io::Result::ok)
                {
                    println!("{language:>6} | {line}");
                    if sender.send(line).is_err() {
                        return;
                    }
                }
            });
        }
        Ok(Bot {
            language,
            process,
            lines,
        })
    }

    /// Waits for a line that begins with one of the words, and returns the word.
    fn line_with(&self, words: &[&str]) -> Result<String> {
        let language = self.language;
        loop {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) => {
                    if let Some(word) = words.iter().find(|word| line.starts_with(**word)) {
                        return Ok((*word).to_owned());
                    }
                }
                Err(RecvTimeoutError::Disconnected) => {
                    return fail(format!("the {language} bot ended early"));
                }
                Err(RecvTimeoutError::Timeout) => {
                    let seconds = PATIENCE.as_secs();
                    return fail(format!("the {language} bot said nothing for {seconds} s"));
                }
            }
        }
    }
}

impl Drop for Bot {
    fn drop(&mut self) {
        // It may have ended by itself, which is as good.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The names in a folder; none when it is not there.
fn entries(folder: &Path) -> Result<BTreeSet<String>> {
    if !folder.exists() {
        return Ok(BTreeSet::new());
    }
    let names = fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into()));
    names.collect()
}
