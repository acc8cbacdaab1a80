//! `cargo factum` as it is installed, built as the benchmarks are. Run by the benchmark `figures`, which compares it.
//!
//! `program --parse FILE` parses each line of a file as any JSON, in place of that, and prints how many there are. All else
//! is done as by `cargo factum`; the last line on standard error is the most memory that was held, in KiB.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "its output is what it is run for")]

use std::error::Error;
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::process::ExitCode;

use cargo_factum::Allocator;
use factum_benches::memory::peak_of_this;

#[global_allocator]
static ALLOCATOR: Allocator = Allocator;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().collect();
    let (exit, told) = match &arguments[..] {
        [_, verb, file] if verb == "--parse" => (ExitCode::SUCCESS, parse(file).map(|count| println!("{count}"))),
        _ => (cargo_factum::main(arguments), peak_of_this().map(|peak| eprintln!("{peak}"))),
    };
    match told {
        Ok(()) => exit,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// How many lines are JSON: all.
fn parse(path: impl AsRef<std::path::Path>) -> Result<usize, Box<dyn Error>> {
    let (mut lines, mut line, mut count) = (BufReader::with_capacity(1 << 18, File::open(path)?), Vec::new(), 0);
    while lines.read_until(b'\n', &mut line)? > 0 {
        let value: serde_json::Value = serde_json::from_slice(&line)?;
        count += usize::from(std::hint::black_box(value).is_object());
        line.clear();
    }
    Ok(count)
}
