//! Patterns and variables: what a scenario expects, compared with what came.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

/// Values by variable name.
pub(crate) type Variables = HashMap<String, Value>;

/// The matcher in an object with one key that begins with `$`.
fn matcher(pattern: &Value) -> Option<(&str, &Value)> {
    let (name, argument) = pattern.as_object()?.iter().next()?;
    name.starts_with('$').then_some((name, argument))
}

/// The variable's name and what follows it, for a text that begins with `$` and a letter.
fn variable(text: &str) -> Option<(&str, &str)> {
    let rest = text.strip_prefix('$')?;
    let end = rest
        .find(|c: char| !c.is_ascii_alphanumeric())
        .unwrap_or(rest.len());
    let (name, rest) = rest.split_at(end);
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        .then_some((name, rest))
}

/// Puts values in place of variables, everywhere in `value`.
pub(crate) fn fill(value: &Value, variables: &Variables) -> Result<Value, String> {
    match value {
        Value::String(text) => {
            let Some((name, rest)) = variable(text) else {
                return Ok(value.clone());
            };
            let found = variables
                .get(name)
                .ok_or_else(|| format!("the variable ${name} is not set"))?;
            match (found, rest) {
                (found, "") => Ok(found.clone()),
                (Value::String(found), rest) => Ok(format!("{found}{rest}").into()),
                (found, rest) => Ok(format!("{found}{rest}").into()),
            }
        }
        Value::Array(list) => list.iter().map(|value| fill(value, variables)).collect(),
        Value::Object(fields) => {
            let filled = fields
                .iter()
                .map(|(key, value)| Ok((key.clone(), fill(value, variables)?)))
                .collect::<Result<Map<_, _>, String>>()?;
            Ok(filled.into())
        }
        _ => Ok(value.clone()),
    }
}

/// Compares `value` with `pattern`. The error names the place and both sides.
pub(crate) fn matches(
    pattern: &Value,
    value: &Value,
    variables: &mut Variables,
) -> Result<(), String> {
    compare(pattern, Some(value), variables, "")
}

fn compare(
    pattern: &Value,
    value: Option<&Value>,
    variables: &mut Variables,
    place: &str,
) -> Result<(), String> {
    if let Some((name, argument)) = matcher(pattern) {
        return special(name, argument, value, variables, place);
    }
    let Some(value) = value else {
        return Err(format!("{}is missing", at(place)));
    };
    match pattern {
        Value::Object(fields) => {
            let Value::Object(given) = value else {
                return Err(differs(pattern, value, place));
            };
            fields.iter().try_for_each(|(key, pattern)| {
                compare(
                    pattern,
                    given.get(key),
                    variables,
                    &format!("{place}.{key}"),
                )
            })
        }
        Value::Array(patterns) => {
            let list = value
                .as_array()
                .ok_or_else(|| differs(pattern, value, place))?;
            if list.len() != patterns.len() {
                let (wanted, came) = (patterns.len(), list.len());
                return Err(format!(
                    "{}expected {wanted} elements, got {came}: {}",
                    at(place),
                    shown(value)
                ));
            }
            patterns
                .iter()
                .zip(list)
                .enumerate()
                .try_for_each(|(index, (pattern, value))| {
                    compare(
                        pattern,
                        Some(value),
                        variables,
                        &format!("{place}[{index}]"),
                    )
                })
        }
        Value::String(text) if variable(text).is_some() => {
            let pattern = fill(pattern, variables)?;
            if same(&pattern, value) {
                Ok(())
            } else {
                Err(differs(&pattern, value, place))
            }
        }
        _ if same(pattern, value) => Ok(()),
        _ => Err(differs(pattern, value, place)),
    }
}

