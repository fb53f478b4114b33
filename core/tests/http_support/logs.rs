//! Collects the log records of the current thread.

use std::fmt::{Debug, Write};
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::{DefaultGuard, Subscriber, set_default};
use tracing::{Event, Metadata};

pub struct Logs {
    lines: Arc<Mutex<Vec<String>>>,
    _guard: DefaultGuard,
}

impl Logs {
    /// Collects until it is dropped.
    pub fn collect() -> Self {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let guard = set_default(Collector(Arc::clone(&lines)));
        Self {
            lines,
            _guard: guard,
        }
    }

    /// The records of the HTTP module, as target, level and fields. None has the token.
    pub fn lines(&self) -> Vec<String> {
        let lines = self.lines.lock().unwrap().clone();
        for line in &lines {
            assert!(!line.contains("secret"), "the token is in {line}");
        }
        lines
            .into_iter()
            .filter(|line| line.starts_with("trueroom::http "))
            .collect()
    }
}

struct Collector(Arc<Mutex<Vec<String>>>);

impl Subscriber for Collector {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let metadata = event.metadata();
        let mut line = Line(format!("{} {}", metadata.target(), metadata.level()));
        event.record(&mut line);
        self.0.lock().unwrap().push(line.0);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {}={value:?}", field.name()).unwrap();
    }
}
