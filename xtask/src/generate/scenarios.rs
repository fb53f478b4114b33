//! `protocol/scenarios/flow-*.json`: each flow refused, and with each of its ends.
//!
//! The terminal only says that it takes the command; its events are played. What the simulator
//! really does with the commands is the business of the other scenarios.

use std::path::PathBuf;

use serde_json::{Map, Value, json};

use super::flows::{Conditions, End, Flow, event, field};
use super::json::normal_form;
use super::kinds::{Base, Kind, values};
use super::model::{Catalogue, Field, Param};
use super::naming::snake;

const FOLDER: &str = "protocol/scenarios";
const OWN: &str = "room@example.test";

pub(super) fn files(catalogue: &Catalogue) -> Result<Vec<(PathBuf, String)>, String> {
    let mut files = Vec::new();
    for (name, flow) in &catalogue.flows {
        let file = format!("flow-{}.json", snake(name).replace('_', "-"));
        let text = normal_form(&scenario(name, flow, catalogue))?;
        files.push((PathBuf::from(FOLDER).join(file), text));
    }
    Ok(files)
}

/// What has been put together so far.
struct Script<'a> {
    name: &'a str,
    command: &'a str,
    params: Value,
    steps: Vec<Value>,
    /// How often the command has been sent.
    sent: u32,
}

impl Script<'_> {
    fn terminal(&mut self, operation: &Value) {
        self.steps.push(json!({ "terminal": operation }));
    }

    fn emit(&mut self, event: &str, mut fields: Map<String, Value>) {
        fields.insert("event".into(), event.into());
        self.terminal(&json!({"op": "emit", "event": fields}));
    }

    fn start(&mut self) {
        self.sent += 1;
        let (name, params) = (self.name, &self.params);
        self.steps
            .push(json!({"flow": name, "params": params, "start": "outcome"}));
        let (command, sent) = (self.command, self.sent);
        self.terminal(&json!({"op": "waitFor", "received": command, "count": sent}));
    }

    fn finish(&mut self, key: &str, pattern: &Value) {
        self.steps.push(json!({"finish": "outcome", key: pattern}));
    }
}

fn scenario(name: &str, flow: &Flow, catalogue: &Catalogue) -> Value {
    let params: &[Param] = flow.of(catalogue).map_or(&[], |c| &c.parts.params);
    let needed = params.iter().filter(|param| param.required);
    let params: Map<String, Value> = needed
        .map(|param| {
            (
                param.name.clone(),
                sample(&param.name, &param.type_, catalogue),
            )
        })
        .collect();
    let mut script = Script {
        name,
        command: &flow.command,
        params: params.clone().into(),
        steps: vec![json!({"connect": {}})],
        sent: 1,
    };
    let command = script.command;
    if flow.needs_own() {
        let answer = json!({"result": true, "isLoggedIn": true, "peerId": OWN});
        script.terminal(
            &json!({"op": "answerWith", "method": "getLogin", "answer": answer, "times": 0}),
        );
    }
    if let Some(reached) = &flow.reached {
        // Only events shall end it here, however slow the machine is.
        script.terminal(&json!({"op": "refuse", "method": reached.query, "times": 0}));
    }
    script.terminal(&json!({"op": "refuse", "method": command, "error": "not now"}));
    script.terminal(
        &json!({"op": "answerWith", "method": command, "answer": {"result": true}, "times": 0}),
    );
    let refusal = json!({"kind": "CommandError", "method": command, "text": "not now"});
    script
        .steps
        .push(json!({"flow": name, "params": params, "error": refusal}));
    for end in flow.ends() {
        play(&mut script, end, flow, &params, catalogue);
    }
    let mut covers = vec![flow.command.as_str()];
    for end in flow.ends() {
        if !covers.contains(&end.event.as_str()) {
            covers.push(&end.event);
        }
    }
    json!({
        "about": format!("Made from flows.json: {name} is refused, and ends in each of its ways."),
        "covers": covers,
        "steps": script.steps,
    })
}

fn play(
    script: &mut Script<'_>,
    end: &End,
    flow: &Flow,
    params: &Map<String, Value>,
    catalogue: &Catalogue,
) {
    script.start();
    let well = flow.ends_well.iter().any(|other| std::ptr::eq(other, end));
    let mut fields = first(&end.when);
    for (name, param) in &end.same {
        if let Some(value) = params.get(param) {
            fields.insert(name.clone(), value.clone());
        }
    }
    fields.extend(end.own.iter().map(|name| (name.clone(), json!(OWN))));
    let known = event(end, catalogue).map_or(&[][..], |event| &event.parts.fields);
    let cause = end.cause.as_ref().map(|name| {
        let value = fields
            .get(name)
            .cloned()
            .unwrap_or_else(|| last(name, known, catalogue));
        fields.insert(name.clone(), value.clone());
        value
    });
    if !well {
        avoid_good_ends(&mut fields, end, flow);
    }
    if !end.after.is_empty() {
        script.emit(&end.event, first(&end.after));
    }
    script.emit(&end.event, fields.clone());
    fields.insert("event".into(), json!(end.event));
    if well {
        script.finish("expect", &fields.into());
    } else {
        let error = json!({
            "kind": "FlowError", "method": flow.command, "cause": cause, "event": fields,
        });
        script.finish("error", &error);
    }
}

/// A bad end with the event of a good one: what makes that good is not so.
fn avoid_good_ends(fields: &mut Map<String, Value>, end: &End, flow: &Flow) {
    for good in flow.ends_well.iter().filter(|w| w.event == end.event) {
        for (name, values) in &good.when {
            if let Some(Value::Bool(value)) = values.first() {
                fields.entry(name.clone()).or_insert(json!(!value));
            }
        }
    }
}

fn first(conditions: &Conditions) -> Map<String, Value> {
    conditions
        .iter()
        .filter_map(|(name, values)| Some((name.clone(), values.first()?.clone())))
        .collect()
}

/// The last code of a field, which is seldom the good one.
fn last(name: &str, fields: &[Field], catalogue: &Catalogue) -> Value {
    let kind = field(fields, name).map(|field| Kind::of(&field.type_, catalogue).base);
    let Some(Base::Enum(kind, _)) = kind else {
        return json!(1);
    };
    let last = catalogue.enums.get(kind).and_then(|entry| {
        let (wire, ..) = values(entry).last().copied()?;
        wire.parse::<i64>().ok()
    });
    json!(last)
}

fn sample(name: &str, type_: &str, catalogue: &Catalogue) -> Value {
    match (name, Kind::of(type_, catalogue).base) {
        ("peerId" | "callId", _) => json!("ann@example.test/1"),
        (_, Base::Enum(kind, _)) => {
            let entry = catalogue.enums.get(kind);
            json!(entry.and_then(|entry| values(entry).first().map(|(wire, ..)| *wire)))
        }
        (_, Base::Bool) => json!(true),
        (_, Base::String) => json!("text"),
        _ => json!(3),
    }
}
