//! The futures of an event loop that wait for what becomes of something.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};
use trueroom::host::{Payload, Token};

use crate::guard;
use crate::record::{self, Class};

/// A future, and the class of the answer that it gets; without one it gets the text or bytes.
struct Waiter {
    future: Py<PyAny>,
    class: Option<Arc<Class>>,
}

/// Futures by token.
#[derive(Default)]
pub(crate) struct Waiting(Mutex<Table>);

#[derive(Default)]
struct Table {
    last: Token,
    waiters: HashMap<Token, Waiter>,
}

impl Waiting {
    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A new token, the outcome of which `future` gets.
    pub(crate) fn add(&self, future: Py<PyAny>, class: Option<Arc<Class>>) -> Token {
        let mut table = self.table();
        table.last += 1;
        let token = table.last;
        table.waiters.insert(token, Waiter { future, class });
        token
    }

    /// A new token for which nobody waits.
    pub(crate) fn nobody(&self) -> Token {
        let mut table = self.table();
        table.last += 1;
        table.last
    }

    /// The token of a future that still waits; it no longer does then.
    pub(crate) fn give_up(&self, future: &Bound<'_, PyAny>) -> Option<Token> {
        let mut table = self.table();
        let found = table
            .waiters
            .iter()
            .find_map(|(token, waiter)| waiter.future.is(future).then_some(*token));
        let waiter = table.waiters.remove(&found?);
        // What is dropped may run Python code, which no lock may be held for.
        drop(table);
        drop(waiter);
        found
    }

    pub(crate) fn len(&self) -> usize {
        self.table().waiters.len()
    }

    /// Resolves the future of a token. Nothing happens when nobody waits for it any more.
    pub(crate) fn settle(
        &self,
        py: Python<'_>,
        token: Token,
        outcome: Result<Payload, String>,
    ) -> PyResult<()> {
        let waiter = self.table().waiters.remove(&token);
        let Some(Waiter { future, class }) = waiter else {
            return Ok(());
        };
        let future = future.bind(py);
        let settled = match outcome {
            Ok(payload) => {
                let value = match (payload, class) {
                    (Payload::Json(text), Some(class)) => record::make(py, &class, &text)?,
                    (Payload::Json(text), None) => PyString::new(py, text.as_str()).into_any(),
                    (Payload::Bytes(bytes), _) => PyBytes::new(py, &bytes).into_any(),
                };
                future.call_method1(pyo3::intern!(py, "set_result"), (value,))
            }
            Err(json) => {
                let error = guard::raise(py, &json).into_value(py);
                future.call_method1(pyo3::intern!(py, "set_exception"), (error,))
            }
        };
        match settled {
            // Whoever waited was cancelled meanwhile.
            Err(_)
                if future
                    .call_method0(pyo3::intern!(py, "cancelled"))?
                    .is_truthy()? =>
            {
                Ok(())
            }
            settled => settled.map(drop),
        }
    }
}
