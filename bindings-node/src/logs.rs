//! The core's log records, for each JavaScript thread that wants them.
//!
//! The core has one queue for the process; here every record is handed to all threads that asked
//! for its level.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use napi_derive::napi;
use serde_json::json;
use trueroom::host::{self, Level, Record};

use crate::mailbox::{Mailbox, comma};

/// Records kept for a thread that is busy.
const CAPACITY: usize = 1024;

static INBOXES: Mutex<Vec<Weak<Inbox>>> = Mutex::new(Vec::new());

/// The records of one JavaScript thread.
pub(crate) struct Inbox {
    contents: Mutex<Contents>,
    ring: Arc<dyn Fn() + Send + Sync>,
}

#[derive(Default)]
struct Contents {
    /// 0 is off, 5 is everything.
    level: u8,
    records: VecDeque<Record>,
    dropped: u64,
    rung: bool,
}

impl Inbox {
    pub(crate) fn new(ring: Arc<dyn Fn() + Send + Sync>) -> Arc<Self> {
        let inbox = Arc::new(Self {
            contents: Mutex::default(),
            ring,
        });
        lock(&INBOXES).push(Arc::downgrade(&inbox));
        inbox
    }

    /// The records as the items of a JSON array: level, target, message, level, ...
    pub(crate) fn take(&self) -> String {
        let (records, dropped) = {
            let mut contents = lock(&self.contents);
            contents.rung = false;
            (
                std::mem::take(&mut contents.records),
                std::mem::take(&mut contents.dropped),
            )
        };
        let mut text = String::new();
        for record in records {
            push(&mut text, record.level, &record.target, &record.message);
        }
        if dropped > 0 {
            push(
                &mut text,
                "WARN",
                "trueroom",
                &format!("{dropped} log records had to go"),
            );
        }
        text
    }

    pub(crate) fn close(&self) {
        self.set(0);
    }

    fn set(&self, level: u8) {
        {
            let mut contents = lock(&self.contents);
            contents.level = level;
            if level == 0 {
                contents.records.clear();
            }
        }
        apply();
    }

    fn offer(&self, record: &Record) {
        let ring = {
            let mut contents = lock(&self.contents);
            if number(record.level) > contents.level {
                return;
            }
            if contents.records.len() >= CAPACITY {
                contents.records.pop_front();
                contents.dropped += 1;
            }
            contents.records.push_back(record.clone());
            !std::mem::replace(&mut contents.rung, true)
        };
        if ring {
            (self.ring)();
        }
    }
}

/// Asks the core for what the most curious thread wants.
fn apply() {
    let mut inboxes = lock(&INBOXES);
    inboxes.retain(|inbox| inbox.strong_count() > 0);
    let most = inboxes
        .iter()
        .filter_map(Weak::upgrade)
        .map(|inbox| lock(&inbox.contents).level);
    let level = match most.max().unwrap_or(0) {
        0 => Level::Off,
        1 => Level::Error,
        2 => Level::Warn,
        3 => Level::Info,
        4 => Level::Debug,
        _ => Level::Trace,
    };
    drop(inboxes);
    host::set_log_level(level, distribute);
}

/// The core's doorbell.
fn distribute() {
    let (records, _) = host::take_logs();
    let inboxes: Vec<_> = lock(&INBOXES).iter().filter_map(Weak::upgrade).collect();
    for record in &records {
        for inbox in &inboxes {
            inbox.offer(record);
        }
    }
}

fn number(level: &str) -> u8 {
    match level.to_ascii_lowercase().as_str() {
        "error" => 1,
        "warn" => 2,
        "info" => 3,
        "debug" => 4,
        "trace" => 5,
        _ => 0,
    }
}

fn push(text: &mut String, level: &str, target: &str, message: &str) {
    if !text.is_empty() {
        comma(text, '[');
    }
    let items = json!([level.to_ascii_lowercase(), target, message]).to_string();
    text.push_str(&items[1..items.len() - 1]);
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[napi]
impl Mailbox {
    /// Which records this thread wants: `error`, `warn`, `info`, `debug`, `trace` or, for none,
    /// null.
    #[napi(catch_unwind)]
    #[allow(clippy::needless_pass_by_value)] // Node-API hands over owned values.
    pub fn set_log_level(&self, level: Option<String>) {
        self.shared.logs.set(level.as_deref().map_or(0, number));
    }
}
