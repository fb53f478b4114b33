//! What is measured, how often and how long.

use super::clients::Language;
use crate::{Result, fail};

/// Fewer pairs than this show nothing that holds.
const ROUNDS: usize = 7;

pub(super) struct Options {
    /// A few rounds against the main peers, for the hour between two changes.
    pub(super) quick: bool,
    pub(super) rounds: usize,
    /// How long a case runs in a round.
    pub(super) seconds: f64,
    /// The size of a file that is transferred.
    pub(super) megabytes: u32,
    /// Cargo's profile of everything that is measured.
    pub(super) profile: String,
    /// Names or families of cases; all when there is none.
    pub(super) only: Vec<String>,
    pub(super) languages: Vec<Language>,
}

impl Options {
    pub(super) fn parse(words: &[&str]) -> Result<Self> {
        let quick = words.contains(&"--quick");
        let mut options = Self {
            quick,
            rounds: if quick { 3 } else { ROUNDS },
            seconds: 0.4,
            megabytes: if quick { 100 } else { 1000 },
            profile: "release".to_owned(),
            only: Vec::new(),
            languages: Vec::new(),
        };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            if *word == "--quick" {
                continue;
            }
            let (name, value) = match word.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (*word, words.next().copied()),
            };
            let Some(value) = value else {
                return fail(format!("cargo xtask bench: {name} needs a value"));
            };
            let list = || value.split(',');
            match name {
                "--rounds" => options.rounds = value.parse::<usize>()?.max(1),
                "--seconds" => options.seconds = value.parse()?,
                "--profile" => value.clone_into(&mut options.profile),
                "--only" => options.only.extend(list().map(str::to_owned)),
                "--languages" => {
                    for name in list() {
                        options.languages.push(Language::named(name)?);
                    }
                }
                _ => return fail(format!("cargo xtask bench: unknown option {name}")),
            }
        }
        Ok(options)
    }

    /// Whether what comes of it may stand in the documentation.
    pub(super) fn is_complete(&self) -> bool {
        let released = self.profile == "release";
        released
            && !self.quick
            && self.only.is_empty()
            && self.languages.is_empty()
            && self.rounds >= ROUNDS
    }

    pub(super) fn wants(&self, language: Language) -> bool {
        self.languages.is_empty() || self.languages.contains(&language)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_run_is_published() {
        let complete = |words: &[&str]| Options::parse(words).unwrap().is_complete();
        assert!(complete(&[]));
        assert!(complete(&["--rounds", "9"]));
        for words in [
            &["--quick"][..],
            &["--only=calls"],
            &["--languages", "node"],
            &["--rounds=6"],
            &["--profile=dev"],
        ] {
            assert!(!complete(words), "{words:?}");
        }
    }

    #[test]
    fn what_is_not_understood_is_named() {
        for words in [&["--fast=1"][..], &["--rounds"], &["--languages=go"]] {
            assert!(Options::parse(words).is_err(), "{words:?}");
        }
    }
}
