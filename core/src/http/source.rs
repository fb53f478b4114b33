//! The bytes of an upload, a piece at a time.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use bytes::{Bytes, BytesMut};
use tokio::task::{JoinHandle, spawn_blocking};

use super::{CHUNK, HttpError, UploadSource};

/// What is read from a file at once. Each read is a change of threads, so it is more than what goes
/// out at once, and the next one begins while this one goes out.
const BLOCK: usize = 256 << 10;

/// Gives the bytes of an upload.
pub(super) enum Source {
    File(Blocks),
    Bytes(Bytes),
}

/// A file, read ahead by a block.
pub(super) struct Blocks {
    path: PathBuf,
    /// What of the last block was not given yet.
    block: Bytes,
    /// The last blocks. Those that have gone out are read into again: large pieces of memory come from
    /// the system each time, which clears them first, and that takes longer than all the rest.
    given: VecDeque<Bytes>,
    next: JoinHandle<io::Result<Block>>,
}

/// Blocks that are remembered: one that is read, and what the connection has not written yet.
const GIVEN: usize = 4;

struct Block {
    file: File,
    bytes: Bytes,
    /// The file goes on behind the place where it was to end.
    longer: bool,
}

impl Source {
    /// The source and the number of bytes it will give.
    pub(super) async fn open(source: &UploadSource) -> Result<(Self, u64), HttpError> {
        let path = match source {
            UploadSource::Bytes(bytes) => {
                return Ok((Self::Bytes(bytes.clone()), bytes.len() as u64));
            }
            UploadSource::Path(path) => path,
        };
        let failed = |error| HttpError::io(path, &error);
        // Looked at before it is opened, since to open a pipe would wait for its other end.
        check_file(path, &tokio::fs::metadata(path).await.map_err(failed)?)?;
        let file = tokio::fs::File::open(path).await.map_err(failed)?;
        let metadata = file.metadata().await.map_err(failed)?;
        check_file(path, &metadata)?;
        let (file, size) = (file.into_std().await, metadata.len());
        let blocks = Blocks {
            path: path.clone(),
            block: Bytes::new(),
            given: VecDeque::new(),
            next: spawn_blocking(move || Block::read(file, size, None)),
        };
        Ok((Self::File(blocks), size))
    }

    /// The next bytes of the `left` that are still to come. The last ones are held back until the
    /// file is known to end there, so that the server never takes half a file for the whole.
    pub(super) async fn read(&mut self, left: u64) -> Result<Bytes, HttpError> {
        let bytes = match self {
            Self::Bytes(bytes) => bytes,
            Self::File(blocks) => {
                if blocks.block.is_empty() {
                    blocks.fetch(left).await?;
                }
                &mut blocks.block
            }
        };
        Ok(bytes.split_to(bytes.len().min(CHUNK)))
    }
}

impl Blocks {
    async fn fetch(&mut self, left: u64) -> Result<(), HttpError> {
        let path = &self.path;
        let read = (&mut self.next).await;
        let Block {
            file,
            bytes,
            longer,
        } = read
            .map_err(|error| HttpError::local(path, error.to_string()))?
            .map_err(|error| HttpError::io(path, &error))?;
        let left = left.saturating_sub(bytes.len() as u64);
        if bytes.len() < BLOCK && left > 0 {
            return Err(HttpError::local(path, "became shorter while it was sent"));
        }
        if longer {
            return Err(HttpError::local(path, "became longer while it was sent"));
        }
        if left > 0 {
            let spare = self.spare();
            self.next = spawn_blocking(move || Block::read(file, left, spare));
            self.given.push_back(bytes.clone());
        }
        self.block = bytes;
        Ok(())
    }

    /// The memory of a block that has gone out.
    fn spare(&mut self) -> Option<BytesMut> {
        let gone = self.given.iter().position(Bytes::is_unique);
        let gone = gone.and_then(|index| self.given.remove(index));
        if self.given.len() == GIVEN {
            self.given.pop_front();
        }
        gone?.try_into_mut().ok()
    }
}

impl Block {
    /// Reads the next block of a file of which so many bytes are left.
    fn read(mut file: File, left: u64, spare: Option<BytesMut>) -> io::Result<Self> {
        let size = usize::try_from(left).map_or(BLOCK, |left| left.min(BLOCK));
        let mut bytes = spare.unwrap_or_default();
        bytes.resize(size, 0);
        let mut filled = 0;
        while let Some(rest) = bytes.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match file.read(rest) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        bytes.truncate(filled);
        let longer = filled as u64 == left && file.read(&mut [0])? > 0;
        Ok(Self {
            file,
            bytes: bytes.freeze(),
            longer,
        })
    }
}

fn check_file(path: &Path, metadata: &std::fs::Metadata) -> Result<(), HttpError> {
    if metadata.is_dir() {
        return Err(HttpError::local(path, "is a folder, not a file"));
    }
    if !metadata.is_file() {
        return Err(HttpError::local(path, "is not a regular file"));
    }
    Ok(())
}
