//! A value over two parameters: error over precision and size, say.

use thiserror::Error;

mod colours;

use super::axis::{Axis, Choice, Scale, Span};
use super::number;
use super::picture::Picture;
use super::plot::draw::{Frame, LABEL, WIDTH, headings, labels_beside, notes_below, ticks_below};
use super::svg::{Anchor, Path, Svg, text_width};
use colours::Colours;

/// Cells of a picture across and up; more are put together.
const MOST: (usize, usize) = (260, 130);
/// Up to so many cells tell their value to a pointer.
const TOLD: usize = 2500;

/// A table of values as colours.
///
/// ```
/// use roundoff::report::HeatMap;
/// let errors = vec![1e-1, 1e-2, 1e-3, 1e-4, f64::NAN, 0.0];
/// let map = HeatMap::new("error", "digits", ["4", "8", "12"], "terms", ["10", "100"], errors)?;
/// assert!(map.picture().svg().contains("not finite"));
/// # Ok::<(), roundoff::report::heat::HeatMapError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct HeatMap {
    title: String,
    x: Choice,
    y: Choice,
    scale: Scale,
    values: Vec<f64>,
    /// Where the axes begin and end, if they are numbers.
    spans: Option<[(f64, f64); 2]>,
    /// The values at the colours' ends.
    ends: Option<(f64, f64)>,
    /// Names of the values 0, 1, ..., if they are kinds of things.
    kinds: Vec<String>,
    told: bool,
}

/// Why there is no map.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "{values} values for {columns} columns and {rows} rows: give one for each cell, row by row"
)]
pub struct HeatMapError {
    values: usize,
    columns: usize,
    rows: usize,
}

impl HeatMap {
    /// A map: names of the columns from left to right and of the rows from below, and the values
    /// row by row.
    ///
    /// # Errors
    /// [`HeatMapError`] unless there is one value for each cell.
    pub fn new<T: Into<String>, U: Into<String>>(
        title: &str,
        x_label: &str,
        columns: impl IntoIterator<Item = T>,
        y_label: &str,
        rows: impl IntoIterator<Item = U>,
        values: Vec<f64>,
    ) -> Result<Self, HeatMapError> {
        let (mut x, mut y) = (Choice::new(x_label), Choice::new(y_label));
        x.names = columns.into_iter().map(Into::into).collect();
        y.names = rows.into_iter().map(Into::into).collect();
        let (columns, rows) = (x.names.len(), y.names.len());
        if columns.checked_mul(rows) != Some(values.len()) {
            return Err(HeatMapError {
                values: values.len(),
                columns,
                rows,
            });
        }
        Ok(Self {
            title: title.to_owned(),
            x,
            y,
            scale: Scale::Auto,
            values,
            spans: None,
            ends: None,
            kinds: Vec::new(),
            told: true,
        })
    }

    /// Logarithmic axes with numbers in place of names: where the first cell begins and the last one
    /// ends, finite numbers above 0 in this order, along x and along y. Others leave the names.
    ///
    /// ```
    /// use roundoff::report::HeatMap;
    /// let names = || ["1", "10", "100"];
    /// let values = (0..9).map(f64::from).collect();
    /// let map = HeatMap::new("w", "x", names(), "v", names(), values)?
    ///     .logarithmic((0.3, 300.0), (0.3, 300.0))
    ///     .ends(0.0, 4.0)
    ///     .untold();
    /// assert!(map.picture().svg().contains(">100<"));
    /// # Ok::<(), roundoff::report::heat::HeatMapError>(())
    /// ```
    pub fn logarithmic(mut self, x: (f64, f64), y: (f64, f64)) -> Self {
        let fits = |(low, high): &(f64, f64)| *low > 0.0 && low < high && high.is_finite();
        self.spans = Some([x, y]).filter(|spans| spans.iter().all(fits));
        self
    }

    /// The values at the ends of the colours, in place of the least and the greatest there are. What is
    /// beyond has the colour of the end.
    pub fn ends(mut self, low: f64, high: f64) -> Self {
        self.ends = Some((low, high));
        self
    }

