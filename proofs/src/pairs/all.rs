//! All pairs of a 16-bit format: the functions of two numbers, rounded to odd at 64 digits, which
//! decides every mode (stochastic ones of up to 53 random bits included).
//!
//! The judge is [`enclosure`](super::enclosure), and MPFR where that does not decide: exact results,
//! specials. First the judge itself is held against MPFR.
//!
//! * **Power**: every pair of values, one after the other.
//! * **Hypot, ArcTan2, ArcTan2Pi**: of (x 2^k, y 2^k) they are 2^k times, or the same as, of (x, y). So
//!   every pair of significands at every difference of exponents, with all signs, is every pair;
//!   that scaling changes no other bit is shown on random pairs of values.

use roundoff::Format;

use super::enclosure::{Angles, Logarithm, Power, Powers, Short, hypot};
use crate::draw::Draw;
use crate::judge::{self, Binary, is_nan, to_64_digits};

/// Bit of the sign, and 2^-16382, in words of 64 digits.
const SIGN: u128 = 1 << 78;
const LEAST_NORMAL: u128 = 1 << 63;

/// The least word of a number past all that binary128 has.
const GREATEST: u128 = (0x7fff << 63) - 1;

/// What the judge says of one pair.
enum Verdict {
    /// To odd at 64 digits.
    Word(u128),
    /// A magnitude below 2^-16382 but not zero, of that sign.
    Below(u128),
    Nan,
    /// Left to MPFR.
    Undecided,
}

/// One of 0, 1, ..., of so many.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shard {
    pub number: usize,
    pub of: usize,
}

impl Shard {
    /// `2/8`: the third of eight.
    pub fn read(text: &str) -> Option<Self> {
        let (number, of) = text.split_once('/')?;
        let (number, of) = (number.parse().ok()?, of.parse().ok()?);
        (number < of).then_some(Self { number, of })
    }
}

/// What was tried.
#[derive(Default)]
struct Count {
    pairs: u64,
    by_mpfr: u64,
    wrong: u64,
}

impl Count {
    fn compare(&mut self, function: &Binary, x: f64, y: f64, verdict: &Verdict) {
        let odd = (function.ours)(x.into(), y.into()).to_odd_128();
        let ours = to_64_digits(odd);
        self.pairs += 1;
        let right = match verdict {
            Verdict::Word(word) => ours == *word,
            Verdict::Below(sign) => {
                ours & SIGN == *sign && (1..LEAST_NORMAL).contains(&(ours & !SIGN))
            }
            Verdict::Nan => is_nan(odd),
            Verdict::Undecided => {
                self.by_mpfr += 1;
                let truth = function.truth(x, y).to_odd_128();
                to_64_digits(truth) == ours || is_nan(truth) && is_nan(odd)
            }
        };
        if !right {
            self.wrong += 1;
            if self.wrong <= 10 {
                let truth = function.truth(x, y).to_odd_128();
                println!(
                    "WRONG {}({x:e}, {y:e}) = {odd:032x}, MPFR {truth:032x}",
                    function.name
                );
            }
        }
    }
}

fn sign(negative: bool) -> u128 {
    match negative {
        true => SIGN,
        false => 0,
    }
}

/// All values, NaN once.
fn values(format: &Format) -> Vec<f64> {
    let mut bits: Vec<u64> = (0..1 << 16)
        .map(|code| format.decode(code).expect("a code of 16 bits"))
        .map(|x| if x.is_nan() { f64::NAN } else { x })
        .map(f64::to_bits)
        .collect();
    bits.sort_unstable();
    bits.dedup();
    bits.into_iter().map(f64::from_bits).collect()
}

/// x^y of one x.
struct PowersOf<'a> {
    powers: &'a Powers,
    /// None where the base is special, or its magnitude 1.
    base: Option<(Short, Logarithm)>,
}

impl<'a> PowersOf<'a> {
    fn new(powers: &'a Powers, x: f64) -> Self {
        Self {
            powers,
            base: Short::new(x).zip(Logarithm::new(x)),
        }
    }

    fn verdict(&self, y: Option<Short>) -> Verdict {
        let (Some((x, log)), Some(y)) = (&self.base, y) else {
            return Verdict::Undecided;
        };
        if x.negative && y.last_digit() < 0 {
            return Verdict::Nan;
        }
        let sign = sign(x.negative && y.last_digit() == 0);
        match self.powers.power(log, y) {
            Power::Past => Verdict::Word(sign | GREATEST),
            Power::Below => Verdict::Below(sign),
            Power::Between(enclosure) => word(enclosure.and_then(|e| e.to_64_digits()), sign),
        }
    }
}

fn word(decided: Option<u128>, sign: u128) -> Verdict {
    decided.map_or(Verdict::Undecided, |word| Verdict::Word(sign | word))
}

fn powers(function: &Binary, values: &[f64], shard: Shard, count: &mut Count) {
    let powers = Powers::new();
    let exponents: Vec<Option<Short>> = values.iter().map(|y| Short::new(*y)).collect();
    for x in values.iter().skip(shard.number).step_by(shard.of) {
        let of = PowersOf::new(&powers, *x);
        for (y, short) in values.iter().zip(&exponents) {
            count.compare(function, *x, *y, &of.verdict(*short));
        }
    }
}

/// A judge of a function that scaling does not change.
type Judge<'a> = &'a dyn Fn(Short, Short) -> Verdict;

