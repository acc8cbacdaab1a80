//! Taking the recorded events into a store.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::time::{Duration, Instant};

use factum::cloudevents::{Imported, NdjsonReader, Progress, import};
use factum::store::EventStore;
use indicatif::{ProgressBar, ProgressStyle};

use crate::Error;

/// Imports the events in the file at `path`. What the store has already is found and not stored twice.
///
/// # Errors
/// [`Error::Recorded`] and [`Error::Import`].
pub async fn recorded<S: EventStore>(store: &S, path: &Path, watched: bool) -> Result<Imported, Error> {
    let unreadable = |source| Error::Recorded { path: path.to_owned(), source };
    let file = File::open(path).map_err(unreadable)?;
    let mut bar = Bar::new(watched, file.metadata().map_err(unreadable)?.len());
    let imported = import(store, NdjsonReader::new(BufReader::new(file)), |progress| bar.show(progress)).await;
    bar.end();
    imported.map_err(|source| Error::Import { path: path.to_owned(), source })
}

/// A bar on standard error: only where somebody watches, and only once it has taken a second.
struct Bar {
    watched: bool,
    bytes: u64,
    started: Instant,
    shown: Option<ProgressBar>,
}

impl Bar {
    const PATIENCE: Duration = Duration::from_secs(1);

    fn new(watched: bool, bytes: u64) -> Self {
        Self { watched, bytes, started: Instant::now(), shown: None }
    }

    fn show(&mut self, progress: &Progress) {
        if !self.watched || self.started.elapsed() < Self::PATIENCE {
            return;
        }
        let bar = self.shown.get_or_insert_with(|| {
            let style = ProgressStyle::with_template("  importing {bar:40} {percent:>3} %");
            let bar = ProgressBar::new(self.bytes).with_elapsed(self.started.elapsed());
            style.map_or(bar.clone(), |style| bar.with_style(style.progress_chars("━╸─")))
        });
        bar.set_position(progress.bytes);
    }

    fn end(self) {
        if let Some(bar) = self.shown {
            bar.finish_and_clear();
        }
    }
}
