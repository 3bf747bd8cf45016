//! The seven-point Laplacian of a cube of points, with zeros around it, and Jacobi's iteration.
//!
//! ```text
//!     (A u)_ijk = 6 u_ijk - (u_i-1 + u_i+1 + u_j-1 + u_j+1 + u_k-1 + u_k+1)
//!     Jacobi:     u <- (b + the six neighbours) / 6
//! ```
//!
//! With m points a side and h = pi / (m + 1), sin(p h i) sin(q h j) sin(r h k) is an eigenvector of
//! both; Jacobi multiplies the smoothest one by cos h a step. The condition number of A is
//! cot^2(h / 2) (Saad, *Iterative Methods for Sparse Linear Systems*, 2nd ed., 2003, 13.2).

use super::Num;
use super::inputs::InputError;
use super::operator::Operator;
use super::sites::sites;
use crate::arith::{Arith, Sites};

sites! {
    /// The sum of the neighbours, and b with it.
    NEIGHBOURS "neighbours"
    /// Products with 6, or quotients by it.
    SCALING "scaling"
    /// 6 u less the neighbours.
    UPDATE "update"
}

/// The cube.
///
/// ```
/// use roundoff::arith::Native;
/// use roundoff::kernels::operator::Operator;
/// use roundoff::kernels::stencil::Laplacian;
/// let cube = Laplacian::new(2);
/// assert_eq!(cube.apply(&Native, &[1.0; 8])?, [3.0; 8]);
/// assert_eq!(cube.jacobi(&Native, &[1.0; 8], &[3.0; 8])?, [1.0; 8]);
/// # Ok::<(), roundoff::kernels::inputs::InputError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Laplacian {
    side: usize,
}

impl Laplacian {
    /// Of side^3 points.
    pub const fn new(side: usize) -> Self {
        Self { side }
    }

    /// Points a side.
    pub const fn side(&self) -> usize {
        self.side
    }

    /// One step from u for A u = b.
    ///
    /// # Errors
    /// [`InputError::Length`] unless both have side^3 values.
    pub fn jacobi<S: Sites>(
        &self,
        sites: &S,
        u: &[Num<S>],
        b: &[Num<S>],
    ) -> Result<Vec<Num<S>>, InputError> {
        InputError::check_length("vector", self.size(), u.len())?;
        InputError::check_length("right-hand side", self.size(), b.len())?;
        let (neighbours, scaling) = (sites.at(NEIGHBOURS), sites.at(SCALING));
        let six = scaling.num(6.0);
        let step = |at: usize| {
            let sum = self.sum(neighbours, u, at);
            scaling.div(neighbours.add(b[at], sum), six)
        };
        Ok((0..u.len()).map(step).collect())
    }

    /// The six neighbours, zeros outside, one after the other.
    fn sum<A: Arith>(&self, arith: &A, u: &[A::Num], at: usize) -> A::Num {
        let m = self.side;
        let mut sum = arith.num(0.0);
        for stride in [m * m, m, 1] {
            let place = at / stride % m;
            if place > 0 {
                sum = arith.add(sum, u[at - stride]);
            }
            if place + 1 < m {
                sum = arith.add(sum, u[at + stride]);
            }
        }
        sum
    }
}

impl Operator for Laplacian {
    fn size(&self) -> usize {
        self.side.saturating_pow(3)
    }

    fn apply<S: Sites>(&self, sites: &S, x: &[Num<S>]) -> Result<Vec<Num<S>>, InputError> {
        InputError::check_length("vector", self.size(), x.len())?;
        let (scaling, update) = (sites.at(SCALING), sites.at(UPDATE));
        let six = scaling.num(6.0);
        let row = |at: usize| {
            let sum = self.sum(sites.at(NEIGHBOURS), x, at);
            update.sub(scaling.mul(six, x[at]), sum)
        };
        Ok((0..x.len()).map(row).collect())
    }
}
