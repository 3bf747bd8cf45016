//! One list of values through every mode and saturation, against the oracle.

use std::convert::Infallible;

use rand::rand_core::TryRng;
use roundoff::chop::Host;
use roundoff::random::word64;
use roundoff::{Format, Rounder, Rounding, Saturation, Variant};

use crate::oracle::{Set, bits, project_float, random_bits, set};

pub const SATURATIONS: [Saturation; 3] =
    [Saturation::None, Saturation::Finite, Saturation::Propagate];
pub const VARIANTS: [Variant; 3] = [Variant::A, Variant::B, Variant::C];

/// A generator that says what it is told to.
pub struct Says(pub u64);

impl TryRng for Says {
    type Error = Infallible;
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok((self.0 >> 32) as u32)
    }
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.0)
    }
    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        bytes.fill(self.0 as u8);
        Ok(())
    }
}

/// The modes, each with the random words that it is tried with one by one.
pub fn modes() -> Vec<(Rounding, Vec<u64>)> {
    let mut modes: Vec<_> = Rounding::ALL
        .into_iter()
        .filter(|mode| !mode.is_stochastic())
        .map(|mode| (mode, vec![0]))
        .collect();
    modes.push((Rounding::StochasticEqual, vec![0, 1]));
    for variant in VARIANTS {
        for n in [1u8, 2, 5, 22, 23, 24, 30, 31, 32, 51, 52, 53] {
            let last = (1u64 << n) - 1;
            let mut words = match n {
                1 | 2 => (0..=last).collect(),
                23 | 52 => vec![0, 1, last / 2, last / 2 + 1, last],
                _ => vec![last / 3],
            };
            words.dedup();
            let mode = Rounding::stochastic(variant, n).expect("1 to 53 bits");
            modes.push((mode, words));
        }
    }
    modes
}

/// A host type, as far as the test needs it.
pub trait Float: Host {
    const DIGITS: (u32, i32);
    fn neighbours(self) -> [Self; 3];
    fn nearest(x: f64) -> Self;
    fn ends() -> Vec<Self>;
}

macro_rules! float {
    ($float:ident, $digits:expr) => {
        impl Float for $float {
            const DIGITS: (u32, i32) = $digits;
            fn neighbours(self) -> [Self; 3] {
                [self.next_down(), self, self.next_up()]
            }
            fn nearest(x: f64) -> Self {
                x as $float
            }
            fn ends() -> Vec<Self> {
                vec![
                    0.0,
                    $float::from_bits(1),
                    $float::MIN_POSITIVE,
                    $float::MAX,
                    $float::INFINITY,
                    $float::NAN,
                    // A signalling NaN and one with a payload.
                    $float::from_bits($float::INFINITY.to_bits() + 1),
                    $float::from_bits($float::INFINITY.to_bits() * 2 / 2 + 5),
                ]
            }
        }
    };
}
float!(f32, (24, 127));
float!(f64, (53, 1023));

/// The first n random bits at an index, seed 9.
fn drawn(index: u64, n: u32) -> u64 {
    word64(9, 0, index).checked_shr(64 - n).unwrap_or(0)
}

/// So many values, a thousand in one mode and saturation, the next thousand in the next; how many
/// roundings that were.
pub fn try_in_turn<F: Float>(
    name: &str,
    count: usize,
    mut inputs: impl FnMut(&Set, usize) -> Vec<F>,
) -> usize {
    let set = set(name).expect("a set of the oracle");
    let format: Format = name.parse().expect("a format");
    let seen = set.carried(F::DIGITS.0, F::DIGITS.1);
    let modes = modes();
    let turns = modes
        .iter()
        .flat_map(|(rounding, _)| SATURATIONS.map(|saturation| (*rounding, saturation)));
    let (mut done, mut turns) = (0, turns.cycle());
    while done < count {
        let (rounding, saturation) = turns.next().expect("there are modes");
        let n = random_bits(rounding);
        let rounder = Rounder::new(format)
            .with_rounding(rounding)
            .with_saturation(saturation)
            .with_seed(9);
        let values = inputs(&set, 1000.min(count - done));
        let mut rounded = values.clone();
        rounder.round_slice_at(&mut rounded, done as u64);
        for (i, (x, got)) in values.iter().zip(&rounded).enumerate() {
            let r = drawn((done + i) as u64, n);
            let want = project_float(x.to_f64(), &seen, rounding, saturation, r);
            assert_eq!(
                bits(got.to_f64()),
                bits(want),
                "{name} {rounding} {saturation} R={r}: {x:?} gives {got:?}, not {want:?}"
            );
        }
        done += values.len();
    }
    done
}

/// Every value in every mode and saturation; how many roundings that were.
pub fn try_all<F: Float>(name: &str, inputs: impl Fn(&Set) -> Vec<F>) -> usize {
    let set = set(name).expect("a set of the oracle");
    let format: Format = name
        .parse()
        .unwrap_or_else(|error| panic!("{name}: {error}"));
    let values = inputs(&set);
    let seen = set.carried(F::DIGITS.0, F::DIGITS.1);
    let mut rounded = values.clone();
    let mut count = 0;
    for (rounding, words) in modes() {
        let n = random_bits(rounding);
        for saturation in SATURATIONS {
            let rounder = Rounder::new(format)
                .with_rounding(rounding)
                .with_saturation(saturation)
                .with_seed(9);
            let check = |x: F, got: F, r: u64, how: &str| {
                let want = project_float(x.to_f64(), &seen, rounding, saturation, r);
                assert_eq!(
                    bits(got.to_f64()),
                    bits(want),
                    "{name} {rounding} {saturation} R={r} {how}: {x:?} gives {got:?}, not {want:?}"
                );
            };
            // As a slice, and as a value at an index of it.
            rounder.round_into(&values, &mut rounded).expect("as long");
            for (i, (x, got)) in values.iter().zip(&rounded).enumerate() {
                let one = rounder.round_at(*x, i as u64);
                assert_eq!(
                    bits(one.to_f64()),
                    bits(got.to_f64()),
                    "{name} {rounding} {saturation}: {x:?} at {i}: alone {one:?}, in a slice {got:?}"
                );
                check(*x, *got, drawn(i as u64, n), "in a slice");
            }
            // With words that the test chooses.
            for r in words.iter().filter(|_| n > 0) {
                let rng = &mut Says(r << (64 - n));
                for x in &values {
                    check(*x, rounder.round_with(*x, rng), *r, "with a word");
                }
            }
            count += values.len() * (1 + words.len());
        }
    }
    count
}
