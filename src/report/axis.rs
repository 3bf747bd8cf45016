//! Where a value is along an axis, and which values are marked there.

use super::number;

/// How values are spread along an axis.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scale {
    /// Logarithmic where no value is negative (along x: nor zero) and the positive ones differ by a
    /// factor of 50 or more, else linear.
    #[default]
    Auto,
    /// Equal steps for equal differences.
    Linear,
    /// Equal steps for equal ratios; values at and below zero have no place.
    Log,
}

/// What is known of an axis before its values: its label, and how it is spread.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Choice {
    pub label: String,
    pub scale: Scale,
    /// Names in place of numbers: the first is at 0, the next at 1.
    pub names: Vec<String>,
    /// Is an axis that has no place for zeros chosen only where there are none?
    pub keeps_zeros: bool,
}

impl Choice {
    pub fn new(label: &str) -> Self {
        Self {
            label: label.to_owned(),
            scale: Scale::Auto,
            names: Vec::new(),
            keeps_zeros: false,
        }
    }

    /// The axis that has room for these values.
    pub fn fit(&self, values: impl Iterator<Item = f64> + Clone) -> Axis {
        if !self.names.is_empty() {
            return Axis {
                kind: Kind::Names(self.names.clone()),
                low: -0.5,
                high: self.names.len() as f64 - 0.5,
            };
        }
        let finite = values.filter(|x| x.is_finite());
        let positive = Span::of(finite.clone().filter(|x| *x > 0.0));
        let all = Span::of(finite.clone());
        let log = match self.scale {
            Scale::Linear => false,
            Scale::Log => true,
            // Divided, so that the product does not overflow.
            Scale::Auto => {
                all.is_some_and(|all| all.low > 0.0 || (all.low == 0.0 && !self.keeps_zeros))
                    && positive.is_some_and(|span| span.low <= span.high / 50.0)
            }
        };
        if log {
            let powers = finite.clone().filter(|x| *x > 0.0).all(is_power_of_two);
            let wide = positive.is_some_and(|span| span.low < span.high);
            let base = if powers && wide { 2 } else { 10 };
            return Axis::log(
                base,
                positive.unwrap_or(Span {
                    low: 1.0,
                    high: 1.0,
                }),
            );
        }
        Axis::linear(all.unwrap_or(Span {
            low: 0.0,
            high: 1.0,
        }))
    }
}

fn is_power_of_two(x: f64) -> bool {
    let fraction = x.to_bits() & ((1 << 52) - 1);
    fraction == 0 && x.is_normal()
}

/// Least and greatest value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Span {
    pub low: f64,
    pub high: f64,
}

impl Span {
    /// Of the finite values, if there are any.
    pub fn of(values: impl Iterator<Item = f64>) -> Option<Self> {
        values.fold(None, |span: Option<Self>, x| match span {
            None => Some(Self { low: x, high: x }),
            Some(Self { low, high }) => Some(Self {
                low: low.min(x),
                high: high.max(x),
            }),
        })
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Kind {
    Linear,
    /// Ends are exponents of this base.
    Log(u32),
    Names(Vec<String>),
}

/// An axis with its ends.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Axis {
    kind: Kind,
    low: f64,
    high: f64,
}

/// A marked value.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tick {
    /// 0 at the low end, 1 at the high one.
    pub at: f64,
    pub label: String,
}

/// What is free at either end, as a share of the span.
const MARGIN: f64 = 0.04;

impl Axis {
    pub fn linear(span: Span) -> Self {
        // Halves, so that no difference overflows.
        let half = span.high / 2.0 - span.low / 2.0;
        let margin = match half > 0.0 {
            true => 2.0 * MARGIN * half,
            // One value alone stands in the middle.
            false if span.low == 0.0 => 1.0,
            false => span.low.abs() / 4.0,
        };
        Self {
            kind: Kind::Linear,
            low: (span.low - margin).max(f64::MIN),
            high: (span.high + margin).min(f64::MAX),
        }
    }

    pub fn log(base: u32, span: Span) -> Self {
        let (low, high) = (logarithm(base, span.low), logarithm(base, span.high));
        // At least a third of a decade.
        let least = logarithm(base, 2.0) / 2.0;
        let margin = (MARGIN * (high - low)).max(least - (high - low) / 2.0);
        Self {
            kind: Kind::Log(base),
            low: low - margin,
            high: high + margin,
        }
    }

    /// One of whole exponents: `low` and `high` are powers of two.
    pub fn binades(low: i32, high: i32) -> Self {
        Self {
            kind: Kind::Log(2),
            low: f64::from(low),
            high: f64::from(high.max(low + 1)),
        }
    }

    pub fn is_log(&self) -> bool {
        matches!(self.kind, Kind::Log(_))
    }

    pub fn names(&self) -> Option<&[String]> {
        match &self.kind {
            Kind::Names(names) => Some(names),
            _ => None,
        }
    }

    /// Where a value is: 0 at the low end, 1 at the high one; nothing for NaN, infinities and,
    /// on a logarithmic axis, what is not positive.
    pub fn place(&self, x: f64) -> Option<f64> {
        let x = self.coordinate(x)?;
        let half = |a: f64, b: f64| a / 2.0 - b / 2.0;
        let place = half(x, self.low) / half(self.high, self.low);
        place.is_finite().then_some(place)
    }

    /// What `low` and `high` are of: the value, or its logarithm.
    fn coordinate(&self, x: f64) -> Option<f64> {
        match self.kind {
            Kind::Log(_) if x <= 0.0 => None,
            Kind::Log(base) => Some(logarithm(base, x)),
            _ => Some(x),
        }
        .filter(|x| x.is_finite())
    }

