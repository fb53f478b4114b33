//! The results as a table: in the terminal as it stands in the documentation.

use std::fmt::Write;

use super::clients::Language;
use super::results::{Results, Row};
use super::statistics::Spread;

const HEAD: &str = "\
| case | client | median (min - max) | trueroom is | p50 | p99 | CPU each | CPU ratio | peak |
|---|---|---|---|---|---|---|---|---|
";

/// A section for each language.
pub(super) fn of(results: &Results) -> String {
    let mut text = String::new();
    for language in Language::ALL {
        let mut rows = results
            .rows
            .iter()
            .filter(|row| row.client.language == language)
            .peekable();
        if rows.peek().is_none() {
            continue;
        }
        let _ = write!(text, "### {}\n\n{HEAD}", language.name());
        let mut last = "";
        for row in rows {
            let name = if row.case.name == last {
                ""
            } else {
                row.case.name
            };
            last = row.case.name;
            text.push_str(&line(results, row, name));
        }
        text.push('\n');
    }
    text
}

fn line(results: &Results, row: &Row, case: &str) -> String {
    let client = row.client.name;
    if let (Some(failure), None) = (&row.failure, row.spread(|line| Some(line.value))) {
        return format!("| {case} | {client} | failed: {failure} | | | | | | |\n");
    }
    let value = row
        .spread(|line| Some(line.value))
        .map(|spread| format!("{} {}", with_range(spread), row.case.unit.name));
    let shown = |spread: Spread| {
        let Spread { median, min, max } = spread;
        format!("**{median:.2}** ({min:.2} - {max:.2})")
    };
    let ratio = results.ratio(row).map(shown).or_else(|| {
        let likeness = shown(results.likeness(row)?);
        Some(format!("{likeness} of {}", row.case.like?))
    });
    let cells = [
        value,
        ratio,
        row.median(|line| line.p50_us).map(time),
        row.median(|line| line.p99_us).map(time),
        row.median(|line| line.cpu_us).map(time),
        results
            .cpu_ratio(row)
            .or_else(|| results.cpu_likeness(row))
            .map(|spread| format!("{:.2}", spread.median)),
        row.median(|line| line.peak_kb)
            .map(|kb| format!("{:.0} MB", kb / 1024.0)),
    ];
    let cells = cells.map(Option::unwrap_or_default).join(" | ");
    format!("| {case} | {client} | {cells} |\n")
}

fn with_range(spread: Spread) -> String {
    let Spread { median, min, max } = spread;
    format!("{} ({} - {})", short(median), short(min), short(max))
}

/// Three digits, and k or M for thousands and millions.
fn short(value: f64) -> String {
    let (value, unit) = match value {
        v if v >= 1e6 => (v / 1e6, " M"),
        v if v >= 1e4 => (v / 1e3, " k"),
        v => (v, ""),
    };
    let digits = match value {
        v if v >= 100.0 => 0,
        v if v >= 10.0 => 1,
        _ => 2,
    };
    format!("{value:.digits$}{unit}")
}

fn time(us: f64) -> String {
    if us < 1e4 {
        format!("{} us", short(us))
    } else {
        format!("{} ms", short(us / 1e3))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_three_digits() {
        assert_eq!(short(1.234), "1.23");
        assert_eq!(short(9876.0), "9876");
        assert_eq!(short(12_345.0), "12.3 k");
        assert_eq!(short(2_345_678.0), "2.35 M");
        assert_eq!(time(12.34), "12.3 us");
        assert_eq!(time(12_340.0), "12.3 ms");
    }
}