    /// The values 0, 1, ... stand for these: a colour each and a legend, in place of a scale.
    pub fn kinds<T: Into<String>>(mut self, names: impl IntoIterator<Item = T>) -> Self {
        self.kinds = names.into_iter().map(Into::into).collect();
        self
    }

    /// Cells do not tell their value to a pointer: a smaller file.
    pub fn untold(mut self) -> Self {
        self.told = false;
        self
    }

    /// How values are spread over the colours, if not by [`Scale::Auto`].
    pub fn scale(mut self, scale: Scale) -> Self {
        self.scale = scale;
        self
    }

    /// Drawn as a picture, 640 pixels wide.
    ///
    /// Of more than 260 columns or 130 rows neighbours share a cell, which has the greatest of their
    /// values, or is not finite if one of them is not.
    pub fn picture(&self) -> Picture {
        let grid = self.thinned();
        let colours = Colours::new(self.scale, self.ends, &self.kinds, &grid.values);
        let mut svg = Svg::new(WIDTH);
        let [x, y] = self.axes();
        let every = match self.spans {
            None => (self.y.names.len() * 17).div_ceil(300).max(1),
            Some(_) => 1,
        };
        let y_ticks: Vec<_> = y.ticks(7).into_iter().step_by(every).collect();
        let widest = y_ticks.iter().map(|tick| text_width(&tick.label, LABEL));
        let left = widest.fold(24.0, f64::max).min(WIDTH / 3.0) + 18.0;
        let frame = Frame {
            left,
            top: 58.0,
            width: WIDTH - left - if self.kinds.is_empty() { 100.0 } else { 16.0 },
            height: (grid.rows as f64 * 40.0).clamp(80.0, 300.0),
        };
        headings(&mut svg, &self.title, &self.y.label, frame);
        labels_beside(&mut svg, frame, &y_ticks);
        let mut bottom = ticks_below(&mut svg, frame, &x, &self.x.label);
        cells(&mut svg, frame, &grid, &colours);
        bottom = colours.explain(&mut svg, frame, bottom);
        let mut notes = Vec::new();
        let count = |of: &dyn Fn(&f64) -> bool| self.values.iter().filter(|x| of(x)).count();
        let cells = |count: usize| match count {
            1 => "1 cell".to_owned(),
            _ => format!("{} cells", number::grouped(count as u64)),
        };
        match count(&|x| !x.is_finite()) {
            0 => {}
            some => notes.push(format!("dark, {}: not finite", cells(some))),
        }
        match count(&|x| x.is_finite() && !colours.has(*x)) {
            0 => {}
            some => notes.push(format!("white, {}: {}", cells(some), colours.lacks())),
        }
        if grid.values.len() < self.values.len() {
            let (columns, rows) = (self.x.names.len(), self.y.names.len());
            notes.push(format!(
                "{columns} x {rows} values: a cell has the greatest of several"
            ));
        }
        bottom = notes_below(&mut svg, &notes, bottom);
        svg.finish(bottom + 12.0, &self.title)
    }

    fn axes(&self) -> [Axis; 2] {
        let number = |(low, high)| Axis::log(10, Span { low, high }).tight([low, high].into_iter());
        let none = std::iter::empty;
        match self.spans {
            Some(spans) => spans.map(number),
            None => [self.x.fit(none()), self.y.fit(none())],
        }
    }

