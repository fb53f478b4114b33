//! Checks of the repository itself that no compiler or linter makes.

mod dependencies;
mod sources;
mod versions;

pub(crate) use dependencies::dependencies;
pub(crate) use sources::sources;
pub(crate) use versions::versions;

use crate::{Result, fail};

/// Nothing when there are no faults, else an error with all of them.
fn report(faults: &[String]) -> Result {
    if faults.is_empty() {
        Ok(())
    } else {
        fail(faults.join("\n"))
    }
}
