//! A list of keys in their order, and what stands under them.

use std::fmt::Write as _;
use std::ops::Range;

use crate::batch::Batch;
use crate::members::{self, Member};

/// Longer values are not compared with what comes next.
const LONGEST: usize = 256;

pub(crate) struct Form {
    pub(crate) columns: Vec<Column>,
    pub(crate) seen: u32,
    /// Those whose values were others than in the message before; a guess at the next ones.
    pub(crate) changed: Range<usize>,
    /// What JavaScript knows it by; 0 while it does not.
    pub(crate) number: u32,
    /// The keys can be written in code, and each stands there once.
    pub(crate) is_plain: bool,
}

pub(crate) struct Column {
    /// The key as it mostly stands in messages: `"key":`.
    pub(crate) label: Box<str>,
    pub(crate) kind: Kind,
    /// The form of the last object here, which the next one mostly shares.
    pub(crate) inner: usize,
    /// The value last seen, as JSON, and its place in the text of that batch.
    pub(crate) last: String,
    place: u32,
    batch: u32,
}

/// What the row has for a value. It changes once, to `Place`, when another value comes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The number itself.
    Number,
    /// The number that a string of digits spells, such as a request id. Such strings differ from
    /// message to message, and `JSON.parse` would keep each in a table for all of the thread.
    Digits,
    /// The place of the value in the text.
    Place,
    /// Nothing; a row of its own follows later.
    Object,
    /// How many objects there are, whose rows follow later.
    List,
}

impl Form {
    pub(crate) fn new(members: &[Member<'_>]) -> Self {
        let mut keys: Vec<&str> = members.iter().map(|member| member.key).collect();
        keys.sort_unstable();
        Self {
            columns: members.iter().map(Column::new).collect(),
            seen: 0,
            changed: 0..0,
            number: 0,
            is_plain: keys.iter().all(|key| is_plain(key)) && keys.is_sorted_by(|a, b| a != b),
        }
    }

    /// Tells JavaScript: `[number, [keys], kinds]`, with a letter for each kind.
    pub(crate) fn announce(&mut self, number: u32, out: &mut String) {
        self.number = number;
        let comma = if out.is_empty() { "" } else { "," };
        // Writing to a string cannot fail.
        let _ = write!(out, "{comma}[{number},[");
        for (index, column) in self.columns.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            let _ = write!(out, "{comma}{}", column.label.trim_end_matches(':'));
        }
        out.push_str("],\"");
        out.extend(self.columns.iter().map(|column| match column.kind {
            Kind::Number => 'n',
            Kind::Digits => 'd',
            Kind::Place => 'p',
            Kind::Object => 'o',
            Kind::List => 'l',
        }));
        out.push_str("\"]");
    }
}

impl Column {
    fn new(member: &Member<'_>) -> Self {
        let kind = match member.value.as_bytes().first() {
            Some(b'{') => Kind::Object,
            Some(b'[') if members::objects(member.value).is_some() => Kind::List,
            _ if members::number(member.value).is_some() => Kind::Number,
            _ if members::digits(member.value).is_some() => Kind::Digits,
            _ => Kind::Place,
        };
        Self {
            label: format!("\"{}\":", member.key).into(),
            kind,
            inner: 0,
            last: String::new(),
            place: 0,
            batch: 0,
        }
    }

    /// What the row has for a value that needs no further rows; none if it is of another kind.
    pub(crate) fn flat(&mut self, value: &str, batch: &mut Batch<'_>) -> Option<f64> {
        match self.kind {
            Kind::Place => Some(f64::from(self.place(value, batch))),
            Kind::Number => members::number(value),
            Kind::Digits => members::digits(value),
            Kind::Object | Kind::List => None,
        }
    }

    /// The place of the value in the text of this batch; puts it there if it is not.
    pub(crate) fn place(&mut self, value: &str, batch: &mut Batch<'_>) -> u32 {
        if value.starts_with(['{', '[']) || value.len() > LONGEST {
            // Objects must not be shared: who gets one may change it.
            return batch.add(value);
        }
        if self.batch != batch.number() || self.last != value {
            self.last.clear();
            self.last.push_str(value);
            self.place = batch.repeatable(value);
            self.batch = batch.number();
        }
        self.place
    }
}

/// What may stand in code as it is. A key `__proto__` would be something else there, and keys that
/// look like an index would come in another order than that of the columns.
fn is_plain(key: &str) -> bool {
    key.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && key != "__proto__"
}
