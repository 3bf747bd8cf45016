//! y_k = sum_j x_j e^(-2 pi i j k / n), n a power of two, by radix 2 (Cooley and Tukey 1965).
//!
//! ```text
//!     (a, b) -> (a + w b, a - w b)     butterfly of product; w = e^(-2 pi i k / m) a twiddle
//! ```
//!
//! Twiddles are the exact cosines and sines, rounded once. With their error mu (at most u), to
//! nearest, norm2(y' - y) / norm2(y) <= log2(n) e / (1 - log2(n) e), e = mu + g_4 (sqrt 2 + mu)
//! (Higham, *Accuracy and Stability of Numerical Algorithms*, 2nd ed., 2002, theorem 24.2).

use super::Num;
use super::constant::constant;
use super::inputs::InputError;
use super::sites::sites;
use crate::arith::{Arith, Reference, Sites};

sites! {
    /// Real and imaginary parts, rounded as they come.
    INPUT "input"
    /// Cosines and sines.
    TWIDDLE "twiddle"
    /// Complex products: four products, a sum, a difference.
    PRODUCT "product"
    /// Sums and differences of a butterfly.
    BUTTERFLY "butterfly"
}

/// A real and an imaginary part.
pub type Complex<S> = (Num<S>, Num<S>);

/// The transform of complex numbers given as (real, imaginary).
///
/// # Errors
/// [`InputError::PowerOfTwo`] unless there are 1, 2, 4, 8, ... of them.
///
/// ```
/// use roundoff::arith::Native;
/// use roundoff::kernels::fft::transform;
/// let y = transform(&Native, &[(1.0, 0.0), (0.0, 0.0), (1.0, 0.0), (0.0, 0.0)])?;
/// assert_eq!(y, [(2.0, 0.0), (0.0, 0.0), (2.0, 0.0), (0.0, 0.0)]);
/// # Ok::<(), roundoff::kernels::inputs::InputError>(())
/// ```
pub fn transform<S: Sites>(sites: &S, x: &[(f64, f64)]) -> Result<Vec<Complex<S>>, InputError> {
    let n = x.len();
    if !n.is_power_of_two() {
        return Err(InputError::PowerOfTwo(n));
    }
    let (input, product, butterfly) = (sites.at(INPUT), sites.at(PRODUCT), sites.at(BUTTERFLY));
    // In the order of the reversed bits of their places.
    let bits = n.trailing_zeros();
    let mut y: Vec<Complex<S>> = (0..n)
        .map(|at| {
            let from = at
                .reverse_bits()
                .checked_shr(usize::BITS - bits)
                .unwrap_or(0);
            (input.num(x[from].0), input.num(x[from].1))
        })
        .collect();
    let twiddles = twiddles(sites.at(TWIDDLE), n);
    for level in 0..bits {
        let half = 1usize << level;
        for block in (0..n).step_by(2 * half) {
            for k in 0..half {
                let (re, im) = twiddles[k * (n / (2 * half))];
                let (a, b) = (y[block + k], y[block + k + half]);
                let wb = (
                    product.sub(product.mul(re, b.0), product.mul(im, b.1)),
                    product.add(product.mul(re, b.1), product.mul(im, b.0)),
                );
                y[block + k] = (butterfly.add(a.0, wb.0), butterfly.add(a.1, wb.1));
                y[block + k + half] = (butterfly.sub(a.0, wb.0), butterfly.sub(a.1, wb.1));
            }
        }
    }
    Ok(y)
}

/// e^(-2 pi i k / n) for k below n / 2.
fn twiddles<A: Arith>(arith: &A, n: usize) -> Vec<(A::Num, A::Num)> {
    let r = Reference;
    let once = |exact| {
        let high = r.value(exact);
        constant(arith, high, r.value(r.sub(exact, r.num(high))))
    };
    let twiddle = |k: usize| {
        // Exact: n is a power of two.
        let angle = r.num(-2.0 * k as f64 / n as f64);
        (once(r.cos_pi(angle)), once(r.sin_pi(angle)))
    };
    (0..n / 2).map(twiddle).collect()
}
