//! `cargo factum`.

use std::process::ExitCode;

fn main() -> ExitCode {
    cargo_factum::main(std::env::args_os())
}
