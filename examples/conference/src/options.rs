//! What can be said on the command line.

use std::path::PathBuf;

/// Seats of a conference, never oversold.
///
/// Imports the events that three earlier releases recorded into a SQLite file, rebuilds every conference from them,
/// and sells seats. Run it again and it goes on where it was.
#[derive(Debug, Clone, clap::Parser)]
#[command(version, name = "conference", verbatim_doc_comment)]
pub struct Options {
    /// The file that holds the events
    #[arg(long, value_name = "PATH", default_value = "conference.db")]
    pub db: PathBuf,
    /// Remove the file first, if this example made it
    #[arg(long)]
    pub fresh: bool,
    /// The events to import.
    #[arg(skip = Options::recorded())]
    pub recorded: PathBuf,
}

impl Options {
    /// What the program does with the store at `db` unless told otherwise.
    #[must_use]
    pub fn new(db: impl Into<PathBuf>) -> Self {
        Self { db: db.into(), fresh: false, recorded: Self::recorded() }
    }

    /// The events that are committed beside the source.
    #[must_use]
    pub fn recorded() -> PathBuf {
        [env!("CARGO_MANIFEST_DIR"), "data", "recorded.ndjson"].iter().collect()
    }
}