fn special(
    name: &str,
    argument: &Value,
    value: Option<&Value>,
    variables: &mut Variables,
    place: &str,
) -> Result<(), String> {
    if name == "$absent" {
        return match value {
            None => Ok(()),
            Some(value) => Err(format!(
                "{}should not be there, is {}",
                at(place),
                shown(value)
            )),
        };
    }
    let value = value.ok_or_else(|| format!("{}is missing", at(place)))?;
    let failed = || {
        Err(format!(
            "{}expected {name} {argument}, got {}",
            at(place),
            shown(value)
        ))
    };
    let holds = match name {
        "$any" => true,
        "$set" => {
            variables.insert(
                argument.as_str().unwrap_or_default().to_owned(),
                value.clone(),
            );
            true
        }
        "$type" => is_of(argument.as_str().unwrap_or_default(), value),
        "$contains" => {
            let text = lower(value);
            text.is_some_and(|text| parts(argument).iter().all(|part| text.contains(part)))
        }
        "$lacks" => {
            let text = lower(value);
            text.is_some_and(|text| !parts(argument).iter().any(|part| text.contains(part)))
        }
        "$gte" => number(value) >= number(argument) && value.is_number(),
        "$lte" => number(value) <= number(argument) && value.is_number(),
        "$not" => matches(argument, value, &mut variables.clone()).is_err(),
        "$all" => {
            let patterns = argument.as_array().into_iter().flatten();
            for pattern in patterns {
                compare(pattern, Some(value), variables, place)?;
            }
            true
        }
        "$some" => {
            let Some(list) = value.as_array() else {
                return failed();
            };
            for pattern in argument.as_array().into_iter().flatten() {
                let found = list
                    .iter()
                    .find(|element| matches(pattern, element, &mut variables.clone()).is_ok());
                let Some(found) = found else {
                    return Err(format!(
                        "{}no element is {pattern}: {}",
                        at(place),
                        shown(value)
                    ));
                };
                matches(pattern, found, variables)?;
            }
            true
        }
        _ => return Err(format!("{}there is no matcher {name}", at(place))),
    };
    if holds { Ok(()) } else { failed() }
}

fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        _ => a == b,
    }
}

fn is_of(name: &str, value: &Value) -> bool {
    match name {
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "null" => value.is_null(),
        _ => false,
    }
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or(f64::NAN)
}

fn lower(value: &Value) -> Option<String> {
    value.as_str().map(str::to_lowercase)
}

fn parts(argument: &Value) -> Vec<String> {
    match argument {
        Value::Array(list) => list.iter().filter_map(lower).collect(),
        one => lower(one).into_iter().collect(),
    }
}

fn at(place: &str) -> String {
    if place.is_empty() {
        String::new()
    } else {
        format!("{} ", place.trim_start_matches('.'))
    }
}

fn differs(pattern: &Value, value: &Value, place: &str) -> String {
    format!("{}expected {pattern}, got {}", at(place), shown(value))
}

/// A value for people; a long one is cut.
pub(crate) fn shown(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(1500) {
        Some((end, _)) => format!("{}... ({} bytes)", &text[..end], text.len()),
        None => text,
    }
}

/// Finds mistakes in a pattern: unknown matchers, arguments of a wrong type. Adds the variables
/// that it sets to `known`, and checks that those it reads are there.
pub(crate) fn check(pattern: &Value, known: &mut HashSet<String>) -> Result<(), String> {
    let Some((name, argument)) = matcher(pattern) else {
        return match pattern {
            Value::Array(list) => list.iter().try_for_each(|pattern| check(pattern, known)),
            Value::Object(fields) => match fields.keys().find(|key| key.starts_with('$')) {
                Some(key) => Err(format!("{key} must be the only key of its object")),
                None => fields
                    .values()
                    .try_for_each(|pattern| check(pattern, known)),
            },
            value => check_filled(value, known),
        };
    };
    if pattern.as_object().is_some_and(|fields| fields.len() != 1) {
        return Err(format!("{name} must be the only key of its object"));
    }
    let text = |value: &Value| value.is_string();
    let right = match name {
        "$any" | "$absent" => *argument == Value::Bool(true),
        "$set" => match argument.as_str() {
            Some(name) if variable(&format!("${name}")) == Some((name, "")) => {
                known.insert(name.to_owned());
                true
            }
            _ => false,
        },
        "$type" => [
            "string", "number", "integer", "boolean", "array", "object", "null",
        ]
        .iter()
        .any(|name| argument == name),
        "$contains" | "$lacks" => {
            text(argument)
                || argument
                    .as_array()
                    .is_some_and(|list| list.iter().all(text))
        }
        "$gte" | "$lte" => argument.is_number(),
        "$not" => return check(argument, known),
        "$all" | "$some" => match argument.as_array() {
            Some(list) => return list.iter().try_for_each(|pattern| check(pattern, known)),
            None => false,
        },
        _ => return Err(format!("there is no matcher {name}")),
    };
    if right {
        Ok(())
    } else {
        Err(format!("{name} cannot have {argument}"))
    }
}

