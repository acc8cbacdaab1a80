//! `cargo factum`: reviews, generates and verifies event schemas.
//!
//! This library is the program without its process: a [`Cli`] that was parsed, run in a [`World`] that says what its
//! directory and its outputs are. So a test runs a verb as the program does, and reads what it printed.
//!
//! ```
//! use cargo_factum::{Cli, Exit, World, run};
//! use clap::Parser as _;
//!
//! let cli = Cli::try_parse_from(["cargo-factum", "explain", "E0201"])?;
//! let (mut out, mut err) = (Vec::new(), Vec::new());
//! let mut world = World { directory: ".".into(), out: &mut out, err: &mut err, live: false };
//! assert_eq!(run(&cli, &mut world), Exit::Clean);
//! assert!(String::from_utf8(out)?.contains("unknown type"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod args;
pub mod catalog;
mod cmd;
mod failure;
pub mod git;
pub mod report;
pub mod review;
pub mod stored;
mod style;
mod world;

use std::ffi::OsString;
use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anstream::{AutoStream, ColorChoice};
use clap::Parser as _;

pub use args::{Cli, Verb};
pub use failure::Failure;
pub use world::{Exit, World};

/// The program: parses its arguments, adapts its outputs to what they go to, and runs.
#[must_use]
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(as_called(arguments)) {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    let choice = cli.color.choice();
    let (mut out, mut err) = (stream(std::io::stdout(), choice), stream(std::io::stderr(), choice));
    // A directory that is gone is reported by whatever wants to read it.
    let directory = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("."));
    let mut world = World { directory, out: &mut out, err: &mut err, live: std::io::stderr().is_terminal() };
    run(&cli, &mut world).into()
}

/// Runs what was asked for. What is wrong has been written to the world's `err` when it answers.
pub fn run(cli: &Cli, world: &mut World<'_>) -> Exit {
    match cmd::run(cli, world).and_then(|exit| world.flush().map(|()| exit)) {
        Ok(exit) => exit,
        Err(failure) => {
            // If standard error is gone too, the exit code is all that is left to say.
            let _ = failure.tell(world);
            Exit::CouldNotRun
        }
    }
}

/// Cargo runs `cargo factum check` as `cargo-factum factum check`.
fn as_called(arguments: impl IntoIterator<Item = OsString>) -> impl Iterator<Item = OsString> {
    arguments
        .into_iter()
        .enumerate()
        .filter(|(index, argument)| *index != 1 || argument != "factum")
        .map(|(_, one)| one)
}

fn stream<S: anstream::stream::RawStream>(raw: S, choice: ColorChoice) -> AutoStream<S> {
    AutoStream::new(raw, choice)
}

/// A request for help, or a mistake in the arguments. clap has its own way with colours, which knows `NO_COLOR`.
fn usage(error: &clap::Error) -> ExitCode {
    let _ = error.print();
    if error.use_stderr() { Exit::CouldNotRun.into() } else { Exit::Clean.into() }
}
