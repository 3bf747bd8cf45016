//! As many points as a screen can show: a million points make a small picture.

use super::svg::Path;

/// A line through points of increasing x, in pixels: for each column of a pixel, one stroke from
/// the least y to the greatest, and the points by which it is entered and left.
///
/// ```text
///      .            .
///    .   .   ─>    │\    at most four points a column; no peak is lost
///      .  .        │ \
/// ```
pub(super) fn line(points: &[(f64, f64)]) -> Path {
    let mut path = Path::default();
    let mut command = 'M';
    let mut add = |path: &mut Path, (x, y): (f64, f64)| {
        path.add(command, &[x, y]);
        command = 'L';
    };
    for column in points.chunk_by(|a, b| a.0.floor() == b.0.floor()) {
        let ends = column.first().zip(column.last());
        let Some((first, last)) = ends.filter(|_| column.len() > 4) else {
            column.iter().for_each(|point| add(&mut path, *point));
            continue;
        };
        let by_y = |a: &&(f64, f64), b: &&(f64, f64)| a.1.total_cmp(&b.1);
        let lowest = column.iter().min_by(by_y).unwrap_or(first);
        let highest = column.iter().max_by(by_y).unwrap_or(last);
        add(&mut path, *first);
        // In the order in which they come.
        match lowest.0 <= highest.0 {
            true => [lowest, highest],
            false => [highest, lowest],
        }
        .into_iter()
        .for_each(|point| add(&mut path, *point));
        add(&mut path, *last);
    }
    path
}

/// Side of a cell of [`cells`] in pixels.
const CELL: f64 = 2.0;

/// A cloud of points in pixels within a rectangle of `width` by `height`: the cells that have a
/// point, as vertical runs.
pub(super) fn cells(points: &[(f64, f64)], width: f64, height: f64) -> Path {
    let (columns, rows) = ((width / CELL) as usize + 1, (height / CELL) as usize + 1);
    let mut taken = vec![false; columns * rows];
    for (x, y) in points {
        // Casts of negative numbers and NaN give 0.
        let (column, row) = ((x / CELL) as usize, (y / CELL) as usize);
        let at = column.min(columns - 1) * rows + row.min(rows - 1);
        if let Some(cell) = taken.get_mut(at) {
            *cell = true;
        }
    }
    let mut path = Path::default();
    for (column, cells) in taken.chunks(rows).enumerate() {
        let mut row = 0;
        for run in cells.chunk_by(|a, b| a == b) {
            if run.first() == Some(&true) {
                let at = [column as f64 * CELL, row as f64 * CELL];
                path.add('M', &at).add('h', &[CELL]);
                path.add('v', &[run.len() as f64 * CELL]).add('h', &[-CELL]);
                path.0.push('z');
            }
            row += run.len();
        }
    }
    path
}
