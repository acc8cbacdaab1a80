//! Generates Rust from the schemas.

fn main() -> std::process::ExitCode {
    factum_build::generate("schemas")
}
