//! The columns of a row: what was tried, what came out, and all that replays it.
//!
//! A row is three kinds of cells: text, whole numbers, and figures, which may be missing. Their order
//! and names are the schema; [`SCHEMA`] is its number, the first column's value, and goes up with any
//! change of them.

use std::borrow::Cow;

/// The number of this schema.
pub const SCHEMA: u64 = 1;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// A whole number from 0.
    Count,
    /// An f64, or nothing.
    Figure,
}

/// One value of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell<'a> {
    /// Text.
    Text(Cow<'a, str>),
    /// A whole number from 0.
    Count(u64),
    /// An f64, or nothing.
    Figure(Option<f64>),
}

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// What it means.
    pub about: &'static str,
}

/// A type of a cell: into it and out of it.
trait Value: Sized {
    const KIND: Kind;
    fn cell(&self) -> Cell<'_>;
    fn of(cell: Cell<'_>) -> Option<Self>;
}

impl Value for String {
    const KIND: Kind = Kind::Text;

    fn cell(&self) -> Cell<'_> {
        Cell::Text(Cow::Borrowed(self))
    }

    fn of(cell: Cell<'_>) -> Option<Self> {
        match cell {
            Cell::Text(text) => Some(text.into_owned()),
            _ => None,
        }
    }
}

impl Value for u64 {
    const KIND: Kind = Kind::Count;

    fn cell(&self) -> Cell<'_> {
        Cell::Count(*self)
    }

    fn of(cell: Cell<'_>) -> Option<Self> {
        match cell {
            Cell::Count(count) => Some(count),
            _ => None,
        }
    }
}

impl Value for Option<f64> {
    const KIND: Kind = Kind::Figure;

    fn cell(&self) -> Cell<'_> {
        Cell::Figure(*self)
    }

    fn of(cell: Cell<'_>) -> Option<Self> {
        match cell {
            Cell::Figure(figure) => Some(figure),
            _ => None,
        }
    }
}

macro_rules! columns {
    ($($name:ident: $kind:ty = $about:literal)*) => {
        /// One trial and what came out of it.
        #[derive(Clone, Debug, Default)]
        pub struct Row {
            $(#[doc = $about] pub $name: $kind,)*
        }

        /// The columns, in order.
        pub const COLUMNS: &[Column] = &[$(Column {
            name: stringify!($name),
            kind: <$kind as Value>::KIND,
            about: $about,
        }),*];

        impl Row {
            /// Its values, in the order of [`COLUMNS`].
            pub fn cells(&self) -> [Cell<'_>; COLUMNS.len()] {
                [$(self.$name.cell()),*]
            }

            /// A row of values in the order of [`COLUMNS`]; none where one is of another kind, or
            /// there are too few.
            pub fn from_cells<'a>(cells: impl IntoIterator<Item = Cell<'a>>) -> Option<Self> {
                let mut cells = cells.into_iter();
                Some(Self {
                    $($name: Value::of(cells.next()?)?,)*
                })
            }
        }
    };
}

columns! {
    format: String = "The format of every site that has none of its own."
    rounding: String = "The rounding of every site."
    saturation: String = "The saturation of every site."
    seed: u64 = "The seed of stochastic roundings."
    kernel: String = "The kernel."
    accumulator: String = "Format and order of its sums."
    sites: String = "Sites with a format of their own: name=format;name=format."
    size: u64 = "The kernel's size; 0 of the user's inputs."
    condition: Option<f64> = "Its condition number, or what is hard for it."
    input_seed: u64 = "The seed of the inputs."
    input: String = "`generated`, or the file and a hash of its values."
    schema: u64 = "The number of this schema."
    version: String = "The version of this crate."
    device: String = "What computed it."
    plan: String = "The plan's fingerprint."
    trials: u64 = "Trials of the plan."
    index: u64 = "The trial's place in the plan, from 0."
    trial: String = "The trial's identity."
    error: String = "Why there is no result; empty where there is one."
    bits: String = "A hash of the result's bits."
    count: u64 = "Values of the result."
    finite: u64 = "Pairs of reference and result that are finite."
    not_finite: u64 = "Results infinite or NaN where the reference is finite."
    vanished: u64 = "Results of zero where the reference is not zero."
    max_absolute_error: Option<f64> = "The largest deviation of a finite pair."
    max_relative_error: Option<f64> = "The largest relative deviation of a finite pair."
    normwise: Option<f64> = "The largest deviation over the largest reference."
    ulps: Option<f64> = "The largest deviation in units in the last place of the format."
    apart: Option<f64> = "Values of the format between reference and result, at most."
    significant_bits: Option<f64> = "-log2 of normwise, from 0 to 53."
    snr_db: Option<f64> = "Signal to noise in dB."
    cosine: Option<f64> = "The cosine of the angle between reference and result."
    residual: Option<f64> = "The maximum norm of b - A y."
    backward: Option<f64> = "The normwise backward error."
    componentwise_backward: Option<f64> = "The componentwise backward error."
    max_sum_error: Option<f64> = "Softmax: the largest |1 - sum of a row|."
    top_changed: Option<f64> = "Softmax: rows whose greatest element is another."
    bounded: String = "The figure that the next two bound; empty without a theorem."
    bound: Option<f64> = "By theorem it is at most this, but for under- and overflow."
    probable_bound: Option<f64> = "It is hardly ever more than this."
    worst: Option<f64> = "The place of the largest deviation, from 0."
    worst_input: Option<f64> = "The input there, of a kernel that maps element by element."
    worst_reference: Option<f64> = "The reference there."
    worst_result: Option<f64> = "The result there."
}

impl PartialEq for Row {
    /// The same to the last bit; all NaNs are one.
    fn eq(&self, other: &Self) -> bool {
        self.differs(other).is_empty()
    }
}

impl Row {
    /// Did the trial fail?
    pub fn is_failed(&self) -> bool {
        !self.error.is_empty()
    }

    /// A figure by the name of its column; none where it is missing or no figure.
    ///
    /// ```
    /// use roundoff::experiments::Row;
    /// let row = Row { normwise: Some(0.5), ..Row::default() };
    /// assert_eq!(row.figure("normwise"), Some(0.5));
    /// assert_eq!(row.figure("kernel"), None);
    /// ```
    pub fn figure(&self, name: &str) -> Option<f64> {
        let at = COLUMNS.iter().position(|column| column.name == name)?;
        match self.cells().into_iter().nth(at)? {
            Cell::Figure(figure) => figure,
            Cell::Count(count) => Some(count as f64),
            Cell::Text(_) => None,
        }
    }

    /// The names of the columns whose values differ.
    pub fn differs(&self, other: &Self) -> Vec<&'static str> {
        let cells = self.cells().into_iter().zip(other.cells());
        let pairs = COLUMNS.iter().zip(cells);
        let differ = |x: &Cell, y: &Cell| match (x, y) {
            (Cell::Figure(Some(x)), Cell::Figure(Some(y))) => {
                x.to_bits() != y.to_bits() && !(x.is_nan() && y.is_nan())
            }
            (x, y) => x != y,
        };
        pairs
            .filter(|(_, (x, y))| differ(x, y))
            .map(|(column, _)| column.name)
            .collect()
    }
}
