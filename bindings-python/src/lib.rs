//! The native module of the Python package: small and private. JSON text crosses, or records that read it when
//! asked; the public API is written in Python. What the core does is in the crate `trueroom`.
//!
//! Rules of this crate: only the dispatch thread attaches to the interpreter by itself; no lock of
//! ours is held while Python objects are made or Python is called; nothing here blocks, apart from
//! `shutdown`, which detaches.

mod answer;
mod attached;
mod batch;
mod dispatch;
mod doctor;
mod fleet;
mod guard;
mod link;
mod logs;
mod mailbox;
mod record;
mod room;
mod simulator;
mod waiting;

use pyo3::prelude::*;

/// Private native module of the package `trueroom`; it may change in any release.
///
/// `gil_used`: parts of it rest on the interpreter's lock, see `Attached` and `Record`.
#[pymodule(gil_used = true)]
mod _native {
    use pyo3::prelude::*;
    use pyo3::types::IntoPyDict;

    #[pymodule_export]
    use crate::answer::Answer;
    #[pymodule_export]
    use crate::batch::Batch;
    #[pymodule_export]
    use crate::dispatch::shutdown;
    #[pymodule_export]
    use crate::doctor::{Doctor, doctor_notice};
    #[pymodule_export]
    use crate::fleet::{Fleet, Merge};
    #[pymodule_export]
    use crate::guard::{after_fork, check_process};
    #[pymodule_export]
    use crate::link::Link;
    #[pymodule_export]
    use crate::logs::{set_log_level, take_logs};
    #[pymodule_export]
    use crate::mailbox::Mailbox;
    #[pymodule_export]
    use crate::record::{Record, to_snake, to_wire};
    #[pymodule_export]
    use crate::room::{Room, Subscription, check_method};
    #[pymodule_export]
    use crate::simulator::Simulator;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        let os = module.py().import("os")?;
        // Windows has no forks.
        if let Some(register) = os.getattr_opt("register_at_fork")? {
            let hook = [("after_in_child", module.getattr("after_fork")?)];
            register.call((), Some(&hook.into_py_dict(module.py())?))?;
        }
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
