//! How a fleet is doing.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::Key;
use crate::engine::State;
use crate::health::RoomHealth;

/// How each room of a fleet is doing, and all of them together.
#[derive(Debug, Clone)]
pub struct Health {
    /// Every room by its key.
    pub rooms: BTreeMap<Key, RoomHealth>,
}

impl Health {
    /// How many rooms are in this state.
    pub fn count(&self, state: State) -> usize {
        let rooms = self.rooms.values();
        rooms.filter(|room| room.state == state).count()
    }

    /// How many rooms are ready.
    pub fn ready(&self) -> usize {
        self.count(State::Ready)
    }

    /// Connections made again after one broke, over all rooms.
    pub fn reconnects(&self) -> u64 {
        self.rooms.values().map(|room| room.reconnects).sum()
    }

    /// What waits for those who listen, over all rooms.
    pub fn queue_depth(&self) -> usize {
        self.rooms.values().map(|room| room.queue_depth).sum()
    }

    /// Commands in flight, over all rooms.
    pub fn pending(&self) -> u64 {
        self.rooms.values().map(|room| room.pending).sum()
    }
}

/// Rooms for hosts: a list of objects with their keys.
pub(crate) fn rooms_json(rooms: &BTreeMap<Key, RoomHealth>) -> String {
    let list: Vec<Value> = rooms
        .iter()
        .map(|(key, room)| {
            let mut fields = room.to_json();
            fields["key"] = json!(&**key);
            fields
        })
        .collect();
    json!(list).to_string()
}
