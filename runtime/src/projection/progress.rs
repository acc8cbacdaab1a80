//! How far a view has come that is being built.

use std::time::{Duration, Instant};

/// How far a view has come that catches up, as its callback is told after each batch.
///
/// ```
/// use factum::projection::RebuildProgress;
///
/// fn show(progress: &RebuildProgress) -> String {
///     let eta = progress.eta().map_or_else(|| "?".to_owned(), |eta| format!("{} s", eta.as_secs()));
///     format!("{:.0} % at {:.0} events/s, done in {eta}", 100.0 * progress.fraction(), progress.rate())
/// }
/// # let _ = show;
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct RebuildProgress {
    /// The position at which the view stands now.
    pub position: u64,
    /// The last position that there was when it last looked: it may rise.
    pub target: u64,
    /// The position at which this run began.
    pub start: u64,
    /// The events that this run has looked at.
    pub events: u64,
    /// How long this run has taken.
    pub elapsed: Duration,
}

impl RebuildProgress {
    /// Which part of this run's way is done, from 0 to 1.
    #[must_use]
    pub fn fraction(&self) -> f64 {
        let (done, whole) = (self.position.saturating_sub(self.start), self.target.saturating_sub(self.start));
        if whole == 0 { 1.0 } else { (real(done) / real(whole)).min(1.0) }
    }

    /// Events per second; 0 before the first.
    #[must_use]
    pub fn rate(&self) -> f64 {
        let seconds = self.elapsed.as_secs_f64();
        if seconds > 0.0 { real(self.events) / seconds } else { 0.0 }
    }

    /// How long the rest will take at this rate; `None` before the first event.
    #[must_use]
    pub fn eta(&self) -> Option<Duration> {
        let done = self.position.saturating_sub(self.start);
        if self.position >= self.target {
            return Some(Duration::ZERO);
        }
        if done == 0 {
            return None;
        }
        let left = real(self.target - self.position) / real(done);
        Duration::try_from_secs_f64(self.elapsed.as_secs_f64() * left).ok()
    }
}

/// Positions are far below the 2^52 up to which this is exact; beyond it a rate may be rounded.
#[allow(clippy::cast_precision_loss, reason = "see above")]
const fn real(number: u64) -> f64 {
    number as f64
}

/// Counts, and tells.
pub(super) struct Meter<F> {
    progress: RebuildProgress,
    since: Instant,
    tell: F,
}

impl<F: FnMut(&RebuildProgress)> Meter<F> {
    pub(super) fn new(start: u64, target: u64, tell: F) -> Self {
        let progress = RebuildProgress { position: start, target, start, events: 0, elapsed: Duration::ZERO };
        Self { progress, since: Instant::now(), tell }
    }

    /// The view stands at `position`, after `events` further events.
    pub(super) fn moved(&mut self, position: u64, events: u64) {
        let before = self.progress;
        let (target, elapsed) = (before.target.max(position), self.since.elapsed());
        self.progress = RebuildProgress { position, target, events: before.events + events, elapsed, ..before };
        (self.tell)(&self.progress);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_is_reckoned_from_what_was_done() {
        let progress = |position, elapsed| RebuildProgress {
            position,
            target: 1_100,
            start: 100,
            events: position - 100,
            elapsed: Duration::from_secs(elapsed),
        };
        let quarter = progress(350, 5);
        assert!((quarter.fraction() - 0.25).abs() < 1e-9 && (quarter.rate() - 50.0).abs() < 1e-9);
        assert_eq!(quarter.eta(), Some(Duration::from_secs(15)));
        assert_eq!((progress(100, 0).eta(), progress(100, 0).rate().to_bits()), (None, 0));
        assert_eq!(progress(1_100, 20).eta(), Some(Duration::ZERO));
        let nothing = RebuildProgress { target: 100, ..progress(100, 0) };
        assert_eq!((nothing.fraction().to_bits(), nothing.eta()), (1.0_f64.to_bits(), Some(Duration::ZERO)));
    }
}
