//! Add to the digits to drop, then clear them; and what becomes of a magnitude past the range.

/// Of one host.
macro_rules! lane_shifted {
    ($float:ident, $word:ident) => {
        /// Add and clear.
        #[derive(Clone, Copy)]
        pub struct Shifted<M>(pub Numbers, pub M);

        impl<M: Mode> Way for Shifted<M> {
            const RANDOM: bool = M::RANDOM;
            #[inline(always)]
            fn round(&self, x: $float, random: $word) -> ($float, bool) {
                let rounded = self.magnitude(x, random);
                let sign = x.to_bits() & SIGN;
                let y = <$float>::from_bits(rounded | sign);
                (y, rounded <= self.0.plan.max)
            }
        }

        impl<M: Mode> Grid for Shifted<M> {
            #[inline(always)]
            fn plan(&self) -> &Plan {
                &self.0.plan
            }
            #[inline(always)]
            fn magnitude(&self, x: $float, random: $word) -> $word {
                let plan = &self.0.plan;
                let sign = x.to_bits() & SIGN;
                let magnitude = x.to_bits() ^ sign;
                let addend = M::addend(magnitude, sign != 0, random, plan);
                magnitude.wrapping_add(addend) & !tail(plan)
            }
        }

        /// Another way's magnitude, saturated as the definition does: every answer counts.
        #[derive(Clone, Copy)]
        pub struct Saturated<W>(pub W);

        impl<W: Grid> Way for Saturated<W> {
            const RANDOM: bool = W::RANDOM;
            #[inline(always)]
            fn round(&self, x: $float, random: $word) -> ($float, bool) {
                let rounded = self.0.magnitude(x, random);
                let word = saturate(rounded, x.to_bits(), *self.0.plan());
                (<$float>::from_bits(word), true)
            }
        }
    };
}
