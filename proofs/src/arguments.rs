//! Random and adversarial arguments.

/// A stream of arguments: a function of the seed.
pub struct Arguments {
    state: u64,
}

/// Where implementations break: branch points, zeros, poles, limits of ranges.
const PLACES: &[f64] = &[
    0.25,
    0.5,
    0.75,
    1.0,
    1.5,
    2.0,
    2.5,
    3.0,
    12.0,
    20.0,
    27.2,
    128.0,
    255.0,
    256.0,
    700.0,
    709.782712893384,
    745.1332191019411,
    1024.0,
    1074.0,
    0.00390625,
    0.000244140625,
    0.001953125,
    11356.5,
    1e22,
    2.2250738585072014e-308,
    1.7976931348623157e308,
    // The f64 nearest to a multiple of pi / 2 (Muller, Elementary Functions, 11.2), and zeros of log-gamma.
    5.319372648326541e255,
    1.5707963267948966,
    2.4570247382208006,
    2.7476826467274127,
    3.1435808883499798,
    3.9552942848585979,
];

impl Arguments {
    pub fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// SplitMix64.
    fn word(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    pub fn below(&mut self, n: u64) -> u64 {
        self.word() % n
    }

    pub fn sign(&mut self) -> f64 {
        if self.word() & 1 == 0 { 1.0 } else { -1.0 }
    }

    /// A random fraction and an exponent in [low, high).
    pub fn scaled(&mut self, low: i32, high: i32) -> f64 {
        let exponent = low + self.below((high - low) as u64) as i32;
        let fraction = self.word() >> 12;
        self.sign() * f64::from_bits(((exponent + 1023) as u64) << 52 | fraction)
    }

    pub fn one(&mut self) -> f64 {
        match self.below(12) {
            0 => f64::from_bits(self.word()),
            1 => f64::from(f32::from_bits(self.word() as u32)),
            2..=4 => self.scaled(-12, 11),
            5 => self.scaled(-80, 0),
            6 => self.scaled(-4, 2),
            // Next to a place, by a few units in the last place or by a small difference.
            7 => {
                let place = PLACES[self.below(PLACES.len() as u64) as usize] * self.sign();
                f64::from_bits(place.to_bits().wrapping_add(self.below(17)).wrapping_sub(8))
            }
            8 => {
                let place = PLACES[self.below(PLACES.len() as u64) as usize] * self.sign();
                place * (1.0 + self.scaled(-53, -3))
            }
            // Few digits: exact cases.
            9 => self.sign() * self.below(1 << 12) as f64 / (1_u64 << self.below(10)) as f64,
            // Multiples of pi / 2, rounded.
            10 => (self.below(1 << 20) as f64) * std::f64::consts::FRAC_PI_2 * self.sign(),
            // Steps of the tables.
            _ => {
                let step = f64::from_bits((1023 - 6 - 6 * self.below(2)) << 52);
                let at = self.below(300) as f64 * step;
                f64::from_bits(
                    (1.0 + at)
                        .to_bits()
                        .wrapping_add(self.below(5))
                        .wrapping_sub(2),
                ) - (self.below(2) as f64)
            }
        }
    }

    pub fn two(&mut self) -> (f64, f64) {
        let x = self.one();
        match self.below(6) {
            // x^y within the range of f64.
            0 => {
                let y = self.scaled(-3, 10) / x.abs().log2();
                (x, y)
            }
            1 => (x.abs(), self.scaled(-3, 10) / x.abs().log2()),
            2 => (
                x,
                (self.below(40) as f64 - 8.0) / (1 << self.below(4)) as f64,
            ),
            3 => {
                let x = (self.below(200) as f64) / (1 << self.below(5)) as f64;
                (
                    x.powi(1 << self.below(4)),
                    (self.below(70) as f64 - 10.0) / (1 << self.below(4)) as f64,
                )
            }
            4 => (1.0 + self.scaled(-53, -1), self.scaled(-10, 60)),
            _ => (x, self.one()),
        }
    }
}
