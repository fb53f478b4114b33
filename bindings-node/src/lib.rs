//! The native module of the `trueroom` npm package. Small and private: what users see is written
//! in TypeScript in `src-ts`, and this surface may change in any release.
//!
//! JSON text crosses, never objects built call by call. Nothing here blocks, and nothing here
//! makes promises: what was asked for is marked with a token, and its outcome waits in the
//! [`mailbox::Mailbox`] of the JavaScript thread.

mod batch;
mod columns;
mod doctor;
mod error;
mod exact;
mod fleet;
mod form;
mod logs;
mod mailbox;
mod members;
mod room;
mod server;
mod simulator;
mod uv;

use napi_derive::napi;

/// The version this module was built as; the package checks that it fits.
#[napi(catch_unwind)]
pub fn version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}
