//! Generates the events that are measured.

fn main() -> std::process::ExitCode {
    factum_build::generate("schemas")
}
