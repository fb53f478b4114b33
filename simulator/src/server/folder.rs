//! Files of the simulator itself: uploads and the certificate.

use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use tempfile::TempDir;

/// A temporary folder, made when the first file needs it and removed with the simulator.
#[derive(Default)]
pub(super) struct Folder {
    folder: Mutex<Option<TempDir>>,
    uploads: AtomicU64,
}

impl Folder {
    /// The path of a file with this name.
    pub(super) fn file(&self, name: &str) -> io::Result<PathBuf> {
        let mut folder = self.folder.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(folder) = &*folder {
            return Ok(folder.path().join(name));
        }
        let made = tempfile::Builder::new()
            .prefix("trueroom-simulator-")
            .tempdir()?;
        Ok(folder.insert(made).path().join(name))
    }

    /// The path of a file for an upload, used by nothing else.
    pub(super) fn upload(&self) -> io::Result<PathBuf> {
        self.file(&format!(
            "upload-{}",
            self.uploads.fetch_add(1, Ordering::Relaxed)
        ))
    }
}
