//! Test vectors for whoever builds the operation in hardware: codes of operands and of the result.
//!
//! ```
//! use roundoff::arith::{Binary, Operation, Vectors};
//! use roundoff::{Format, Rounder};
//! let rounder = Rounder::new(Format::OCP_E4M3);
//! let vectors = Vectors::new(Operation::Binary(Binary::Add), &[Format::OCP_E2M1; 2], &rounder)?;
//! let lines: Vec<String> = vectors.all().map(|line| line.to_string()).collect();
//! assert_eq!(lines.len(), 256);
//! // 0.5 + 0.5 = 1: code 1 twice in e2m1, 0x38 in e4m3.
//! assert_eq!(lines[0x11], "1 1 38");
//! # Ok::<(), roundoff::arith::VectorsError>(())
//! ```

use std::fmt;
use std::io;
use std::str::FromStr;

use thiserror::Error;

use super::exact::Exactly;
use super::kappa::Case;
use super::traced::Operation;
use crate::chop::Rounder;
use crate::format::{Format, Overflow};
use crate::random::word64;
use crate::rounding::{Rounding, Saturation};

/// Why there are no such vectors.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum VectorsError {
    /// A format without codes.
    #[error("{format} has no encoding: use a format with fields, such as ieee-e5m10")]
    NoEncoding {
        /// The format.
        format: String,
    },
    /// As many formats as operands, or one for all.
    #[error("{operation} takes {arity} operands, but {given} formats are given for them")]
    Arity {
        /// The operation.
        operation: String,
        /// Its operands.
        arity: usize,
        /// Formats given.
        given: usize,
    },
    /// A file of vectors that is none.
    #[error("line {line}: {what}")]
    File {
        /// From 1.
        line: usize,
        /// What is wrong, and what should be there.
        what: String,
    },
    /// Comparisons have no result in the format.
    #[error("a comparison has no result in a format: take an operation that has")]
    Comparison,
}

/// An operation on codes: the operands' formats, and the result's rounder.
#[derive(Clone, Debug)]
pub struct Vectors {
    operation: Operation,
    operands: Vec<Format>,
    rounder: Rounder,
    exactly: Exactly,
}

/// Codes of the operands and of the result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Codes and their widths in bits.
    operands: Vec<(u64, u32)>,
    /// The random integer R of a stochastic rounding, and its bits.
    random: Option<(u64, u32)>,
    result: Option<u64>,
    width: u32,
}

impl Line {
    /// Codes of the operands.
    pub fn operands(&self) -> impl Iterator<Item = u64> + '_ {
        self.operands.iter().map(|(code, _)| *code)
    }

    /// R of a stochastic rounding; StochasticEqual has one bit: 0 away from zero, 1 toward it.
    pub fn random(&self) -> Option<u64> {
        self.random.map(|(random, _)| random)
    }

    /// Code of the result; none where that is NaN and the format has none.
    pub const fn result(&self) -> Option<u64> {
        self.result
    }
}

/// As many hexadecimal digits as the bits need.
fn hex(f: &mut fmt::Formatter<'_>, code: u64, width: u32) -> fmt::Result {
    write!(f, "{code:0digits$x}", digits = width.div_ceil(4) as usize)
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (code, width) in self.operands.iter().chain(&self.random) {
            hex(f, *code, *width)?;
            write!(f, " ")?;
        }
        match self.result {
            Some(code) => hex(f, code, self.width),
            None => write!(f, "-"),
        }
    }
}

fn width_of(format: &Format) -> Result<u32, VectorsError> {
    format.width().ok_or_else(|| VectorsError::NoEncoding {
        format: format.to_string(),
    })
}

impl Vectors {
    /// `operands` has a format for each operand. Where one of them is P3109's, so are the specials
    /// of the result ([`Exactly::with_p3109_specials`]).
    ///
    /// # Errors
    /// [`VectorsError`] where a format has no codes, there are more or fewer formats than
    /// operands, or the operation is a comparison.
    pub fn new(
        operation: Operation,
        operands: &[Format],
        rounder: &Rounder,
    ) -> Result<Self, VectorsError> {
        if operation == Operation::Compare {
            return Err(VectorsError::Comparison);
        }
        if operands.len() != operation.arity() {
            return Err(VectorsError::Arity {
                operation: operation.to_string(),
                arity: operation.arity(),
                given: operands.len(),
            });
        }
        for format in operands.iter().chain([rounder.format()]) {
            width_of(format)?;
        }
        let exactly = Exactly::new(rounder);
        let of_p3109 = operands
            .iter()
            .any(|format| format.overflow() == Overflow::P3109);
        Ok(Self {
            operation,
            operands: operands.to_vec(),
            rounder: *rounder,
            exactly: match of_p3109 {
                true => exactly.with_p3109_specials(),
                false => exactly,
            },
        })
    }

