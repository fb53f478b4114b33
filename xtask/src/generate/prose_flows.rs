//! What there is to say about a flow, for every language.

use super::flows::{End, Flow};
use super::model::Catalogue;
use super::prose::Markup;

/// Everything about a flow besides its parameters, as paragraphs.
pub(super) fn flow(flow: &Flow, catalogue: &Catalogue, markup: Markup) -> Vec<String> {
    let mut out = vec![(markup.plain)(&flow.summary)];
    if !flow.notes.is_empty() {
        out.push((markup.plain)(&flow.notes));
    }
    out.push(ends(flow, catalogue, markup));
    out.push(format!(
        "Flow of the command {}; {} s by default.",
        (markup.code)(&flow.command),
        flow.timeout
    ));
    out
}

/// What ends it, and how sure that is.
fn ends(flow: &Flow, catalogue: &Catalogue, markup: Markup) -> String {
    let list = |ends: &[End]| {
        let mut names: Vec<String> = Vec::new();
        for end in ends {
            let guessed = if flow.is_documented(&end.event, catalogue) {
                ""
            } else {
                " (guessed)"
            };
            let cause = end.cause.as_ref();
            let cause = cause.map(|field| format!(", cause in {}", (markup.code)(field)));
            let name = format!(
                "{}{}{guessed}",
                (markup.code)(&end.event),
                cause.unwrap_or_default()
            );
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names.join(", ")
    };
    let mut out = format!("Ends with {}.", list(&flow.ends_well));
    if !flow.ends_badly.is_empty() {
        out.push_str(&format!(" Fails with {}.", list(&flow.ends_badly)));
    }
    if let Some(reached) = &flow.reached {
        out.push_str(&format!(
            " While nothing comes, {} is asked.",
            (markup.code)(&reached.query)
        ));
    }
    out
}
