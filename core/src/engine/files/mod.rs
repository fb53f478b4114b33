//! File requests: one model over all generations of the protocol.

mod book;
mod entry;
mod fields;
mod request;
mod wire;

pub(crate) use book::{Book, MAX_REQUESTS};
pub(crate) use entry::Change;
pub(crate) use fields::Patch;
pub use request::{Availability, Direction, FileId, FileRequest, FileStatus, Generation};
pub(crate) use wire::{FileEvent, Signal};
pub(crate) use wire::{availability, entries};
pub(crate) use wire::{read_file_list, read_requests};
