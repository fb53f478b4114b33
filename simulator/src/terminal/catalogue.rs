//! The protocol catalogue, as far as the terminal needs it.

use std::collections::HashMap;
use std::sync::OnceLock;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::options::TerminalOptions;

// Made from `protocol/` by `cargo xtask generate`.
static DATA: &str = include_str!("catalogue/data.json");

/// One command.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Command {
    pub(super) params: Fields,
    pub(super) result: Fields,
    /// Whether its answer has more fields than are known.
    pub(super) open: bool,
    /// The events that tell of what it changed.
    pub(super) events: Vec<String>,
    /// Whether it came with the second version of the API.
    second: bool,
    admin: bool,
    generation: Option<String>,
}

/// An event, or an object that occurs in messages.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Shape {
    pub(super) fields: Fields,
    /// Whether it has more fields than are known.
    pub(super) open: bool,
}

/// Parameters, or fields of a message, in order.
#[derive(Debug, Default, Deserialize)]
#[serde(from = "Map<String, Value>")]
pub(super) struct Fields(pub(super) Vec<Field>);

/// A parameter, or a field of a message.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) may_be_missing: bool,
    pub(super) aliases: Vec<String>,
}

impl From<Map<String, Value>> for Fields {
    fn from(map: Map<String, Value>) -> Self {
        let field = |(name, kind): (String, Value)| {
            let mut parts = kind.as_str().unwrap_or_default().split('|');
            let kind = parts.next().unwrap_or_default();
            Field {
                name,
                kind: kind.trim_end_matches('?').to_owned(),
                may_be_missing: kind.ends_with('?'),
                aliases: parts.map(str::to_owned).collect(),
            }
        };
        Self(map.into_iter().map(field).collect())
    }
}

/// Everything, read once.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Catalogue {
    commands: HashMap<String, Command>,
    events: HashMap<String, Shape>,
    types: HashMap<String, Shape>,
    /// The values of each enum, numbers or texts.
    pub(super) enums: HashMap<String, Vec<Value>>,
}

/// The catalogue. It is part of the program: that it can be read is tested, not checked here.
pub(super) fn catalogue() -> &'static Catalogue {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    CATALOGUE.get_or_init(|| serde_json::from_str(DATA).unwrap_or_default())
}

/// The command with this name.
pub(super) fn command(name: &str) -> Option<&'static Command> {
    catalogue().commands.get(name)
}

/// The event with this name.
pub(super) fn event(name: &str) -> Option<&'static Shape> {
    catalogue().events.get(name)
}

/// The fields of a type.
pub(super) fn type_fields(name: &str) -> Option<&'static [Field]> {
    catalogue().types.get(name).map(|found| &found.fields.0[..])
}

impl Command {
    /// Whether a page says that administrators only may use it.
    pub(super) fn admin_only(&self) -> bool {
        self.admin
    }

    /// Whether a terminal with these options knows the command. One that exists in v.2 only is
    /// known wherever v.2 can be chosen: no page says what an older connection would get.
    pub(super) fn spoken_by(&self, options: &TerminalOptions, version: &str) -> bool {
        let generation = match self.generation.as_deref() {
            Some("legacy") => options.speaks_legacy(),
            Some("current") => options.speaks_current(),
            _ => true,
        };
        let second = |version: &str| version == "2";
        let api = !self.second
            || second(version)
            || options.api_versions.iter().any(|version| second(version));
        generation && api
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_catalogue_can_be_read() {
        assert!(serde_json::from_str::<Catalogue>(DATA).is_ok());
        let clear = command("chatClear").map(|command| &command.params.0[..]);
        assert!(clear.is_some_and(|params| params[0].aliases == ["id"]));
        let login = event("login").map(|event| &event.fields.0[0].kind[..]);
        assert_eq!(login, Some("enum:LoginResult"));
        assert!(event("blurChanged").is_some_and(|event| event.open));
        assert!(type_fields("Contact").is_some_and(|fields| fields[5].may_be_missing));
    }
}