    /// Bits of all operands' codes together: there are 2 to that power of lines.
    pub fn bits(&self) -> u32 {
        self.widths().iter().sum()
    }

    fn widths(&self) -> Vec<u32> {
        self.operands
            .iter()
            .map(|format| format.width().unwrap_or(0))
            .collect()
    }

    /// Every combination of operands, the last one changing fastest. Of more than 63 bits, the
    /// first 2^63.
    pub fn all(&self) -> impl Iterator<Item = Line> + '_ {
        let widths = self.widths();
        (0..1u64 << self.bits().min(63)).map(move |index| {
            let mut rest = index;
            let mut codes: Vec<u64> = widths
                .iter()
                .rev()
                .map(|width| {
                    let code = rest & mask(*width);
                    rest = rest.checked_shr(*width).unwrap_or(0);
                    code
                })
                .collect();
            codes.reverse();
            self.line(&codes, index)
        })
    }

    /// `count` lines of random codes.
    pub fn random(&self, count: u64) -> impl Iterator<Item = Line> + '_ {
        let widths = self.widths();
        let seed = self.rounder.seed();
        (0..count).map(move |index| {
            let codes: Vec<u64> = widths
                .iter()
                .zip(1..)
                // Streams of their own: the rounding has the rounder's.
                .map(|(width, i)| word64(seed, !self.rounder.stream() ^ i, index) & mask(*width))
                .collect();
            self.line(&codes, index)
        })
    }

    /// The result for operands given by their codes; too few are zeros, too high bits are not
    /// looked at. `index`: which random word a stochastic rounding takes.
    pub fn line(&self, codes: &[u64], index: u64) -> Line {
        let random = word64(self.rounder.seed(), self.rounder.stream(), index);
        let bits = self.random_bits();
        let codes: Vec<(u64, u32)> = self
            .widths()
            .into_iter()
            .enumerate()
            .map(|(i, width)| (codes.get(i).copied().unwrap_or(0) & mask(width), width))
            .collect();
        let mut values = [f64::NAN; 3];
        for ((value, format), (code, _)) in values.iter_mut().zip(&self.operands).zip(&codes) {
            *value = format.value_of_code(*code);
        }
        let result = self.value(values, random);
        Line {
            operands: codes,
            random: (bits > 0).then(|| (random >> (64 - bits.max(1)), bits)),
            result: self.rounder.format().encode(result).ok(),
            width: self.rounder.format().width().unwrap_or(0),
        }
    }

    fn value(&self, [x, y, z]: [f64; 3], random: u64) -> f64 {
        match self.operation {
            Operation::Unary(operation) => self.exactly.unary(operation, x, random),
            Operation::Binary(operation) => self.exactly.binary(operation, x, y, random),
            Operation::Ternary(operation) => self.exactly.ternary(operation, x, y, z, random),
            Operation::Compare => f64::NAN,
        }
    }

    /// Reads a file such as [`Vectors::write`] writes, its results perhaps another implementation's,
    /// and gives `case` each line's operands, what came out and what is right.
    ///
    /// # Errors
    /// [`VectorsError::File`] with the line that cannot be read; [`VectorsError`] as of
    /// [`Vectors::new`].
    ///
    /// ```
    /// use roundoff::arith::Vectors;
    /// let file = "# operation: Sqrt\n# operands: ocp-e2m1\n# result: ocp-e2m1\n2 2\n6 5\n";
    /// Vectors::judge(file.as_bytes(), |vectors, case| {
    ///     // sqrt 4 = 2, but 3 came out.
    ///     if case.operand == 4.0 {
    ///         assert_eq!((case.got, case.right), (3.0, 2.0));
    ///     }
    /// })?;
    /// # Ok::<(), roundoff::arith::VectorsError>(())
    /// ```
    pub fn judge(
        file: impl io::BufRead,
        mut case: impl FnMut(&Self, Case),
    ) -> Result<Self, VectorsError> {
        let mut facts = Facts::default();
        let mut vectors: Option<Self> = None;
        for (i, text) in file.lines().enumerate() {
            let at = |what: String| VectorsError::File { line: i + 1, what };
            let text = text.map_err(|error| at(format!("{error}; the file must be plain text")))?;
            let text = text.trim();
            match (text.strip_prefix('#'), &vectors) {
                (Some(fact), _) => facts.take(fact).map_err(at)?,
                _ if text.is_empty() => {}
                (None, Some(vectors)) => case(vectors, vectors.read_case(text).map_err(at)?),
                (None, None) => {
                    let these = facts.vectors().map_err(at)?;
                    case(&these, these.read_case(text).map_err(at)?);
                    vectors = Some(these);
                }
            }
        }
        vectors.ok_or(VectorsError::File {
            line: 1,
            what: "no line of codes; take a file that `roundoff vectors` wrote".to_owned(),
        })
    }

    /// Operands, R of a stochastic rounding, result.
    fn read_case(&self, text: &str) -> Result<Case, String> {
        let bits = self.random_bits();
        let words: Vec<&str> = text.split_whitespace().collect();
        let wanted = self.operands.len() + usize::from(bits > 0) + 1;
        if words.len() != wanted {
            return Err(format!(
                "{} columns: there should be {wanted}, as the header says",
                words.len()
            ));
        }
        let code = |word: &str, width: u32| match u64::from_str_radix(word, 16) {
            Ok(code) if code & !mask(width) == 0 => Ok(code),
            _ => Err(format!("\"{word}\" is no hexadecimal code of {width} bits")),
        };
        let mut values = [f64::NAN; 3];
        for ((value, format), word) in values.iter_mut().zip(&self.operands).zip(&words) {
            *value = format.value_of_code(code(word, format.width().unwrap_or(0))?);
        }
        let random = match bits {
            0 => 0,
            _ => code(words[self.operands.len()], bits)? << (64 - bits),
        };
        let format = self.rounder.format();
        Ok(Case {
            operand: values[0],
            got: match words[wanted - 1] {
                "-" => f64::NAN,
                word => format.value_of_code(code(word, format.width().unwrap_or(0))?),
            },
            right: self.value(values, random),
        })
    }

    /// Bits of R.
    fn random_bits(&self) -> u32 {
        match self.rounder.rounding() {
            Rounding::Stochastic { bits, .. } => u32::from(bits.get()),
            Rounding::StochasticEqual => 1,
            _ => 0,
        }
    }

    /// The result's format, rounding and saturation.
    pub const fn rounder(&self) -> &Rounder {
        &self.rounder
    }

    /// The operation.
    pub const fn operation(&self) -> Operation {
        self.operation
    }

    /// What the lines are: everything that decides a result, and what the columns hold.
    pub fn header(&self) -> String {
        let formats: Vec<String> = self.operands.iter().map(ToString::to_string).collect();
        let rounder = &self.rounder;
        let random = match rounder.rounding().is_stochastic() {
            true => format!(
                "# seed: {}\n# stream: {}\n# columns: operands, random integer R, result\n",
                rounder.seed(),
                rounder.stream()
            ),
            false => "# columns: operands, result\n".to_owned(),
        };
        format!(
            "# roundoff {} test vectors\n# operation: {}\n# operands: {}\n# result: {}\n\
             # rounding: {}\n# saturation: {}\n{random}\
             # codes: hexadecimal; - where the result is NaN and the format has none\n",
            env!("CARGO_PKG_VERSION"),
            self.operation,
            formats.join(" "),
            rounder.format(),
            rounder.rounding(),
            rounder.saturation(),
        )
    }

    /// Header and lines.
    ///
    /// # Errors
    /// What the writer returns.
    pub fn write(
        &self,
        lines: impl IntoIterator<Item = Line>,
        mut to: impl io::Write,
    ) -> io::Result<()> {
        to.write_all(self.header().as_bytes())?;
        lines
            .into_iter()
            .try_for_each(|line| writeln!(to, "{line}"))
    }
}

