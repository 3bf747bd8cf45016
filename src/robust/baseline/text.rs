//! TOML in and out, with the line of what is wrong.

use std::fmt::Write;
use std::ops::Range;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Baseline, BaselineError, Entry};
use crate::format::Format;
use crate::nearest::did_you_mean;

/// The version that this code writes and reads.
const VERSION: u64 = 1;

const HEAD: &str = "\
# Digits of precision that each test needs to keep its bits. `roundoff accept` writes this file,
# `cargo test` and `roundoff check` compare with it.
";

/// A text of TOML, for errors that say where.
pub struct Source<'a> {
    pub path: &'a Path,
    pub text: &'a str,
}

type Found<'a, 'i> = Option<&'a Spanned<DeValue<'i>>>;

impl Source<'_> {
    /// An error at a place of the text.
    pub fn wrong(&self, at: Range<usize>, problem: impl Into<String>) -> BaselineError {
        let before = self.text.get(..at.start).unwrap_or(self.text);
        BaselineError::Text {
            path: self.path.to_owned(),
            line: before.matches('\n').count() + 1,
            problem: problem.into(),
        }
    }

    /// The document.
    pub fn table(&self) -> Result<Spanned<DeTable<'_>>, BaselineError> {
        DeTable::parse(self.text).map_err(|error| {
            let at = error.span().unwrap_or(0..0);
            self.wrong(at, error.message().lines().collect::<Vec<_>>().join(" "))
        })
    }

    /// Refuses keys that are not known.
    pub fn only(&self, table: &DeTable<'_>, known: &[&str]) -> Result<(), BaselineError> {
        for key in table.keys() {
            let name = key.get_ref();
            if known.contains(&name.as_ref()) {
                continue;
            }
            let all = || format!("there are {}", known.join(", "));
            let help = did_you_mean(name, known.iter().copied(), all);
            return Err(self.wrong(key.span(), format!("unknown key \"{name}\": {help}")));
        }
        Ok(())
    }

    /// A whole number from 0.
    pub fn whole(&self, value: &Spanned<DeValue<'_>>) -> Result<u64, BaselineError> {
        let number = value.get_ref().as_integer().and_then(|integer| {
            let digits = integer.as_str();
            u64::from_str_radix(digits.trim_start_matches('+'), integer.radix()).ok()
        });
        number.ok_or_else(|| self.wrong(value.span(), "a whole number from 0 belongs here"))
    }

    /// Any number.
    pub fn number(&self, value: &Spanned<DeValue<'_>>) -> Result<f64, BaselineError> {
        if let Some(float) = value.get_ref().as_float() {
            let number: Option<f64> = float.as_str().parse().ok();
            return number.ok_or_else(|| self.wrong(value.span(), "a number belongs here"));
        }
        self.whole(value).map(|whole| whole as f64)
    }

    /// A text.
    pub fn string<'b>(&self, value: &'b Spanned<DeValue<'_>>) -> Result<&'b str, BaselineError> {
        let text = value.get_ref().as_str();
        text.ok_or_else(|| self.wrong(value.span(), "a text in quotes belongs here"))
    }

    /// What must be there.
    pub fn required<'a, 'i>(
        &self,
        at: Range<usize>,
        name: &str,
        found: Found<'a, 'i>,
    ) -> Result<&'a Spanned<DeValue<'i>>, BaselineError> {
        found.ok_or_else(|| self.wrong(at, format!("\"{name}\" is missing; add {name} = ...")))
    }

    /// A file of this version.
    pub fn version(&self, at: Range<usize>, found: Found<'_, '_>) -> Result<(), BaselineError> {
        let value = self.required(at, "version", found)?;
        match self.whole(value)? {
            VERSION => Ok(()),
            other => Err(self.wrong(
                value.span(),
                format!("version {other}: this roundoff reads version {VERSION}"),
            )),
        }
    }

    /// Format, bits and digits of a test.
    pub fn entry(&self, at: &Range<usize>, table: &DeTable<'_>) -> Result<Entry, BaselineError> {
        let required = |name| self.required(at.clone(), name, table.get(name));
        let (format, keeps, needs) = (required("format")?, required("keeps")?, required("needs")?);
        let name = self.string(format)?;
        let parsed = name.parse::<Format>();
        let parsed = parsed.map_err(|error| self.wrong(format.span(), error.to_string()))?;
        let bits = self.number(keeps)?;
        let digits = self.whole(needs)?;
        if !(0.0..=53.0).contains(&bits) {
            return Err(self.wrong(keeps.span(), format!("keeps = {bits}: 0 to 53 bits")));
        }
        Ok(Entry {
            format: parsed,
            keeps: bits,
            needs: u32::try_from(digits)
                .ok()
                .filter(|digits| (1..=53).contains(digits))
                .ok_or_else(|| {
                    self.wrong(needs.span(), format!("needs = {digits}: 1 to 53 digits"))
                })?,
        })
    }
}

impl Entry {
    /// Its lines.
    pub fn lines(&self) -> String {
        format!(
            "format = {}\nkeeps = {}\nneeds = {}\n",
            quoted(&self.format.to_string()),
            self.keeps,
            self.needs
        )
    }
}

impl Baseline {
    /// Reads the text of a file; `path` is for errors.
    ///
    /// # Errors
    /// [`BaselineError::Text`] with the line, and the nearest name for an unknown key.
    ///
    /// ```
    /// use roundoff::robust::baseline::Baseline;
    /// let text = "version = 1\n[tests.a]\nformat = \"bfloat16\"\nkeeps = 6\nneds = 8\n";
    /// let error = Baseline::parse("roundoff.toml".as_ref(), text).unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "roundoff.toml, line 5: unknown key \"neds\": did you mean needs?"
    /// );
    /// ```
    pub fn parse(path: &Path, text: &str) -> Result<Self, BaselineError> {
        let source = Source { path, text };
        let document = source.table()?;
        let table = document.get_ref();
        source.only(table, &["version", "tests"])?;
        source.version(0..0, table.get("version"))?;
        let mut baseline = Self::default();
        let Some(tests) = table.get("tests") else {
            return Ok(baseline);
        };
        let group = tests.get_ref().as_table();
        let group =
            group.ok_or_else(|| source.wrong(tests.span(), "write a table: [tests.name]"))?;
        for (name, value) in group {
            let at = name.span();
            let test = value.get_ref().as_table();
            let test =
                test.ok_or_else(|| source.wrong(at.clone(), "write a table: [tests.name]"))?;
            source.only(test, &["format", "keeps", "needs"])?;
            let entry = source.entry(&at, test)?;
            baseline.tests.insert(name.get_ref().to_string(), entry);
        }
        Ok(baseline)
    }

    /// The text of its file.
    pub fn to_toml(&self) -> String {
        let mut text = format!("{HEAD}version = {VERSION}\n");
        for (name, entry) in &self.tests {
            // Writing to a String cannot fail.
            let _ = write!(text, "\n[tests.{}]\n{}", key(name), entry.lines());
        }
        text
    }
}

/// A name as a key: bare where TOML has it so.
fn key(name: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    match !name.is_empty() && name.chars().all(bare) {
        true => name.to_owned(),
        false => quoted(name),
    }
}

/// A basic string, on one line.
pub fn quoted(text: &str) -> String {
    let mut key = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => key.push_str("\\\""),
            '\\' => key.push_str("\\\\"),
            c if c.is_control() => {
                let _ = write!(key, "\\u{:04X}", u32::from(c));
            }
            c => key.push(c),
        }
    }
    key + "\""
}
