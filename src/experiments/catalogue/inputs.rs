//! What a kernel computes with: named arrays.

use super::SubjectError;
use crate::arith::slices::Matrix;

/// A named array of rows of equal length.
#[derive(Clone, Debug, PartialEq)]
pub struct Array {
    name: String,
    rows: usize,
    columns: usize,
    values: Vec<f64>,
}

impl Array {
    /// Row after row.
    ///
    /// # Errors
    /// [`SubjectError::Array`] unless there are rows x columns values.
    pub fn new(
        name: &str,
        rows: usize,
        columns: usize,
        values: Vec<f64>,
    ) -> Result<Self, SubjectError> {
        match rows.checked_mul(columns) == Some(values.len()) {
            true => Ok(Self {
                name: name.to_owned(),
                rows,
                columns,
                values,
            }),
            false => Err(SubjectError::Array {
                array: name.to_owned(),
                problem: format!(
                    "{} values for {rows} rows of {columns}: give rows times columns",
                    values.len()
                ),
            }),
        }
    }

    /// One row.
    pub fn row(name: &str, values: Vec<f64>) -> Self {
        Self {
            name: name.to_owned(),
            rows: 1,
            columns: values.len(),
            values,
        }
    }

    /// Rows and columns, the values one after the other made by their place.
    pub(super) fn square(name: &str, n: usize, values: Vec<f64>) -> Self {
        Self {
            name: name.to_owned(),
            rows: n,
            columns: n,
            values,
        }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Rows.
    pub const fn rows(&self) -> usize {
        self.rows
    }

    /// Values of a row.
    pub const fn columns(&self) -> usize {
        self.columns
    }

    /// The values, row after row.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The same, to be changed.
    pub fn values_mut(&mut self) -> &mut [f64] {
        &mut self.values
    }

    /// Its rows; none of an array without values.
    pub fn each_row(&self) -> impl Iterator<Item = &[f64]> {
        self.values.chunks(self.columns.max(1))
    }
}

/// The arrays of one run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Inputs {
    arrays: Vec<Array>,
}

impl Inputs {
    /// These arrays.
    ///
    /// ```
    /// use roundoff::experiments::catalogue::{Array, Inputs};
    /// let inputs = Inputs::new(vec![Array::row("x", vec![1.0, 2.0])]);
    /// assert_eq!(inputs.array("x")?.columns(), 2);
    /// assert!(inputs.array("y").is_err());
    /// # Ok::<(), roundoff::experiments::SubjectError>(())
    /// ```
    pub const fn new(arrays: Vec<Array>) -> Self {
        Self { arrays }
    }

    /// Values of all arrays together.
    pub(super) fn count(&self) -> u64 {
        self.arrays
            .iter()
            .map(|array| array.values.len() as u64)
            .sum()
    }

    /// All arrays.
    pub fn arrays(&self) -> &[Array] {
        &self.arrays
    }

    /// All arrays, to be changed.
    pub fn arrays_mut(&mut self) -> &mut [Array] {
        &mut self.arrays
    }

    /// The magnitudes of all values: what bounds are relative to.
    pub(super) fn magnitudes(&self) -> Self {
        let mut inputs = self.clone();
        let values = inputs.arrays.iter_mut().flat_map(|array| &mut array.values);
        values.for_each(|x| *x = x.abs());
        inputs
    }

    /// The array of that name.
    ///
    /// # Errors
    /// [`SubjectError::Array`] where there is none.
    pub fn array(&self, name: &str) -> Result<&Array, SubjectError> {
        let found = self.arrays.iter().find(|array| array.name == name);
        found.ok_or_else(|| {
            SubjectError::array(
                name,
                "the kernel needs it and there is none; give it a file",
            )
        })
    }

    /// Its values.
    pub(super) fn values(&self, name: &str) -> Result<&[f64], SubjectError> {
        Ok(&self.array(name)?.values)
    }

    /// It as a matrix.
    pub(super) fn matrix(&self, name: &str) -> Result<Matrix<'_, f64>, SubjectError> {
        let array = self.array(name)?;
        let matrix = Matrix::new(array.values(), array.rows(), array.columns());
        matrix.map_err(|error| SubjectError::array(name, error.to_string()))
    }

    /// The one whole number of an array, no greater than `most`.
    pub(super) fn whole(&self, name: &str, most: usize) -> Result<usize, SubjectError> {
        let x = self.scalar(name)?;
        match x.fract() == 0.0 && (0.0..=most as f64).contains(&x) {
            true => Ok(x as usize),
            false => Err(SubjectError::array(
                name,
                format!("{x} is no whole number from 0 to {most}; give one"),
            )),
        }
    }

    /// The one value of an array.
    pub(super) fn scalar(&self, name: &str) -> Result<f64, SubjectError> {
        match self.values(name)? {
            [one] => Ok(*one),
            values => Err(SubjectError::array(
                name,
                format!("it has {} values; give one", values.len()),
            )),
        }
    }
}
