//! The program `trueroom-doctor`, against what is no terminal. The tests of the simulator have the
//! doctor itself.

#![allow(clippy::unwrap_used)]

use std::process::{Command, Output};

fn run(arguments: &[&str]) -> (Option<i32>, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = Command::new(env!("CARGO_BIN_EXE_trueroom-doctor"))
        .args(arguments)
        .env("TRUEROOM_PIN", "471147")
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (status.code(), text(stdout), text(stderr))
}

#[test]
fn it_explains_itself() {
    let (code, out, err) = run(&["--help"]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert!(
        out.contains("TRUEROOM_PIN") && out.contains("--watch"),
        "{out}"
    );
    let (code, out, _) = run(&["--version"]);
    assert_eq!(code, Some(0));
    assert_eq!(
        out,
        concat!("trueroom-doctor ", env!("CARGO_PKG_VERSION"), "\n")
    );
}

#[test]
fn mistakes_are_named() {
    for (arguments, part) in [
        (&[][..], "a host is missing"),
        (&["room", "--pin", "1"], "no option --pin"),
        (&["room", "--port", "x"], "--port needs a number, not x"),
        (&["room", "--watch"], "--watch needs a value"),
        (&["room", "--watch", "-1"], "--watch needs a time"),
        (&["room", "--role", "boss"], "admin or user"),
        (&["room", "other"], "one host"),
    ] {
        let (code, out, err) = run(arguments);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(err.contains(part), "{arguments:?}: {err}");
    }
}

#[test]
fn without_a_terminal_it_says_so_after_the_notice() {
    let (code, out, err) = run(&["127.0.0.1", "--port", "1", "--websocket-port", "1"]);
    assert_eq!((code, out.as_str()), (Some(1), ""));
    assert!(err.starts_with("The doctor only asks"), "{err}");
    assert!(err.contains("\nConnectError: "), "{err}");
    assert!(!err.contains("471147"), "{err}");
}
