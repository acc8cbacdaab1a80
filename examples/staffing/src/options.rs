//! What the program can be told.

use std::path::PathBuf;

use clap::Parser;

/// A temporary-work agency: what was recorded, what happens in March, and what can be asked of it.
#[derive(Debug, Clone, Parser)]
#[command(version)]
pub struct Options {
    /// Keep the store in this file, which must not be there yet. Without it a temporary file is used
    #[arg(long, value_name = "FILE")]
    pub db: Option<PathBuf>,
    /// What earlier releases recorded, as CloudEvents
    #[arg(long, value_name = "FILE", default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/data/recorded.ndjson"))]
    pub recorded: PathBuf,
    /// What people do in March
    #[arg(long, value_name = "FILE", default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/data/march.ndjson"))]
    pub actions: PathBuf,
}