/// Checks that the variables in a value are set before.
pub(crate) fn check_filled(value: &Value, known: &HashSet<String>) -> Result<(), String> {
    match value {
        Value::String(text) => match variable(text) {
            Some((name, _)) if !known.contains(name) => {
                Err(format!("the variable ${name} is not set before"))
            }
            _ => Ok(()),
        },
        Value::Array(list) => list.iter().try_for_each(|value| check_filled(value, known)),
        Value::Object(fields) => fields
            .values()
            .try_for_each(|value| check_filled(value, known)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn fits(pattern: Value, value: Value) -> bool {
        let mut known = HashSet::from(["x".to_owned()]);
        check(&pattern, &mut known).unwrap();
        let mut variables = Variables::from([("x".to_owned(), json!(7))]);
        matches(&pattern, &value, &mut variables).is_ok()
    }

    #[test]
    fn objects_are_partial_and_arrays_exact() {
        assert!(fits(json!({"a": 1}), json!({"a": 1.0, "b": 2})));
        assert!(!fits(json!({"a": 1}), json!({"b": 1})));
        assert!(!fits(json!([1]), json!([1, 2])));
        assert!(!fits(json!({"a": null}), json!({})));
        assert!(!fits(json!("1"), json!(1)));
    }

    #[test]
    fn each_matcher_can_fail() {
        for (pattern, right, wrong) in [
            (json!({"a": {"$any": true}}), json!({"a": null}), json!({})),
            (
                json!({"a": {"$absent": true}}),
                json!({}),
                json!({"a": null}),
            ),
            (json!({"$type": "integer"}), json!(3), json!(3.5)),
            (
                json!({"$contains": ["Ab", "c"]}),
                json!("xaBc"),
                json!("ab"),
            ),
            (json!({"$lacks": "ab"}), json!("a b"), json!("xAB")),
            (json!({"$gte": 3}), json!(3), json!(2)),
            (json!({"$lte": 3}), json!(3), json!("3")),
            (json!({"$not": {"a": 1}}), json!({"a": 2}), json!({"a": 1})),
            (
                json!({"$all": [{"$gte": 1}, {"$lte": 2}]}),
                json!(2),
                json!(3),
            ),
            (
                json!({"$some": [{"a": 2}, 1]}),
                json!([1, {"a": 2}]),
                json!([1]),
            ),
            (json!("$x"), json!(7), json!("7")),
            (json!("$x/y"), json!("7/y"), json!("7")),
        ] {
            assert!(fits(pattern.clone(), right.clone()), "{pattern} {right}");
            assert!(!fits(pattern.clone(), wrong.clone()), "{pattern} {wrong}");
        }
    }

    #[test]
    fn mistakes_in_patterns_are_found() {
        for wrong in [
            json!({"$contians": "x"}),
            json!({"$any": true, "b": 1}),
            json!({"b": 1, "$any": true}),
            json!({"$type": "text"}),
            json!(["$unset"]),
            json!({"$set": "not a name"}),
        ] {
            assert!(check(&wrong, &mut HashSet::new()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_failure_names_the_place_and_both_sides() {
        let pattern = json!({"a": [{"b": 1}]});
        let problem = matches(&pattern, &json!({"a": [{"b": 2}]}), &mut Variables::new());
        assert_eq!(problem.unwrap_err(), "a[0].b expected 1, got 2");
    }
}
