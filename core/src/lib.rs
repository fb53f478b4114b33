//! Controls a TrueConf Room terminal from a program: commands with typed outcomes, events, and
//! file requests that survive reconnects.
//!
//! ```no_run
//! use trueroom::{Options, Room};
//!
//! # async fn example() -> trueroom::Result<()> {
//! let room = Room::connect(Options { pin: Some("1234".into()), ..Options::new("192.168.1.20") })
//!     .await?;
//! let mut offers = room.files().offers();
//! while let Some(request) = offers.next().await {
//!     room.files().accept(&request.id).await?;
//!     println!("saved {}", room.files().save(&request.id, "inbox/").await?.display());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! [`engine`] is the protocol without I/O, [`Room`] a connection driven by tokio, [`host`] the
//! same for runtimes with an event loop of their own.

pub mod api;
pub mod catalogue;
pub mod doctor;
mod driver;
pub mod engine;
mod error;
pub mod files;
pub mod fleet;
mod health;
pub mod host;
pub mod http;
mod options;
mod room;
mod secret;
mod subscription;
mod text;

pub use engine::{
    Availability, Counters, Direction, Event, FileId, FileRequest, FileStatus, Filter, Generation,
    State,
};
pub use error::{Error, FlowCause, Result};
pub use files::Files;
pub use fleet::Fleet;
pub use health::RoomHealth;
pub use options::{ApiVersion, Options, Role};
pub use room::Room;
pub use secret::Secret;
pub use subscription::{Events, Requests};
pub use text::Text;
