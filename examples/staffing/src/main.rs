//! The command line: everything else is in the library.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use clap::Parser;
use staffing::{Options, run};

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    match run(&options, io::stderr().is_terminal(), &mut io::stdout().lock()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.is_closed_pipe() => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody is left to tell if this fails as well.
            let _ = writeln!(io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}
