//! `core/src/catalogue/generated_flows.rs`: flows as the engine follows them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::super::flows::{Conditions, End, Flow, Reached, event, field};
use super::super::kinds::{Base, Kind, values};
use super::super::model::{Catalogue, Field};
use super::super::naming::upper;
use super::HEADER;

pub(super) fn render(catalogue: &Catalogue) -> String {
    let mut out = format!(
        "{HEADER}\nuse std::time::Duration;\n\n\
         use super::flow::{{Cause, Condition, End, Flow, Literal, Reached, Same}};\n\n\
         pub(super) static FLOWS: &[Flow] = &[\n"
    );
    for (name, flow) in &catalogue.flows {
        out.push_str(&entry(name, flow, catalogue));
    }
    out.push_str("];\n");
    out.push_str(&causes(catalogue));
    out
}

fn entry(name: &str, flow: &Flow, catalogue: &Catalogue) -> String {
    let ends = |list: &[End]| -> String {
        list.iter()
            .map(|one| format!("            {},\n", end(one, catalogue)))
            .collect()
    };
    let reached = flow.reached.as_ref().map_or_else(
        || "None".to_owned(),
        |reached| format!("Some({})", self::reached(reached, catalogue)),
    );
    format!(
        "    Flow {{\n        name: {name:?},\n        command: {:?},\n        \
         timeout: Duration::from_secs({}),\n        needs_own: {},\n        \
         ends_well: &[\n{}        ],\n        ends_badly: &[\n{}        ],\n        \
         reached: {reached},\n    }},\n",
        flow.command,
        flow.timeout,
        flow.needs_own(),
        ends(&flow.ends_well),
        ends(&flow.ends_badly),
    )
}

fn end(end: &End, catalogue: &Catalogue) -> String {
    let fields = event(end, catalogue).map_or(&[][..], |event| &event.parts.fields);
    let cause = end.cause.as_ref().map_or_else(
        || "None".to_owned(),
        |name| format!("Some(&{})", constant(name, field(fields, name), catalogue)),
    );
    let own = end
        .own
        .as_ref()
        .map_or_else(|| "None".to_owned(), |name| format!("Some({name:?})"));
    format!(
        "End {{ event: {:?}, when: {}, same: {}, own: {own}, after: {}, cause: {cause} }}",
        end.event,
        conditions(&end.when, fields),
        same(&end.same, fields),
        conditions(&end.after, fields),
    )
}

fn reached(reached: &Reached, catalogue: &Catalogue) -> String {
    let query = catalogue.commands.get(&reached.query);
    let fields = query.map_or(&[][..], |query| &query.parts.result);
    format!(
        "Reached {{ query: {:?}, when: {}, inside: {:?}, same: {}, none: {}, if_refused: {} }}",
        reached.query,
        conditions(&reached.when, fields),
        reached.inside.as_deref(),
        same(&reached.same, fields),
        reached.none.0,
        reached.if_refused.0,
    )
}

/// The spellings of a field; those in objects have one only.
fn spellings(path: &str, fields: &[Field]) -> String {
    let mut names = vec![path];
    if let Some(field) = field(fields, path) {
        names.extend(field.aliases.0.iter().map(String::as_str));
    }
    format!("&{names:?}")
}

fn conditions(conditions: &Conditions, fields: &[Field]) -> String {
    let list: Vec<String> = conditions
        .iter()
        .map(|(path, values)| {
            let values: Vec<String> = values
                .iter()
                .map(|value| match value {
                    Value::Bool(value) => format!("Literal::Bool({value})"),
                    other => format!("Literal::Number({other})"),
                })
                .collect();
            format!(
                "Condition {{ field: {}, values: &[{}] }}",
                spellings(path, fields),
                values.join(", ")
            )
        })
        .collect();
    format!("&[{}]", list.join(", "))
}

fn same(same: &BTreeMap<String, String>, fields: &[Field]) -> String {
    let list: Vec<String> = same
        .iter()
        .map(|(path, param)| {
            format!(
                "Same {{ field: {}, param: {param:?} }}",
                spellings(path, fields)
            )
        })
        .collect();
    format!("&[{}]", list.join(", "))
}

/// The name of a cause's table: by the field, and by the enum that names its values.
fn constant(name: &str, field: Option<&Field>, catalogue: &Catalogue) -> String {
    match field.map(|field| Kind::of(&field.type_, catalogue).base) {
        Some(Base::Enum(kind, _)) => format!("{}_{}", upper(name), upper(kind)),
        _ => upper(name),
    }
}

fn causes(catalogue: &Catalogue) -> String {
    let mut made = BTreeSet::new();
    for flow in catalogue.flows.values() {
        for end in &flow.ends_badly {
            let fields = event(end, catalogue).map_or(&[][..], |event| &event.parts.fields);
            let Some(name) = &end.cause else { continue };
            let found = field(fields, name);
            let kind = match found.map(|field| Kind::of(&field.type_, catalogue).base) {
                Some(Base::Enum(kind, _)) => Some(kind),
                _ => None,
            };
            let lines: String = kind
                .and_then(|kind| catalogue.enums.get(kind))
                .map(|entry| {
                    values(entry)
                        .iter()
                        .map(|(wire, name, doc)| format!("        ({wire}, {name:?}, {doc:?}),\n"))
                        .collect()
                })
                .unwrap_or_default();
            made.insert(format!(
                "\nstatic {}: Cause = Cause {{\n    field: {name:?},\n    kind: {kind:?},\n    \
                 values: &[\n{lines}    ],\n}};\n",
                constant(name, found, catalogue)
            ));
        }
    }
    made.into_iter().collect()
}
