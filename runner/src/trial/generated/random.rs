//! Numbers that look random and come from a seed.

/// A source of numbers.
pub(super) struct Random(u64);

impl Random {
    /// The source of one case: cases do not depend on each other.
    pub(super) fn of(seed: u64, number: usize) -> Self {
        let mut random = Self(seed ^ (number as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        random.next();
        random
    }

    /// SplitMix64.
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`, which is not 0.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound.max(1) as u64).unwrap_or(0)
    }

    /// A number between both, which belong to it.
    pub(super) fn between(&mut self, least: i64, most: i64) -> i64 {
        let wide = u64::try_from(i128::from(most) - i128::from(least)).unwrap_or(0);
        let by = match wide.checked_add(1) {
            Some(bound) => self.next() % bound,
            None => self.next(),
        };
        least.wrapping_add(by.cast_signed())
    }

    /// True once in `times`.
    pub(super) fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// One of several, of which there is at least one.
    pub(super) fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}
