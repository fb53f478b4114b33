//! Every message as it came, for the doctor.

use super::{Engine, Text};

impl Engine {
    /// Keeps every message that comes from now on, until it is taken.
    pub(crate) fn tap(&mut self) {
        self.tapped.get_or_insert_default();
    }

    /// The messages that came since the last time, as the terminal sent them.
    pub(crate) fn take_tapped(&mut self) -> Vec<Text> {
        self.tapped.as_mut().map(std::mem::take).unwrap_or_default()
    }
}
