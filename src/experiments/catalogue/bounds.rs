//! A-priori bounds: by theorem, and with probability.
//!
//! gamma_n and its probable sister are here, and sums and products need no more: a room each have the
//! kernels whose theorems take more than a factor.

pub(super) mod attention;
pub(super) mod factors;
pub(super) mod kahan;
pub(super) mod newton;
pub(super) mod running;
pub(super) mod softmax;

use std::fmt;

use crate::kernels::order::Order;

/// What an error can be at most.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bound {
    /// The figure that it bounds: `normwise`, say, by its name in a row.
    pub figure: &'static str,
    /// Never more, but for under- and overflow.
    pub worst: f64,
    /// More at most with the probability of [`probable_gamma`] an operation; infinite where that
    /// says nothing.
    pub probable: f64,
}

/// gamma_n = n u / (1 - n u) (Higham, *Accuracy and Stability of Numerical Algorithms*, 2nd ed.,
/// 2002, lemma 3.1); none where n u >= 1.
///
/// ```
/// use roundoff::experiments::catalogue::gamma;
/// assert_eq!(gamma(8, 0.0625), Some(1.0));
/// assert_eq!(gamma(16, 0.0625), None);
/// ```
pub fn gamma(n: usize, u: f64) -> Option<f64> {
    gamma_of(n as f64 * u)
}

/// The same of n u.
pub(crate) fn gamma_of(nu: f64) -> Option<f64> {
    (nu < 1.0).then(|| nu / (1.0 - nu))
}

/// (1 + a)(1 + b) - 1: one relative error after another.
pub(super) fn after(a: f64, b: f64) -> f64 {
    a + b + a * b
}

/// lambda of the probable bounds in rows: an operation exceeds its share with a probability of at
/// most 2 exp(-lambda^2 (1 - u)^2 / 2), here 6.7e-4.
pub const LAMBDA: f64 = 4.0;

/// exp(lambda sqrt(n) u + n u^2 / (1 - u)) - 1, with lambda = 4: what n roundings come to at most
/// but for a probability of 2 exp(-lambda^2 (1 - u)^2 / 2), where their errors are independent and
/// have mean zero (N. J. Higham and T. Mary, *A new approach to probabilistic rounding error
/// analysis*, SIAM J. Sci. Comput. 41(5), 2019, theorem 2.4). Under stochastic rounding they have
/// (M. P. Connolly, N. J. Higham and T. Mary, *Stochastic rounding and its probabilistic backward
/// error analysis*, 2021); under rounding to nearest it is a rule of thumb.
///
/// ```
/// use roundoff::experiments::catalogue::{gamma, probable_gamma};
/// let u = 2f64.powi(-24);
/// // 4 sqrt(n) u beside n u.
/// let ratio = gamma(10_000, u).unwrap_or(0.0) / probable_gamma(10_000, u);
/// assert!((24.0..26.0).contains(&ratio));
/// ```
pub fn probable_gamma(n: usize, u: f64) -> f64 {
    probable_of(LAMBDA, n as f64, u)
}

/// The same for any lambda.
pub(crate) fn probable_of(lambda: f64, n: f64, u: f64) -> f64 {
    libm::expm1(lambda * n.sqrt() * u + n * u * u / (1.0 - u))
}

impl Bound {
    /// gamma_n times a factor, of the figure.
    pub(super) fn of(figure: &'static str, n: usize, u: f64, factor: f64) -> Option<Self> {
        let bound = Self {
            figure,
            worst: gamma(n, u)? * factor,
            probable: probable_gamma(n, u) * factor,
        };
        bound.worst.is_finite().then_some(bound)
    }
}

/// What is known of a kernel's errors on its inputs, in any format and order of sums. What depends on
/// the inputs alone is worked out once.
pub struct Theorem(Box<dyn Fn(f64, Order) -> Option<Bound> + Send + Sync>);

impl fmt::Debug for Theorem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Theorem")
    }
}

impl Theorem {
    pub(super) fn new(bound: impl Fn(f64, Order) -> Option<Bound> + Send + Sync + 'static) -> Self {
        Self(Box::new(bound))
    }

    /// The normwise error: gamma of so many roundings times a factor.
    pub(super) fn normwise(
        factor: f64,
        roundings: impl Fn(Order) -> usize + Send + Sync + 'static,
    ) -> Self {
        Self::new(move |u, order| Bound::of("normwise", roundings(order), u, factor))
    }

    /// What the error can be at most, from the unit roundoff u of all sites' formats (2u where the
    /// rounding is not to nearest); none where n u is 1 or more.
    ///
    /// ```
    /// use roundoff::experiments::catalogue;
    /// let sum = catalogue::find("sum")?;
    /// let inputs = sum.generate(100, 1.0, 3)?;
    /// let theorem = sum.theorem(&inputs, &sum.reference(&inputs)?).expect("a sum has one");
    /// let bound = theorem.bound(2f64.powi(-24), Default::default()).expect("100 u is below 1");
    /// assert_eq!(bound.figure, "normwise");
    /// # Ok::<(), roundoff::experiments::SubjectError>(())
    /// ```
    pub fn bound(&self, u: f64, order: Order) -> Option<Bound> {
        self.0(u, order)
    }
}

/// How many roundings a term of a sum of n terms can meet in an order.
pub(super) fn depth(order: Order, n: usize) -> usize {
    let additions = |n: usize| n.saturating_sub(1);
    match order {
        Order::Sequential => additions(n),
        Order::Pairwise => n.max(1).next_power_of_two().ilog2() as usize,
        Order::Blocked { k } => {
            let k = k.clamp(1, n.max(1));
            additions(k) + additions(n.div_ceil(k))
        }
    }
}
