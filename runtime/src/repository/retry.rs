//! How often, and after which pause, a command is tried again.

use std::collections::hash_map::RandomState;
use std::fmt::Display;
use std::future::Future;
use std::hash::{BuildHasher, Hasher};
use std::time::Duration;

use tracing::warn;

use crate::timer::Sleeper;

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

    /// What `attempt` comes to: tried again after a pause, as often as may be, while it fails with what `may_pass`.
    pub(crate) async fn run<T, E, Trying>(
        &self,
        sleeper: &dyn Sleeper,
        mut may_pass: impl FnMut(&E) -> bool,
        mut attempt: impl FnMut() -> Trying,
    ) -> Result<T, E>
    where
        E: Display,
        Trying: Future<Output = Result<T, E>>,
    {
        let mut attempts = 1;
        loop {
            match attempt().await {
                Err(error) if self.allows(attempts) && may_pass(&error) => {
                    warn!(attempts, %error, "try again");
                    sleeper.sleep(self.delay(attempts)).await;
                    attempts += 1;
                }
                done => return done,
            }
        }
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
    use std::future::ready;
    use std::sync::{Arc, Mutex};

    use futures_util::FutureExt;

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

    /// What comes of attempts that fail with these, and the pauses between them.
    fn run(policy: RetryPolicy, failures: &[&'static str]) -> (Result<(), &'static str>, Vec<Duration>) {
        let pauses = Arc::new(Mutex::new(Vec::new()));
        let slept = Arc::clone(&pauses);
        let sleeper = move |pause| {
            slept.lock().unwrap().push(pause);
            ready(())
        };
        let mut left = failures.iter();
        let attempt = || ready(left.next().map_or(Ok(()), |failure| Err(*failure)));
        let done = policy.run(&sleeper, |error| *error == "busy", attempt).now_or_never();
        let pauses = pauses.lock().unwrap().clone();
        (done.expect("nothing is waited for"), pauses)
    }

    #[test]
    fn what_may_pass_is_tried_as_often_as_may_be() {
        let policy = RetryPolicy { attempts: 3, jitter: 0.0, ..RetryPolicy::default() };
        let pauses = [2, 4].map(Duration::from_millis);
        assert_eq!(run(policy, &[]), (Ok(()), vec![]));
        assert_eq!(run(policy, &["busy", "busy"]), (Ok(()), pauses.into()));
        assert_eq!(run(policy, &["busy", "busy", "busy"]), (Err("busy"), pauses.into()));
        assert_eq!(run(policy, &["busy", "full"]), (Err("full"), pauses[..1].into()), "what stays is not tried again");
        assert_eq!(run(RetryPolicy { attempts: 0, ..policy }, &["busy"]), (Err("busy"), vec![]), "0 counts as 1");
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