fn significands(function: &Binary, values: &[f64], shard: Shard, judge: Judge, count: &mut Count) {
    let finite: Vec<Short> = values.iter().filter_map(|x| Short::new(*x)).collect();
    let mut digits: Vec<u64> = finite.iter().map(|x| x.m).collect();
    digits.sort_unstable();
    digits.dedup();
    let exponents = finite.iter().map(|x| x.e);
    let (least, most) = (exponents.clone().min(), exponents.max());
    let range = most.zip(least).map_or(0, |(most, least)| most - least);
    for y in digits.iter().skip(shard.number).step_by(shard.of) {
        for x in &digits {
            for distance in -range..=range {
                for signs in 0..4 {
                    let signed = |m: u64, bit: u32| match signs >> bit & 1 {
                        0 => m as f64,
                        _ => -(m as f64),
                    };
                    // From 2^-600 to 2^600.
                    let scale = f64::from_bits((1023 + distance) as u64 * (1 << 52));
                    let (y, x) = (signed(*y, 0), signed(*x, 1) * scale);
                    let verdict = match Short::new(y).zip(Short::new(x)) {
                        Some((y, x)) => judge(y, x),
                        None => unreachable!("16 digits"),
                    };
                    count.compare(function, y, x, &verdict);
                }
            }
        }
    }
    if shard.number == 0 {
        let specials = values.iter().filter(|x| Short::new(**x).is_none());
        for special in specials {
            for other in values {
                count.compare(function, *special, *other, &Verdict::Undecided);
                count.compare(function, *other, *special, &Verdict::Undecided);
            }
        }
    }
}

/// Random pairs of values, and the same with exponents moved to where the significands were tried: how
/// many differ.
fn scaling(function: &Binary, values: &[f64], scales: bool, draw: &mut Draw, pairs: u64) -> u64 {
    let mut wrong = 0;
    for _ in 0..pairs {
        let mut any = || values[draw.below(values.len() as u64) as usize];
        let (y, x) = (any(), any());
        let (Some(of_y), Some(_)) = (Short::new(y), Short::new(x)) else {
            continue;
        };
        let back = f64::from_bits((1023 - of_y.e) as u64 * (1 << 52));
        let here = (function.ours)(y.into(), x.into()).to_odd_128();
        let there = (function.ours)((y * back).into(), (x * back).into()).to_odd_128();
        let power = if scales { i128::from(of_y.e) << 112 } else { 0 };
        if here != there.wrapping_add_signed(power) {
            wrong += 1;
            if wrong <= 10 {
                println!("WRONG {}({y:e}, {x:e}) scaled", function.name);
            }
        }
    }
    wrong
}

/// Pairs with which the judge is held against MPFR.
const JUDGED: u64 = 200_000;
/// Pairs that are scaled.
const SCALED: u64 = 1 << 24;

pub fn prove(name: &str, format: Format, shard: Shard) {
    let Some(function) = judge::binary().into_iter().find(|f| f.name == name) else {
        println!("no function \"{name}\": pow, hypot, arctan2, arctan2_pi");
        std::process::exit(2);
    };
    let values = values(&format);
    if format.precision() > 16 || values.iter().any(|x| x.is_finite() && x.abs() > 1e90) {
        println!("{format} is no format of 16 bits and a range of 2^300");
        std::process::exit(2);
    }
    let (power, angles) = (Powers::new(), Angles::new());
    let arctan2 = |y: Short, x: Short| {
        word(
            angles.of(y, x)[0].and_then(|e| e.to_64_digits()),
            sign(y.negative),
        )
    };
    let arctan2_pi = |y: Short, x: Short| {
        word(
            angles.of(y, x)[1].and_then(|e| e.to_64_digits()),
            sign(y.negative),
        )
    };
    let exactly = |y: Short, x: Short| Verdict::Word(hypot(y, x));
    let judge: Option<Judge> = match name {
        "hypot" => Some(&exactly),
        "arctan2" => Some(&arctan2),
        "arctan2_pi" => Some(&arctan2_pi),
        _ => None,
    };

    let mut draw = Draw::new(11);
    let (mut decided, mut misjudged) = (0, 0);
    for _ in 0..JUDGED {
        let mut any = || values[draw.below(values.len() as u64) as usize];
        let (x, y) = (any(), any());
        let verdict = match (judge, Short::new(x).zip(Short::new(y))) {
            (None, _) => PowersOf::new(&power, x).verdict(Short::new(y)),
            (Some(judge), Some((x, y))) => judge(x, y),
            (Some(_), None) => Verdict::Undecided,
        };
        let truth = function.truth(x, y).to_odd_128();
        let (nan, truth) = (is_nan(truth), to_64_digits(truth));
        let right = match verdict {
            Verdict::Word(word) => word == truth,
            Verdict::Below(sign) => {
                truth & SIGN == sign && (1..LEAST_NORMAL).contains(&(truth & !SIGN))
            }
            Verdict::Nan => nan,
            Verdict::Undecided => continue,
        };
        decided += 1;
        misjudged += u64::from(!right);
    }
    println!(
        "judge of {name}, {format}: {decided} of {JUDGED} random pairs decided, {misjudged} wrong"
    );

    let mut count = Count::default();
    match judge {
        None => powers(&function, &values, shard, &mut count),
        Some(judge) => significands(&function, &values, shard, judge, &mut count),
    }
    let scaled = match judge {
        Some(_) => scaling(&function, &values, name == "hypot", &mut draw, SCALED),
        None => 0,
    };
    println!(
        "{name} {format}, shard {}/{}: {} pairs, {} of them by MPFR, wrong {}; scaled {scaled} wrong",
        shard.number, shard.of, count.pairs, count.by_mpfr, count.wrong
    );
    if misjudged + count.wrong + scaled > 0 {
        std::process::exit(1);
    }
}
