//! A small deterministic source of choices (`SplitMix64`): the same seed makes the same choices on every machine.

/// Choices, all of them decided by the seed.
///
/// ```
/// # #[cfg(feature = "json")] {
/// use factum_model::value::sample::Dice;
///
/// let (mut one, mut same) = (Dice::new(7), Dice::new(7));
/// assert_eq!(one.any(), same.any());
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// Choices from a seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Choices for the part of this name of something that is made from a seed. Parts do not depend on each other, nor on
    /// their order.
    #[must_use]
    pub fn for_part(seed: u64, name: &str) -> Self {
        // FNV-1a.
        let hash = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        Self(seed ^ name.as_bytes().iter().fold(0xcbf2_9ce4_8422_2325, hash))
    }

    /// Any number.
    pub const fn any(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `limit`; 0 if that is 0.
    pub fn below(&mut self, limit: usize) -> usize {
        let limit = u64::try_from(limit.max(1)).unwrap_or(u64::MAX);
        usize::try_from(self.any() % limit).unwrap_or(0)
    }

    /// True once in `times` times.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// One of these.
    ///
    /// # Panics
    /// There is none.
    pub fn pick<'a, T>(&mut self, values: &'a [T]) -> &'a T {
        &values[self.below(values.len())]
    }
}
