//! Two ways to do the same thing, measured in turns.
//!
//! A machine that others use is sometimes fast and sometimes slow, so the two are run A B, B A, A B ... within one
//! run, and what counts is the median of the rounds' ratios: a round in which something else interfered is one of many.

use std::convert::Infallible;
use std::fmt;
use std::hint::black_box;
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// What a figure must reach.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Bar {
    /// It must not be higher.
    AtMost(f64),
    /// It must not be lower.
    AtLeast(f64),
}

impl Bar {
    /// Whether `figure` reaches it.
    #[must_use]
    pub fn holds(self, figure: f64) -> bool {
        match self {
            Self::AtMost(bar) => figure <= bar,
            Self::AtLeast(bar) => figure >= bar,
        }
    }
}

impl fmt::Display for Bar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtMost(bar) => write!(f, "<= {bar}"),
            Self::AtLeast(bar) => write!(f, ">= {bar}"),
        }
    }
}

/// What the rounds of a pair came to: for each round the cost of the first and of the second.
#[derive(Debug, Clone)]
pub struct Rounds {
    costs: Vec<(f64, f64)>,
    unit: &'static str,
}

impl Rounds {
    /// Runs both `rounds` times, taking turns at who is first. Each answers its cost, in `unit`.
    ///
    /// # Errors
    /// What they fail with.
    pub fn run<E>(
        rounds: usize,
        unit: &'static str,
        mut first: impl FnMut() -> Result<f64, E>,
        mut second: impl FnMut() -> Result<f64, E>,
    ) -> Result<Self, E> {
        let mut costs = Vec::with_capacity(rounds);
        for round in 0..rounds {
            if round % 2 == 0 {
                let cost = first()?;
                costs.push((cost, second()?));
            } else {
                let cost = second()?;
                costs.push((first()?, cost));
            }
        }
        Ok(Self::of(costs, unit))
    }

    /// Rounds that were measured elsewhere: in each the cost of the first and of the second.
    #[must_use]
    pub const fn of(costs: Vec<(f64, f64)>, unit: &'static str) -> Self {
        Self { costs, unit }
    }

    /// Both in nanoseconds of this thread's processor time per call, for what takes far less than a round and waits for
    /// nothing. Answers are kept from the optimiser.
    pub fn of_calls<A, B>(scale: Scale, mut first: impl FnMut() -> A, mut second: impl FnMut() -> B) -> Self {
        let (rounds, slice) = match scale {
            Scale::Full => (1001, Duration::from_millis(1)),
            Scale::Smoke => (1, Duration::ZERO),
        };
        let calls = (calls_in(slice, &mut first), calls_in(slice, &mut second));
        let first = || Ok::<_, Infallible>(timed(calls.0, &mut first));
        let run = Self::run(rounds, "ns", first, || Ok(timed(calls.1, &mut second)));
        run.unwrap_or_else(|never| match never {})
    }

    /// The median of the rounds' ratios, first to second.
    #[must_use]
    pub fn ratio(&self) -> f64 {
        self.quantile(0.5, |(first, second)| first / second)
    }

    /// Both medians, and the quarter below and above which a quarter of the ratios lie.
    #[must_use]
    pub fn told(&self, names: (&str, &str)) -> String {
        let (first, second) = (self.quantile(0.5, |costs| costs.0), self.quantile(0.5, |costs| costs.1));
        let ratio = |(first, second): (f64, f64)| first / second;
        let (low, high) = (self.quantile(0.25, ratio), self.quantile(0.75, ratio));
        let (unit, rounds) = (self.unit, self.costs.len());
        format!(
            "{} {first:.1} {unit}, {} {second:.1} {unit}; {rounds} rounds, half of them at {low:.3} to {high:.3}",
            names.0, names.1
        )
    }

    fn quantile(&self, share: f64, of: impl Fn((f64, f64)) -> f64) -> f64 {
        let mut values: Vec<f64> = self.costs.iter().copied().map(of).collect();
        values.sort_by(f64::total_cmp);
        // A share of a count of rounds: small, and not negative.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
        let index = ((values.len().saturating_sub(1)) as f64 * share).round() as usize;
        values.get(index).copied().unwrap_or(f64::NAN)
    }
}

/// How much to measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// To get a figure.
    Full,
    /// Once, and little: to see that both do the same.
    Smoke,
}

impl Scale {
    /// One of two sizes.
    #[must_use]
    pub const fn pick(self, full: usize, smoke: usize) -> usize {
        match self {
            Self::Full => full,
            Self::Smoke => smoke,
        }
    }
}

/// How often `call` can be called in a slice of time.
fn calls_in<T>(slice: Duration, call: &mut impl FnMut() -> T) -> u32 {
    let mut calls = 1;
    loop {
        let start = processor_time();
        for _ in 0..calls {
            black_box(call());
        }
        if since(start) >= slice || calls > u32::MAX / 2 {
            return calls;
        }
        calls *= 2;
    }
}

fn timed<T>(calls: u32, call: &mut impl FnMut() -> T) -> f64 {
    let start = processor_time();
    for _ in 0..calls {
        black_box(call());
    }
    since(start).as_secs_f64() * 1e9 / f64::from(calls)
}

/// How long this thread has run. It stands still while others run, on a machine that is not ours alone.
fn processor_time() -> Duration {
    clock_gettime(ClockId::ThreadCPUTime).try_into().unwrap_or_default()
}

fn since(start: Duration) -> Duration {
    processor_time().saturating_sub(start)
}
