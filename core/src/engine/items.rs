//! The items of an array, for a host that makes objects of them.

use std::ops::Range;
use std::sync::Arc;

use super::layout::{Kind, Layout};
use super::scan::{Members, Scanner};

/// One item.
#[derive(Debug)]
pub struct Item {
    /// Where it is in the text.
    pub place: Range<usize>,
    /// What it is.
    pub kind: Kind,
    /// Where the members of an object are, counted from where it begins.
    pub layout: Option<Arc<Layout>>,
}

/// Where the items of an array are; none where only the host's own parser can tell. Objects that
/// follow each other are often alike, so what is known of one is known of the next, see
/// [`Layout::form`].
pub fn items(text: &str) -> Option<Vec<Item>> {
    let mut scanner = Scanner::for_host(text);
    let mut items = Vec::new();
    let mut objects = Objects::default();
    scanner.elements(&mut |scanner| {
        let start = scanner.place();
        let mut members = Members::new();
        let is_object = scanner.members(&mut members)?;
        let kind = if is_object {
            Kind::Nested
        } else {
            scanner.element()?
        };
        let place = start..scanner.place();
        let layout = if is_object {
            Some(objects.layout(text, place.clone(), members)?)
        } else {
            None
        };
        items.push(Item {
            place,
            kind,
            layout,
        });
        Some(())
    })?;
    Some(items)
}

/// The last object.
#[derive(Default)]
struct Objects<'a>(Option<(&'a str, Arc<Layout>)>);

impl<'a> Objects<'a> {
    /// The layout of the next one, of members with places in the whole text.
    fn layout(
        &mut self,
        text: &'a str,
        place: Range<usize>,
        mut members: Members,
    ) -> Option<Arc<Layout>> {
        let shift = u32::try_from(place.start).ok()?.wrapping_neg();
        for member in &mut members {
            *member = member.moved(shift);
        }
        let text = text.get(place)?;
        let layout = match &self.0 {
            Some((before, layout)) if has_keys_of(layout, before, &members, text) => {
                if *layout.members() == *members {
                    layout.clone()
                } else {
                    Arc::new(layout.moved(&members))
                }
            }
            _ => Arc::new(Layout::new(&members)),
        };
        self.0 = Some((text, layout.clone()));
        Some(layout)
    }
}

fn has_keys_of(layout: &Layout, before: &str, members: &Members, text: &str) -> bool {
    let mut pairs = layout.members().iter().zip(members);
    layout.members().len() == members.len()
        && pairs.all(|(before_it, it)| before_it.key(before) == it.key(text))
}

#[cfg(test)]
mod tests {
    use super::super::scan::layout;
    use super::*;

    #[test]
    fn an_item_has_the_members_that_it_has_alone() {
        let text = r#"[ {"a":1,"b":"x"}, {"a":22,"b":"y"},{"a":33,"b":"z"},[{"a":1}],"s\n",{},
            {"b":1,"a":1}, -1.5,null,true,{"b":2,"a":2}]"#;
        let items = items(text).unwrap();
        let kinds: Vec<_> = items.iter().map(|item| item.kind).collect();
        let nested = [Kind::Nested; 4];
        assert_eq!(kinds[..4], nested);
        assert_eq!(
            kinds[4..],
            [
                Kind::Escaped,
                Kind::Nested,
                Kind::Nested,
                Kind::Number,
                Kind::Null,
                Kind::True,
                Kind::Nested
            ]
        );
        for item in &items {
            let text = &text[item.place.clone()];
            let read: serde_json::Value = serde_json::from_str(text).unwrap();
            assert_eq!(item.layout.is_some(), read.is_object(), "{text}");
            if let Some(found) = &item.layout {
                assert_eq!(found.members(), layout(text).unwrap().members(), "{text}");
            }
        }
        let form = |index: usize| items[index].layout.as_ref().unwrap().form();
        assert_eq!([form(0), form(6)], [form(1), form(10)]);
        assert_ne!(form(0), form(6));
        assert!(Arc::ptr_eq(
            items[1].layout.as_ref().unwrap(),
            items[2].layout.as_ref().unwrap()
        ));
    }

    #[test]
    fn what_is_no_ordinary_array_is_left_to_others() {
        assert!(items("[]").is_some_and(|items| items.is_empty()));
        assert!(items("[ ]").is_some_and(|items| items.is_empty()));
        for text in [
            "",
            "{}",
            "[",
            "[1",
            "[1,",
            "[1,]",
            "[1 2]",
            "[1] ",
            "[1e5]",
            "[{]",
            "[{\"a\":1e5}]",
            "[{\"a\\u0062\":1}]",
        ] {
            assert!(items(text).is_none(), "{text}");
        }
    }
}
