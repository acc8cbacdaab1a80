//! Generates the aggregates and the policy from their schemas.

fn main() -> std::process::ExitCode {
    factum_build::generate("schemas")
}
