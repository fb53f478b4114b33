//! Which names a module needs, found in its text: a checker complains of any import too many.

/// Where a name may come from, in the order of the lines.
const ORIGINS: [(&str, &[&str]); 4] = [
    ("collections.abc", &["Mapping", "Sequence"]),
    ("typing", &["TYPE_CHECKING", "Any", "List", "TypedDict"]),
    ("._area", &["Accepted", "Area"]),
    ("._record", &["Record", "Typed"]),
];

/// The import lines for a module whose text is `body`; `up` is `.` for one in a folder.
pub(super) fn lines(body: &str, up: &str) -> String {
    let modules: Vec<&str> = ["enums", "types"]
        .into_iter()
        .filter(|module| is_used(body, module, '.'))
        .collect();
    let mut groups = [String::new(), String::new()];
    for (origin, names) in ORIGINS {
        let names: Vec<&str> = names
            .iter()
            .copied()
            .filter(|name| match *name {
                "TYPE_CHECKING" => !modules.is_empty(),
                name => [']', ')', '[', '\n', ',', ':', ' ']
                    .iter()
                    .any(|&end| is_used(body, name, end)),
            })
            .collect();
        if !names.is_empty() {
            let own = origin.starts_with('.');
            let up = if own { up } else { "" };
            groups[usize::from(own)]
                .push_str(&format!("from {up}{origin} import {}\n", names.join(", ")));
        }
    }
    let mut out: Vec<String> = groups
        .into_iter()
        .filter(|group| !group.is_empty())
        .collect();
    if !modules.is_empty() {
        let modules = modules.join(", ");
        out.push(format!(
            "if TYPE_CHECKING:\n    from {up}. import {modules}\n"
        ));
    }
    format!("from __future__ import annotations\n\n{}", out.join("\n"))
}

/// Whether `name`, followed by `end`, stands in a line of code: as a type or a base class.
fn is_used(body: &str, name: &str, end: char) -> bool {
    body.lines().any(|line| {
        let code = ["class ", "async def ", "def "]
            .iter()
            .any(|word| line.trim().starts_with(word))
            || (line.starts_with(' ')
                && line.contains(": ")
                && !line.contains('"')
                && is_field(line))
            || line.trim_start().starts_with(") -> ")
            || line.contains("self._call(")
            || line.trim() == format!("{name},");
        code && format!("{line}\n")
            .match_indices(&format!("{name}{end}"))
            .any(|(at, _)| {
                let before = line.get(..at).and_then(|text| text.chars().next_back());
                before.is_none_or(|c| [' ', '[', '('].contains(&c))
            })
    })
}

/// `    name: type`, and not prose with a colon.
fn is_field(line: &str) -> bool {
    line.trim_start()
        .split_once(':')
        .is_some_and(|(name, type_)| !name.contains(' ') && !type_.trim_end().ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_code_uses_is_imported() {
        let body =
            "\nclass A(Typed):\n    \"\"\"Any record: see types.\"\"\"\n\n    x: List[enums.B]\n";
        assert_eq!(
            lines(body, "."),
            "from __future__ import annotations\n\nfrom typing import TYPE_CHECKING, List\n\n\
             from .._record import Typed\n\nif TYPE_CHECKING:\n    from .. import enums\n"
        );
    }
}
