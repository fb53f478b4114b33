//! A room at rest.

use std::collections::VecDeque;

use super::Engine;
use super::recent::Recent;

impl Engine {
    /// Gives back what only a room with something to do needs: a program may hold a thousand, most
    /// of which do nothing most of the time. To be called when the state has changed, and at pings,
    /// which are sent when nothing came for a while.
    pub fn rest(&mut self) {
        if self.calls.len() > 0 || !self.effects.is_empty() {
            return;
        }
        self.effects = VecDeque::new();
        self.calls.rest();
        self.session.rest();
        self.recent = Recent::default();
        self.route = None;
    }
}
