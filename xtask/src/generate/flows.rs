//! The form of `flows.json`: commands whose answer means only "accepted for execution", and the
//! events that tell what became of them.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::model::{Catalogue, Command, Event, Evidence, Field, Flag};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Flow {
    /// Wire name of the command; its parameters are the flow's.
    pub(super) command: String,
    pub(super) summary: String,
    pub(super) notes: String,
    /// In the order in which they are tried, before the bad ones.
    pub(super) ends_well: Vec<End>,
    pub(super) ends_badly: Vec<End>,
    #[serde(default)]
    pub(super) reached: Option<Reached>,
    /// Seconds.
    pub(super) timeout: u32,
}

/// Values that a field may have, by the field's name; `a.b` is a field of an object.
pub(super) type Conditions = BTreeMap<String, Vec<Value>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct End {
    pub(super) event: String,
    #[serde(default)]
    pub(super) when: Conditions,
    /// Field of the event to parameter of the command: both name the same.
    #[serde(default)]
    pub(super) same: BTreeMap<String, String>,
    /// The field that names the user who is logged in on the terminal.
    #[serde(default)]
    pub(super) own: Option<String>,
    /// Only after an event of the same name with these values.
    #[serde(default)]
    pub(super) after: Conditions,
    /// The field that tells why; ends that are bad only.
    #[serde(default)]
    pub(super) cause: Option<String>,
}

/// How to find out by asking that it has ended well.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Reached {
    pub(super) query: String,
    #[serde(default)]
    pub(super) when: Conditions,
    /// The object or list of the answer that is looked at; the whole answer without it.
    #[serde(default, rename = "in")]
    pub(super) inside: Option<String>,
    #[serde(default)]
    pub(super) same: BTreeMap<String, String>,
    /// That nothing in it is the same ends the flow.
    #[serde(default)]
    pub(super) none: Flag,
    /// Asked as well when the terminal refuses the command.
    #[serde(default)]
    pub(super) if_refused: Flag,
}

impl Flow {
    pub(super) fn ends(&self) -> impl Iterator<Item = &End> {
        self.ends_well.iter().chain(&self.ends_badly)
    }

    /// The events that end it well, each once: what a program gets.
    pub(super) fn outcomes(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for end in &self.ends_well {
            if !names.contains(&end.event.as_str()) {
                names.push(&end.event);
            }
        }
        names
    }

    pub(super) fn of<'a>(&self, catalogue: &'a Catalogue) -> Option<&'a Command> {
        catalogue.commands.get(&self.command)
    }

    pub(super) fn needs_own(&self) -> bool {
        self.ends().any(|end| end.own.is_some())
    }

    /// Whether a link between the command and an event rests on a page of the vendor.
    pub(super) fn is_documented(&self, event: &str, catalogue: &Catalogue) -> bool {
        self.of(catalogue).is_some_and(|command| {
            command.common.evidence == Evidence::Documented
                && command.parts.events.iter().any(|name| name == event)
                && !command
                    .parts
                    .events_guess
                    .0
                    .iter()
                    .any(|name| name == event)
        })
    }
}

/// The field of this name.
pub(super) fn field<'a>(fields: &'a [Field], name: &str) -> Option<&'a Field> {
    fields.iter().find(|field| field.name == name)
}

/// A field by its path: of the message, or of an object in it.
pub(super) fn by_path<'a>(
    fields: &'a [Field],
    path: &str,
    catalogue: &'a Catalogue,
) -> Option<&'a Field> {
    let Some((first, rest)) = path.split_once('.') else {
        return field(fields, path);
    };
    by_path(inside(fields, first, catalogue)?, rest, catalogue)
}

/// The fields of the objects in a field.
pub(super) fn inside<'a>(
    fields: &[Field],
    name: &str,
    catalogue: &'a Catalogue,
) -> Option<&'a [Field]> {
    let type_ = field(fields, name)?.type_.trim_end_matches("[]");
    Some(&catalogue.types.get(type_)?.fields)
}

pub(super) fn event<'a>(end: &End, catalogue: &'a Catalogue) -> Option<&'a Event> {
    catalogue.events.get(&end.event)
}
