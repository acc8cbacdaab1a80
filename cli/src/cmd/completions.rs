//! `completions`: a script for a shell.

use clap::CommandFactory as _;

use crate::args::{Cli, Completions};
use crate::{Exit, Failure, World};

pub(super) fn run(arguments: &Completions, world: &mut World<'_>) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    // A shell completes a program: `cargo factum` is one word more, and completes as `cargo-factum` does.
    clap_complete::generate(arguments.shell, &mut Cli::command(), "cargo-factum", &mut script);
    world.out.write_all(&script).map_err(Failure::Output)?;
    Ok(Exit::Clean)
}
