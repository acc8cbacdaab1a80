//! `cargo factum`.

use std::process::ExitCode;

use cargo_factum::Allocator;

#[global_allocator]
static ALLOCATOR: Allocator = Allocator;

fn main() -> ExitCode {
    cargo_factum::main(std::env::args_os())
}
