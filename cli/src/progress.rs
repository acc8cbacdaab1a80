//! A bar that shows how far something long has come, with its pace.

use std::time::Duration;

use indicatif::{HumanCount, ProgressBar, ProgressStyle};

use crate::counted::counted;

/// A bar on standard error, where somebody watches.
pub(crate) struct Bar(ProgressBar);

impl Bar {
    /// `live`: somebody watches.
    pub(crate) fn new(live: bool, total: Option<u64>) -> Self {
        if !live {
            return Self(ProgressBar::hidden());
        }
        let bar = total.map_or_else(ProgressBar::no_length, ProgressBar::new);
        let template = if total.is_some() { BAR } else { SPINNER };
        // A template that cannot be read is a plain bar.
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        Self(bar.with_style(style).with_message(pace(0, Duration::ZERO)))
    }

    /// So far it has come, in the unit of the total, and so many events that was.
    pub(crate) fn set(&self, done: u64, events: u64) {
        self.0.set_position(done);
        self.0.set_message(pace(events, self.0.elapsed()));
    }

    /// Does something that writes to the terminal.
    pub(crate) fn suspend<T>(&self, write: impl FnOnce() -> T) -> T {
        self.0.suspend(write)
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// Where it is known how much there is. Without a colour: the bar is drawn past the outputs that strip styles where nobody
/// wants them.
const BAR: &str = "{bar:40} {percent:>3} %  {msg}, {eta} to go";
/// Where it is not.
const SPINNER: &str = "{spinner} {msg}, {elapsed}";

/// How many events there were, and how many in a second.
fn pace(count: u64, elapsed: Duration) -> String {
    let millis = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX).max(1);
    let rate = count.saturating_mul(1_000) / millis;
    format!("{}, {} a second", counted(count, "event"), HumanCount(rate))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_can_be_drawn() {
        assert!(ProgressStyle::with_template(BAR).is_ok() && ProgressStyle::with_template(SPINNER).is_ok());
    }

    #[test]
    fn the_pace_is_in_events() {
        assert_eq!(pace(0, Duration::ZERO), "0 events, 0 a second");
        assert_eq!(pace(3_000_000, Duration::from_millis(1_500)), "3,000,000 events, 2,000,000 a second");
    }
}
