//! `trueroom-simulator`: the virtual terminal as a program that any language can drive.
//!
//! Prints one line of JSON with its ports when it is ready. Then each line on standard input is an
//! operation, and each line on standard output the answer to it, in the same order.

mod program;

use std::process::ExitCode;

fn main() -> ExitCode {
    match program::run(std::env::args().skip(1)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            program::complain(&message);
            ExitCode::FAILURE
        }
    }
}
