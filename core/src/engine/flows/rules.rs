//! Whether a message fits what the catalogue says of a flow's end.

use serde_json::{Map, Value};

use crate::catalogue::flow::{Condition, End, Literal, Reached, Same};

type Fields = Map<String, Value>;

/// Whether two values name the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sameness {
    Yes,
    No,
    /// One of them is missing, or written in a way that the terminal may rewrite.
    Unclear,
}

/// Whether the event's fields fit the end, apart from what has to come before.
pub(super) fn fits(end: &End, fields: &Fields, params: &Fields, own: Option<&Value>) -> bool {
    let about_own = end.own.is_none_or(|name| {
        let said = fields.get(name);
        own.is_some() && sameness(said, own) == Sameness::Yes
    });
    about_own
        && hold(end.when, fields)
        && end
            .same
            .iter()
            .all(|same| compare(same, fields, params) != Sameness::No)
}

pub(super) fn hold(conditions: &[Condition], fields: &Fields) -> bool {
    conditions.iter().all(|condition| {
        let found = by_path(fields, condition.field);
        found.is_some_and(|found| condition.values.iter().any(|value| equals(*value, found)))
    })
}

/// What the answer to a question says of the flow: the object that shows that it has ended well.
pub(super) fn reached(rule: &Reached, answer: &Fields, params: &Fields) -> Option<Fields> {
    if !hold(rule.when, answer) {
        return None;
    }
    let candidates: Vec<&Fields> = match rule.inside.map(|name| answer.get(name)) {
        None => vec![answer],
        Some(Some(Value::Array(list))) => list.iter().filter_map(Value::as_object).collect(),
        Some(Some(Value::Object(object))) => vec![object],
        // Not what was asked for: it proves nothing.
        Some(_) => return None,
    };
    let least = |fields: &Fields| {
        let found = rule.same.iter().map(|same| compare(same, fields, params));
        found.fold(Sameness::Yes, |all, one| match (all, one) {
            (Sameness::No, _) | (_, Sameness::No) => Sameness::No,
            (Sameness::Unclear, _) | (_, Sameness::Unclear) => Sameness::Unclear,
            _ => Sameness::Yes,
        })
    };
    if rule.none {
        let gone = candidates
            .iter()
            .all(|fields| least(fields) == Sameness::No);
        let about = rule.same.iter().filter_map(|same| {
            let name = same.field.first()?;
            Some(((*name).to_owned(), params.get(same.param)?.clone()))
        });
        return gone.then(|| about.collect());
    }
    let found = candidates
        .into_iter()
        .find(|fields| least(fields) == Sameness::Yes);
    found.cloned()
}

fn compare(same: &Same, fields: &Fields, params: &Fields) -> Sameness {
    sameness(by_path(fields, same.field), params.get(same.param))
}

/// `a.b` is the field `b` of the object `a`.
fn by_path<'a>(fields: &'a Fields, spellings: &[&str]) -> Option<&'a Value> {
    spellings.iter().find_map(|path| {
        let mut steps = path.split('.');
        let first = fields.get(steps.next()?)?;
        steps.try_fold(first, |value, step| value.get(step))
    })
}

/// Terminals were seen to send numbers as texts.
fn equals(wanted: Literal, found: &Value) -> bool {
    match (wanted, found) {
        (Literal::Bool(wanted), Value::Bool(found)) => wanted == *found,
        (Literal::Number(wanted), found) => number(found) == Some(wanted),
        _ => false,
    }
}

/// A code as a number.
pub(super) fn number(value: &Value) -> Option<i64> {
    match value {
        Value::String(text) => text.trim().parse().ok(),
        other => other.as_i64(),
    }
}

fn sameness(a: Option<&Value>, b: Option<&Value>) -> Sameness {
    let (Some(a), Some(b)) = (a.and_then(plain), b.and_then(plain)) else {
        return Sameness::Unclear;
    };
    if a.eq_ignore_ascii_case(&b) {
        return Sameness::Yes;
    }
    // Call strings such as `#sip:...` and `\c\...` are rewritten by the terminal.
    if [&a, &b].iter().any(|id| id.contains(['#', ':', '\\'])) {
        return Sameness::Unclear;
    }
    let ((a, a_instance), (b, b_instance)) = (user(&a), user(&b));
    let devices = a_instance.is_some() && b_instance.is_some();
    let ((a, a_server), (b, b_server)) = (split(a, '@'), split(b, '@'));
    let servers = a_server.is_some() && b_server.is_some();
    let other = (devices && !same(a_instance, b_instance))
        || (servers && !same(a_server, b_server))
        || !a.eq_ignore_ascii_case(b);
    if other { Sameness::No } else { Sameness::Yes }
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// `user@server/instance` without and with its last part.
fn user(id: &str) -> (&str, Option<&str>) {
    split(id, '/')
}

fn split(text: &str, at: char) -> (&str, Option<&str>) {
    match text.split_once(at) {
        Some((before, after)) => (before, Some(after)),
        None => (text, None),
    }
}

fn same(a: Option<&str>, b: Option<&str>) -> bool {
    matches!((a, b), (Some(a), Some(b)) if a.eq_ignore_ascii_case(b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn ids_of_all_forms_are_compared() {
        for (a, b, expected) in [
            ("ann@x.test", "ANN@x.test", Sameness::Yes),
            ("ann@x.test/1", "ann@x.test", Sameness::Yes),
            ("ann", "ann@x.test/1", Sameness::Yes),
            ("ann@x.test/1", "ann@x.test/2", Sameness::No),
            ("ann@x.test", "ann@y.test", Sameness::No),
            ("ann", "bob@x.test", Sameness::No),
            ("sip:ann@x.test", "#sip:ann@x.test", Sameness::Unclear),
            ("", "ann", Sameness::Unclear),
        ] {
            assert_eq!(
                sameness(Some(&json!(a)), Some(&json!(b))),
                expected,
                "{a} {b}"
            );
        }
        assert_eq!(sameness(Some(&json!(7)), Some(&json!("7"))), Sameness::Yes);
        assert_eq!(sameness(Some(&json!(7)), Some(&json!(8))), Sameness::No);
        assert_eq!(sameness(None, Some(&json!(8))), Sameness::Unclear);
        assert_eq!(
            sameness(Some(&json!([7])), Some(&json!(7))),
            Sameness::Unclear
        );
    }

    #[test]
    fn conditions_look_into_objects_and_know_other_spellings() {
        let on = Condition {
            field: &["desktopSharing.running"],
            values: &[Literal::Bool(true)],
        };
        let state = Condition {
            field: &["appState", "state"],
            values: &[Literal::Number(2), Literal::Number(3)],
        };
        let fields = |value: Value| value.as_object().cloned().unwrap();
        let both = fields(json!({"desktopSharing": {"running": true}, "state": "3"}));
        assert!(hold(&[on, state], &both));
        assert!(!hold(&[on], &fields(json!({"desktopSharing": true}))));
        assert!(!hold(&[state], &fields(json!({"state": 4}))));
        assert!(
            !hold(&[state], &Fields::new()),
            "what is not there does not hold"
        );
    }
}
