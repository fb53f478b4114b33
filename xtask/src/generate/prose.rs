//! The words that the documentation of all languages has in common.

use super::model::{Api, Command, Common, Event, Evidence, Generation, Kind};

/// How a language writes code in its documentation, and what it has to escape.
#[derive(Clone, Copy)]
pub(super) struct Markup {
    pub(super) code: fn(&str) -> String,
    pub(super) plain: fn(&str) -> String,
}

/// Everything about a command besides its parameters and its answer, as paragraphs.
pub(super) fn command(name: &str, command: &Command, markup: Markup) -> Vec<String> {
    let mut out = head(&command.common, markup);
    out.extend(command_rest(name, command, markup));
    out
}

/// Everything about an event besides its fields, as paragraphs.
pub(super) fn event(name: &str, event: &Event, markup: Markup) -> Vec<String> {
    let mut out = head(&event.common, markup);
    out.push(facts(name, &event.common, None, markup));
    out
}

fn head(common: &Common, markup: Markup) -> Vec<String> {
    let mut out = vec![(markup.plain)(&common.summary)];
    if !common.notes.is_empty() {
        out.push((markup.plain)(&common.notes));
    }
    out
}

fn command_rest(name: &str, command: &Command, markup: Markup) -> Vec<String> {
    let mut out = Vec::new();
    let parts = &command.parts;
    if !parts.errors.is_empty() {
        out.push(format!(
            "Fails: {}",
            (markup.plain)(&parts.errors.join(" "))
        ));
    }
    if !parts.events.is_empty() {
        out.push(format!("{}.", following(command, markup)));
    }
    out.push(facts(name, &command.common, Some(parts.kind), markup));
    out
}

/// `Events that follow: a, b (guessed)`
pub(super) fn following(command: &Command, markup: Markup) -> String {
    let parts = &command.parts;
    let names: Vec<String> = parts
        .events
        .iter()
        .map(|event| {
            let guessed = parts.events_guess.0.contains(event);
            (markup.code)(event) + if guessed { " (guessed)" } else { "" }
        })
        .collect();
    let what = match parts.kind {
        Kind::Query => "Changes are told by",
        Kind::Action => "Events that follow",
    };
    format!("{what}: {}", names.join(", "))
}

/// Wire name, kind, versions, access, evidence, relatives, in one line.
fn facts(name: &str, common: &Common, kind: Option<Kind>, markup: Markup) -> String {
    let code = markup.code;
    let mut facts = vec![format!("Wire name {}", code(name))];
    if !common.aliases.0.is_empty() {
        let aliases: Vec<String> = common.aliases.0.iter().map(|name| code(name)).collect();
        facts.push(format!("also seen as {}", aliases.join(", ")));
    }
    match kind {
        Some(Kind::Query) => facts.push("a query, it only reads".to_owned()),
        Some(Kind::Action) => facts.push("an action".to_owned()),
        None => {}
    }
    facts.push(availability(common));
    if common.access.is_some() {
        facts.push("administrators only".to_owned());
    }
    if let Some(other) = &common.replaced_by {
        facts.push(format!("newer terminals have {}", code(other)));
    }
    if let Some(other) = &common.replaces {
        facts.push(format!("older terminals have {}", code(other)));
    }
    if !common.incomplete.0.is_empty() {
        facts.push("more may exist than is listed".to_owned());
    }
    facts.push(format!("evidence: {}", evidence(common.evidence)));
    facts.join("; ") + "."
}

/// API versions, product version and generation.
pub(super) fn availability(common: &Common) -> String {
    let api: Vec<&str> = common
        .api
        .iter()
        .map(|api| match api {
            Api::V1 => "v1",
            Api::V2 => "v2",
        })
        .collect();
    let since = common
        .since
        .as_ref()
        .map(|since| format!(", since product {since}"));
    let generation = match common.generation {
        Some(Generation::Legacy) => ", terminals before 4.1.0 only",
        Some(Generation::Current) => ", terminals from 4.1.0 on only",
        None => "",
    };
    format!(
        "API {}{}{generation}",
        api.join(" and "),
        since.unwrap_or_default()
    )
}

pub(super) fn evidence(evidence: Evidence) -> &'static str {
    match evidence {
        Evidence::Documented => "documented",
        Evidence::Library => "known from the vendor's libraries only",
        Evidence::Seen => "known from terminals that were examined only",
        Evidence::Name => "only the name is known",
    }
}

/// The doc of a parameter or field, with what is doubtful about it.
pub(super) fn field(doc: &str, guess: bool, aliases: &[String], markup: Markup) -> String {
    let mut out = (markup.plain)(doc);
    if !aliases.is_empty() {
        let names: Vec<String> = aliases.iter().map(|name| (markup.code)(name)).collect();
        out.push_str(&format!(" Also seen as {}.", names.join(", ")));
    }
    if guess {
        out.push_str(" A guess.");
    }
    out
}

/// Paragraphs as lines of at most `width` characters, an empty line between two.
pub(super) fn wrap(paragraphs: &[String], width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in paragraphs {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.extend(fill(paragraph, width, ""));
    }
    lines
}

/// One paragraph; its second and later lines begin with `indent`.
pub(super) fn fill(text: &str, width: usize, indent: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.trim().is_empty() && line.chars().count() + 1 + word.chars().count() > width {
            lines.push(std::mem::replace(&mut line, indent.to_owned()));
        }
        if !line.trim().is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
    lines
}

/// Lines behind a prefix, without spaces at their ends.
pub(super) fn prefixed(lines: &[String], prefix: &str) -> String {
    lines
        .iter()
        .map(|line| format!("{}\n", format!("{prefix}{line}").trim_end()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_wrapped_between_words() {
        let lines = wrap(&["one two three".to_owned(), "four".to_owned()], 8);
        assert_eq!(lines, ["one two", "three", "", "four"]);
        assert_eq!(fill("name: one two", 9, "  "), ["name: one", "  two"]);
        assert_eq!(prefixed(&lines[1..3], "/// "), "/// three\n///\n");
    }
}