    /// From the least of these values to the greatest, without a margin, if they differ.
    pub fn tight(self, values: impl Iterator<Item = f64>) -> Self {
        match Span::of(values.filter_map(|x| self.coordinate(x))) {
            Some(Span { low, high }) if low < high => Self { low, high, ..self },
            _ => self,
        }
    }

    fn tick(&self, text: &str) -> Option<Tick> {
        let at = self.place(text.parse().ok()?)?;
        Some(Tick {
            at,
            label: text.to_owned(),
        })
    }

    /// About `most` marked values, fewer where the axis has fewer.
    pub fn ticks(&self, most: usize) -> Vec<Tick> {
        let most = most.max(2);
        match &self.kind {
            Kind::Names(names) => names
                .iter()
                .enumerate()
                .filter_map(|(number, name)| {
                    Some(Tick {
                        at: self.place(number as f64)?,
                        label: name.clone(),
                    })
                })
                .collect(),
            Kind::Linear => self.linear_ticks(most),
            Kind::Log(base) => self.log_ticks(*base, most),
        }
        .into_iter()
        .filter(|tick| (0.0..=1.0).contains(&tick.at))
        .collect()
    }

    /// Multiples of 1, 2 or 5 times a power of ten.
    fn linear_ticks(&self, most: usize) -> Vec<Tick> {
        let half = self.high / 2.0 - self.low / 2.0;
        if half.is_nan() || half <= 0.0 {
            return Vec::new();
        }
        // The least step that makes no more than `most`.
        let step = libm::log10(half) + std::f64::consts::LOG10_2 - libm::log10(most as f64);
        let (power, rest) = (step.floor() as i32, step - step.floor());
        let (digit, power) = match rest {
            r if r <= 1e-9 => (1, power),
            r if r <= std::f64::consts::LOG10_2 => (2, power),
            r if r <= 1.0 - std::f64::consts::LOG10_2 => (5, power),
            _ => (1, power + 1),
        };
        // As text, so that each is the double nearest to the decimal.
        let size = |count: f64| format!("{count}e{power}").parse().unwrap_or(f64::NAN);
        let unit: f64 = size(f64::from(digit));
        let (first, last) = ((self.low / unit).ceil(), (self.high / unit).floor());
        // Where values differ in their last digits alone, a step is lost in them.
        if !(first.abs() < 1e15 && last.abs() < 1e15 && last - first <= 2.0 * most as f64 + 2.0) {
            return [self.low, self.high]
                .iter()
                .filter_map(|x| self.tick(&number::exact(*x)))
                .collect();
        }
        let places = usize::try_from(-power).unwrap_or(0);
        let (greatest, plain) = (self.low.abs().max(self.high.abs()), places <= 6);
        (0..=(last - first) as u32)
            .filter_map(|number| {
                let count = (first + f64::from(number)) * f64::from(digit);
                let value: f64 = size(count);
                let label = match plain && greatest < 1e6 {
                    true => format!("{value:.places$}"),
                    false if value == 0.0 => "0".to_owned(),
                    false => number::exact(value),
                };
                Some(Tick {
                    at: self.place(value)?,
                    label,
                })
            })
            .collect()
    }

    /// Powers of the base, every k-th of them; within a few, digits in between.
    fn log_ticks(&self, base: u32, most: usize) -> Vec<Tick> {
        let (first, last) = (self.low.ceil() as i32, self.high.floor() as i32);
        let at = |exponent: f64| (exponent - self.low) / (self.high - self.low);
        let count = (last - first + 1).max(0) as usize;
        if base == 10 && count < 3 {
            return self.digits_between(
                first - 1,
                last,
                if count < 2 { &[1, 2, 5] } else { &[1, 3] },
            );
        }
        let step = count.div_ceil(most).max(1);
        // Round steps of the exponent.
        let step = [
            1, 2, 3, 4, 5, 8, 10, 16, 20, 32, 50, 64, 100, 128, 200, 256, 512,
        ]
        .into_iter()
        .find(|round| *round >= step)
        .unwrap_or(step) as i32;
        // Plain numbers where all are short.
        let plain = match base {
            2 => first >= 0 && last <= 14,
            _ => first >= -2 && last <= 3,
        };
        let start = first.div_euclid(step) * step;
        (start..=last)
            .step_by(step as usize)
            .filter(|exponent| *exponent >= first)
            .map(|exponent| Tick {
                at: at(f64::from(exponent)),
                label: match plain {
                    true => number::exact(power_of(base, exponent)),
                    false => number::power(base, exponent),
                },
            })
            .collect()
    }

    fn digits_between(&self, first: i32, last: i32, digits: &[u32]) -> Vec<Tick> {
        let ticks = (first..=last).flat_map(|power| {
            let tick = move |digit: &u32| {
                let value: f64 = format!("{digit}e{power}").parse().ok()?;
                Some(Tick {
                    at: self.place(value)?,
                    label: number::exact(value),
                })
            };
            digits.iter().filter_map(tick)
        });
        ticks.collect()
    }
}

fn logarithm(base: u32, x: f64) -> f64 {
    match base {
        2 => libm::log2(x),
        _ => libm::log10(x),
    }
}

fn power_of(base: u32, exponent: i32) -> f64 {
    match base {
        2 => libm::exp2(f64::from(exponent)),
        _ => format!("1e{exponent}").parse().unwrap_or(f64::NAN),
    }
}
