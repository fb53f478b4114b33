//! Many messages of few forms, on their way to JavaScript as columns.
//!
//! A flood of events repeats itself: the same keys in the same order, and mostly the same strings.
//! So the keys of a form cross once, numbers cross as numbers, and each string crosses once in a
//! batch. JavaScript makes the objects from that in a fraction of the time that `JSON.parse` needs,
//! and they are the same objects.
//!
//! A batch is a JSON text and rows of numbers. The text is an array: the forms that are new, then
//! values. A row is the number of a form and, for each of its keys, the number itself or the place
//! of the value in the text. Form 0 has one value: the whole message. Nothing is decoded here but
//! numbers: strings, escapes and all, and nested values stay JSON text, which `JSON.parse` reads.

use std::collections::HashMap;
use std::fmt::Write as _;

use crate::batch::Batch;
use crate::members::{self, Member};

/// A message with more keys than this crosses whole.
const MAX_KEYS: usize = 64;

/// Forms that are remembered. What comes in more forms than that crosses whole.
const MAX_FORMS: usize = 256;

/// Seen this often, a form is worth its own code in JavaScript.
const WORTHWHILE: u32 = 8;

/// Numbers that a message takes which crosses whole.
const WHOLE: usize = 2;

/// How many numbers must fit for so many messages.
pub(crate) fn needs(messages: usize) -> usize {
    1 + WHOLE * messages
}

/// The forms that one JavaScript thread knows.
#[derive(Default)]
pub(crate) struct Forms {
    list: Vec<Form>,
    /// By the keys, joined.
    by_keys: HashMap<String, usize>,
    /// The form of the last message, which the next one mostly shares.
    recent: usize,
    /// The number given out last.
    last_number: u32,
    batch: u32,
}

/// A list of keys in their order.
struct Form {
    columns: Vec<Column>,
    seen: u32,
    /// What JavaScript knows it by; 0 while it does not.
    number: u32,
    /// The keys can be written in code, and each stands there once.
    is_plain: bool,
}

struct Column {
    /// The key as it mostly stands in messages: `"key":`.
    label: Box<str>,
    /// Only numbers so far, which stand in the row itself.
    is_number: bool,
    /// The value last seen, as JSON, and its place in the text of that batch.
    last: String,
    place: u32,
    batch: u32,
}

impl Forms {
    /// Writes the messages into `rows`, which has to have the room that it [`needs`] at least, and
    /// gives the text that belongs to them.
    pub(crate) fn encode<'a>(
        &mut self,
        messages: impl ExactSizeIterator<Item = &'a str>,
        rows: &mut [f64],
    ) -> String {
        self.batch = self.batch.wrapping_add(1);
        let mut announced = String::new();
        let mut batch = Batch::new(rows);
        let count = messages.len();
        let mut members = Vec::with_capacity(MAX_KEYS);
        for (done, message) in messages.enumerate() {
            let free = batch.free().saturating_sub(WHOLE * (count - done - 1));
            members.clear();
            let form = self.form_of(message, &mut members);
            match form.filter(|_| members.len() < free) {
                Some(at) => self.row(at, &members, &mut batch, &mut announced),
                None => batch.whole(message),
            }
        }
        batch.finish(&announced, count)
    }

    /// The form of the message, if it is to cross as a row.
    fn form_of<'a>(&mut self, message: &'a str, members: &mut Vec<Member<'a>>) -> Option<usize> {
        let guess = self.list.get(self.recent);
        let columns = guess.map_or(&[][..], |form| &form.columns);
        let guesses = columns.iter().map(|column| (&*column.label, &*column.last));
        let as_guessed = members::read(message, guesses, MAX_KEYS, members)?;
        let at = if as_guessed && guess.is_some() {
            self.recent
        } else {
            self.find(members)?
        };
        self.recent = at;
        let form = self.list.get_mut(at)?;
        form.seen = form.seen.saturating_add(1);
        (form.is_plain && form.seen >= WORTHWHILE).then_some(at)
    }

    fn find(&mut self, members: &[Member<'_>]) -> Option<usize> {
        let mut keys = String::new();
        for member in members {
            keys.push_str(member.key);
            // Stands in no key as it is.
            keys.push('"');
        }
        if let Some(at) = self.by_keys.get(&keys) {
            return Some(*at);
        }
        if self.list.len() == MAX_FORMS {
            return None;
        }
        self.list.push(Form::new(members));
        self.by_keys.insert(keys, self.list.len() - 1);
        Some(self.list.len() - 1)
    }

    fn row(
        &mut self,
        at: usize,
        members: &[Member<'_>],
        batch: &mut Batch<'_>,
        announced: &mut String,
    ) {
        let Some(form) = self.list.get_mut(at) else {
            return;
        };
        let mut is_news = form.number == 0;
        let head = batch.push(0.0);
        for (column, member) in form.columns.iter_mut().zip(members) {
            if column.is_number {
                if let Some(number) = members::number(member.value) {
                    batch.push(number);
                    continue;
                }
                // From now on its values are in the text, so this is another form to JavaScript.
                column.is_number = false;
                is_news = true;
            }
            let place = column.place(member.value, self.batch, batch);
            batch.push(f64::from(place));
        }
        if is_news {
            self.last_number += 1;
            form.number = self.last_number;
            form.announce(announced);
        }
        batch.set(head, f64::from(form.number));
    }
}

impl Form {
    fn new(members: &[Member<'_>]) -> Self {
        let mut keys: Vec<&str> = members.iter().map(|member| member.key).collect();
        keys.sort_unstable();
        let is_plain = keys.iter().all(|key| is_plain(key)) && keys.is_sorted_by(|a, b| a != b);
        let columns = members.iter().map(|member| Column {
            label: format!("\"{}\":", member.key).into(),
            is_number: members::number(member.value).is_some(),
            last: String::new(),
            place: 0,
            batch: 0,
        });
        Self {
            columns: columns.collect(),
            seen: 0,
            number: 0,
            is_plain,
        }
    }

    /// Tells JavaScript: `[number, [keys], "nv.."]`, with n for numbers and v for places.
    fn announce(&self, out: &mut String) {
        let comma = if out.is_empty() { "" } else { "," };
        // Writing to a string cannot fail.
        let _ = write!(out, "{comma}[{},[", self.number);
        for (index, column) in self.columns.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            let _ = write!(out, "{comma}{}", column.label.trim_end_matches(':'));
        }
        let kinds = self.columns.iter();
        let kinds = kinds.map(|column| if column.is_number { 'n' } else { 'v' });
        let _ = write!(out, "],\"{}\"]", kinds.collect::<String>());
    }
}

impl Column {
    /// The place of the value in the text of this batch; puts it there if it is not.
    fn place(&mut self, value: &str, number: u32, batch: &mut Batch<'_>) -> u32 {
        if value.starts_with(['{', '[']) {
            // Objects must not be shared: who gets one may change it.
            return batch.add(value);
        }
        if self.batch != number || self.last != value {
            self.last.clear();
            self.last.push_str(value);
            self.place = batch.repeatable(value);
            self.batch = number;
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
