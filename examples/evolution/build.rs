//! Generates the events from their schema.

fn main() -> std::process::ExitCode {
    factum_build::generate("../../schemas/parcels.yaml")
}
