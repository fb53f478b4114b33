//! What the system says about this process.

use std::fs;
use std::time::Duration;

/// User and system time of all threads so far.
#[must_use]
pub fn cpu() -> Duration {
    #[cfg(unix)]
    {
        let now = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
        Duration::try_from(now).unwrap_or_default()
    }
    #[cfg(not(unix))]
    Duration::ZERO
}

/// The most memory that was resident; none where the system has no /proc. Not getrusage, whose
/// figure is at least the one of the program that started this one.
#[must_use]
pub fn peak_kb() -> Option<u64> {
    status("VmHWM:")
}

/// The memory that is resident now.
#[must_use]
pub fn resident_kb() -> Option<u64> {
    status("VmRSS:")
}

fn status(name: &str) -> Option<u64> {
    let text = fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

/// As many descriptors as the system lets this process have. Where that is refused, what needs them
/// fails and says so.
pub fn raise_limit() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, getrlimit, setrlimit};
        let mut limit = getrlimit(Resource::Nofile);
        limit.current = limit.maximum;
        let _ = setrlimit(Resource::Nofile, limit);
    }
}
