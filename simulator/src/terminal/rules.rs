//! Faults of single answers: refused, dropped, late, without an id.

use std::time::Duration;

use serde_json::{Map, Value};

use super::message::Refusal;

/// What is done to the next answers of a method.
#[derive(Debug, Clone)]
pub(super) enum Fault {
    /// The command is refused and not carried out.
    Refuse(Refusal),
    /// Carried out, never answered.
    Drop,
    /// Carried out, answered later; its events come at once.
    Delay(Duration),
    /// Answered without `requestId`.
    WithoutRequestId,
    /// Not carried out; answered with exactly these fields and the request's own id.
    Answer(Map<String, Value>),
}

#[derive(Debug, Clone)]
struct Rule {
    /// None: any method.
    method: Option<String>,
    /// None: for ever.
    times: Option<u32>,
    fault: Fault,
}

/// The faults that wait for an answer to befall.
#[derive(Debug, Clone, Default)]
pub(super) struct Rules(Vec<Rule>);

impl Rules {
    pub(super) fn add(&mut self, method: Option<String>, times: Option<u32>, fault: Fault) {
        self.0.push(Rule {
            method,
            times,
            fault,
        });
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// The fault for the next answer of `method`, used up once.
    pub(super) fn take(&mut self, method: &str) -> Option<Fault> {
        let at = self
            .0
            .iter()
            .position(|rule| rule.method.as_deref().is_none_or(|wanted| wanted == method))?;
        let rule = &mut self.0[at];
        let fault = rule.fault.clone();
        if let Some(left) = &mut rule.times {
            *left = left.saturating_sub(1);
            if *left == 0 {
                self.0.remove(at);
            }
        }
        Some(fault)
    }
}
