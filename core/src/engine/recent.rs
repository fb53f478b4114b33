//! Members of messages that are much like the one before.
//!
//! Messages of a flood differ in a field or two, and answers to one question often do. What a
//! message has in common with the beginning of the last one was found and checked there; and once a
//! member ends where both go on in the same way, so was the rest.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use super::alike::{common_end, common_start};
use super::layout::{Layout, Member};
use super::role::Role;
use super::scan::{self, Members, Scanner};

/// A longer message is not kept: there may be many rooms, and each keeps one.
const LONGEST: usize = 4096;

/// The last message that was vouched for.
#[derive(Default)]
pub(crate) struct Recent {
    text: Vec<u8>,
    layout: Option<Arc<Layout>>,
    /// The members that it does not share with the one before; nothing if that is not known.
    changed: Range<usize>,
}

/// What is known of a message.
pub(crate) struct Look {
    pub layout: Option<Arc<Layout>>,
    /// The members whose values may differ from those of the message before, which has the same keys
    /// in the same order; none where it has not, or that is not known.
    pub changed: Option<Range<usize>>,
}

/// Contents of messages are the user's business, and there may be a token in them.
impl fmt::Debug for Recent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Recent({} bytes)", self.text.len())
    }
}

impl Recent {
    /// As [`scan::message`].
    pub(crate) fn look(&mut self, text: &str) -> Look {
        if let Some(changed) = self.changed_again(text) {
            self.take_values(text, changed.clone());
            if !changed.is_empty() {
                self.changed = changed.clone();
            }
            return Look {
                layout: self.layout.clone(),
                changed: Some(changed),
            };
        }
        let look = self.alike(text).unwrap_or_else(|| Look {
            layout: scan::message(text).map(Arc::new),
            changed: None,
        });
        if text.len() > LONGEST || look.layout.is_none() {
            self.text.clear();
            self.layout = None;
        } else {
            self.keep(text, &look);
        }
        look
    }

    fn keep(&mut self, text: &str, look: &Look) {
        self.changed = look.changed.clone().unwrap_or_default();
        let same = match (&self.layout, &look.layout) {
            (Some(old), Some(new)) => Arc::ptr_eq(old, new) && self.text.len() == text.len(),
            _ => false,
        };
        if same && look.changed.is_some() {
            self.take_values(text, self.changed.clone());
        } else {
            self.text.clear();
            self.text.extend_from_slice(text.as_bytes());
            self.layout.clone_from(&look.layout);
        }
    }

    /// Takes in the values of these members; all others stand here already, in the same places.
    fn take_values(&mut self, text: &str, changed: Range<usize>) {
        let members = self.layout.as_ref().map(|layout| layout.members());
        let members = members.and_then(|members| members.get(changed));
        for member in members.unwrap_or_default() {
            let place = member.value_place();
            let old = self.text.get_mut(place.clone());
            if let (Some(old), Some(new)) = (old, text.as_bytes().get(place)) {
                old.copy_from_slice(new);
            }
        }
    }

    /// The members that changed, where those are of the ones that changed last time, and all values
    /// have their lengths.
    fn changed_again(&self, text: &str) -> Option<Range<usize>> {
        let layout = self.layout.as_ref()?;
        let (new, old) = (text.as_bytes(), &*self.text);
        if self.changed.is_empty() || new.len() != old.len() {
            return None;
        }
        let mut from = 0;
        for member in layout.members().get(self.changed.clone())? {
            let place = member.value_place();
            let before = from..place.start;
            let known = new.get(before.clone())? == old.get(before)?
                && (new.get(place.clone())? == old.get(place.clone())?
                    || scan::is_value(text, place.clone(), member.kind()));
            if !known {
                return None;
            }
            from = place.end;
        }
        (new.get(from..)? == old.get(from..)?)
            .then(|| layout.narrowed(self.changed.clone(), new, old))
    }

    /// The layout, where something is known of it from the message before.
    fn alike(&self, text: &str) -> Option<Look> {
        let layout = self.layout.as_ref()?;
        let old = layout.members();
        let (new_bytes, old_bytes) = (text.as_bytes(), &*self.text);
        let same_start = common_start(new_bytes, old_bytes);
        // What follows a member belongs to what is the same, so that a number ends there.
        let first = old.partition_point(|member| member.end() < same_start);
        let mut scanner = Scanner::at(text, old.get(first.checked_sub(1)?)?.end());
        let same_end = common_end(new_bytes, old_bytes);
        let shift = new_bytes.len().wrapping_sub(old_bytes.len());
        let mut found = Members::new();
        let mut next = first;
        while scanner.next_member(&mut found)? {
            let end = found.last()?.end();
            let place = |member: &Member| member.end().wrapping_add(shift);
            while old.get(next).is_some_and(|same| place(same) < end) {
                next += 1;
            }
            if old.get(next).is_some_and(|same| place(same) == end)
                && new_bytes.len() - end <= same_end
            {
                return Some(self.with(layout, text, first..next + 1, &mut found, shift));
            }
        }
        Some(self.with(layout, text, first..old.len(), &mut found, shift))
    }

