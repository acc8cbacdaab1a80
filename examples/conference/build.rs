//! Generates the aggregate from its schema.

fn main() -> std::process::ExitCode {
    factum_build::generate("../../schemas/conference.yaml")
}
