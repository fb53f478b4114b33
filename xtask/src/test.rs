//! `cargo xtask test`: the steps, in order, up to the first that fails.

mod steps;

use std::process::Command;
use std::time::{Duration, Instant};

use self::steps::STEPS;
use crate::workspace::Workspace;
use crate::{Result, fail};

/// What a step did when it did not fail.
enum Outcome {
    Done,
    /// Why it could not run on this machine.
    Skipped(&'static str),
}

/// One thing that is tested on its own, and repeated on its own.
struct Step {
    name: &'static str,
    group: &'static str,
    about: &'static str,
    /// Steps that must have run before.
    needs: &'static [&'static str],
    run: fn(&Session) -> Result<Outcome>,
}

/// What the steps work with.
struct Session<'a> {
    workspace: &'a Workspace,
    deep: bool,
}

impl Session<'_> {
    /// Tells a test run how thorough to be.
    fn thorough<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        if self.deep {
            command.env("TRUEROOM_REPEAT", "full");
        }
        command.env("TRUEROOM_SEEDS", if self.deep { "10000" } else { "2000" })
    }
}

pub(crate) fn run(workspace: &Workspace, options: &[&str]) -> Result {
    let (mut deep, mut only) = (false, Vec::new());
    let mut options = options.iter();
    while let Some(option) = options.next() {
        match (*option, option.strip_prefix("--only=")) {
            ("--deep", _) => deep = true,
            ("--list", _) => {
                list();
                return Ok(());
            }
            ("--only", _) => match options.next() {
                Some(names) => only.extend(names.split(',')),
                None => return fail("--only needs a name; --list shows them"),
            },
            (_, Some(names)) => only.extend(names.split(',')),
            _ => return fail(format!("cargo xtask test: unknown option {option}")),
        }
    }
    let steps = chosen(&only)?;
    run_steps(&Session { workspace, deep }, &steps)
}

fn run_steps(session: &Session, steps: &[&Step]) -> Result {
    let start = Instant::now();
    let mut summary = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        println!(
            "\n== {} ({} of {}): {}",
            step.name,
            index + 1,
            steps.len(),
            step.about
        );
        let step_start = Instant::now();
        let result = (step.run)(session);
        let time = seconds(step_start.elapsed());
        match result {
            Ok(Outcome::Done) => summary.push(format!("{time}  {}", step.name)),
            Ok(Outcome::Skipped(why)) => {
                println!("skipped: {why}");
                summary.push(format!("{time}  {} (skipped: {why})", step.name));
            }
            Err(error) => {
                let deep = if session.deep { " --deep" } else { "" };
                return fail(format!(
                    "{error}\n\nFAILED: {name} after {}\nto repeat just this: \
                     cargo xtask test{deep} --only {name}",
                    time.trim(),
                    name = step.name,
                ));
            }
        }
    }
    println!("\n== passed\n{}", summary.join("\n"));
    println!("{}  all", seconds(start.elapsed()));
    Ok(())
}

/// The steps named, by group or by name, and what they need; all when none is named.
fn chosen(only: &[&str]) -> Result<Vec<&'static Step>> {
    if let Some(unknown) = only
        .iter()
        .find(|name| !STEPS.iter().any(|s| s.name == **name || s.group == **name))
    {
        let known: Vec<&str> = STEPS.iter().map(|step| step.name).collect();
        return fail(format!(
            "no step or group {unknown}; the steps are {}",
            known.join(", ")
        ));
    }
    let mut names: Vec<&str> = STEPS
        .iter()
        .filter(|step| only.is_empty() || only.contains(&step.name) || only.contains(&step.group))
        .map(|step| step.name)
        .collect();
    // From the last to the first: a step needs only earlier ones, which may need others.
    for step in STEPS.iter().rev() {
        if names.contains(&step.name) {
            names.extend(step.needs);
        }
    }
    Ok(STEPS
        .iter()
        .filter(|step| names.contains(&step.name))
        .collect())
}

fn list() {
    for step in STEPS {
        println!("{:<8} {:<16} {}", step.group, step.name, step.about);
    }
}

fn seconds(time: Duration) -> String {
    format!("{:7.1} s", time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(only: &[&str]) -> Vec<&'static str> {
        chosen(only).unwrap().iter().map(|step| step.name).collect()
    }

    #[test]
    fn needs_are_earlier_steps() {
        for (index, step) in STEPS.iter().enumerate() {
            for need in step.needs {
                assert!(
                    STEPS[..index].iter().any(|s| s.name == *need),
                    "{} {need}",
                    step.name
                );
            }
        }
    }

    #[test]
    fn steps_are_chosen_by_name_and_group_with_their_needs() {
        assert_eq!(names(&[]).len(), STEPS.len());
        assert_eq!(names(&["format"]), ["format"]);
        assert_eq!(names(&["python-tests"]), ["python-package", "python-tests"]);
        let lint = names(&["lint"]);
        assert!(
            lint.contains(&"clippy") && !lint.contains(&"rust-tests"),
            "{lint:?}"
        );
        assert!(chosen(&["clipy"]).is_err());
    }

    #[test]
    fn the_first_failure_ends_the_run_and_says_how_to_repeat_it() {
        fn step(name: &'static str, run: fn(&Session) -> Result<Outcome>) -> Step {
            Step {
                name,
                group: "g",
                about: "",
                needs: &[],
                run,
            }
        }
        let workspace = Workspace {
            root: "r".into(),
            target: "t".into(),
        };
        let session = Session {
            workspace: &workspace,
            deep: true,
        };
        let good = step("good", |_| Ok(Outcome::Done));
        let skipped = step("skipped", |_| Ok(Outcome::Skipped("no such tool")));
        let bad = step("bad", |_| fail("it broke"));
        let never = step("never", |_| unreachable!("after a failure"));
        assert!(run_steps(&session, &[&good, &skipped]).is_ok());
        let error = run_steps(&session, &[&good, &bad, &never])
            .unwrap_err()
            .to_string();
        assert!(error.starts_with("it broke"), "{error}");
        assert!(
            error.ends_with("cargo xtask test --deep --only bad"),
            "{error}"
        );
    }
}
