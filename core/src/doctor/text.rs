//! The report for a reader.

use std::fmt::{self, Display, Formatter};

use super::findings::{Difference, File, Finding};
use super::report::Report;

impl Display for Report {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.write_head(f)?;
        self.write_queries(f)?;
        if !self.events.is_empty() {
            writeln!(f, "\nEvents")?;
            for (name, count) in &self.events {
                writeln!(f, "  {name} ({count})")?;
            }
        }
        writeln!(f, "\nForms")?;
        for (thing, forms) in &self.variants {
            let forms: Vec<String> = forms
                .iter()
                .map(|(form, count)| format!("{form} ({count})"))
                .collect();
            writeln!(f, "  {thing}: {}", forms.join(", "))?;
        }
        self.write_findings(f)
    }
}

impl Report {
    fn write_head(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let product = self.product.as_deref().unwrap_or("unknown");
        let api = match self.api_version {
            Some(version) => format!("v.{version}"),
            None => "not agreed on".to_owned(),
        };
        let files = self
            .generation
            .map_or("unknown", |generation| match generation {
                crate::engine::Generation::Current => "4.1 and later",
                crate::engine::Generation::Legacy => "before 4.1",
            });
        writeln!(f, "trueroom doctor {}", self.trueroom)?;
        let simulator = if self.simulator {
            ", the simulator"
        } else {
            ""
        };
        writeln!(
            f,
            "Product: {product}{simulator}; API: {api}; file commands: {files}"
        )?;
        let events: u64 = self.events.values().sum();
        writeln!(
            f,
            "Watched for {} s after the queries; {events} events came",
            self.watched.as_secs_f64()
        )?;
        if let Some(reason) = &self.ended {
            writeln!(f, "Ended early: {reason}")?;
        }
        Ok(())
    }

    fn write_queries(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let queries = &self.queries;
        writeln!(
            f,
            "\nQueries: {} answered, {} refused, {} without an answer, {} not asked",
            queries.answered.len(),
            queries.refused.len(),
            queries.silent.len(),
            queries.not_asked.len()
        )?;
        for (name, code) in &queries.refused {
            let code = code.map_or_else(String::new, |code| format!(" (code {code})"));
            writeln!(f, "  {name}: refused{code}")?;
        }
        for name in &queries.silent {
            writeln!(f, "  {name}: no answer")?;
        }
        for (name, reason) in &queries.not_asked {
            writeln!(f, "  {name}: not asked, {reason}")?;
        }
        Ok(())
    }

    fn write_findings(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.findings.is_empty() && self.unreadable == 0 {
            return writeln!(f, "\nNo difference from the catalogue");
        }
        writeln!(f, "\nDifferent from the catalogue")?;
        for finding in &self.findings {
            writeln!(f, "  {finding}")?;
        }
        if self.unreadable > 0 {
            writeln!(
                f,
                "  messages that are no JSON objects ({})",
                self.unreadable
            )?;
        }
        Ok(())
    }
}

impl Display for Finding {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let entry = &self.entry;
        let field = self.field.as_deref().unwrap_or_default();
        let found: Vec<&str> = self.found.iter().map(String::as_str).collect();
        let found = found.join(", ");
        let place = match self.file {
            File::Commands => format!("answer of {entry}"),
            File::Events => format!("event {entry}"),
            File::Types => format!("object {entry}"),
            File::Enums => format!("enum {entry}"),
        };
        match self.what {
            Difference::UnknownEvent | Difference::UnknownMethod => {
                write!(f, "{place}: not known")?;
            }
            Difference::UnknownField => write!(f, "{place}: unknown field {field}, {found}")?,
            Difference::UnknownValue => write!(f, "{place}: unknown value {found} in {field}")?,
            Difference::OtherType => {
                let expected = self.expected.as_deref().unwrap_or_default();
                write!(f, "{place}: {field} is {found}, not {expected}")?;
            }
            Difference::MissingField => write!(f, "{place}: no {field}")?,
        }
        write!(f, " ({})", self.count)
    }
}
