//! The events of the library itself.

use super::macros::event;

event! {
    /// The state of the connection has changed.
    ConnectionEvent = "connection", [] {
        /// Where the connection stands now, as [`State::as_str`](crate::State::as_str) names it.
        state: &str = "state";
        /// Why, in words.
        reason: &str = "reason";
        /// Which attempt to connect this is, from 1; 0 when none is under way.
        attempt: i64 = "attempt";
        /// Milliseconds until the next attempt; none when there is none.
        retry_in: i64 = "retryIn";
        /// How long nothing was heard, in milliseconds, once there is a connection again.
        deaf_for: i64 = "deafFor";
    }
}

event! {
    /// A subscriber was slower than the terminal, and its oldest events had to go.
    LaggedEvent = "lagged", [] {
        /// How many went.
        dropped: i64 = "dropped";
    }
}

event! {
    /// Something went wrong that belongs to no call. It has stopped nothing.
    ErrorEvent = "error", [] {
        /// What went wrong.
        message: &str = "message";
    }
}

event! {
    /// Parts of the live mirror have changed; [`Room::live`](crate::Room::live) has them.
    LiveEvent = "live", [] {
        /// Their names, as `Live` has them; `app` stands for all that `getAppState` tells.
        changed: Vec<&str> = "changed";
    }
}
