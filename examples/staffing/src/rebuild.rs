//! A new version of a view, built beside the old one from the same events.

use std::io::Write;

use factum::projection::{Projector, RebuildProgress};
use factum_sqlite::SqliteStore;
use indicatif::{ProgressBar, ProgressStyle};

use crate::Error;
use crate::views::PayrollByMonth;

/// Builds it, tells how far it is, and lets it take the old one's place.
pub(crate) async fn run<W: Write>(store: &SqliteStore, watched: bool, out: &mut W) -> Result<(), Error> {
    let projector = Projector::new(store.clone(), PayrollByMonth);
    let bar = Bar::new(watched);
    let mut events = 0;
    let status = projector
        .catch_up(|progress| {
            events = progress.events;
            bar.show(progress);
        })
        .await?;
    bar.end();
    writeln!(
        out,
        "  version {} was built beside version 1 from {events} events, up to position {}",
        status.version, status.position
    )?;
    for view in projector.remove_others().await? {
        writeln!(out, "  {view} is not read any more and was removed")?;
    }
    Ok(())
}

/// A bar on standard error, for whoever watches.
struct Bar(ProgressBar);

impl Bar {
    fn new(watched: bool) -> Self {
        if !watched {
            return Self(ProgressBar::hidden());
        }
        let style = ProgressStyle::with_template("  {wide_bar} {percent:>3} %  {msg}");
        let bar = ProgressBar::new(0);
        Self(style.map_or(bar.clone(), |style| bar.with_style(style)))
    }

    fn show(&self, progress: &RebuildProgress) {
        self.0.set_length(progress.target);
        self.0.set_position(progress.position);
        let left = progress.eta().map_or_else(|| "?".to_owned(), |left| format!("{:.0} s", left.as_secs_f64()));
        self.0.set_message(format!("{} events, {:.0}/s, {left} left", progress.events, progress.rate()));
    }

    fn end(self) {
        self.0.finish_and_clear();
    }
}
