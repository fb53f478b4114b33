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

const MEGABYTES: Unit = Unit {
    name: "MB/s",
    more_is_better: true,
};

const MILLISECONDS: Unit = Unit {
    name: "ms",
    more_is_better: false,
};

const KILOBYTES: Unit = Unit {
    name: "kB",
    more_is_better: false,
};

/// What a client must be to have a case.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Group {
    /// One that sends and receives messages.
    Messages,
    /// One that also speaks HTTP.
    Transfers,
    /// One that is loaded by an interpreter.
    Load,
    /// Ours: it is compared with itself.
    Growth,
}

pub(super) struct Case {
    /// What clients are told: `FAMILY-SIZE`, or just the family.
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    pub(super) unit: Unit,
    pub(super) group: Group,
    /// The case before it with less around: what the same client should reach here too.
    pub(super) like: Option<&'static str>,
}

impl Case {
    const fn new(group: Group, name: &'static str, unit: Unit, about: &'static str) -> Self {
        Self {
            name,
            about,
            unit,
            group,
            like: None,
        }
    }

    const fn like(self, case: &'static str) -> Self {
        Self {
            like: Some(case),
            ..self
        }
    }
}

use Group::{Growth, Load, Messages, Transfers};

pub(super) const CASES: &[Case] = &[
    Case::new(Messages, "calls-1", REQUESTS, "one request after the other"),
    Case::new(Messages, "calls-64", REQUESTS, "64 requests in flight"),
    Case::new(Messages, "calls-1000", REQUESTS, "1000 requests in flight"),
    Case::new(
        Messages,
        "events-two",
        EVENTS,
        "pushed events, two fields read",
    ),
    Case::new(
        Messages,
        "events-all",
        EVENTS,
        "pushed events, all eight fields read",
    ),
    Case::new(
        Messages,
        "events-unique",
        EVENTS,
        "as events-two, one field differs in each event",
    ),
    Case::new(
        Messages,
        "subscribers-1",
        EVENTS,
        "events to one handler: deliveries",
    ),
    Case::new(Messages, "subscribers-10", EVENTS, "events to ten handlers"),
    Case::new(
        Messages,
        "subscribers-1000",
        EVENTS,
        "events to a thousand handlers",
    ),
    Case::new(
        Messages,
        "answers-3",
        REQUESTS,
        "a list of 3 file requests, one field of each read",
    ),
    Case::new(Messages, "answers-300", REQUESTS, "a list of 300"),
    Case::new(
        Messages,
        "answers-30000",
        REQUESTS,
        "a list of 30,000 (6 MB)",
    ),
    Case::new(
        Transfers,
        "download",
        MEGABYTES,
        "a file from the terminal to disk",
    ),
    Case::new(
        Transfers,
        "upload",
        MEGABYTES,
        "a file from disk to the terminal",
    ),
    Case::new(
        Messages,
        "connect",
        MILLISECONDS,
        "connecting and authorizing, ports known",
    ),
    Case::new(
        Messages,
        "idle-1000",
        KILOBYTES,
        "memory of each of 1000 connected rooms",
    ),
    Case::new(
        Load,
        "load",
        MILLISECONDS,
        "import of the package, beyond the bare interpreter",
    ),
    Case::new(
        Growth,
        "book-10",
        REQUESTS,
        "64 requests in flight, 10 file requests in the book",
    ),
    Case::new(
        Growth,
        "book-9900",
        REQUESTS,
        "the same with 9,900; the book holds 10,000",
    )
    .like("book-10"),
    Case::new(
        Growth,
        "progress-10",
        EVENTS,
        "progress of one of 10 file requests",
    ),
    Case::new(
        Growth,
        "progress-9900",
        EVENTS,
        "the same with 9,900; the book holds 10,000",
    )
    .like("progress-10"),
    Case::new(
        Growth,
        "rooms-1",
        REQUESTS,
        "64 requests in flight on one room",
    ),
    Case::new(
        Growth,
        "rooms-1000",
        REQUESTS,
        "the same with 999 more rooms connected",
    )
    .like("rooms-1"),
    Case::new(Growth, "others-0", EVENTS, "events to one handler"),
    Case::new(
        Growth,
        "others-1000",
        EVENTS,
        "the same with 1000 handlers of other events",
    )
    .like("others-0"),
    Case::new(
        Growth,
        "slow-0",
        REQUESTS,
        "requests and ten events each, in turn",
    ),
    Case::new(
        Growth,
        "slow-1",
        REQUESTS,
        "the same beside a handler that never ends",
    )
    .like("slow-0"),
    Case::new(
        Growth,
        "dead-0",
        REQUESTS,
        "requests and ten events each, in turn",
    ),
    Case::new(
        Growth,
        "dead-1",
        REQUESTS,
        "the same beside a room that went silent with 100 calls in flight",
    )
    .like("dead-0"),
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
    fn a_case_follows_the_one_it_should_be_like() {
        for pair in CASES.windows(2) {
            if let Some(like) = pair[1].like {
                assert_eq!(like, pair[0].name);
            }
        }
    }

    #[test]
    fn an_unknown_case_is_named() {
        let options = Options::parse(&["--only=calls,flights"]).unwrap();
        let error = chosen(&options).map(|_| ()).unwrap_err().to_string();
        assert!(error.starts_with("no case flights"), "{error}");
    }
}
