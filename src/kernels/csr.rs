//! y = A x of a sparse matrix in compressed rows (CSR).
//!
//! ```text
//!     A = 4 0 1     starts   0   2   3   5     row i: entries starts[i] .. starts[i + 1]
//!         0 5 0     columns  0 2 1 0 2
//!         2 0 6     values   4 1 5 2 6
//! ```
//!
//! To nearest, |y - A x| <= g_k |A| |x| with k the entries of the row (Higham, *Accuracy and
//! Stability of Numerical Algorithms*, 2nd ed., 2002, (3.11)).

use super::Num;
use super::inputs::InputError;
use super::operator::Operator;
use super::order::Order;
use super::sites::sites;
use super::summation::ordered;
use crate::arith::slices::Matrix;
use crate::arith::{Arith, Sites};

sites! {
    /// Entries of A, rounded as they come.
    INPUT "input"
    /// Entries times those of x.
    PRODUCT "product"
    /// Their sums.
    ACCUMULATION "accumulation"
    /// Results, rounded as they go.
    OUTPUT "output"
}

/// A sparse matrix, row by row.
///
/// ```
/// use roundoff::arith::Native;
/// use roundoff::kernels::csr::Csr;
/// let a = Csr::new(3, vec![0, 2, 3, 5], vec![0, 2, 1, 0, 2], vec![4.0, 1.0, 5.0, 2.0, 6.0])?;
/// assert_eq!(a.product(&Native, &[1.0, 1.0, 2.0])?, [6.0, 5.0, 14.0]);
/// # Ok::<(), roundoff::kernels::inputs::InputError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Csr {
    columns: usize,
    starts: Vec<usize>,
    places: Vec<usize>,
    values: Vec<f64>,
    order: Order,
}

impl Csr {
    /// Of `columns` columns; row i has the entries `starts[i]..starts[i + 1]` of `places`, their
    /// columns, and `values`.
    ///
    /// # Errors
    /// [`InputError::Sparse`] where starts fall or end before the values do, or a column is past
    /// the last.
    pub fn new(
        columns: usize,
        starts: Vec<usize>,
        places: Vec<usize>,
        values: Vec<f64>,
    ) -> Result<Self, InputError> {
        InputError::check_length("list of columns", values.len(), places.len())?;
        let refuse = |row, problem| Err(InputError::Sparse { row, problem });
        if starts.first() != Some(&0) {
            return refuse(0, "the starts must begin with 0");
        }
        for (row, pair) in starts.windows(2).enumerate() {
            let Some(places) = places.get(pair[0]..pair[1]) else {
                return refuse(
                    row,
                    "its entries begin after they end, or end after the values",
                );
            };
            if places.iter().any(|column| *column >= columns) {
                return refuse(row, "a column is past the last one");
            }
        }
        if starts.last() != Some(&values.len()) {
            return refuse(
                starts.len() - 1,
                "the last start must be the number of values",
            );
        }
        Ok(Self {
            columns,
            starts,
            places,
            values,
            order: Order::Sequential,
        })
    }

    /// The entries of a matrix that are not zero.
    pub fn of(a: Matrix<'_, f64>) -> Self {
        let (mut starts, mut places, mut values) = (vec![0], Vec::new(), Vec::new());
        for i in 0..a.rows() {
            for j in 0..a.columns() {
                if let Some(value) = a.get(i, j).filter(|value| *value != 0.0) {
                    places.push(j);
                    values.push(value);
                }
            }
            starts.push(values.len());
        }
        Self {
            columns: a.columns(),
            starts,
            places,
            values,
            order: Order::Sequential,
        }
    }

    /// Each row's products added in that order.
    #[must_use]
    pub fn with_order(self, order: Order) -> Self {
        Self { order, ..self }
    }

    /// Rows.
    pub fn rows(&self) -> usize {
        self.starts.len() - 1
    }

    /// Columns.
    pub const fn columns(&self) -> usize {
        self.columns
    }

    /// A x.
    ///
    /// # Errors
    /// [`InputError::Length`] unless x has as many values as A has columns.
    pub fn product<S: Sites>(&self, sites: &S, x: &[Num<S>]) -> Result<Vec<Num<S>>, InputError> {
        InputError::check_length("vector", self.columns, x.len())?;
        let (input, product) = (sites.at(INPUT), sites.at(PRODUCT));
        let (accumulation, output) = (sites.at(ACCUMULATION), sites.at(OUTPUT));
        let mut terms = Vec::new();
        let row = |pair: &[usize]| {
            terms.clear();
            let entries = pair[0]..pair[1];
            let entries = self.places[entries.clone()]
                .iter()
                .zip(&self.values[entries]);
            terms.extend(entries.map(|(column, a)| product.mul(input.num(*a), x[*column])));
            output.convert(ordered(self.order, accumulation, &terms))
        };
        Ok(self.starts.windows(2).map(row).collect())
    }
}

impl Operator for Csr {
    fn size(&self) -> usize {
        self.rows()
    }

    fn apply<S: Sites>(&self, sites: &S, x: &[Num<S>]) -> Result<Vec<Num<S>>, InputError> {
        match self.rows() == self.columns {
            true => self.product(sites, x),
            false => Err(InputError::NotSquare {
                rows: self.rows(),
                columns: self.columns,
            }),
        }
    }
}
