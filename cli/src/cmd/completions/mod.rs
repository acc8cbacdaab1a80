//! `completions`: a script for a shell, for `cargo-factum` and for `cargo factum`.

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::args::{Cli, Completions};
use crate::{Exit, Failure, World};

/// A shell completes a program.
const PROGRAM: &str = "cargo-factum";

/// How bash and fish, which know `cargo` alone, complete what stands behind it. What Cargo brings for zsh calls the
/// function of a subcommand by itself.
const BASH: &str = include_str!("behind_cargo.bash");
const FISH: &str = include_str!("behind_cargo.fish");

pub(super) fn run(arguments: &Completions, world: &mut World<'_>) -> Result<Exit, Failure> {
    world.hand_over(match arguments.shell {
        Shell::Bash => bash() + BASH,
        Shell::Fish => script(Shell::Fish, PROGRAM) + FISH,
        // The list of shells is clap's, and may grow.
        other => script(other, PROGRAM),
    })?;
    Ok(Exit::Clean)
}

fn script(shell: Shell, program: &str) -> String {
    let mut script = Vec::new();
    let mut command = Cli::command().bin_name(program.to_owned());
    clap_complete::generate(shell, &mut command, program, &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

/// For bash, clap takes the dash in a program's name for the end of a word, and completes nothing behind a verb. So the
/// functions of the script have a name without one.
fn bash() -> String {
    let plain = PROGRAM.replace('-', "_");
    let script = script(Shell::Bash, &plain);
    script.replace(&format!("-o default {plain}\n"), &format!("-o default {PROGRAM}\n"))
}
