//! What differs from the catalogue, and what agrees with it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

/// A file of the catalogue. The report and `cargo xtask merge-report` name them alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum File {
    /// Commands; what is found is in their answers.
    Commands,
    /// Events.
    Events,
    /// Objects within messages.
    Types,
    /// Codes.
    Enums,
}

/// A kind of difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Difference {
    /// An event that the catalogue does not have.
    UnknownEvent,
    /// An answer to a method that the catalogue does not have.
    UnknownMethod,
    /// A field that the catalogue does not have in this place.
    UnknownField,
    /// A value that the enum does not have.
    UnknownValue,
    /// A field of another type.
    OtherType,
    /// A field that every terminal is documented to send was missing.
    MissingField,
}

/// One difference, however often it was met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// What differs.
    pub what: Difference,
    /// The file of the catalogue that it belongs into.
    pub file: File,
    /// The entry there: a command, an event, a type or an enum.
    pub entry: String,
    /// The field; for a value of an enum the place it was found in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The type that the catalogue has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// Types that were found instead; for an enum its unknown values.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub found: BTreeSet<String>,
    /// How often.
    pub count: u64,
}

type Key = (Difference, File, String, Option<String>);

/// Fields that came as the catalogue has them, by entry.
pub(super) type Seen = BTreeMap<File, BTreeMap<String, BTreeSet<String>>>;

#[derive(Default)]
pub(super) struct Findings {
    differences: BTreeMap<Key, Finding>,
    pub(super) seen: Seen,
}

impl Findings {
    /// Notes a difference; `expected` and `found` as in [`Finding`].
    pub(super) fn differs(
        &mut self,
        what: Difference,
        (file, entry): (File, &str),
        field: Option<String>,
        expected: Option<&str>,
        found: Option<String>,
    ) {
        let key = (what, file, entry.to_owned(), field.clone());
        let finding = self.differences.entry(key).or_insert_with(|| Finding {
            what,
            file,
            entry: entry.to_owned(),
            field,
            expected: expected.map(str::to_owned),
            found: BTreeSet::new(),
            count: 0,
        });
        finding.count += 1;
        finding.found.extend(found);
    }

    /// Notes that an entry was met; with a field that this came as the catalogue has it.
    pub(super) fn agrees(&mut self, (file, entry): (File, &str), field: Option<&str>) {
        let entries = self.seen.entry(file).or_default();
        if !entries.contains_key(entry) {
            entries.insert(entry.to_owned(), BTreeSet::new());
        }
        if let (Some(fields), Some(field)) = (entries.get_mut(entry), field)
            && !fields.contains(field)
        {
            fields.insert(field.to_owned());
        }
    }

    pub(super) fn into_list(self) -> (Vec<Finding>, Seen) {
        (self.differences.into_values().collect(), self.seen)
    }
}
