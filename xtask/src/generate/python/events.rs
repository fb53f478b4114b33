//! Events by name: `_event_index.py` finds the class at run time, `_event_methods.pyi` tells the
//! type checkers.

use super::super::areas::areas;
use super::super::model::Catalogue;
use super::super::naming::pascal;
use super::{HEADER, WIDTH};

const LIBRARY: [(&str, &str); 4] = [
    ("connection", "ConnectionEvent"),
    ("lagged", "LaggedEvent"),
    ("error", "ErrorEvent"),
    ("live", "LiveEvent"),
];

/// A handler may also take a plain record.
const DECORATOR: &str = r#"
_R = TypeVar("_R")
_E = TypeVar("_E", bound=Fields)

class Decorator(Protocol[_E]):
    @overload
    def __call__(self, handler: Callable[[_E], _R], /) -> Callable[[_E], _R]: ...
    @overload
    def __call__(self, handler: Callable[[Record], _R], /) -> Callable[[Record], _R]: ...
"#;

/// Names, other spellings included, with area and class.
fn classes(catalogue: &Catalogue) -> Vec<(String, &'static str, String)> {
    let mut out = Vec::new();
    for area in areas(catalogue) {
        for (name, entry) in &area.events {
            let class = format!("{}Event", pascal(name));
            for spelling in
                std::iter::once(*name).chain(entry.common.aliases.0.iter().map(String::as_str))
            {
                out.push((spelling.to_owned(), area.name, class.clone()));
            }
        }
    }
    out.sort();
    out
}

pub(super) fn index(catalogue: &Catalogue) -> String {
    let lines: String = classes(catalogue)
        .iter()
        .map(|(name, area, class)| format!("    {name:?}: ({area:?}, {class:?}),\n"))
        .collect();
    format!(
        "{HEADER}\n\"\"\"Where the class of each event is.\"\"\"\n\n\
         EVENTS: dict[str, tuple[str, str]] = {{\n{lines}}}\n"
    )
}

/// One overload for each name, and one for names that the catalogue does not know.
fn overloads(catalogue: &Catalogue, render: impl Fn(&str, &str) -> String) -> String {
    let mut out = String::new();
    for (name, _, class) in classes(catalogue) {
        out.push_str(&render(&format!("Literal[{name:?}]"), &class));
    }
    for (name, class) in LIBRARY {
        out.push_str(&render(&format!("Literal[{name:?}]"), class));
    }
    out.push_str(&render("str", "Record"));
    out
}

fn method(head: &str, parameters: &[String], returns: &str) -> String {
    let line = format!(
        "    @overload\n    def {head}({}) -> {returns}: ...\n",
        parameters.join(", ")
    );
    if line.lines().all(|line| line.len() <= WIDTH) {
        return line;
    }
    let lines: String = parameters
        .iter()
        .map(|word| format!("        {word},\n"))
        .collect();
    format!("    @overload\n    def {head}(\n{lines}    ) -> {returns}: ...\n")
}

pub(super) fn methods(catalogue: &Catalogue) -> String {
    let mut out = format!(
        "{HEADER}\n\"\"\"The methods of a room that take an event's name, with the type of each event.\"\"\"\n\n\
         # pyright: reportOverlappingOverload=false\n\
         # mypy: disable-error-code=\"overload-overlap\"\n\n\
         from collections.abc import Callable, Coroutine\n\
         from typing import Any, Literal, Protocol, TypeVar, overload\n\n\
         from ._library_events import ConnectionEvent, ErrorEvent, LaggedEvent, LiveEvent\n\
         from ._record import Fields, Record\n\
         from ._room import EventStream, Expectation\n\
         from .sync._room import EventStream as SyncEventStream\n\
         from .sync._room import Expectation as SyncExpectation\n"
    );
    for area in areas(catalogue) {
        let names: String = area
            .events
            .iter()
            .map(|(name, _)| format!("    {}Event,\n", pascal(name)))
            .collect();
        if !names.is_empty() {
            out.push_str(&format!("from .areas.{} import (\n{names})\n", area.name));
        }
    }
    out.push_str(DECORATOR);
    out.push_str("\nclass HandlerMethods:\n");
    for (name, queue) in [("on", true), ("once", false)] {
        out.push_str(&overloads(catalogue, |event, class| {
            let handler = format!("Callable[[{class}], _R]");
            let keywords = ["*".to_owned(), "queue_size: int | None = None".to_owned()];
            let keywords = if queue { &keywords[..] } else { &[] };
            let with = |more: &[String]| {
                let mut words = vec!["self".to_owned(), format!("event: {event}")];
                words.extend_from_slice(more);
                words.push("/".to_owned());
                words.extend_from_slice(keywords);
                words
            };
            let mut out = method(name, &with(&[format!("handler: {handler}")]), &handler);
            out.push_str(&method(name, &with(&[]), &format!("Decorator[{class}]")));
            out
        }));
    }
    for (class, prefix) in [("WaitMethods", ""), ("SyncWaitMethods", "Sync")] {
        out.push_str(&format!(
            "\nclass {class}:\n    _stream_type: Any\n    _expectation_type: Any\n"
        ));
        out.push_str(&overloads(catalogue, |event, class| {
            let words = [
                "self".to_owned(),
                format!("event: {event}"),
                format!("where: Callable[[{class}], object] | None = None"),
                "timeout: float | None = None".to_owned(),
            ];
            let returns = if prefix.is_empty() {
                format!("Coroutine[Any, Any, {class}]")
            } else {
                class.to_owned()
            };
            method("wait_for", &words, &returns)
        }));
        out.push_str(&overloads(catalogue, |event, class| {
            let words = [
                "self".to_owned(),
                format!("event: {event}"),
                format!("where: Callable[[{class}], object] | None = None"),
                "timeout: float | None = None".to_owned(),
            ];
            method("expect", &words, &format!("{prefix}Expectation[{class}]"))
        }));
        out.push_str(&overloads(catalogue, |event, class| {
            let name = if event == "str" {
                "*events: str"
            } else {
                &format!("event: {event}, /")
            };
            let words = [
                "self".to_owned(),
                name.to_owned(),
                "queue_size: int | None = None".to_owned(),
            ];
            let words = if event == "str" {
                words.to_vec()
            } else {
                vec![
                    words[0].clone(),
                    words[1].clone(),
                    "*".to_owned(),
                    words[2].clone(),
                ]
            };
            method("events", &words, &format!("{prefix}EventStream[{class}]"))
        }));
    }
    out
}
