//! Why the simulator could not do something.

use std::io;

/// An error of the simulator itself, never one it plays to a client.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SimulatorError {
    /// An option is unknown or has a wrong value.
    #[error("simulator options: {0}")]
    Options(String),
    /// An operation is unknown, or one of its fields is.
    #[error("operation {operation}: {reason}")]
    Operation {
        /// The `op`.
        operation: String,
        /// What is wrong, or why it could not be done.
        reason: String,
    },
    /// A barrier was not reached in time.
    #[error("operation {operation}: not reached within {timeout} ms; {seen}")]
    Timeout {
        /// The `op`.
        operation: String,
        /// How long it waited, milliseconds.
        timeout: u64,
        /// What had been reached.
        seen: String,
    },
    /// A port could not be opened, or a file not be read.
    #[error("{action}: {source}")]
    Io {
        /// What was tried.
        action: String,
        /// What the system said.
        source: io::Error,
    },
    /// No certificate could be made.
    #[error("certificate: {0}")]
    Certificate(String),
}

impl SimulatorError {
    pub(crate) fn io(action: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let action = action.into();
        move |source| Self::Io { action, source }
    }
}
