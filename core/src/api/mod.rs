//! The whole protocol with types: a struct for each command, views of answers and events.
//!
//! ```no_run
//! use trueroom::api::call::{Call, InviteReceivedEvent};
//! use trueroom::api::app::GetAppState;
//!
//! # async fn example(room: trueroom::Room) -> trueroom::Result<()> {
//! let state = room.call(GetAppState {}).await?;
//! println!("{:?}", state.app_state());
//! let mut invites = room.events_of::<InviteReceivedEvent>();
//! while let Some(invite) = invites.next().await {
//!     println!("{:?} calls", invite.peer_id());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Terminals differ, so reading is tolerant: a getter gives `None` for a field that is missing or
//! of another type than the catalogue says; `get` reaches every field by its wire name, also those
//! that the catalogue does not know. [`Room::command`](crate::Room::command) sends what is not
//! here. The modules are made from `protocol/*.json` by `cargo xtask generate`.

mod expect;
#[rustfmt::skip]
#[allow(clippy::pedantic, clippy::enum_variant_names, reason = "words of the protocol")]
mod generated;
mod json;
mod library;
mod live;
mod macros;
mod room;

pub use expect::Expected;
pub use generated::*;
pub use json::{FromJson, ToJson};
pub use library::{ConnectionEvent, ErrorEvent, LaggedEvent, LiveEvent};
pub use live::{Live, Ringing};
pub use room::EventsOf;

/// The fields of a message or of an object inside, by wire name.
pub type Fields = serde_json::Map<String, serde_json::Value>;

/// A command that can be sent, with its parameters.
pub trait Command {
    /// Its wire name.
    const METHOD: &'static str;
    /// How its answer is read.
    type Answer: View;

    /// The parameters by wire name; those left out are not in it.
    fn params(&self) -> Fields;
}

/// A command whose outcome comes as an event, with its parameters.
pub trait Flow {
    /// Its name in the catalogue.
    const NAME: &'static str;
    /// The event that ends it well.
    type Outcome: Outcome;

    /// The parameters by wire name; those left out are not in it.
    fn params(&self) -> Fields;
}

/// What a [`Flow`] ends with: an event, or one of several.
pub trait Outcome: Sized {
    /// The event, if it is of that kind.
    fn read(event: &crate::Event) -> Option<Self>;
}

impl<E: Event> Outcome for E {
    fn read(event: &crate::Event) -> Option<Self> {
        E::of(event)
    }
}

/// A message, or an object inside of one, of which every field is reachable.
pub trait View: Sized {
    /// Looks at these fields.
    fn new(fields: Fields) -> Self;

    /// All fields by wire name, also those that the catalogue does not know.
    fn fields(&self) -> &Fields;
}

/// An event that a terminal pushes, or one of the library's own.
pub trait Event: View {
    /// Its wire name.
    const NAME: &'static str;
    /// Other spellings of the name that were seen.
    const ALIASES: &'static [&'static str];

    /// The event, if it is of this name.
    fn of(event: &crate::Event) -> Option<Self> {
        let known = event.name == Self::NAME || Self::ALIASES.contains(&&*event.name);
        known.then(|| Self::new(json::fields(&event.text)))
    }
}

macros::view! {
    /// The answer to a command that tells nothing but that it was accepted. For an action that
    /// often means only "accepted for execution"; the outcome comes as an event.
    Accepted {}
}
