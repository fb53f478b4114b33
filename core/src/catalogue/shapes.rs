//! What messages look like, as far as the catalogue knows: fields, types and values.
//!
//! Made from `protocol/*.json` by `cargo xtask generate`, one line for each entry:
//! `answer NAME [+] FIELD...`, the same for `event` and `type`, and `enum NAME int|string|bits
//! VALUE...`. `+` means that more fields exist than are listed. A field is `name,alias:type`, with
//! `!` where a reader may count on it and `~` where it is a guess.

use std::collections::HashMap;

static TEXT: &str = include_str!("shapes.txt");

/// The fields of a message or an object.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Shape {
    /// More fields exist than are listed.
    pub open: bool,
    pub fields: Vec<Field>,
}

/// One field of a [`Shape`].
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Field {
    /// The main name, then other spellings.
    pub names: Vec<&'static str>,
    /// As the catalogue writes it: `string`, `int64`, `enum:AppState`, `Contact[]` ...
    pub kind: &'static str,
    pub certain: bool,
    pub guess: bool,
}

/// The values of an enum.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Values {
    pub kind: ValueKind,
    /// Other spellings included.
    pub known: Vec<&'static str>,
}

/// What values look like on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ValueKind {
    Int,
    String,
    /// Numbers whose values are added up.
    Bits,
}

/// All shapes, by name.
#[derive(Debug, Default)]
pub(crate) struct Shapes {
    pub answers: HashMap<&'static str, Shape>,
    pub events: HashMap<&'static str, Shape>,
    pub types: HashMap<&'static str, Shape>,
    pub enums: HashMap<&'static str, Values>,
}

impl Shapes {
    pub(crate) fn load() -> Self {
        let mut shapes = Self::default();
        for line in TEXT.lines() {
            let mut words = line.split(' ');
            let (Some(what), Some(name)) = (words.next(), words.next()) else {
                continue;
            };
            match what {
                "answer" => drop(shapes.answers.insert(name, shape(words))),
                "event" => drop(shapes.events.insert(name, shape(words))),
                "type" => drop(shapes.types.insert(name, shape(words))),
                _ => drop(shapes.enums.insert(name, values(words))),
            }
        }
        shapes
    }
}

impl Shape {
    pub(crate) fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.names.contains(&name))
    }
}

impl Field {
    pub(crate) fn name(&self) -> &'static str {
        self.names.first().copied().unwrap_or_default()
    }
}

fn shape(words: std::str::Split<'static, char>) -> Shape {
    let mut shape = Shape::default();
    for word in words {
        match word.split_once(':') {
            None => shape.open = true,
            Some((names, kind)) => shape.fields.push(Field {
                names: names.split(',').collect(),
                kind: kind.trim_end_matches(['!', '~']),
                certain: kind.ends_with('!'),
                guess: kind.ends_with('~'),
            }),
        }
    }
    shape
}

fn values(mut words: std::str::Split<'static, char>) -> Values {
    let kind = match words.next() {
        Some("int") => ValueKind::Int,
        Some("bits") => ValueKind::Bits,
        _ => ValueKind::String,
    };
    Values {
        kind,
        known: words.flat_map(|word| word.split(',')).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{commands, events};
    use super::*;

    #[test]
    fn facts_come_from_the_catalogue() {
        let shapes = Shapes::load();
        let login = &shapes.answers["getLogin"];
        let logged_in = login.field("isLoggedin").unwrap();
        assert_eq!(logged_in.name(), "isLoggedIn");
        assert_eq!((logged_in.kind, logged_in.guess), ("bool", true));
        let book = shapes.answers["getAbook"].field("abook").unwrap();
        assert_eq!((book.kind, book.certain), ("Contact[]", true));
        assert!(shapes.enums["ConferenceMode"].known.contains(&"0xP"));
        assert_eq!(shapes.enums["SearchContactMask"].kind, ValueKind::Bits);
    }

    /// Every word was understood: names are known, and so is every type that is referred to.
    #[test]
    fn all_lines_fit_together() {
        let shapes = Shapes::load();
        for name in shapes.answers.keys() {
            assert!(commands().iter().any(|known| known.name == *name), "{name}");
        }
        for name in shapes.events.keys() {
            assert!(events().iter().any(|known| known.name == *name), "{name}");
        }
        let tables = [&shapes.answers, &shapes.events, &shapes.types];
        for field in tables
            .iter()
            .flat_map(|table| table.values())
            .flat_map(|s| &s.fields)
        {
            let kind = field.kind.trim_end_matches("[]");
            let known = match kind.strip_prefix("enum:") {
                Some(name) => shapes.enums.contains_key(name),
                None if kind.starts_with(|c: char| c.is_ascii_uppercase()) => {
                    shapes.types.contains_key(kind)
                }
                None => {
                    ["string", "int", "int64", "float", "bool", "object", "any"].contains(&kind)
                }
            };
            assert!(known, "{field:?}");
        }
        for values in shapes
            .enums
            .values()
            .filter(|v| v.kind != ValueKind::String)
        {
            assert!(
                values
                    .known
                    .iter()
                    .all(|value| value.parse::<i64>().is_ok())
            );
        }
    }
}
