//! The doctor's report, as far as it is merged. `core/src/doctor/report.rs` writes it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::refuse;
use crate::Result;

/// The only form that is understood.
const VERSION: u32 = 1;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Raw {
    version: u32,
    product: Option<String>,
    simulator: bool,
    api_version: Option<u8>,
    findings: Vec<Finding>,
    seen: BTreeMap<String, BTreeMap<String, BTreeSet<String>>>,
}

pub(super) struct Report {
    pub(super) product: String,
    /// As the catalogue writes it; both where none was agreed on.
    pub(super) api: Vec<&'static str>,
    pub(super) findings: Vec<Finding>,
    pub(super) seen: BTreeMap<String, BTreeMap<String, BTreeSet<String>>>,
}

#[derive(Deserialize, Clone)]
pub(super) struct Finding {
    pub(super) what: String,
    pub(super) file: String,
    pub(super) entry: String,
    pub(super) field: Option<String>,
    #[serde(default)]
    pub(super) found: BTreeSet<String>,
}

impl Report {
    pub(super) fn from_json(text: &str) -> Result<Self> {
        let raw: Raw = serde_json::from_str(text).map_err(|error| {
            format!("the report is not what the doctor prints as JSON: {error}")
        })?;
        if raw.version != VERSION {
            return refuse(&format!(
                "its form is version {}, this is version {VERSION}",
                raw.version
            ));
        }
        if raw.simulator {
            return refuse("it is of the simulator, which proves nothing about terminals");
        }
        let Some(product) = raw.product else {
            return refuse("the terminal did not tell its version");
        };
        let numbers = product.split('.');
        if !numbers.clone().all(|part| part.parse::<u32>().is_ok()) {
            return refuse(&format!("{product:?} is no version"));
        }
        Ok(Self {
            product,
            api: match raw.api_version {
                Some(1) => vec!["v1"],
                Some(_) => vec!["v2"],
                None => vec!["v1", "v2"],
            },
            findings: raw.findings,
            seen: raw.seen,
        })
    }
}
