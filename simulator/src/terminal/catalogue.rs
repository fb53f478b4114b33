//! The protocol catalogue, as far as the terminal needs it.

use std::collections::HashMap;
use std::sync::OnceLock;

use serde::Deserialize;

use super::options::TerminalOptions;

// Made from `protocol/` by `cargo xtask generate`.
static COMMANDS: &str = include_str!("catalogue/commands.json");
static TYPES: &str = include_str!("catalogue/types.json");
static ENUMS: &str = include_str!("catalogue/enums.json");

/// One command.
#[derive(Debug, Deserialize)]
pub(super) struct Command {
    api: Vec<String>,
    access: Option<String>,
    generation: Option<String>,
    pub(super) params: Vec<Field>,
    pub(super) result: Vec<Field>,
}

/// A parameter, or a field of an answer.
#[derive(Debug, Deserialize)]
pub(super) struct Field {
    pub(super) name: String,
    #[serde(rename = "type")]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) required: bool,
    #[serde(default)]
    pub(super) optional: bool,
    #[serde(default)]
    pub(super) aliases: Vec<String>,
}

/// An object that occurs in messages.
#[derive(Debug, Deserialize)]
pub(super) struct Type {
    pub(super) fields: Vec<Field>,
}

/// A set of codes.
#[derive(Debug, Deserialize)]
pub(super) struct Enum {
    pub(super) wire: String,
    pub(super) values: serde_json::Map<String, serde_json::Value>,
}

/// Everything, read once.
#[derive(Debug, Default)]
pub(super) struct Catalogue {
    commands: HashMap<String, Command>,
    pub(super) types: HashMap<String, Type>,
    pub(super) enums: HashMap<String, Enum>,
}

/// The catalogue. It is part of the program: that it can be read is tested, not checked here.
pub(super) fn catalogue() -> &'static Catalogue {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    CATALOGUE.get_or_init(|| Catalogue {
        commands: serde_json::from_str(COMMANDS).unwrap_or_default(),
        types: serde_json::from_str(TYPES).unwrap_or_default(),
        enums: serde_json::from_str(ENUMS).unwrap_or_default(),
    })
}

/// The command with this name.
pub(super) fn command(name: &str) -> Option<&'static Command> {
    catalogue().commands.get(name)
}

impl Command {
    /// Whether a page says that administrators only may use it.
    pub(super) fn admin_only(&self) -> bool {
        self.access.as_deref() == Some("admin")
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
        let api = self.api.iter().any(|api| api == "v1")
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
        assert!(serde_json::from_str::<HashMap<String, Command>>(COMMANDS).is_ok());
        assert!(serde_json::from_str::<HashMap<String, Type>>(TYPES).is_ok());
        assert!(serde_json::from_str::<HashMap<String, Enum>>(ENUMS).is_ok());
        assert!(command("getIncomingFilesRequests").is_some());
    }
}
