//! How much is tried.

use std::env;

/// How many samples of each version; `FACTUM_RANDOM_SAMPLES` asks for more.
pub(crate) fn samples() -> u64 {
    env::var("FACTUM_RANDOM_SAMPLES").ok().map_or(24, |count| count.parse().expect("a number of samples"))
}
