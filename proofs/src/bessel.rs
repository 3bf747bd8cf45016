//! log I, log K, their ratios and slopes against MPFR: points of every region, beside every border
//! between two formulas, on both of its sides.
//!
//! w = sqrt(v^2 + x^2) < 60: the power series (DLMF 10.25.2), and K from the two of them (10.27.4),
//! at 800 bits, an order within 2^-200 of an integer moved by that. From there: the uniform expansions (10.41.3,
//! 10.41.4), 60 terms, whose last are below 2^-140.

use std::f64::consts::FRAC_PI_2;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use roundoff::kernels::bessel::Quantity;
use rug::Float;
use rug::float::Constant;
use rug::ops::Pow;

use crate::arguments::Arguments;

const BITS: u32 = 800;
const TERMS: usize = 60;
/// From which w on the expansions serve.
const FAR: f64 = 60.0;
/// v/x where M = 0.
const CROSSING: f64 = 1.50887956153832;

fn float(x: f64) -> Float {
    Float::with_val(BITS, x)
}

/// log I, log K, I_(v+1)/I_v and K_(v+1)/K_v.
type Truth = [Float; 4];

/// Sum of q^k / (k! (1 + v)(2 + v)...(k + v)).
fn series(v: &Float, q: &Float) -> Float {
    let (mut term, mut sum) = (float(1.0), float(1.0));
    for k in 1.. {
        term *= q;
        term /= Float::with_val(BITS, v + k);
        term /= k;
        sum += &term;
        let small = term.get_exp() < sum.get_exp().map(|e| e - BITS as i32);
        // Orders below 0: the terms may grow again after a small one.
        if small && Float::with_val(BITS, v + k) > 0 {
            return sum;
        }
    }
    sum
}

fn near(v: f64, x: f64) -> Truth {
    let step = float(2.0).pow(-200);
    let moved = match float(v - v.round()).abs() < step {
        true => step,
        false => float(0.0),
    };
    let v = float(v) + moved;
    let half: Float = float(x) / 2;
    let q = float(x) * x / 4;
    let pi = Float::with_val(BITS, Constant::Pi);
    let power = (v.clone() * half.clone().ln()).exp();
    let above = float(1.0) + &v;
    let gamma = above.clone().gamma();
    // I_v = (x/2)^v/Gamma(1 + v) B; I_-v = (x/2)^-v Gamma(v) sin(pi v)/pi A.
    let b = series(&v, &q);
    let i = power.clone() / &gamma * b;
    let a = series(&(-v.clone()), &q);
    let sine = (pi.clone() * &v).sin();
    let first = gamma.clone() / 2 / &v / &power * a;
    let k: Float = first - pi / 2 / sine * &i;
    let next = series(&above, &q) * &power / &gamma / &above * &half;
    // I_v K_(v+1) + I_(v+1) K_v = 1/x (DLMF 10.28.2).
    let k_next = (float(x).recip() - next.clone() * &k) / &i;
    let (ratio_i, ratio_k) = (next / &i, k_next / &k);
    [i.ln(), k.ln(), ratio_i, ratio_k]
}

/// U_k (DLMF 10.41.9), as coefficients of p^k, p^(k+2), ..., p^(3k).
fn debye() -> &'static [Vec<Float>] {
    static ALL: OnceLock<Vec<Vec<Float>>> = OnceLock::new();
    ALL.get_or_init(|| {
        let wide = |x: u32| Float::with_val(4 * BITS, x);
        let mut all = vec![vec![wide(1)]];
        for k in 0..TERMS {
            let mut next = vec![wide(0); k + 2];
            for (j, c) in all[k].iter().enumerate() {
                let e = (k + 2 * j) as u32;
                // U_(k+1) = p^2 (1 - p^2) U_k'/2 + (integral of (1 - 5 t^2) U_k)/8.
                let half: Float = wide(e) / 2;
                next[j] += c.clone() * (half.clone() + wide(1) / (8 * (e + 1)));
                next[j + 1] -= c.clone() * (half + wide(5) / (8 * (e + 3)));
            }
            all.push(next);
        }
        all
    })
}

/// log I and log K by the uniform expansions.
fn uniform(v: &Float, x: &Float) -> (Float, Float) {
    let w = (v.clone().square() + x.clone().square()).sqrt();
    let angle = (v.clone() / x).asinh();
    let m = w.clone() - angle * v;
    let t2 = (v.clone() / &w).square();
    let (mut even, mut odd, mut scale) = (float(0.0), float(0.0), float(1.0));
    for (k, row) in debye().iter().enumerate() {
        // U_k(p)/v^k, p = v/w, is w^-k times a polynomial in p^2.
        let mut sum = float(0.0);
        for c in row.iter().rev() {
            sum *= &t2;
            sum += c;
        }
        sum *= &scale;
        match k % 2 {
            0 => even += sum,
            _ => odd += sum,
        }
        scale /= &w;
    }
    let pi = Float::with_val(BITS, Constant::Pi);
    let i = m.clone() - Float::with_val(BITS, 2 * (pi.clone() * &w)).ln() / 2
        + (even.clone() + &odd).ln();
    let k = -m - Float::with_val(BITS, 2 * w / pi).ln() / 2 + (even - odd).ln();
    (i, k)
}

