//! How often, and after which pause, a command is tried again.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::time::Duration;

/// How often a command is tried, and how long it waits in between: exponentially longer, and at random, so that those
/// who met once do not meet again.
///
/// ```
/// use std::time::Duration;
///
/// use factum::RetryPolicy;
///
/// let patient = RetryPolicy { attempts: 50, max_delay: Duration::from_secs(1), ..RetryPolicy::default() };
/// assert!(patient.delay(3) <= Duration::from_millis(8));
/// assert_eq!(RetryPolicy::never().attempts, 1);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RetryPolicy {
    /// How often an append is tried, the first time included (0 counts as 1).
    pub attempts: u32,
    /// The longest pause after the first attempt; it doubles with every further one.
    pub base_delay: Duration,
    /// The longest pause of all.
    pub max_delay: Duration,
    /// The part of a pause that is left to chance: 0.0 waits the whole, 1.0 anything from nothing to the whole.
    pub jitter: f64,
}

impl Default for RetryPolicy {
    /// 16 attempts, from 2 ms to 250 ms, left to chance as a whole: under 3 seconds at worst.
    fn default() -> Self {
        Self { attempts: 16, base_delay: Duration::from_millis(2), max_delay: Duration::from_millis(250), jitter: 1.0 }
    }
}

impl RetryPolicy {
    /// One attempt: a conflict is the caller's to solve.
    #[must_use]
    pub fn never() -> Self {
        Self { attempts: 1, ..Self::default() }
    }

    /// The pause after attempt `attempt` (1 is the first).
    #[must_use]
    pub fn delay(&self, attempt: u32) -> Duration {
        let doubled = 2_u32.checked_pow(attempt.saturating_sub(1)).unwrap_or(u32::MAX);
        let whole = self.base_delay.saturating_mul(doubled).min(self.max_delay);
        let share = 1.0 - self.jitter.clamp(0.0, 1.0) * chance();
        // A jitter that is no number, or a pause beyond what a duration holds, leaves the whole pause.
        Duration::try_from_secs_f64(whole.as_secs_f64() * share).unwrap_or(whole)
    }

    pub(crate) const fn allows(&self, attempts: u32) -> bool {
        attempts < self.attempts
    }
}

/// A number from 0 to 1. Every `RandomState` has keys of its own, which is chance enough for a pause.
fn chance() -> f64 {
    let high_bits = u32::try_from(RandomState::new().build_hasher().finish() >> 32).unwrap_or(u32::MAX);
    f64::from(high_bits) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest() {
        let exact = RetryPolicy { jitter: 0.0, ..RetryPolicy::default() };
        let pauses: Vec<u128> = [1, 2, 3, 8, 9, u32::MAX].map(|attempt| exact.delay(attempt).as_millis()).into();
        assert_eq!(pauses, [2, 4, 8, 250, 250, 250]);
    }

    #[test]
    fn chance_shortens_and_spreads_them() {
        let policy = RetryPolicy::default();
        let pauses: Vec<Duration> = (0..100).map(|_| policy.delay(8)).collect();
        assert!(pauses.iter().all(|pause| *pause <= Duration::from_millis(250)));
        assert!(pauses.iter().any(|pause| *pause < Duration::from_millis(125)));
        assert!(pauses.iter().any(|pause| *pause > Duration::from_millis(125)));
    }

    #[test]
    fn nonsense_is_bounded() {
        let policy =
            RetryPolicy { jitter: -3.0, base_delay: Duration::MAX, max_delay: Duration::MAX, ..RetryPolicy::never() };
        assert_eq!(policy.delay(0), Duration::MAX);
        assert_eq!(RetryPolicy { jitter: f64::NAN, ..policy }.delay(9), Duration::MAX);
        assert!(!policy.allows(1));
    }
}
