//! Chance that is the same every time: `SplitMix64` (Steele, Lea and Flood, 2014).

use factum::{Timestamp, Uuid};
use uuid::Builder;

/// Seeded dice.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`; 0 if there is none.
    pub(super) const fn below(&mut self, end: u32) -> u32 {
        // The high half of a product with 32 random bits: it is below `end`, so nothing is lost.
        (((self.next() >> 32) * end as u64) >> 32) as u32
    }

    /// Whether something happens that happens `percent` times in a hundred.
    pub(super) const fn chance(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }

    /// One of `options`, of which there is at least one.
    pub(super) fn pick<'a, T>(&mut self, options: &'a [T]) -> Option<&'a T> {
        let index = self.below(u32::try_from(options.len()).unwrap_or(u32::MAX));
        options.get(index as usize)
    }

    /// A UUIDv7 made at `at`.
    pub(super) fn uuid(&mut self, at: Timestamp) -> Uuid {
        let mut tail = [0; 10];
        let bytes = self.next().to_be_bytes().into_iter().chain(self.next().to_be_bytes());
        tail.iter_mut().zip(bytes).for_each(|(place, byte)| *place = byte);
        let millis = u64::try_from(at.as_millisecond()).unwrap_or(0);
        Builder::from_unix_timestamp_millis(millis, &tail).into_uuid()
    }
}
