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
mod counted;
mod failure;
pub mod git;
mod output;
mod progress;
pub mod report;
pub mod review;
pub mod stored;
mod style;
mod world;

use std::ffi::OsString;
use std::io::{ErrorKind, IsTerminal as _};
use std::path::PathBuf;
use std::process::ExitCode;

use anstream::{AutoStream, ColorChoice};
use clap::{CommandFactory as _, FromArgMatches as _};

pub use args::{Cli, Verb};
pub use failure::Failure;
/// The allocator of the program: a review makes many small texts, which it takes from few pages.
pub use mimalloc::MiMalloc as Allocator;
pub use world::{Exit, World};

/// The program: parses its arguments, adapts its outputs to what they go to, and runs.
#[must_use]
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = as_called(arguments).collect();
    let command = Cli::command().color(asked_color(&arguments));
    let cli = match command.try_get_matches_from(arguments).and_then(|found| Cli::from_arg_matches(&found)) {
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
        // Whoever closed the output does not want to hear of it.
        Err(Failure::Output(error)) if error.kind() == ErrorKind::BrokenPipe => Exit::Closed,
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

/// Help and mistakes are told before the arguments have been read, and in the colours that they ask for.
fn asked_color(arguments: &[OsString]) -> clap::ColorChoice {
    let arguments: Vec<&str> = arguments.iter().filter_map(|argument| argument.to_str()).collect();
    let separate = arguments.windows(2).find(|pair| pair[0] == "--color").map(|pair| pair[1]);
    let asked = arguments.iter().find_map(|argument| argument.strip_prefix("--color=")).or(separate);
    match asked {
        Some("always") => clap::ColorChoice::Always,
        Some("never") => clap::ColorChoice::Never,
        Some(_) | None => clap::ColorChoice::Auto,
    }
}

fn stream<S: anstream::stream::RawStream>(raw: S, choice: ColorChoice) -> AutoStream<S> {
    AutoStream::new(raw, choice)
}

/// A request for help, or a mistake in the arguments.
fn usage(error: &clap::Error) -> ExitCode {
    let _ = error.print();
    if error.use_stderr() { Exit::CouldNotRun.into() } else { Exit::Clean.into() }
}
