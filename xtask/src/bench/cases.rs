//! What is measured.

use super::options::Options;
use crate::{Result, fail};

/// What the number of a case is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Unit {
    pub(super) name: &'static str,
    /// Whether more of it is better.
    pub(super) more_is_better: bool,
}

const REQUESTS: Unit = Unit {
    name: "requests/s",
    more_is_better: true,
};

const EVENTS: Unit = Unit {
    name: "events/s",
    more_is_better: true,
};

pub(super) struct Case {
    /// What clients are told. `FAMILY-SIZE`, or just the family.
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    pub(super) unit: Unit,
}

pub(super) const CASES: &[Case] = &[
    Case {
        name: "calls-1",
        about: "one request after the other",
        unit: REQUESTS,
    },
    Case {
        name: "calls-64",
        about: "64 requests in flight",
        unit: REQUESTS,
    },
    Case {
        name: "calls-1000",
        about: "1000 requests in flight",
        unit: REQUESTS,
    },
    Case {
        name: "events-two",
        about: "pushed events, two fields read",
        unit: EVENTS,
    },
    Case {
        name: "events-all",
        about: "pushed events, all eight fields read",
        unit: EVENTS,
    },
    Case {
        name: "events-unique",
        about: "as events-two, one field differs in each event",
        unit: EVENTS,
    },
];

/// The cases that were asked for, in the table's order.
pub(super) fn chosen(options: &Options) -> Result<Vec<&'static Case>> {
    let known = |name: &&String| !CASES.iter().any(|case| matches(case.name, name));
    if let Some(unknown) = options.only.iter().find(known) {
        let names: Vec<_> = CASES.iter().map(|case| case.name).collect();
        return fail(format!(
            "no case {unknown}; the cases are {}",
            names.join(", ")
        ));
    }
    let wanted = |case: &&Case| {
        options.only.is_empty() || options.only.iter().any(|name| matches(case.name, name))
    };
    Ok(CASES.iter().filter(wanted).collect())
}

/// Whether a case has this name or is of this family.
pub(super) fn matches(case: &str, name: &str) -> bool {
    case.strip_prefix(name)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases_are_chosen_by_name_and_family() {
        assert!(matches("calls-1", "calls"));
        assert!(matches("calls-1", "calls-1"));
        assert!(!matches("calls-1000", "calls-1"));
        assert!(!matches("calls-1", "call"));
    }

    #[test]
    fn an_unknown_case_is_named() {
        let options = Options::parse(&["--only=calls,flights"]).unwrap();
        let error = chosen(&options).map(|_| ()).unwrap_err().to_string();
        assert!(error.starts_with("no case flights"), "{error}");
    }
}
