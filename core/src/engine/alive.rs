//! Whether the terminal is still there: pings, and how long it has been silent.

use super::{Effect, Engine, Time};

impl Engine {
    pub(super) fn check_alive(&mut self, now: Time) {
        if !self.is_connected() {
            return;
        }
        match self.ping_sent {
            Some(sent) if now >= sent + self.options.ping_timeout => {
                let silence = now.saturating_sub(self.last_heard);
                self.effects.push_back(Effect::Drop);
                self.lost(
                    now,
                    &format!("no sign of life from the terminal for {silence:?}"),
                    Vec::new(),
                );
            }
            None if now >= self.last_heard + self.options.ping_interval => {
                self.ping_sent = Some(now);
                self.effects.push_back(Effect::Ping);
            }
            _ => {}
        }
    }

    /// A pong came.
    pub fn on_pong(&mut self, now: Time) {
        self.rtt = self
            .ping_sent
            .map(|sent| now.saturating_sub(sent))
            .or(self.rtt);
        self.heard(now);
    }

    /// Something came that shows that the terminal is there.
    pub fn on_alive(&mut self, now: Time) {
        self.heard(now);
    }

    pub(super) fn heard(&mut self, now: Time) {
        self.last_heard = now;
        self.ping_sent = None;
    }
}
