//! What one message says about one request, under every name that its members go by.

use std::borrow::Cow;
use std::convert::Infallible;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::super::layout::Member;
use super::super::role::Role;
use super::super::scalar::{Key, Nested, Scalar};
use super::{Direction, FileId, FileStatus, Generation, wire};

/// What one message says about one request. A field of a wrong type is a field not said.
#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct Patch<'a> {
    pub id: Option<Cow<'a, str>>,
    pub direction: Option<Direction>,
    pub status: Option<FileStatus>,
    pub file_name: Option<Cow<'a, str>>,
    pub size: Option<u64>,
    pub peer_id: Option<Cow<'a, str>>,
    pub peer_name: Option<Cow<'a, str>>,
    pub conference_id: Option<Cow<'a, str>>,
    pub created_at: Option<i64>,
    pub file_id: Option<FileId>,
    pub percent: Option<u8>,
    /// Told by the spelling of the id; none where there is no id.
    pub generation: Option<Generation>,
}

impl<'a> Patch<'a> {
    /// Reads one request out of an object of any generation.
    pub(crate) fn read(object: &'a str) -> Self {
        Fields::read(object).map(Self::from).unwrap_or_default()
    }

    /// Reads one request out of members of a message that was scanned.
    pub(crate) fn of(members: &[Member], text: &'a str) -> Self {
        Fields::of(members, text).into()
    }
}

/// The members that matter, under every name they go by.
#[derive(Default)]
pub(super) struct Fields<'a> {
    request_id: Scalar<'a>,
    legacy_id: Option<Scalar<'a>>,
    direction: Scalar<'a>,
    status: Scalar<'a>,
    pub(super) name: Scalar<'a>,
    size: Scalar<'a>,
    peer: Scalar<'a>,
    peer_name: Scalar<'a>,
    conference: Scalar<'a>,
    time: Scalar<'a>,
    pub(super) file: Scalar<'a>,
    percent: Scalar<'a>,
    done: Scalar<'a>,
    pub(super) availability: Scalar<'a>,
    pub(super) available: Scalar<'a>,
    /// Entries of a list of requests, whatever it is called.
    pub(super) list: Option<Vec<Option<Patch<'a>>>>,
}

impl<'a> Fields<'a> {
    /// All fields, those of a list included.
    pub(super) fn read(object: &'a str) -> Option<Self> {
        serde_json::from_str(object).ok()
    }

    /// The fields of members of a message that was scanned, without a list.
    fn of(members: &[Member], text: &'a str) -> Self {
        let mut fields = Self::default();
        for member in members {
            let Ok(_) = fields.put(member.role(), || Ok::<_, Infallible>(member.scalar(text)));
        }
        fields
    }

    /// Takes the value of a member, if it is one that matters.
    fn put<E>(
        &mut self,
        role: Role,
        value: impl FnOnce() -> Result<Scalar<'a>, E>,
    ) -> Result<bool, E> {
        let field = match role {
            Role::FileRequest => &mut self.request_id,
            Role::LegacyId => self.legacy_id.insert(Scalar::Null),
            Role::Direction => &mut self.direction,
            Role::Status => &mut self.status,
            Role::Name => &mut self.name,
            Role::Size => &mut self.size,
            Role::Peer => &mut self.peer,
            Role::PeerName => &mut self.peer_name,
            Role::Conference => &mut self.conference,
            Role::Time => &mut self.time,
            Role::File => &mut self.file,
            Role::Percent => &mut self.percent,
            Role::Done => &mut self.done,
            Role::Availability => &mut self.availability,
            Role::Available => &mut self.available,
            _ => return Ok(false),
        };
        let value = value()?;
        // Of two names of one thing, the one that says something counts.
        if !value.is_null() {
            *field = value;
        }
        Ok(true)
    }
}

fn is_list(key: &str) -> bool {
    matches!(
        key,
        "incomingFilesRequests" | "outgoingFilesRequests" | "filesRequests" | "files"
    )
}

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FieldsVisitor)
    }
}

struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Fields<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields<'de>, A::Error> {
        let mut fields = Fields::default();
        while let Some(Key(key)) = map.next_key::<Key<'de>>()? {
            if is_list(&key) {
                if let List(Some(list)) = map.next_value()? {
                    fields.list = Some(list);
                }
            } else if !fields.put(Role::of(&key), || map.next_value())? {
                map.next_value::<Nested>()?;
            }
        }
        Ok(fields)
    }
}

/// An array of requests; an element that is no object is passed over, as is what is no array.
struct List<'a>(Option<Vec<Option<Patch<'a>>>>);

impl<'de> Deserialize<'de> for List<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&'de RawValue>::deserialize(deserializer)?;
        let list = serde_json::from_str::<Vec<&'de RawValue>>(raw.get()).ok();
        let read = |entry: &'de RawValue| Fields::read(entry.get()).map(Patch::from);
        Ok(Self(list.map(|list| list.into_iter().map(read).collect())))
    }
}

impl<'a> From<Fields<'a>> for Patch<'a> {
    fn from(fields: Fields<'a>) -> Self {
        let current = wire::id(fields.request_id);
        let generation = match (&current, &fields.legacy_id) {
            (Some(_), _) => Some(Generation::Current),
            (None, Some(_)) => Some(Generation::Legacy),
            (None, None) => None,
        };
        let size = fields.size.unsigned();
        Self {
            id: current.or_else(|| fields.legacy_id.and_then(wire::id)),
            direction: wire::direction(&fields.direction),
            status: wire::status(&fields.status),
            file_name: wire::text(fields.name),
            size,
            peer_id: wire::text(fields.peer),
            peer_name: wire::text(fields.peer_name),
            conference_id: wire::text(fields.conference),
            created_at: wire::millis(&fields.time),
            file_id: wire::file_id(&fields.file),
            percent: wire::percent(&fields.percent).or_else(|| {
                let done = fields.done.unsigned()?;
                // A percentage is below 101 by construction.
                #[allow(clippy::cast_possible_truncation)]
                size.filter(|size| *size > 0)
                    .map(|size| (u128::from(done.min(size)) * 100 / u128::from(size)) as u8)
            }),
            generation,
        }
    }
}
