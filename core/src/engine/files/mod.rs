//! File requests: one model over all generations of the protocol.

mod book;
mod entry;
mod fields;
mod forget;
mod request;
mod wire;

pub(crate) use book::Book;
pub(crate) use entry::Change;
pub(crate) use fields::Patch;
pub(crate) use forget::MAX_REQUESTS;
pub use request::{Availability, Direction, FileId, FileRequest, FileStatus, Generation};
pub(crate) use wire::{FileEvent, Signal};
pub(crate) use wire::{availability, entries, percent};
pub(crate) use wire::{read_file_list, read_requests};
