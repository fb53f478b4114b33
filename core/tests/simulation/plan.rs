//! What one seed decides before anything happens: options, the terminal's manner, the faults.

use std::time::Duration;

use fastrand::Rng;
use trueroom::{ApiVersion, Options, Role, Secret};

/// Part of every secret in the model, so that one search finds each of them in any output.
pub(crate) const MARK: &str = "SEKRET";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reaction {
    Answer,
    Refuse,
    Silent,
}

/// How answers name the request they belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ids {
    Echoed,
    Number,
    Empty,
    Missing,
    Null,
}

/// Everything that is undocumented or differs between terminals.
#[derive(Debug)]
pub(crate) struct Manner {
    pub legacy: bool,
    pub versions: &'static [&'static str],
    /// What happens to a `setUsedApiVersion` for another version.
    pub other_version: Reaction,
    pub unknown_command: Reaction,
    pub unauthorized: Reaction,
    pub ids: Ids,
    /// Share of the answers, in percent, that name the request as `ids` says; others echo it.
    pub odd_ids: u8,
    /// A declined request stays in the list as processed.
    pub keeps_rejected: bool,
    /// Lists of the older generation may leave the size out.
    pub list_without_size: bool,
    /// Events about a command may precede its answer.
    pub events_first: bool,
    /// Texts instead of numbers, other spellings, junk among the entries: share in percent.
    pub odd_fields: u8,
    pub header_last: bool,
}

/// What the network and the world do to a connection; shares in percent.
#[derive(Debug)]
pub(crate) struct Faults {
    pub drops: bool,
    pub half_open: bool,
    pub open_fails: u8,
    pub duplicates: u8,
    pub reorders: u8,
    pub lost_answers: u8,
    pub lost_events: u8,
    pub junk: u8,
    /// Usual delay of a message at most.
    pub delay: Duration,
    /// Share of messages that take up to `long_delay` instead.
    pub slow: u8,
    pub long_delay: Duration,
    pub evictions: bool,
    pub withdrawals: bool,
    pub not_licensed: bool,
    /// The terminal may come back with another version of its program.
    pub upgrades: bool,
    /// Faults start with the first connection, which may then fail.
    pub early: bool,
}

#[derive(Debug)]
pub(crate) struct Plan {
    pub options: Options,
    pub pin: Option<String>,
    pub wrong_pin: bool,
    pub faults: Faults,
    /// Number of things that happen before the quiet time.
    pub happenings: u32,
    pub gap: Duration,
    pub closes: bool,
    /// Now and then a great many files pass, more than the book remembers.
    pub floods: bool,
}

fn percent(rng: &mut Rng, share: u8) -> bool {
    rng.u8(0..100) < share
}

fn sometimes(rng: &mut Rng, share: u8, value: std::ops::Range<u8>) -> u8 {
    if percent(rng, share) {
        rng.u8(value)
    } else {
        0
    }
}

fn pick<T: Copy>(rng: &mut Rng, from: &[T]) -> T {
    from[rng.usize(0..from.len())]
}

fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

impl Plan {
    pub(crate) fn new(rng: &mut Rng) -> (Self, Manner) {
        let pin = percent(rng, 70).then(|| format!("{MARK}-pin-{}", rng.u16(1000..9999)));
        let manner = manner(rng);
        let options = options(rng, pin.as_deref());
        let faults = faults(rng, &manner, &options);
        // What comes late of a request that is forgotten looks new; only asking tells.
        let in_order = faults.duplicates == 0 && faults.reorders == 0;
        let heals = in_order || !options.resync_interval.is_zero();
        let plan = Self {
            floods: percent(rng, 6) && heals,
            wrong_pin: percent(rng, 3),
            happenings: pick(rng, &[10, 30, 60, 120]),
            gap: pick(rng, &[ms(20), ms(300), ms(1500), ms(6000)]),
            closes: percent(rng, 10),
            options,
            pin,
            faults,
        };
        (plan, manner)
    }

