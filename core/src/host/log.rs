//! The core's log records, for the host's own logging.
//!
//! A host that does not ask for any pays nothing: the level is off, and `tracing` skips a record
//! on one comparison.

use std::collections::VecDeque;
use std::fmt;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, Once, PoisonError};

use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Metadata, Subscriber, span};

/// How much is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Nothing.
    Off,
    /// What went wrong.
    Error,
    /// What looks wrong.
    Warn,
    /// What happened to the connection.
    Info,
    /// What the library decided.
    Debug,
    /// Everything.
    Trace,
}

/// One record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// `ERROR`, `WARN`, `INFO`, `DEBUG` or `TRACE`.
    pub level: &'static str,
    /// `trueroom` or a part of it, such as `trueroom::http`.
    pub target: String,
    /// The text, followed by the fields as `name=value`.
    pub message: String,
}

/// Records kept for a host that does not take them.
const CAPACITY: usize = 1024;

static LEVEL: Mutex<LevelFilter> = Mutex::new(LevelFilter::OFF);
static RECORDS: Mutex<Records> = Mutex::new(Records {
    queue: VecDeque::new(),
    dropped: 0,
});
static DOORBELL: Mutex<Option<Box<dyn Fn() + Send>>> = Mutex::new(None);
static RUNG: AtomicBool = AtomicBool::new(false);

struct Records {
    queue: VecDeque<Record>,
    dropped: u64,
}

/// Sets how much is wanted, and who is told that there is something to take: once, until
/// [`take_logs`] is called. The doorbell must not block.
pub fn set_log_level(level: Level, doorbell: impl Fn() + Send + 'static) {
    static INSTALL: Once = Once::new();
    *DOORBELL.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(doorbell));
    *LEVEL.lock().unwrap_or_else(PoisonError::into_inner) = match level {
        Level::Off => LevelFilter::OFF,
        Level::Error => LevelFilter::ERROR,
        Level::Warn => LevelFilter::WARN,
        Level::Info => LevelFilter::INFO,
        Level::Debug => LevelFilter::DEBUG,
        Level::Trace => LevelFilter::TRACE,
    };
    if level != Level::Off {
        INSTALL.call_once(|| {
            // A native module has its own copy of `tracing`, so nobody else can have set it.
            drop(tracing::subscriber::set_global_default(Forward));
        });
    }
    tracing::callsite::rebuild_interest_cache();
}

/// Takes what has come, and how many records had to go before it.
pub fn take_logs() -> (Vec<Record>, u64) {
    RUNG.store(false, Ordering::Release);
    let mut records = RECORDS.lock().unwrap_or_else(PoisonError::into_inner);
    let dropped = std::mem::take(&mut records.dropped);
    (std::mem::take(&mut records.queue).into(), dropped)
}

struct Forward;

impl Subscriber for Forward {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("trueroom")
            && *metadata.level() <= *LEVEL.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(*LEVEL.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn event(&self, event: &Event<'_>) {
        let mut text = Line::default();
        event.record(&mut text);
        let metadata = event.metadata();
        let record = Record {
            level: metadata.level().as_str(),
            target: metadata.target().to_owned(),
            message: text.message + &text.fields,
        };
        {
            let mut records = RECORDS.lock().unwrap_or_else(PoisonError::into_inner);
            if records.queue.len() >= CAPACITY {
                records.queue.pop_front();
                records.dropped += 1;
            }
            records.queue.push_back(record);
        }
        if !RUNG.swap(true, Ordering::AcqRel)
            && let Some(doorbell) = &*DOORBELL.lock().unwrap_or_else(PoisonError::into_inner)
        {
            doorbell();
        }
    }

    // Spans are not used in the core.
    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }
    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

#[derive(Default)]
struct Line {
    message: String,
    fields: String,
}

impl Visit for Line {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "message" {
            value.clone_into(&mut self.message);
        } else {
            self.add(field, format_args!("{value}"));
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.message = format!("{value:?}");
        } else {
            self.add(field, format_args!("{value:?}"));
        }
    }
}

impl Line {
    fn add(&mut self, field: &Field, value: fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        let _ = write!(self.fields, " {}={value}", field.name());
    }
}
