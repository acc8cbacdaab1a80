//! Shows an account that three releases wrote to: `cargo run -p bank`.
#![allow(clippy::print_stderr)] // a program says what went wrong

use std::io;
use std::process::ExitCode;

use bank::run;

#[tokio::main]
async fn main() -> ExitCode {
    let mut text = Vec::new();
    let result = run(&mut text).await;
    // Whoever has read enough closes the pipe.
    let _ = io::Write::write_all(&mut io::stdout().lock(), &text);
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
