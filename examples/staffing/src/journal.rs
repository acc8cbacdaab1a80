//! What was stored since one last looked.

use std::io::Write;

use factum::Recorded;
use factum::store::{EventStore, EventStoreExt as _, FeedQuery};

use crate::Error;
use crate::people::Names;

/// Tells of events as they come.
#[derive(Debug)]
pub(crate) struct Journal<'a> {
    names: &'a Names,
    /// The position of the last event that was told of.
    seen: u64,
}

impl<'a> Journal<'a> {
    /// Nothing before `seen` is told of.
    pub(crate) const fn after(seen: u64, names: &'a Names) -> Self {
        Self { names, seen }
    }

    /// Tells of what is new.
    pub(crate) async fn go_on<S: EventStore, W: Write>(&mut self, store: &S, out: &mut W) -> Result<(), Error> {
        let query = FeedQuery { from: Some(self.seen + 1), ..FeedQuery::default() };
        let mut lines = Vec::new();
        let last = store.for_each_in_feed(query, |recorded| {
            lines.push((recorded.position, self.line(recorded)));
            Ok::<(), factum::ReadError>(())
        });
        last.await?;
        for (position, line) in lines {
            self.seen = position;
            writeln!(out, "{line}")?;
        }
        Ok(())
    }

    /// An event that was caused by another stands further to the right.
    fn line(&self, recorded: &Recorded<'_>) -> String {
        let indent = 2 * usize::try_from(recorded.depth).unwrap_or_default();
        let event = recorded.event_type.rsplit('.').next().unwrap_or_default();
        let data = self.names.in_place_of_keys(recorded.payload);
        let at = recorded.recorded_at.strftime("%d %b %H:%M");
        format!("  {at}  {:indent$}{event} {data}", "")
    }
}