/// What a header says, so far.
#[derive(Default)]
struct Facts {
    operation: Option<Operation>,
    operands: Vec<Format>,
    result: Option<Format>,
    rounding: Rounding,
    saturation: Saturation,
}

impl Facts {
    /// One line of a header; one that says something else is a comment.
    fn take(&mut self, line: &str) -> Result<(), String> {
        let Some((key, value)) = line.split_once(':') else {
            return Ok(());
        };
        let value = value.trim();
        match key.trim() {
            "operation" => self.operation = Some(parsed(value)?),
            "operands" => {
                let all: Result<_, _> = value.split_whitespace().map(parsed).collect();
                self.operands = all?;
            }
            "result" => self.result = Some(parsed(value)?),
            "rounding" => self.rounding = parsed(value)?,
            "saturation" => self.saturation = parsed(value)?,
            _ => {}
        }
        Ok(())
    }

    fn vectors(&self) -> Result<Vectors, String> {
        let missing = |what: &str| format!("the header has no \"# {what}: ...\" before this line");
        let operation = self.operation.ok_or_else(|| missing("operation"))?;
        let result = self.result.ok_or_else(|| missing("result"))?;
        let rounder = Rounder::new(result)
            .with_rounding(self.rounding)
            .with_saturation(self.saturation);
        Vectors::new(operation, &self.operands, &rounder).map_err(|error| error.to_string())
    }
}

fn parsed<T: FromStr<Err: fmt::Display>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|error: T::Err| error.to_string())
}

fn mask(width: u32) -> u64 {
    u64::MAX >> (64 - width.clamp(1, 64))
}