    /// The longest time that the room may need to be in order again once the faults have stopped:
    /// notice the dead link, wait, connect, ask the lists, the last of these twice where an answer
    /// that came late may have been taken for another.
    pub(crate) fn quiet(&self) -> Duration {
        let options = &self.options;
        options.ping_interval
            + options.ping_timeout
            + options.connect_timeout
            + 2 * options.resync_interval
            + ms(75_000)
    }
}

impl Manner {
    /// Answers cannot be told apart: without an id, one that comes late may be taken for that of
    /// a later call of the same method. The protocol has no way around it.
    pub(crate) fn nameless(&self) -> bool {
        matches!(self.ids, Ids::Empty | Ids::Missing | Ids::Null) && self.odd_ids > 0
    }
}

fn manner(rng: &mut Rng) -> Manner {
    Manner {
        legacy: percent(rng, 35),
        versions: pick(rng, &[&["1", "2"][..], &["1"], &["2"], &[]]),
        other_version: pick(rng, &[Reaction::Refuse, Reaction::Refuse, Reaction::Silent]),
        unknown_command: pick(rng, &[Reaction::Refuse, Reaction::Refuse, Reaction::Silent]),
        unauthorized: pick(rng, &[Reaction::Refuse, Reaction::Silent]),
        ids: pick(
            rng,
            &[
                Ids::Echoed,
                Ids::Echoed,
                Ids::Number,
                Ids::Empty,
                Ids::Missing,
                Ids::Null,
            ],
        ),
        odd_ids: pick(rng, &[10, 50, 100]),
        keeps_rejected: rng.bool(),
        list_without_size: rng.bool(),
        events_first: rng.bool(),
        odd_fields: sometimes(rng, 50, 5..40),
        header_last: rng.bool(),
    }
}

fn options(rng: &mut Rng, pin: Option<&str>) -> Options {
    let (interval, timeout) = pick(rng, &[(10_000, 10_000), (2_000, 1_000), (1_000, 5_000)]);
    Options {
        pin: pin.map(Secret::new),
        role: pick(rng, &[None, Some(Role::Admin), Some(Role::User)]),
        api_version: pick(
            rng,
            &[
                ApiVersion::Auto,
                ApiVersion::Auto,
                ApiVersion::V1,
                ApiVersion::V2,
            ],
        ),
        connect_timeout: ms(pick(rng, &[10_000, 3_000])),
        command_timeout: ms(pick(rng, &[15_000, 4_000, 500])),
        ping_interval: ms(interval),
        ping_timeout: ms(timeout),
        reconnect: percent(rng, 92),
        takeover: rng.bool(),
        retry_queries: rng.bool(),
        queue_size: pick(rng, &[1, 2, 3, 8, 1024]),
        resync_interval: ms(pick(rng, &[0, 0, 5_000, 60_000])),
        live: percent(rng, 30),
        ..Options::default()
    }
}

fn faults(rng: &mut Rng, manner: &Manner, options: &Options) -> Faults {
    let resync = !options.resync_interval.is_zero();
    let heals = resync || !manner.nameless();
    // An event that never came is found only by asking again, and so is an answer that was taken
    // for another.
    let mut faults = Faults {
        drops: percent(rng, 70),
        half_open: percent(rng, 30),
        open_fails: sometimes(rng, 40, 5..60),
        duplicates: sometimes(rng, 40, 1..30),
        reorders: sometimes(rng, 40, 1..30),
        lost_answers: sometimes(rng, 40, 1..30),
        lost_events: if resync { sometimes(rng, 30, 1..20) } else { 0 },
        junk: sometimes(rng, 40, 1..15),
        delay: ms(pick(rng, &[0, 1, 30, 400])),
        slow: sometimes(rng, 40, 1..15),
        long_delay: ms(pick(rng, &[1_500, 4_000, 20_000])),
        evictions: percent(rng, if options.takeover { 40 } else { 8 }),
        withdrawals: percent(rng, 35),
        not_licensed: percent(rng, 2),
        upgrades: percent(rng, 15),
        early: percent(rng, 8),
    };
    if !heals {
        (faults.reorders, faults.slow, faults.lost_answers) = (0, 0, 0);
    }
    faults
}
