//! Which values share a scale.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use super::IntegerError;

/// Which values of a tensor share a scale and a zero point.
///
/// ```text
///   tensor       all of them
///   channel:a    those of one index along axis a, counted from 0
///   group:n      n neighbours in a row (the last axis); a row's last group may be shorter
/// ```
///
/// Weights of shape (out, in) have a scale for each output with `channel:0` (Krishnamoorthi, arXiv
/// 1806.08342) and several in each of them with `group:128` (Frantar et al., *GPTQ*, arXiv
/// 2210.17323).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Granularity {
    /// One for all.
    #[default]
    Tensor,
    /// One for each index along an axis.
    Channel {
        /// The axis, from 0.
        axis: usize,
    },
    /// One for so many neighbours in a row.
    Group {
        /// Values of a group.
        length: usize,
    },
}

impl fmt::Display for Granularity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tensor => f.pad("tensor"),
            Self::Channel { axis } => f.pad(&format!("channel:{axis}")),
            Self::Group { length } => f.pad(&format!("group:{length}")),
        }
    }
}

impl FromStr for Granularity {
    type Err = IntegerError;

    fn from_str(name: &str) -> Result<Self, IntegerError> {
        let unknown = || IntegerError::Granularity {
            name: name.to_owned(),
        };
        let number = |digits: &str| digits.parse::<usize>().map_err(|_| unknown());
        match name.split_once(':') {
            None if name == "tensor" => Ok(Self::Tensor),
            Some(("channel", axis)) => Ok(Self::Channel {
                axis: number(axis)?,
            }),
            Some(("group", length)) => match number(length)? {
                0 => Err(IntegerError::Group),
                length => Ok(Self::Group { length }),
            },
            _ => Err(unknown()),
        }
    }
}

/// Where the parts that share a scale lie in a tensor in row-major order.
///
/// ```text
///   | run | run | run | run | run | run |        `run` values share a scale; a row has
///   `---- row ----' `----- row ----'             `runs` of them, the last perhaps shorter
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Parts {
    /// Values of a run.
    run: usize,
    /// Values of a row.
    row: usize,
    /// Runs of a row.
    runs: usize,
    /// Does the next row have scales of its own, or those of this one?
    own: bool,
    /// Scales in all.
    pub count: usize,
}

impl Parts {
    pub fn new(granularity: Granularity, shape: &[usize]) -> Result<Self, IntegerError> {
        let product = |lengths: &[usize]| -> usize {
            // Checked for the whole shape, so no part of it overflows unless another is 0.
            lengths
                .iter()
                .fold(1, |n: usize, len| n.saturating_mul(*len))
        };
        let values = product(shape);
        let [run, row] = match granularity {
            Granularity::Tensor => [values, values],
            Granularity::Channel { axis } => {
                let axes = shape.get(axis..).ok_or(()).and_then(|axes| match axes {
                    [] => Err(()),
                    [_, inner @ ..] => Ok([product(inner), product(axes)]),
                });
                axes.map_err(|()| IntegerError::Axis {
                    axis,
                    shape: shape.to_vec(),
                })?
            }
            Granularity::Group { length: 0 } => return Err(IntegerError::Group),
            Granularity::Group { length } => {
                let row = shape.last().copied().unwrap_or(1);
                [length.min(row.max(1)), row]
            }
        };
        if values == 0 {
            return Ok(Self {
                run: 1,
                row: 1,
                runs: 1,
                own: false,
                count: 0,
            });
        }
        let runs = row.div_ceil(run);
        let own = matches!(granularity, Granularity::Group { .. });
        Ok(Self {
            run,
            row,
            runs,
            own,
            count: if own { values / row * runs } else { runs },
        })
    }

    /// Is the scale another for each value of a row, and the same row after row?
    pub fn is_striped(&self) -> bool {
        self.run == 1 && !self.own
    }

    /// Values of a run, where all runs are as long: that of a value is its index over it, modulo
    /// their number.
    pub fn even_run(&self) -> Option<usize> {
        self.row.is_multiple_of(self.run).then_some(self.run)
    }

    /// Number of the scale of the value at `index`.
    fn part_of(&self, index: usize) -> usize {
        let (row, column) = (index / self.row, index % self.row);
        column / self.run + if self.own { row * self.runs } else { 0 }
    }

    /// The values from `from` to `to` in parts of one scale each: its number, and where they are.
    pub fn between(self, from: usize, to: usize) -> impl Iterator<Item = (usize, Range<usize>)> {
        let mut at = from;
        std::iter::from_fn(move || {
            if at >= to {
                return None;
            }
            let column = at % self.row;
            let end = (column / self.run + 1) * self.run;
            let end = at + (end.min(self.row) - column);
            let part = at..end.min(to);
            let number = self.part_of(at);
            at = part.end;
            Some((number, part))
        })
    }

    /// The values of each part, wherever they lie, one part after the other: ranges in order.
    pub fn ranges_of(
        self,
        number: usize,
        values: usize,
    ) -> impl Iterator<Item = Range<usize>> + Clone {
        let (first, rows) = match self.own {
            true => (number / self.runs, 1),
            false => (0, values / self.row),
        };
        let start = number % self.runs * self.run;
        let length = self.run.min(self.row - start.min(self.row));
        (first..first + rows).map(move |row| {
            let at = row * self.row + start;
            at..at + length
        })
    }
}
