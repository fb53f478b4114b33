//! What became of a command in many rooms.

use std::collections::BTreeMap;
use std::time::Duration;

use super::Key;
use crate::error::{Error, Result};
use crate::text::Text;

/// Which rooms a command goes to, and how.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Keys of the rooms. None: all.
    pub rooms: Option<Vec<String>>,
    /// Most rooms at work at once. None: the fleet's [`super::FleetOptions::concurrency`].
    pub limit: Option<usize>,
    /// Longest time that each room may take. None: the room's own.
    pub timeout: Option<Duration>,
}

/// The outcome of a command in each room.
#[derive(Debug, Clone)]
pub struct Results(pub(super) BTreeMap<Key, Result<Text>>);

impl Results {
    /// The outcome in one room; none for a room that was not asked.
    pub fn get(&self, key: &str) -> Option<&Result<Text>> {
        self.0.get(key)
    }

    /// Every room's outcome, by key.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Result<Text>)> {
        self.0.iter().map(|(key, outcome)| (&**key, outcome))
    }

    /// The answers of the rooms that gave one.
    pub fn answers(&self) -> BTreeMap<&str, &Text> {
        let answers = self.iter();
        answers
            .filter_map(|(key, outcome)| Some((key, outcome.as_ref().ok()?)))
            .collect()
    }

    /// The errors of the others.
    pub fn errors(&self) -> BTreeMap<&str, &Error> {
        let errors = self.iter();
        errors
            .filter_map(|(key, outcome)| Some((key, outcome.as_ref().err()?)))
            .collect()
    }

    /// Makes a failure in any room an error.
    ///
    /// # Errors
    /// [`Error::Fleet`] with all of them.
    pub fn check(&self) -> Result<()> {
        let errors: BTreeMap<String, Error> = self
            .errors()
            .into_iter()
            .map(|(key, error)| (key.to_owned(), error.clone()))
            .collect();
        if errors.is_empty() {
            return Ok(());
        }
        Err(Error::Fleet {
            of: self.0.len(),
            errors,
        })
    }
}
