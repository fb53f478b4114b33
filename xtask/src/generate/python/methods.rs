//! One method of an area: signature, documentation, body.

use super::super::kinds::Kind;
use super::super::model::{Catalogue, Command};
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
    let (required, optional): (Vec<_>, Vec<_>) = command
        .parts
        .params
        .iter()
        .partition(|param| param.required);
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
    let line = format!(
        "    {word} {}({}) -> {}:",
        snake(name),
        words.join(", "),
        answer(name, command)
    );
    let mut out = if line.len() <= WIDTH {
        format!("{line}\n")
    } else {
        let lines: String = words
            .iter()
            .map(|word| format!("{INDENT}{word},\n"))
            .collect();
        format!(
            "    {word} {}(\n{lines}    ) -> {}:\n",
            snake(name),
            answer(name, command)
        )
    };
    out.push_str(&docstring(&documentation(name, command), INDENT));
    out
}

fn documentation(name: &str, command: &Command) -> Vec<String> {
    let mut lines = paragraphs(&prose::command(name, command, MARKUP), INDENT);
    lines.extend([String::new(), "Args:".to_owned()]);
    for param in &command.parts.params {
        let text = prose::field(&param.doc, param.guess.0, &param.aliases.0, MARKUP);
        lines.extend(argument(&python(&param.name), &text, INDENT));
    }
    let timeout = "Longest time to wait for the answer, in seconds.";
    lines.extend(argument("timeout", timeout, INDENT));
    lines
}

/// What the method does.
pub(super) fn body(name: &str, command: &Command, catalogue: &Catalogue) -> String {
    let answer = answer(name, command);
    let mut words = vec![format!("{name:?}"), answer, "timeout".to_owned()];
    for param in &command.parts.params {
        let (_, check) = sent(Kind::of(&param.type_, catalogue));
        let optional = if param.required { "" } else { "?" };
        words.push(format!(
            "({:?}, {}, \"{check}{optional}\")",
            param.name,
            python(&param.name)
        ));
    }
    let line = format!("{INDENT}return await self._call({})", words.join(", "));
    if line.len() <= WIDTH {
        return format!("{line}\n");
    }
    let lines: String = words
        .iter()
        .map(|word| format!("{INDENT}    {word},\n"))
        .collect();
    format!("{INDENT}return await self._call(\n{lines}{INDENT})\n")
}
