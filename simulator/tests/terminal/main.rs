//! The pure terminal: every area, without sockets. Each message it sends is held against the
//! protocol catalogue.

#![allow(clippy::unwrap_used, clippy::panic)]

mod account;
mod bench;
mod calls;
mod catalogue;
mod chat;
#[path = "../conformance/mod.rs"]
mod conformance;
mod determinism;
mod incoming;
mod legacy;
mod link;
mod machine;
mod meeting;
mod outgoing;
mod requests;
mod session;
mod settings;
mod variants;
