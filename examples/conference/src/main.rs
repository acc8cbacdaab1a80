//! The command line: everything else is in the library.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use clap::Parser;
use conference::{Options, Screen, run};

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    let stdout = io::stdout();
    let terminal = stdout.is_terminal();
    match run(&options, &mut Screen::new(stdout.lock(), terminal)).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.is_closed_pipe() => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody is left to tell if this fails as well.
            let _ = writeln!(io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}
