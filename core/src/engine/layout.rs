//! Where the members of a message are.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use super::alike::{common_end, common_start};
use super::role::Role;
use super::scalar::Scalar;

/// Where the top-level members of a message are, in their order and with repetitions. Messages that
/// differ in nothing but values of equal length share one.
///
/// A host that makes objects of messages need not look for their members again.
#[derive(Debug)]
pub struct Layout {
    form: u64,
    is_plain: bool,
    members: Box<[Member]>,
}

/// One member. Of a text that it is not of, it gives anything, or nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member {
    key: u32,
    key_end: u32,
    value: u32,
    value_end: u32,
    kind: Kind,
    role: Role,
}

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A string that stands there as it is.
    Plain,
    /// A string with escapes in it.
    Escaped,
    /// A number.
    Number,
    /// The word.
    True,
    /// The word.
    False,
    /// The word.
    Null,
    /// An array or an object.
    Nested,
}

impl Layout {
    pub(super) fn new(members: &[Member]) -> Self {
        static LAST: AtomicU64 = AtomicU64::new(0);
        Self {
            form: LAST.fetch_add(1, Ordering::Relaxed) + 1,
            is_plain: is_plain(members),
            members: members.into(),
        }
    }

    /// The same keys in the same order, elsewhere.
    pub(super) fn moved(&self, members: &[Member]) -> Self {
        Self {
            form: self.form,
            is_plain: self.is_plain,
            members: members.into(),
        }
    }

    /// A number above zero that layouts share whose messages have the same keys in the same order.
    /// Not all of those share it: it says what is known without comparing.
    pub fn form(&self) -> u64 {
        self.form
    }

    /// No two members have the same role, so that each can be read without the others.
    pub(super) fn is_plain(&self) -> bool {
        self.is_plain
    }

    /// The members whose values differ in two texts that both have this layout, and those between
    /// them. `guess` may be those of other texts, which are likely to be the same.
    pub fn changed(&self, one: &str, other: &str, guess: Range<usize>) -> Range<usize> {
        let (one, other) = (one.as_bytes(), other.as_bytes());
        let as_guessed = self.values(&guess).is_some_and(|values| {
            one.get(..values.start) == other.get(..values.start)
                && one.get(values.end..) == other.get(values.end..)
        });
        if as_guessed {
            return self.narrowed(guess, one, other);
        }
        let start = common_start(one, other);
        let end = one.len() - common_end(one, other).min(one.len() - start);
        let first = |member: &Member| member.end() <= start;
        let last = |member: &Member| (member.value as usize) < end;
        let first = self.members.partition_point(first);
        first..self.members.partition_point(last).max(first)
    }

    /// The same members without those at either end whose values are the same.
    pub(super) fn narrowed(
        &self,
        mut members: Range<usize>,
        one: &[u8],
        other: &[u8],
    ) -> Range<usize> {
        let same = |index: usize| {
            let place = self.members.get(index).map(Member::value_place);
            place.is_some_and(|place| one.get(place.clone()) == other.get(place))
        };
        while !members.is_empty() && same(members.start) {
            members.start += 1;
        }
        while !members.is_empty() && same(members.end - 1) {
            members.end -= 1;
        }
        members
    }

    /// From the first value of these members to the last one.
    fn values(&self, members: &Range<usize>) -> Option<Range<usize>> {
        let members = self.members.get(members.clone())?;
        Some(members.first()?.value as usize..members.last()?.end())
    }

    /// The members.
    pub fn members(&self) -> &[Member] {
        &self.members
    }
}

impl Member {
    /// From offsets between the quotes of the key, and around the value. None in a text that is too
    /// long to be a message.
    pub(super) fn new(key: Range<usize>, value: Range<usize>, kind: Kind) -> Option<Self> {
        let short = |offset| u32::try_from(offset).ok();
        Some(Self {
            key: short(key.start)?,
            key_end: short(key.end)?,
            value: short(value.start)?,
            value_end: short(value.end)?,
            kind,
            role: Role::Other,
        })
    }

    pub(super) fn with_role(self, role: Role) -> Self {
        Self { role, ..self }
    }

    pub(super) fn role(&self) -> Role {
        self.role
    }

    /// The same member so much later; earlier by wrapping around.
    pub(super) fn moved(&self, shift: u32) -> Self {
        Self {
            key: self.key.wrapping_add(shift),
            key_end: self.key_end.wrapping_add(shift),
            value: self.value.wrapping_add(shift),
            value_end: self.value_end.wrapping_add(shift),
            ..*self
        }
    }

    /// Where the value is.
    pub(super) fn value_place(&self) -> Range<usize> {
        self.value as usize..self.value_end as usize
    }

    /// Behind the value.
    pub(super) fn end(&self) -> usize {
        self.value_end as usize
    }

    /// What is between the quotes of the key. A key with escapes is in no layout.
    #[inline]
    pub fn key<'a>(&self, text: &'a str) -> &'a str {
        part(text, self.key, self.key_end)
    }

    /// The same for a text that need not be one.
    pub(super) fn is_key(&self, bytes: &[u8], key: &str) -> bool {
        bytes.get(self.key as usize..self.key_end as usize) == Some(key.as_bytes())
    }

    /// The value as JSON.
    #[inline]
    pub fn value<'a>(&self, text: &'a str) -> &'a str {
        part(text, self.value, self.value_end)
    }

    /// What the value is.
    #[inline]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The value, read as far as it is of interest.
    pub(super) fn scalar<'a>(&self, text: &'a str) -> Scalar<'a> {
        let value = self.value(text);
        match self.kind {
            Kind::Plain => {
                let inside = value.get(1..value.len().saturating_sub(1));
                Scalar::Text(inside.unwrap_or_default().into())
            }
            Kind::Escaped => serde_json::from_str::<String>(value)
                .map_or(Scalar::Null, |text| Scalar::Text(text.into())),
            Kind::Number => number(value),
            Kind::True => Scalar::Boolean(true),
            Kind::False => Scalar::Boolean(false),
            Kind::Null => Scalar::Null,
            Kind::Nested => Scalar::Other,
        }
    }
}

fn is_plain(members: &[Member]) -> bool {
    let mut seen = 0_u32;
    members
        .iter()
        .filter(|member| member.role != Role::Other)
        .all(|member| {
            let bit = 1 << member.role as u32;
            let new = seen & bit == 0;
            seen |= bit;
            new
        })
}

#[inline]
fn part(text: &str, start: u32, end: u32) -> &str {
    text.get(start as usize..end as usize).unwrap_or_default()
}

fn number(text: &str) -> Scalar<'_> {
    match text.parse() {
        // To the general parser a zero with a sign is a float.
        Ok(number) if text != "-0" => Scalar::Integer(number),
        _ => serde_json::from_str(text).unwrap_or(Scalar::Null),
    }
}
