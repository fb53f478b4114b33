//! Bytes from the terminal to here.

use std::path::{Path, PathBuf};

use super::Files;
use crate::engine::{Direction, FileRequest, FileStatus};
use crate::error::{Error, Result};
use crate::http::{self, Download, HttpError, HttpTarget, Progress};
use crate::secret::Secret;

/// How to save a file.
#[derive(Clone, Default)]
pub struct SaveOptions {
    /// Replace an existing file. Default: keep it, and give the new one a number.
    pub overwrite: bool,
    /// Told how many bytes of how many have come.
    pub progress: Option<Progress>,
}

impl Files {
    /// Saves the file of an accepted request, waiting until the terminal has all of it. `path` is
    /// a folder, or the path of the file itself. The file never leaves that folder, whatever the
    /// peer called it, and has its final name only when it is complete and of the announced size.
    /// Returns where it is.
    ///
    /// # Errors
    /// [`Error::FileRequest`] when the request was not accepted or failed, [`Error::Transfer`] when
    /// the bytes cannot be had or stored.
    pub async fn save(&self, id: &str, path: impl AsRef<Path>) -> Result<PathBuf> {
        self.save_with(id, path, SaveOptions::default()).await
    }

    /// [`Files::save`] with options.
    ///
    /// # Errors
    /// As [`Files::save`].
    pub async fn save_with(
        &self,
        id: &str,
        path: impl AsRef<Path>,
        options: SaveOptions,
    ) -> Result<PathBuf> {
        let request = self.arrived(id).await?;
        let file_id = self.file_id(&request).await?.to_string();
        let name = http::safe_file_name(&request.file_name);
        let mut fresh = false;
        loop {
            let (target, token) = self.http_access(fresh).await?;
            let download = self.download(
                &request,
                &file_id,
                &target,
                &token,
                options.progress.as_ref(),
            );
            let client = &self.room.shared().access.client;
            let saved =
                http::download_to(client, &download, path.as_ref(), &name, options.overwrite).await;
            match saved {
                Err(HttpError::Unauthorized { .. }) if !fresh => fresh = true,
                other => return other.map_err(|error| transfer(&name, &error)),
            }
        }
    }

    /// The bytes of an accepted request's file, for small files: they are held in memory.
    ///
    /// # Errors
    /// As [`Files::save`].
    pub async fn read(&self, id: &str) -> Result<Vec<u8>> {
        self.read_with(id, None).await
    }

    /// [`Files::read`], and `progress` is told how many bytes of how many have come.
    ///
    /// # Errors
    /// As [`Files::save`].
    pub async fn read_with(&self, id: &str, progress: Option<Progress>) -> Result<Vec<u8>> {
        let request = self.arrived(id).await?;
        let file_id = self.file_id(&request).await?.to_string();
        let shared = self.room.shared();
        let limit = shared.options.max_file_size.unwrap_or(u64::MAX);
        let mut fresh = false;
        loop {
            let (target, token) = self.http_access(fresh).await?;
            let download = self.download(&request, &file_id, &target, &token, progress.as_ref());
            match http::download_bytes(&shared.access.client, &download, limit).await {
                Err(HttpError::Unauthorized { .. }) if !fresh => fresh = true,
                other => return other.map_err(|error| transfer(&request.file_name, &error)),
            }
        }
    }

    fn download<'a>(
        &'a self,
        request: &FileRequest,
        file_id: &'a str,
        target: &'a HttpTarget,
        token: &'a Secret,
        progress: Option<&Progress>,
    ) -> Download<'a> {
        let shared = self.room.shared();
        Download {
            target,
            urls: &shared.access.urls,
            remembered: &shared.access.remembered,
            token: token.expose(),
            file_id,
            expected_size: request.size,
            max_size: shared.options.max_file_size,
            stall: shared.options.transfer_timeout,
            progress: progress.cloned(),
        }
    }

    /// Waits until the terminal has all bytes of an accepted request.
    async fn arrived(&self, id: &str) -> Result<FileRequest> {
        let wrong = |message: &str| {
            Err(Error::FileRequest {
                id: id.into(),
                message: message.into(),
            })
        };
        let request = self
            .wait_until(id, |request| {
                request.is_finished()
                    // An outgoing file is on the terminal from the beginning.
                    || request.direction == Direction::Outgoing
                    || (request.status == FileStatus::Waiting && !self.is_answering(id))
            })
            .await?;
        match (request.direction, request.status) {
            (Direction::Outgoing, _) | (_, FileStatus::Processed) => Ok(request),
            (_, FileStatus::Waiting) => wrong("not accepted yet; accept it first"),
            (_, FileStatus::Rejected) => wrong("rejected, so there is nothing to save"),
            (_, FileStatus::Failed) => wrong("the terminal could not receive it; see its logs"),
            (_, FileStatus::Processing) => wrong("still being received"),
        }
    }

    fn is_answering(&self, id: &str) -> bool {
        self.room.shared().read(|engine| engine.is_answering(id))
    }
}

/// A failure of the HTTP side as the program sees it.
pub(super) fn transfer(name: &str, error: &HttpError) -> Error {
    Error::Transfer {
        file: http::safe_file_name(name),
        message: error.to_string(),
    }
}
