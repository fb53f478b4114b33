//! Many messages of few forms, on their way to JavaScript as columns.
//!
//! Floods of events and of answers repeat themselves: the same keys in the same order, and mostly
//! the same strings. So the keys of a form cross once, numbers cross as numbers, and each string
//! crosses once in a batch. JavaScript makes the objects from that in a fraction of the time that
//! `JSON.parse` needs, and they are the same objects.
//!
//! A batch is a JSON text and rows of numbers. The text is an array: the forms that are new, then
//! values. A row is the number of a form and a number for each of its keys, see [`Kind`]; rows of
//! objects inside follow in the order of the keys. Form 0 has one value: the whole object. Nothing
//! is decoded here but numbers: strings, escapes and all, and lists of other things than objects
//! stay JSON text, which `JSON.parse` reads.

use std::collections::HashMap;
use std::sync::Arc;

use trueroom::Text;

use crate::batch::{Batch, Full, Last};
use crate::form::{Column, Form, Kind};
use crate::members::{self, Member, Members};

/// Fewer messages than this cross as JSON text.
const FLOOD: usize = 4;

/// An object with more keys than this crosses whole.
const MAX_KEYS: usize = 64;

/// A message that goes deeper than this crosses whole.
const MAX_DEPTH: usize = 16;

/// Forms that are remembered. What comes in more forms than that crosses whole.
const MAX_FORMS: usize = 256;

/// Seen this often, a form is worth its own code in JavaScript.
const WORTHWHILE: u32 = 8;

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
    /// Counts the batches.
    batches: u32,
}

impl Forms {
    /// A batch of so many messages; none if they are too few to pay, or too many for the rows.
    pub(crate) fn begin<'a>(&mut self, rows: &'a mut [f64], messages: usize) -> Option<Batch<'a>> {
        self.batches = self.batches.wrapping_add(1);
        let batch = Batch::new(rows, messages, self.batches);
        batch.filter(|_| messages >= FLOOD)
    }

    /// Adds a message.
    pub(crate) fn encode<'a>(&mut self, message: &'a Text, batch: &mut Batch<'a>) {
        let mark = batch.next_message();
        if let Some(form) = self.again(message, batch) {
            batch.set_last(&mark, message, form);
            return;
        }
        batch.drop_rows(&mark);
        if let Ok(form) = self.object(message.as_str(), self.recent, batch, 0) {
            self.recent = form;
            batch.set_last(&mark, message, form);
        } else {
            self.batches = self.batches.wrapping_add(1);
            batch.rewind(mark, self.batches);
            batch.whole_message(message.as_str());
        }
    }

    /// Adds a message that differs from the last one in few values, by its rows. None if it does
    /// not, or this cannot be done; there may be rows of it then.
    fn again(&mut self, message: &Text, batch: &mut Batch<'_>) -> Option<usize> {
        let Last {
            message: last,
            form,
            rows,
        } = batch.last()?;
        let layout = message.layout()?;
        // Then the keys are the same, and all values have their places.
        if !last
            .layout()
            .is_some_and(|other| Arc::ptr_eq(layout, other))
        {
            return None;
        }
        let text = message.as_str();
        let Form {
            columns,
            changed: guess,
            ..
        } = self.list.get_mut(form)?;
        let changed = layout.changed(text, last.as_str(), guess.clone());
        if !changed.is_empty() {
            *guess = changed.clone();
        }
        let values = layout.members().get(changed.clone())?.iter();
        let values = values.map(|member| member.value(text));
        let is_flat = |column: &Column| !matches!(column.kind, Kind::Object | Kind::List);
        if layout.members().len() != columns.len()
            || !columns.get(changed.clone())?.iter().all(is_flat)
        {
            return None;
        }
        let row = batch.repeat(&rows)?;
        for (index, value) in changed.zip(values) {
            let number = columns.get_mut(index)?.flat(value, batch)?;
            batch.set(row + 1 + index, number);
        }
        Some(form)
    }

    /// Adds an object as a row, and gives its form, or else `guess`.
    fn object(
        &mut self,
        text: &str,
        guess: usize,
        batch: &mut Batch<'_>,
        depth: usize,
    ) -> Result<usize, Full> {
        let mut members = Members::new();
        let Some(at) = self.form_of(text, guess, &mut members) else {
            batch.whole(text)?;
            return Ok(guess);
        };
        if depth == MAX_DEPTH {
            return Err(Full);
        }
        let row = batch.reserve(1 + members.len())?;
        if self.list[at].number == 0 {
            self.announce(at, batch);
        }
        let mut number = self.list[at].number;
        for (index, member) in members.iter().enumerate() {
            let cell = row + 1 + index;
            if !self.member((at, index), member.value, cell, batch, depth)? {
                // From now on its values are in the text, so this is another form to JavaScript.
                let column = &mut self.list[at].columns[index];
                column.kind = Kind::Place;
                let place = column.place(member.value, batch);
                batch.set(cell, f64::from(place));
                self.announce(at, batch);
                number = self.list[at].number;
            }
        }
        if self.list[at].number != number {
            // An object inside is of the same form and has changed it.
            return Err(Full);
        }
        batch.set(row, f64::from(number));
        Ok(at)
    }

    /// Writes a value as the kind of its column wants it. False if it is of another kind.
    fn member(
        &mut self,
        (at, index): (usize, usize),
        value: &str,
        cell: usize,
        batch: &mut Batch<'_>,
        depth: usize,
    ) -> Result<bool, Full> {
        let column = &mut self.list[at].columns[index];
        let mut inner = column.inner;
        let number = match column.kind {
            Kind::Place | Kind::Number | Kind::Digits => match column.flat(value, batch) {
                Some(number) => number,
                None => return Ok(false),
            },
            Kind::Object if value.starts_with('{') => {
                inner = self.object(value, inner, batch, depth + 1)?;
                0.0
            }
            Kind::List => {
                let Some(items) = members::objects(value) else {
                    return Ok(false);
                };
                for item in &items {
                    inner = self.object(item, inner, batch, depth + 1)?;
                }
                f64::from(u32::try_from(items.len()).map_err(|_| Full)?)
            }
            Kind::Object => return Ok(false),
        };
        self.list[at].columns[index].inner = inner;
        batch.set(cell, number);
        Ok(true)
    }

    fn announce(&mut self, at: usize, batch: &mut Batch<'_>) {
        self.last_number += 1;
        self.list[at].announce(self.last_number, &mut batch.announced);
    }

    /// The form of the object, if it is to cross as a row.
    fn form_of<'a>(
        &mut self,
        text: &'a str,
        guess: usize,
        members: &mut Members<'a>,
    ) -> Option<usize> {
        let columns = self.list.get(guess).map_or(&[][..], |form| &form.columns);
        let guesses = columns.iter().map(|column| (&*column.label, &*column.last));
        let as_guessed = members::read(text, guesses, MAX_KEYS, members)?;
        let at = if as_guessed {
            guess
        } else {
            self.find(members)?
        };
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
}
