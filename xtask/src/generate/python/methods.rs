//! One method of an area: signature, documentation, body.

use super::super::kinds::Kind;
use super::super::model::{Catalogue, Command, Param};
use super::super::naming::{pascal, python, snake};
use super::super::prose;
use super::{MARKUP, WIDTH, argument, docstring, paragraphs, sent};

const INDENT: &str = "        ";

/// The type of the answer.
pub(super) fn answer(name: &str, command: &Command) -> String {
    if command.parts.result.is_empty() {
        "Accepted".to_owned()
    } else {
        format!("{}Answer", pascal(name))
    }
}

/// `async def name(self, ...) -> Answer:` with its documentation, without a body.
pub(super) fn head(
    name: &str,
    command: &Command,
    catalogue: &Catalogue,
    asynchronous: bool,
) -> String {
    let mut out = signature(
        name,
        &command.parts.params,
        &answer(name, command),
        catalogue,
        asynchronous,
    );
    let timeout = "Longest time to wait for the answer, in seconds.";
    let about = prose::command(name, command, MARKUP);
    out.push_str(&documentation(&about, &command.parts.params, timeout));
    out
}

pub(super) fn signature(
    name: &str,
    params: &[Param],
    answer: &str,
    catalogue: &Catalogue,
    asynchronous: bool,
) -> String {
    let (required, optional): (Vec<_>, Vec<_>) = params.iter().partition(|param| param.required);
    let mut words = vec!["self".to_owned()];
    for param in &required {
        let (type_, _) = sent(Kind::of(&param.type_, catalogue));
        words.push(format!("{}: {type_}", python(&param.name)));
    }
    words.push("*".to_owned());
    for param in &optional {
        let (type_, _) = sent(Kind::of(&param.type_, catalogue));
        words.push(format!("{}: {type_} | None = None", python(&param.name)));
    }
    words.push("timeout: float | None = None".to_owned());
    let word = if asynchronous { "async def" } else { "def" };
    let name = snake(name);
    let line = format!("    {word} {name}({}) -> {answer}:", words.join(", "));
    if line.len() <= WIDTH {
        return format!("{line}\n");
    }
    let lines: String = words
        .iter()
        .map(|word| format!("{INDENT}{word},\n"))
        .collect();
    format!("    {word} {name}(\n{lines}    ) -> {answer}:\n")
}

/// The docstring: what there is to say, and the arguments.
pub(super) fn documentation(about: &[String], params: &[Param], timeout: &str) -> String {
    let mut lines = paragraphs(about, INDENT);
    lines.extend([String::new(), "Args:".to_owned()]);
    for param in params {
        let text = prose::field(&param.doc, param.guess.0, &param.aliases.0, MARKUP);
        lines.extend(argument(&python(&param.name), &text, INDENT));
    }
    lines.extend(argument("timeout", timeout, INDENT));
    docstring(&lines, INDENT)
}

/// What the method does.
pub(super) fn body(name: &str, command: &Command, catalogue: &Catalogue) -> String {
    let first = [
        format!("{name:?}"),
        answer(name, command),
        "timeout".to_owned(),
    ];
    send(
        "return await self._call",
        first,
        &command.parts.params,
        catalogue,
    )
}

/// A statement that ends with a call, with the parameters and how they are checked.
pub(super) fn send(
    before: &str,
    first: impl Into<Vec<String>>,
    params: &[Param],
    catalogue: &Catalogue,
) -> String {
    let mut words: Vec<String> = first.into();
    for param in params {
        let (_, check) = sent(Kind::of(&param.type_, catalogue));
        let optional = if param.required { "" } else { "?" };
        words.push(format!(
            "({:?}, {}, \"{check}{optional}\")",
            param.name,
            python(&param.name)
        ));
    }
    let line = format!("{INDENT}{before}({})", words.join(", "));
    if line.len() <= WIDTH {
        return format!("{line}\n");
    }
    let lines: String = words
        .iter()
        .map(|word| format!("{INDENT}    {word},\n"))
        .collect();
    format!("{INDENT}{before}(\n{lines}{INDENT})\n")
}
