//! Layer and RMS normalisation of a row.
//!
//! ```text
//!     layer:  y_i = g_i (x_i - m) / sqrt(v + eps) + h_i     m the mean, v the mean of (x_i - m)^2
//!     RMS:    y_i = g_i x_i / sqrt(q + eps)                 q the mean of x_i^2
//! ```
//!
//! J. L. Ba, J. R. Kiros and G. E. Hinton, *Layer Normalization*, arXiv 1607.06450; B. Zhang and
//! R. Sennrich, *Root Mean Square Layer Normalization*, arXiv 1910.07467.

use super::Num;
use super::inputs::InputError;
use super::order::Order;
use super::sites::sites;
use super::summation::ordered;
use crate::arith::{Arith, Sites};

sites! {
    /// x, gains and shifts, rounded as they come.
    INPUT "input"
    /// The sum of the row, and its quotient by n.
    MEAN "mean"
    /// x - m.
    CENTRING "centring"
    /// Squares.
    SQUARE "square"
    /// Their sum, its quotient by n, and eps.
    VARIANCE "variance"
    /// 1 / sqrt.
    INVERSE "inverse"
    /// Products with it and with the gain.
    SCALING "scaling"
    /// Results, with the shift.
    OUTPUT "output"
}

/// Which of the two, and how.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Normalisation {
    /// Is the mean subtracted? Layer normalisation does, RMS does not.
    pub centred: bool,
    /// eps.
    pub epsilon: f64,
    /// In which order sums are made.
    pub order: Order,
}

impl Normalisation {
    /// Layer normalisation with eps = 10^-5.
    pub const LAYER: Self = Self {
        centred: true,
        epsilon: 1e-5,
        order: Order::Sequential,
    };
    /// RMS normalisation with eps = 10^-5.
    pub const RMS: Self = Self {
        centred: false,
        ..Self::LAYER
    };

    /// With sums in another order.
    #[must_use]
    pub const fn with_order(self, order: Order) -> Self {
        Self { order, ..self }
    }

    /// With another eps.
    #[must_use]
    pub const fn with_epsilon(self, epsilon: f64) -> Self {
        Self { epsilon, ..self }
    }

    /// One row. Where `gains` or `shifts` are empty there are none.
    ///
    /// # Errors
    /// [`InputError::Length`] where they are neither empty nor as long as the row.
    ///
    /// ```
    /// use roundoff::arith::Native;
    /// use roundoff::kernels::normalisation::Normalisation;
    /// let layer = Normalisation::LAYER.with_epsilon(0.0);
    /// assert_eq!(layer.evaluate(&Native, &[1.0, 3.0], &[], &[])?, [-1.0, 1.0]);
    /// let rms = Normalisation::RMS.with_epsilon(0.0);
    /// assert_eq!(rms.evaluate(&Native, &[2.0, -2.0], &[3.0, 1.0], &[])?, [3.0, -1.0]);
    /// # Ok::<(), roundoff::kernels::inputs::InputError>(())
    /// ```
    pub fn evaluate<S: Sites>(
        &self,
        sites: &S,
        row: &[f64],
        gains: &[f64],
        shifts: &[f64],
    ) -> Result<Vec<Num<S>>, InputError> {
        for (what, values) in [("list of gains", gains), ("list of shifts", shifts)] {
            if !values.is_empty() {
                InputError::check_length(what, row.len(), values.len())?;
            }
        }
        let (input, square, scaling) = (sites.at(INPUT), sites.at(SQUARE), sites.at(SCALING));
        let (variance, output) = (sites.at(VARIANCE), sites.at(OUTPUT));
        let mut x: Vec<Num<S>> = row.iter().map(|x| input.num(*x)).collect();
        let n = row.len() as f64;
        if self.centred {
            let (mean, centring) = (sites.at(MEAN), sites.at(CENTRING));
            let m = mean.div(ordered(self.order, mean, &x), mean.num(n));
            x.iter_mut().for_each(|x| *x = centring.sub(*x, m));
        }
        let squares: Vec<Num<S>> = x.iter().map(|x| square.mul(*x, *x)).collect();
        let v = variance.div(ordered(self.order, variance, &squares), variance.num(n));
        let v = variance.add(v, variance.num(self.epsilon));
        let inverse = sites.at(INVERSE).rsqrt(v);
        let place = |(at, x): (usize, &Num<S>)| {
            let mut y = scaling.mul(*x, inverse);
            if let Some(gain) = gains.get(at) {
                y = scaling.mul(y, input.num(*gain));
            }
            match shifts.get(at) {
                Some(shift) => output.add(y, input.num(*shift)),
                None => output.convert(y),
            }
        };
        Ok(x.iter().enumerate().map(place).collect())
    }
}
