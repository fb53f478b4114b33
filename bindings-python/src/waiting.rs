//! The answers of an event loop that somebody waits for.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};

use foldhash::fast::FixedState;
use pyo3::prelude::*;
use trueroom::host::Token;

use crate::answer::Answer;
use crate::attached::Attached;

type Answers = HashMap<Token, Py<Answer>, FixedState>;

/// Answers by token.
#[derive(Default)]
pub(crate) struct Waiting {
    last: AtomicU64,
    answers: Attached<Answers>,
}

impl Waiting {
    /// A token that nothing in here has had.
    pub(crate) fn token(&self) -> Token {
        self.last.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub(crate) fn insert(&self, py: Python<'_>, token: Token, answer: Py<Answer>) {
        self.with(py, |answers| answers.insert(token, answer));
    }

    pub(crate) fn remove(&self, py: Python<'_>, token: Token) -> Option<Py<Answer>> {
        self.with(py, |answers| answers.remove(&token))
    }

    pub(crate) fn len(&self, py: Python<'_>) -> usize {
        self.with(py, |answers| answers.len())
    }

    /// What is done must not run Python code, or it would find nobody here.
    fn with<T>(&self, py: Python<'_>, act: impl FnOnce(&mut Answers) -> T) -> T {
        let mut answers = self.answers.take(py);
        let done = act(&mut answers);
        self.answers.replace(py, answers);
        done
    }
}
