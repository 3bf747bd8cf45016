//! Columns as plots and maps.

use std::collections::HashMap;

use super::super::heat::HeatMap;
use super::super::number;
use super::super::plot::{Plot, Series};
use super::{Cell, Table, TableError};

/// Series of one plot.
const SERIES: usize = 200;
/// Names along an axis.
const NAMES: usize = 2000;

impl Table {
    /// Column `y` against column `x`, a series for each combination of the columns `group`. A
    /// column of texts, formats for instance, gives names along x. An empty `y` counts as NaN.
    ///
    /// # Errors
    /// [`TableError`] for an unknown column, text in `y`, more than 200 series or 2000 names.
    pub fn plot(&self, x: &str, y: &str, group: &[&str]) -> Result<Plot, TableError> {
        let across = self.column(x)?;
        let title = match group {
            [] => format!("{y} against {x}"),
            group => format!("{y} against {x} by {}", group.join(", ")),
        };
        let mut plot = Plot::new(&title, x, y);
        let (places, names) = places(x, across)?;
        if let Some(names) = names {
            plot = plot.x_names(names);
        }
        for (name, points) in self.grouped(&places, y, group)? {
            plot = plot.with(Series::new(name, points));
        }
        Ok(plot)
    }

    /// The same plot with column `bound` drawn in, for each group its greatest value at each x, in
    /// the group's colour.
    ///
    /// # Errors
    /// As [`Table::plot`].
    pub fn add_bound(
        &self,
        mut plot: Plot,
        x: &str,
        bound: &str,
        group: &[&str],
    ) -> Result<Plot, TableError> {
        let (places, _) = places(x, self.column(x)?)?;
        for (name, mut points) in self.grouped(&places, bound, group)? {
            points.retain(|(_, y)| !y.is_nan());
            points.sort_by(|a, b| a.0.total_cmp(&b.0).then(b.1.total_cmp(&a.1)));
            points.dedup_by(|next, kept| next.0 == kept.0);
            let label = match name.as_str() {
                "" => bound.to_owned(),
                name => format!("{bound}, {name}"),
            };
            plot = plot.with(Series::bound(label, points).coloured_as(name));
        }
        Ok(plot)
    }

    /// Column `value` over columns `x` and `y`, in each cell the greatest of its rows, or NaN where
    /// one is not finite or there is none.
    ///
    /// # Errors
    /// As [`Table::plot`].
    pub fn heat(&self, x: &str, y: &str, value: &str) -> Result<HeatMap, TableError> {
        let (columns, column_names) = ordered(x, self.column(x)?)?;
        let (rows, row_names) = ordered(y, self.column(y)?)?;
        let numbers = numbers(value, self.column(value)?)?;
        let mut values = vec![None; column_names.len() * row_names.len()];
        for ((column, row), number) in columns.iter().zip(&rows).zip(numbers) {
            if let Some(cell) = values.get_mut(row * column_names.len() + column) {
                *cell = match *cell {
                    Some(known) if number.is_finite() => Some(f64::max(known, number)),
                    // f64::max would drop a NaN.
                    _ => Some(number),
                }
                .map(|x| {
                    if cell.is_some_and(f64::is_nan) {
                        f64::NAN
                    } else {
                        x
                    }
                });
            }
        }
        let values = values
            .into_iter()
            .map(|cell| cell.unwrap_or(f64::NAN))
            .collect();
        let title = format!("{value} over {x} and {y}");
        let map = HeatMap::new(&title, x, column_names, y, row_names, values);
        // One value a cell by construction.
        map.map_err(|error| TableError::Damaged {
            path: value.into(),
            told: error.to_string(),
        })
    }

    /// Points of each group, in order of appearance.
    fn grouped(&self, places: &[f64], y: &str, group: &[&str]) -> Result<Groups, TableError> {
        let up = numbers(y, self.column(y)?)?;
        let columns: Result<Vec<&[Cell]>, _> = group.iter().map(|name| self.column(name)).collect();
        let columns = columns?;
        let mut groups = Groups::new();
        let mut known: HashMap<String, usize> = HashMap::new();
        let mut name = String::new();
        for (row, (x, y)) in places.iter().zip(up).enumerate() {
            name.clear();
            for cell in columns.iter().filter_map(|column| column.get(row)) {
                if !name.is_empty() {
                    name.push_str(", ");
                }
                name += &cell.to_string();
            }
            let place = match known.get(&name) {
                Some(place) => *place,
                None => {
                    known.insert(name.clone(), groups.len());
                    groups.push((name.clone(), Vec::new()));
                    groups.len() - 1
                }
            };
            if let Some((_, points)) = groups.get_mut(place) {
                points.push((*x, y));
            }
            if groups.len() > SERIES {
                return Err(TableError::TooMany {
                    column: group.join(", "),
                    found: groups.len(),
                    most: SERIES,
                });
            }
        }
        Ok(groups)
    }
}

/// Names and points.
type Groups = Vec<(String, Vec<(f64, f64)>)>;

/// The numbers of a column; empty cells are NaN.
fn numbers(name: &str, cells: &[Cell]) -> Result<Vec<f64>, TableError> {
    let number = |(row, cell): (usize, &Cell)| match cell {
        Cell::Number(x) => Ok(*x),
        Cell::Empty => Ok(f64::NAN),
        Cell::Text(text) => Err(TableError::NotANumber {
            column: name.to_owned(),
            row: row + 1,
            text: text.to_string(),
        }),
    };
    cells.iter().enumerate().map(number).collect()
}

/// A column along x: its numbers; or places of its texts in order of appearance, and those.
fn places(name: &str, cells: &[Cell]) -> Result<(Vec<f64>, Option<Vec<String>>), TableError> {
    if Table::is_numeric(cells) {
        return Ok((numbers(name, cells)?, None));
    }
    let (places, names) = ordered(name, cells)?;
    Ok((
        places.into_iter().map(|place| place as f64).collect(),
        Some(names),
    ))
}

/// Which of its different values each cell of a column has: numbers in their order, texts in that of
/// their appearance.
fn ordered(name: &str, cells: &[Cell]) -> Result<(Vec<usize>, Vec<String>), TableError> {
    let mut known: HashMap<String, usize> = HashMap::new();
    let mut names = Vec::new();
    let mut places = Vec::with_capacity(cells.len());
    for cell in cells {
        let text = cell.to_string();
        let next = known.len();
        let place = *known.entry(text).or_insert_with_key(|text| {
            names.push((cell, text.clone()));
            next
        });
        places.push(place);
        if names.len() > NAMES {
            return Err(TableError::TooMany {
                column: name.to_owned(),
                found: names.len(),
                most: NAMES,
            });
        }
    }
    let mut order: Vec<usize> = (0..names.len()).collect();
    if Table::is_numeric(cells) {
        let value = |place: &usize| match names.get(*place) {
            Some((Cell::Number(x), _)) => *x,
            _ => f64::NAN,
        };
        order.sort_by(|a, b| value(a).total_cmp(&value(b)));
    }
    let mut rank = vec![0; order.len()];
    for (to, from) in order.iter().enumerate() {
        if let Some(rank) = rank.get_mut(*from) {
            *rank = to;
        }
    }
    let places = places
        .into_iter()
        .filter_map(|place| rank.get(place).copied())
        .collect();
    let shown = |place: &usize| match names.get(*place) {
        Some((Cell::Number(x), _)) => number::short(*x),
        Some((_, text)) => text.clone(),
        None => String::new(),
    };
    Ok((places, order.iter().map(shown).collect()))
}
