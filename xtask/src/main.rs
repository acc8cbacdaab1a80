//! The project's own checks: `cargo xtask tidy`.

mod tidy;

use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."));
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (text, success) = match arguments.as_slice() {
        [verb] if verb == "tidy" => tidy::run(root),
        _ => ("usage: cargo xtask tidy\n".to_owned(), false),
    };
    let _ = io::stdout().write_all(text.as_bytes());
    if success { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