    /// The layout with some members in place of others. Those behind them are shifted.
    fn with(
        &self,
        layout: &Arc<Layout>,
        text: &str,
        replaced: Range<usize>,
        found: &mut Members,
        shift: usize,
    ) -> Look {
        let changed = replaced.clone();
        let old = layout.members();
        let (before, rest) = old.split_at(replaced.start.min(old.len()));
        let (replaced, after) = rest.split_at(replaced.len().min(rest.len()));
        let mut alike = replaced.len() == found.len();
        let mut same = alike && shift == 0;
        for (index, member) in found.iter_mut().enumerate() {
            let key = member.key(text);
            match replaced.get(index) {
                Some(other) if other.is_key(&self.text, key) => {
                    *member = member.with_role(other.role());
                    same &= member == other;
                }
                _ => {
                    *member = member.with_role(Role::of(key));
                    (alike, same) = (false, false);
                }
            }
        }
        let look = |layout| Look {
            layout: Some(layout),
            changed: alike.then_some(changed),
        };
        if same {
            return look(layout.clone());
        }
        // By wrapping around, as the texts are no longer than 32 bits can tell.
        #[allow(clippy::cast_possible_truncation)]
        let shift = shift as u32;
        let mut members = Members::from_slice(before);
        members.extend_from_slice(found);
        members.extend(after.iter().map(|member| member.moved(shift)));
        look(Arc::new(if alike {
            layout.moved(&members)
        } else {
            Layout::new(&members)
        }))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

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
        let (mut again, mut alike, mut taken) = (0, 0, 0);
        let mut at = 0;
        let mut forms: HashMap<u64, Vec<String>> = HashMap::new();
        let mut text: Vec<char> = Vec::new();
        for round in 0..60_000 {
            if text.len() < 2 || round % 7 == 0 {
                text = SAMPLES[rng.usize(..SAMPLES.len())].chars().collect();
            }
            let before = text.clone();
            for _ in 0..=rng.usize(..3) {
                // Often where it was before.
                at = if rng.bool() && at < text.len() {
                    at
                } else {
                    rng.usize(..text.len())
                };
                let other = alphabet[rng.usize(..alphabet.len())];
                match rng.u8(..12) {
                    0 => text[at] = other,
                    1 => text.insert(at, other),
                    2 if text.len() > 2 => drop(text.remove(at)),
                    // What keeps most messages whole: another digit or letter.
                    _ => {
                        if text[at].is_ascii_digit() {
                            text[at] = rng.digit(10);
                        } else if text[at].is_ascii_alphanumeric() {
                            text[at] = rng.lowercase();
                        }
                    }
                }
            }
            let whole: String = text.iter().collect();
            again += usize::from(recent.changed_again(&whole).is_some());
            alike += usize::from(recent.alike(&whole).is_some());
            let found = recent.look(&whole).layout;
            let scanned = scan::message(&whole);
            assert_eq!(
                found.as_ref().map(|layout| layout.members()),
                scanned.as_ref().map(Layout::members),
                "{whole}"
            );
            taken += usize::from(found.is_some());
            if let Some(layout) = &found {
                let keys = layout.members().iter().map(|member| member.key(&whole));
                let keys: Vec<String> = keys.map(str::to_owned).collect();
                let known = forms.entry(layout.form()).or_insert_with(|| keys.clone());
                assert_eq!(*known, keys, "{whole}");
            }
            if found.is_none() && rng.u8(..4) > 0 {
                text = before;
            }
        }
        assert!(again > 500, "{again}");
        assert!(alike > 1000 && taken > 5000, "{alike} {taken}");
    }

    #[test]
    fn a_long_message_is_not_kept() {
        let mut recent = Recent::default();
        let long = format!(r#"{{"a":1,"b":"{}"}}"#, "x".repeat(LONGEST));
        let layout = recent.look(&long).layout;
        assert_eq!(layout.map(|layout| layout.members().len()), Some(2));
        assert!(recent.text.is_empty() && recent.layout.is_none());
    }

    #[test]
    fn messages_that_differ_in_values_of_equal_length_share_their_layout() {
        let mut recent = Recent::default();
        let mut layout = |text| recent.look(text).layout.unwrap();
        let first = layout(r#"{"event":"tick","n":12,"name":"a"}"#);
        let second = layout(r#"{"event":"tick","n":34,"name":"b"}"#);
        assert!(Arc::ptr_eq(&first, &second));
        let longer = layout(r#"{"event":"tick","n":345,"name":"b"}"#);
        assert!(!Arc::ptr_eq(&first, &longer) && longer.form() == first.form());
        let another = layout(r#"{"event":"tick","m":345,"name":"b"}"#);
        assert_ne!(another.form(), first.form());
    }
}