    /// As many cells as a picture shows.
    fn thinned(&self) -> Grid {
        let (columns, rows) = (self.x.names.len(), self.y.names.len());
        let (wide, high) = (
            columns.div_ceil(MOST.0).max(1),
            rows.div_ceil(MOST.1).max(1),
        );
        let worse = |a: f64, b: f64| match (a.is_finite(), b.is_finite()) {
            (true, true) => a.max(b),
            (false, _) => a,
            (_, false) => b,
        };
        let mut grid = Grid {
            columns: columns.div_ceil(wide),
            rows: rows.div_ceil(high),
            values: Vec::new(),
            names: Vec::new(),
        };
        for group in self.values.chunks(columns.max(1) * high) {
            let mut worst = vec![None; grid.columns];
            for row in group.chunks(columns.max(1)) {
                for (cell, values) in worst.iter_mut().zip(row.chunks(wide)) {
                    let all = values.iter().copied().chain(*cell);
                    *cell = all.reduce(worse);
                }
            }
            grid.values.extend(worst.into_iter().flatten());
        }
        if self.told && grid.values.len() == self.values.len() && self.values.len() <= TOLD {
            let across = |y: &String| {
                let name = move |x: &String| format!("{x}, {y}");
                self.x.names.iter().map(name).collect::<Vec<_>>()
            };
            grid.names = self.y.names.iter().flat_map(across).collect();
        }
        grid
    }
}

/// What is drawn.
struct Grid {
    columns: usize,
    rows: usize,
    values: Vec<f64>,
    /// What each cell tells before its value; empty where there are too many.
    names: Vec<String>,
}

fn cells(svg: &mut Svg, frame: Frame, grid: &Grid, colours: &Colours) {
    let (width, height) = (
        frame.width / grid.columns.max(1) as f64,
        frame.height / grid.rows.max(1) as f64,
    );
    // Numbers in the cells where all fit.
    let texts: Vec<String> = match grid.values.len() <= 240 && height >= 18.0 && colours.are_scale()
    {
        true => grid.values.iter().map(|x| written(*x)).collect(),
        false => Vec::new(),
    };
    let widest = texts.iter().map(|text| text_width(text, 12.0));
    let fits = !texts.is_empty() && widest.fold(0.0, f64::max) < width - 4.0;
    for (row, values) in grid.values.chunks(grid.columns.max(1)).enumerate() {
        let y = frame.top + frame.height - (row + 1) as f64 * height;
        let mut column = 0;
        // Equal neighbours are one rectangle, unless each tells its value.
        let alike = |a: &f64, b: &f64| grid.names.is_empty() && colours.of(*a) == colours.of(*b);
        for run in values.chunk_by(alike) {
            let Some(value) = run.first() else { continue };
            let x = frame.left + column as f64 * width;
            let (fill, ink) = colours.of(*value);
            let at = row * grid.columns + column;
            let told = grid
                .names
                .get(at)
                .map(|name| format!("{name}: {}", number::short(*value)));
            // A little over the edge, so that no gap shows between neighbours.
            let over = |side: f64| if fits { side - 1.0 } else { side + 0.3 };
            let rectangle = [x, y, over(width * run.len() as f64), over(height)];
            svg.rectangle(rectangle, &format!(" fill=\"{fill}\""), told.as_deref());
            // Crosses, so that they are not taken for a dark page.
            if !value.is_finite() && !fits && !grid.names.is_empty() {
                let mut cross = Path::default();
                let (middle, up) = (x + width / 2.0, y + height / 2.0);
                let half = 5.0f64.min(width / 3.0).min(height / 3.0);
                cross.add('M', &[middle - half, up - half]);
                cross.add('l', &[2.0 * half, 2.0 * half]);
                cross.add('m', &[-2.0 * half, 0.0]);
                cross.add('l', &[2.0 * half, -2.0 * half]);
                svg.path(&cross, " stroke=\"#ffffff\" stroke-opacity=\"0.6\"", None);
            }
            if let Some(text) = texts.get(at).filter(|_| fits) {
                svg.raw(&format!("<g color=\"{ink}\" pointer-events=\"none\">"));
                let (x, y) = (x + width / 2.0, y + height / 2.0 + 4.0);
                svg.text(x, y, 12.0, Anchor::Middle, text);
                svg.raw("</g>\n");
            }
            column += run.len();
        }
    }
}

/// To two digits.
fn written(x: f64) -> String {
    match x.abs() {
        size if !x.is_finite() || size == 0.0 => number::exact(x).replace("NaN", "×"),
        size if (0.01..1000.0).contains(&size) => {
            number::exact(format!("{x:.1e}").parse().unwrap_or(x))
        }
        _ => format!("{x:.0e}"),
    }
}
