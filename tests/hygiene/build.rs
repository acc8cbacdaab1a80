//! As in any user's crate.

fn main() -> std::process::ExitCode {
    factum_build::generate("schemas")
}
