//! The project's own checks and the files that it writes itself: `cargo xtask tidy`, `cargo xtask codegen`, `cargo xtask
//! new-rule`.

mod codegen;
mod new_rule;
mod tidy;

use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask tidy               what no compiler checks
       cargo xtask codegen            write the generated files of this repository
       cargo xtask codegen --check    say which of them are stale
       cargo xtask new-rule NAME      begin a rule of the review
";

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."));
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (text, success) = match arguments.as_slice() {
        [verb] if verb == "tidy" => tidy::run(root),
        [verb] if verb == "codegen" => codegen::run(root, false),
        [verb, flag] if verb == "codegen" && flag == "--check" => codegen::run(root, true),
        [verb, name] if verb == "new-rule" => new_rule::run(root, name),
        _ => (USAGE.to_owned(), false),
    };
    let _ = io::stdout().write_all(text.as_bytes());
    if success { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
