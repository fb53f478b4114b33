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
        self.subscriptions.rest();
        self.recent = Recent::default();
        self.route = None;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::engine::{Filter, State, Text, Time};
    use crate::options::Options;

    fn receive(engine: &mut Engine, message: &str) {
        engine.on_text(Time::ZERO, Text::from(message.to_owned()));
        while engine.poll_effect().is_some() {}
    }

    #[test]
    fn a_room_at_rest_keeps_what_waits_and_nothing_else() {
        let mut engine = Engine::new(Arc::new(Options::default()), 1);
        engine.subscribe(1, Filter::All, None);
        engine.start(Time::ZERO);
        engine.on_open(Time::ZERO);
        receive(
            &mut engine,
            r#"{"method":"setUsedApiVersion","result":true}"#,
        );
        receive(&mut engine, r#"{"method":"auth","result":true}"#);
        assert_eq!(engine.state(), State::Ready);
        engine.rest();
        assert!(engine.effects.capacity() > 0, "it waits for answers");

        for message in [
            r#"{"method":"getFileTransferAvailability","availability":3}"#,
            r#"{"method":"getIncomingFilesRequests","incomingFilesRequests":[]}"#,
            r#"{"method":"getOutgoingFilesRequests","outgoingFilesRequests":[]}"#,
            r#"{"method":"event","event":"tick"}"#,
        ] {
            receive(&mut engine, message);
        }
        assert_eq!(engine.calls.len(), 0);
        engine.rest();
        assert_eq!(engine.effects.capacity(), 0);
        assert!(engine.route.is_none());
        let nothing = format!("{:?}", Recent::default());
        assert_eq!(format!("{:?}", engine.recent), nothing);
        let mut taken = 0;
        engine.take_many(1, 10, |_| taken += 1);
        assert_eq!(taken, 2, "that it is ready, and the event");
    }
}
