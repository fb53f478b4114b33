//! The files of the built-in HTTP server.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Content, FileId};
use crate::terminal::{Terminal, ids};

/// A file that the HTTP server serves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFile {
    /// Its name, unchecked.
    pub name: String,
    /// Its bytes.
    pub content: Content,
}

impl StoredFile {
    pub(super) fn to_json(&self, id: FileId) -> Value {
        json!({"fileId": id, "name": self.name, "size": self.content.size()})
    }
}

impl Terminal {
    /// Stores a file, as an upload or a finished transfer does, and gives its id.
    pub fn put_file(&mut self, now: Duration, name: &str, content: Content) -> FileId {
        self.tick(now);
        self.store(name, content)
    }

    /// The file with this id, if the HTTP server has it.
    pub fn get_file(&self, id: FileId) -> Option<&StoredFile> {
        self.files.stored.get(&id)
    }

    pub(in crate::terminal) fn remove_stored(&mut self, id: FileId) {
        self.files.stored.remove(&id);
    }

    /// Most bytes that one upload may have.
    pub fn max_post_size(&self) -> u64 {
        self.settings.max_post_size()
    }

    pub(super) fn store(&mut self, name: &str, content: Content) -> FileId {
        loop {
            let id = ids::file_id(&mut self.rng);
            if let std::collections::btree_map::Entry::Vacant(entry) = self.files.stored.entry(id) {
                entry.insert(StoredFile {
                    name: name.to_owned(),
                    content,
                });
                return id;
            }
        }
    }
}
