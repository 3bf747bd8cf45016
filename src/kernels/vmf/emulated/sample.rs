//! Samples with every operation rounded: Wood's algorithm as it stands in print.
//!
//! The random numbers are drawn natively and rounded as inputs; what is done to them is emulated.

use rand::Rng;
use rand_distr::{Beta, Distribution, Open01, StandardNormal};

use super::{ACCUMULATION, DIRECTION, ENVELOPE, PRODUCT, REJECTION};
use crate::arith::{Arith, Sites};
use crate::kernels::bessel::emulated::INPUT;
use crate::kernels::vmf::{VmfError, VonMisesFisher, check_length};

/// Tries before a sample is given up. In exact arithmetic more than half of the tries succeed.
const TRIES: usize = 1000;

/// A random direction into `target` by Wood's algorithm VM* (1994), every operation at its site. NaN
/// where the arithmetic accepts no point of 1000, or has no number for a length.
///
/// ```text
/// envelope   b = (sqrt(4 kappa^2 + m^2) - 2 kappa)/m, m = d - 1;  x0 = (1 - b)/(1 + b)
///            c = kappa x0 + m log(1 - x0^2)
/// rejection  w = (1 - (1 + b) z)/(1 - (1 - b) z), z of the beta distribution of m/2 and m/2,
///            until kappa w + m log(1 - x0 w) - c >= log u, u uniform
/// direction  w mean + sqrt((1 - w)(1 + w)) y/|y|, y a normal vector less its part along the mean
/// ```
///
/// In wide arithmetic it is [`VonMisesFisher::sample_into`] from the same random numbers. In narrow
/// one the concentration is the first to go: sqrt(4 kappa^2 + m^2) - 2 kappa cancels for
/// kappa >> d, and 1 - w has few digits.
///
/// # Errors
/// [`VmfError::Length`] unless `target` has as many numbers as there are dimensions.
///
/// ```
/// use rand::SeedableRng;
/// use roundoff::arith::Exact;
/// use roundoff::kernels::vmf::{VonMisesFisher, emulated};
/// use roundoff::{Format, Rounder};
/// let truth = VonMisesFisher::new(&[0.0, 0.6, 0.8], 5.0)?;
/// let mut rng = rand::rngs::StdRng::seed_from_u64(1);
/// let mut point = [0.0; 3];
/// let single = Exact::new(&Rounder::new(Format::BINARY32));
/// emulated::sample_into(&single, &truth, &mut rng, &mut point)?;
/// assert!((point.iter().map(|x| x * x).sum::<f64>() - 1.0).abs() < 1e-6);
/// # Ok::<(), roundoff::kernels::vmf::VmfError>(())
/// ```
pub fn sample_into<S: Sites, R: Rng + ?Sized>(
    sites: &S,
    distribution: &VonMisesFisher,
    rng: &mut R,
    target: &mut [f64],
) -> Result<(), VmfError> {
    check_length(distribution.dimension(), target.len())?;
    let w = height(sites, distribution, rng).unwrap_or(f64::NAN);
    let input = sites.at(INPUT);
    let mean: Vec<_> = distribution.mean().iter().map(|m| input.num(*m)).collect();
    let mut y: Vec<_> = target
        .iter()
        .map(|_| input.num(StandardNormal.sample(rng)))
        .collect();
    let dot = |x: &[_], y: &[_]| {
        let (product, accumulation) = (sites.at(PRODUCT), sites.at(ACCUMULATION));
        x.iter().zip(y).fold(accumulation.num(0.0), |sum, (x, y)| {
            accumulation.add(sum, product.mul(*x, *y))
        })
    };
    let a = sites.at(DIRECTION);
    let part = dot(&y, &mean);
    for (y, m) in y.iter_mut().zip(&mean) {
        *y = a.sub(*y, a.mul(part, *m));
    }
    let (one, w) = (a.num(1.0), a.num(w));
    let across = a.sqrt(a.mul(a.sub(one, w), a.add(one, w)));
    let factor = a.div(across, a.sqrt(dot(&y, &y)));
    for ((target, y), m) in target.iter_mut().zip(&y).zip(&mean) {
        *target = a.value(a.add(a.mul(factor, *y), a.mul(w, *m)));
    }
    Ok(())
}

/// w, the cosine with the mean.
fn height<S: Sites, R: Rng + ?Sized>(
    sites: &S,
    distribution: &VonMisesFisher,
    rng: &mut R,
) -> Option<f64> {
    let m = distribution.dimension() as f64 - 1.0;
    let beta = Beta::new(0.5 * m, 0.5 * m).ok()?;
    let a = sites.at(ENVELOPE);
    let (one, two) = (a.num(1.0), a.num(2.0));
    let (dimension, kappa) = (a.num(m), a.num(distribution.kappa()));
    let twice = a.mul(two, kappa);
    let root = a.sqrt(a.add(a.mul(twice, twice), a.mul(dimension, dimension)));
    let b = a.div(a.sub(root, twice), dimension);
    let x0 = a.div(a.sub(one, b), a.add(one, b));
    let square = a.mul(a.sub(one, x0), a.add(one, x0));
    let c = a.add(a.mul(kappa, x0), a.mul(dimension, a.log(square)));
    let (b, x0, c) = (a.value(b), a.value(x0), a.value(c));

    let (input, a) = (sites.at(INPUT), sites.at(REJECTION));
    let (one, b, x0, c) = (a.num(1.0), a.num(b), a.num(x0), a.num(c));
    let (dimension, kappa) = (a.num(m), a.num(distribution.kappa()));
    for _ in 0..TRIES {
        let drawn = |x: f64| a.num(input.value(input.num(x)));
        let z = drawn(beta.sample(rng));
        let u = drawn(Open01.sample(rng));
        let above = a.sub(one, a.mul(a.add(one, b), z));
        let w = a.div(above, a.sub(one, a.mul(a.sub(one, b), z)));
        let moved = a.mul(dimension, a.log(a.sub(one, a.mul(x0, w))));
        let score = a.sub(a.add(a.mul(kappa, w), moved), c);
        // No cosine is past 1, whatever its rounding.
        if a.value(w).abs() <= 1.0 && a.greater_equal(score, a.log(u)) {
            return Some(a.value(w));
        }
    }
    None
}