fn far(v: f64, x: f64) -> Truth {
    let (v, x) = (float(v), float(x));
    let (i, k) = uniform(&v, &x);
    let (i_next, k_next) = uniform(&(v + 1), &x);
    let (ratio_i, ratio_k) = ((i_next - &i).exp(), (k_next - &k).exp());
    [i, k, ratio_i, ratio_k]
}

fn truth(v: f64, x: f64) -> Truth {
    match v.hypot(x) < FAR {
        true => near(v, x),
        false => far(v, x),
    }
}

/// Signed errors of all quantities in units of 2^-53: the logarithms' over max(1, |log|), the others'
/// relative.
fn errors(v: f64, x: f64) -> [f64; Quantity::ALL.len()] {
    let [i, k, ratio_i, ratio_k] = truth(v, x);
    let by = float(v) / x;
    Quantity::ALL.map(|quantity| {
        let exact = match quantity {
            Quantity::LogI => i.clone(),
            Quantity::LogK => k.clone(),
            Quantity::LogIScaled => i.clone() - x,
            Quantity::LogKScaled => k.clone() + x,
            Quantity::RatioI => ratio_i.clone(),
            Quantity::RatioK => ratio_k.clone(),
            Quantity::SlopeI => ratio_i.clone() + &by,
            Quantity::SlopeK => by.clone() - &ratio_k,
        };
        let ours = quantity.at(v, x);
        if ours.is_infinite() && exact.to_f64() == ours {
            return 0.0;
        }
        let floor = match quantity.name().starts_with("log") {
            true => 1.0,
            false => f64::MIN_POSITIVE,
        };
        let size = exact.clone().abs().max(&float(floor));
        ((float(ours) - exact) / size).to_f64() * 2f64.powi(53)
    })
}

impl Arguments {
    fn uniform(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.below(1 << 53) as f64 / 2f64.powi(53)
    }

    /// Uniform on a logarithmic scale.
    fn spread(&mut self, low: f64, high: f64) -> f64 {
        self.uniform(low.ln(), high.ln()).exp()
    }

    /// Between two values of w; one in four close to an axis.
    fn ring(&mut self, low: f64, high: f64) -> (f64, f64) {
        let w = self.spread(low, high);
        let angle = match self.below(8) {
            0 => self.spread(1e-12, 1.0),
            1 => FRAC_PI_2 - self.spread(1e-9, 1.0),
            _ => self.uniform(0.0, FRAC_PI_2),
        };
        (w * angle.sin(), w * angle.cos())
    }
}

type Draw = fn(&mut Arguments) -> (f64, f64);

/// Where points lie.
const REGIONS: &[(&str, Draw)] = &[
    ("everywhere", |a| (a.spread(1e-6, 1e4), a.spread(1e-6, 1e4))),
    ("w >= 48", |a| a.ring(48.0, 1e5)),
    ("w to 1e140", |a| a.ring(1e3, 1e140)),
    ("24 <= w < 48", |a| a.ring(24.0, 48.0)),
    ("12 <= w < 24", |a| a.ring(12.0, 24.0)),
    ("6 <= w < 12", |a| a.ring(6.0, 12.0)),
    ("3 <= w < 6", |a| a.ring(3.0, 6.0)),
    ("1.5 <= w < 3", |a| a.ring(1.5, 3.0)),
    ("0.75 <= w < 1.5", |a| a.ring(0.75, 1.5)),
    ("w < 0.75", |a| a.ring(1e-3, 0.75)),
    ("x < 1", |a| (a.uniform(0.0, 24.0), a.uniform(0.0, 1.0))),
    ("v < 0.5, x < 1", |a| {
        (a.uniform(0.0, 0.5), a.uniform(0.0, 1.0))
    }),
    ("v < 1.5, x < 1", |a| {
        (a.uniform(0.5, 1.5), a.uniform(0.0, 1.0))
    }),
    ("v < 4, x < 1", |a| {
        (a.uniform(1.5, 4.0), a.uniform(0.2, 1.0))
    }),
    ("x to 1e-300", |a| {
        (a.uniform(0.0, 24.0), a.spread(1e-300, 1.0))
    }),
    ("v to 1e-300", |a| {
        (a.spread(1e-300, 1.0), a.spread(1e-3, 60.0))
    }),
    ("v = 0", |a| (0.0, a.spread(1e-6, 100.0))),
    ("v of halves", |a| {
        (0.5 * a.below(50) as f64, a.uniform(0.0, 24.0))
    }),
    ("M near 0", |a| {
        let x = a.spread(2.0, 1e5);
        (CROSSING * x * (1.0 + a.sign() * a.spread(1e-16, 1e-1)), x)
    }),
];

