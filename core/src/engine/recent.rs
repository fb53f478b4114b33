//! Members of messages that are much like the one before.
//!
//! Messages of a flood differ in a field or two, and answers to one question often do. What a
//! message has in common with the beginning of the last one was found and checked there; and once a
//! member ends where both go on in the same way, so was the rest.

use std::fmt;

use super::scan::{self, Kind, Member, Members, Scanner};
use crate::host::{common_end, common_start};

/// A longer message is not kept: there may be many rooms, and each keeps one.
const LONGEST: usize = 4096;

/// The last message that was vouched for.
#[derive(Default)]
pub(crate) struct Recent {
    text: String,
    members: Vec<Span>,
}

/// Contents of messages are the user's business, and there may be a token in them.
impl fmt::Debug for Recent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Recent({} bytes)", self.text.len())
    }
}

/// Where a member is.
#[derive(Clone, Copy)]
struct Span {
    key: usize,
    key_end: usize,
    value: usize,
    value_end: usize,
    kind: Kind,
}

impl Recent {
    /// As [`scan::members`].
    pub(crate) fn members<'a>(&mut self, text: &'a str) -> Option<Members<'a>> {
        let members = self.alike(text).or_else(|| scan::members(text));
        self.members.clear();
        self.text.clear();
        if let Some(members) = members.as_ref().filter(|_| text.len() <= LONGEST) {
            self.text.push_str(text);
            let spans = members.iter().map(|member| Span::of(member, text));
            self.members.extend(spans);
        }
        members
    }

    /// The members, where something is known of them from the message before.
    fn alike<'a>(&self, text: &'a str) -> Option<Members<'a>> {
        let (new, old) = (text.as_bytes(), self.text.as_bytes());
        let same_start = common_start(new, old);
        // What follows a member belongs to what is the same, so that a number ends there.
        let known = self.members.partition_point(|span| span.end() < same_start);
        let (known, mut rest) = self.members.split_at(known);
        let mut scanner = Scanner::at(text, known.last()?.end());
        let mut members = Members::new();
        for span in known {
            members.push(span.member(text, 0)?);
        }
        let same_end = common_end(new, old);
        let shift = new.len().wrapping_sub(old.len());
        while scanner.next_member(&mut members)? {
            let end = scanner.place();
            while rest
                .first()
                .is_some_and(|span| span.end().wrapping_add(shift) < end)
            {
                rest = rest.get(1..)?;
            }
            if let [same, after @ ..] = rest
                && same.end().wrapping_add(shift) == end
                && new.len() - end <= same_end
            {
                for span in after {
                    members.push(span.member(text, shift)?);
                }
                break;
            }
        }
        Some(members)
    }
}

impl Span {
    fn of(member: &Member<'_>, text: &str) -> Self {
        let offset = |part: &str| part.as_ptr().addr() - text.as_ptr().addr();
        let (key, value) = (offset(member.key), offset(member.value));
        Self {
            key,
            key_end: key + member.key.len(),
            value,
            value_end: value + member.value.len(),
            kind: member.kind,
        }
    }

    /// Behind the value, with its quote.
    fn end(&self) -> usize {
        self.value_end + usize::from(matches!(self.kind, Kind::Plain | Kind::Escaped))
    }

    /// The member in a text in which it stands so much later; earlier by wrapping around.
    fn member<'a>(&self, text: &'a str, shift: usize) -> Option<Member<'a>> {
        let part =
            |start: usize, end: usize| text.get(start.wrapping_add(shift)..end.wrapping_add(shift));
        Some(Member {
            key: part(self.key, self.key_end)?,
            value: part(self.value, self.value_end)?,
            kind: self.kind,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLES: &[&str] = &[
        r#"{"method":"event","event":"tick","id":"a-b-c","n":-12,"done":7,"t":true,"list":[1,{"a":2}],"x":"y"}"#,
        r#"{"method":"event","event":"tick","id":"a,\"n\":1","n":1,"done":77,"é":"ü","x":""}"#,
        r#" { "requestId" : "17" , "files" : [ {"a":"}"} , 2 ] , "result" : true } "#,
        "{}",
        r#"{"a":1}"#,
    ];

    #[test]
    fn what_is_known_of_the_last_message_changes_nothing() {
        let mut rng = fastrand::Rng::with_seed(11);
        let alphabet: Vec<char> = "{}[]\",:\\u0019-.eE tfnd\u{1}é".chars().collect();
        let mut recent = Recent::default();
        let (mut alike, mut taken) = (0, 0);
        let mut text: Vec<char> = Vec::new();
        for round in 0..60_000 {
            if text.len() < 2 || round % 7 == 0 {
                text = SAMPLES[rng.usize(..SAMPLES.len())].chars().collect();
            }
            let before = text.clone();
            for _ in 0..=rng.usize(..3) {
                let at = rng.usize(..text.len());
                let other = alphabet[rng.usize(..alphabet.len())];
                match rng.u8(..5) {
                    0 => text[at] = other,
                    1 => text.insert(at, other),
                    2 if text.len() > 2 => drop(text.remove(at)),
                    // What keeps most messages whole: another digit or letter.
                    _ => {
                        if text[at].is_ascii_alphanumeric() {
                            text[at] = if text[at].is_ascii_digit() { '3' } else { 'k' };
                        }
                    }
                }
            }
            let whole: String = text.iter().collect();
            alike += usize::from(recent.alike(&whole).is_some());
            let found = recent.members(&whole);
            assert_eq!(found, scan::members(&whole), "{whole}");
            taken += usize::from(found.is_some());
            if found.is_none() && rng.u8(..4) > 0 {
                text = before;
            }
        }
        assert!(alike > 1000 && taken > 5000, "{alike} {taken}");
    }

    #[test]
    fn a_long_message_is_not_kept() {
        let mut recent = Recent::default();
        let long = format!(r#"{{"a":1,"b":"{}"}}"#, "x".repeat(LONGEST));
        assert_eq!(recent.members(&long).map(|members| members.len()), Some(2));
        assert!(recent.text.is_empty() && recent.members.is_empty());
    }
}
