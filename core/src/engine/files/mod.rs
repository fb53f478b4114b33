//! File requests: one model over all generations of the protocol.

mod book;
mod fields;
mod request;
mod wire;

pub(crate) use book::{Book, Change, MAX_REQUESTS};
pub(crate) use fields::Patch;
pub use request::{Availability, Direction, FileId, FileRequest, FileStatus, Generation};
pub(crate) use wire::{FileEvent, Signal};
pub(crate) use wire::{availability, entries};
pub(crate) use wire::{read_file_list, read_requests};