/// Points on a border, and which argument crosses it.
const BORDERS: &[(&str, Draw)] = &[
    ("w = 48", |a| a.ring(48.0, 48.0)),
    ("w = 24", |a| a.ring(24.0, 24.0)),
    ("w = 12", |a| a.ring(12.0, 12.0)),
    ("w = 6", |a| a.ring(6.0, 6.0)),
    ("w = 3", |a| a.ring(3.0, 3.0)),
    ("w = 1.5", |a| a.ring(1.5, 1.5)),
    ("w = 0.75", |a| a.ring(0.75, 0.75)),
    ("x = 1", |a| (a.spread(1e-3, 24.0), 1.0)),
    ("x = 0.5", |a| (a.spread(1e-3, 24.0), 0.5)),
    ("v = 0.5", |a| (0.5, a.uniform(0.0, 3.0))),
    ("v = 1.5", |a| (1.5, a.uniform(0.0, 3.0))),
    ("v = n + 0.5", |a| {
        (2.5 + a.below(22) as f64, a.uniform(0.0, 1.0))
    }),
    ("v = 0 and beside", |a| (0.0, a.spread(1e-3, 100.0))),
];

/// The two sides of a border: a step in both arguments, a few ulps.
fn sides((v, x): (f64, f64)) -> [(f64, f64); 2] {
    const STEP: f64 = 1e-15;
    [
        (v * (1.0 - STEP), x * (1.0 - STEP)),
        (
            if v == 0.0 {
                f64::MIN_POSITIVE
            } else {
                v * (1.0 + STEP)
            },
            x * (1.0 + STEP),
        ),
    ]
}

/// Errors of one quantity, each with its point.
type Errors = Vec<(f64, f64, f64)>;

fn print(name: &str, errors: Vec<Errors>) {
    print!("{name:<18}");
    for mut errors in errors {
        errors.retain(|error| !error.0.is_nan());
        errors.sort_by(|a, b| a.0.total_cmp(&b.0));
        match errors.as_slice() {
            [] => print!("{:>14}", "-"),
            [.., most] => print!("{:>7.2} {:>5.2} ", errors[errors.len() / 2].0, most.0),
        }
    }
    println!();
}

fn gather(count: usize, draw: Draw, of: impl Fn((f64, f64)) -> [f64; 8]) -> Vec<Errors> {
    let mut arguments = Arguments::new(6);
    let mut all = vec![Errors::new(); Quantity::ALL.len()];
    for _ in 0..count {
        let at = draw(&mut arguments);
        if at.1 > 0.0 {
            for (errors, error) in all.iter_mut().zip(of(at)) {
                errors.push((error, at.0, at.1));
            }
        }
    }
    all
}

/// Medians and greatest errors over `count` points a region, then the greatest jumps over as many
/// points of each border. Regions on all cores.
pub fn compare(count: usize) {
    print!("{:<18}", "median, most");
    for quantity in Quantity::ALL {
        print!("{:>13} ", quantity.name());
    }
    println!();
    let next = AtomicUsize::new(0);
    let worst = std::sync::Mutex::new(vec![(0.0, 0.0, 0.0); 2 * Quantity::ALL.len()]);
    let work = || {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let border = at >= REGIONS.len();
            let (name, errors) = if let Some((name, draw)) = REGIONS.get(at) {
                (
                    *name,
                    gather(count, *draw, |(v, x)| errors(v, x).map(f64::abs)),
                )
            } else if let Some((name, draw)) = BORDERS.get(at - REGIONS.len()) {
                let jump = |at| {
                    let [below, above] = sides(at).map(|(v, x)| errors(v, x));
                    std::array::from_fn(|i| (above[i] - below[i]).abs())
                };
                (*name, gather(count, *draw, jump))
            } else {
                break;
            };
            let mut worst = worst.lock().expect("no panic");
            for (i, errors) in errors.iter().enumerate() {
                let of = &mut worst[2 * i + usize::from(border)];
                let most = errors.iter().max_by(|a, b| a.0.total_cmp(&b.0));
                *of = most.filter(|most| most.0 > of.0).copied().unwrap_or(*of);
            }
            print(name, errors);
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    let worst = worst.into_inner().expect("no panic");
    for (quantity, [error, jump]) in Quantity::ALL.iter().zip(worst.as_chunks::<2>().0) {
        println!(
            "{quantity:<14} most {:.2} at ({:e}, {:e}), jump {:.2} at ({:e}, {:e})",
            error.0, error.1, error.2, jump.0, jump.1, jump.2
        );
    }
}
