//! What a test found out in its last run: a file of its own, so that tests in parallel do not
//! write to the same one.

use std::fmt::Write;
use std::path::Path;

use super::text::{Source, quoted};
use super::{BaselineError, Entry};
use crate::format::Format;
use crate::random::stream_of;

/// A test's last run.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// The name that the test gave.
    pub name: String,
    /// Its source file, as the compiler named it.
    pub file: String,
    /// The line of the check.
    pub line: u32,
    /// The format that it runs in.
    pub format: Format,
    /// The bits that it asks for.
    pub keeps: f64,
    /// The bits that its worst run kept.
    pub bits: f64,
    /// The least precision that keeps them; none up to 53.
    pub needs: Option<u32>,
    /// Did a run by other seeds agree?
    pub confirmed: bool,
    /// Did it hold in the format itself?
    pub held: bool,
}

const KEYS: [&str; 10] = [
    "version",
    "name",
    "file",
    "line",
    "format",
    "keeps",
    "bits",
    "needs",
    "confirmed",
    "held",
];

impl Record {
    /// What it asks and needs; none where no precision is enough.
    pub fn entry(&self) -> Option<Entry> {
        Some(Entry {
            format: self.format,
            keeps: self.keeps,
            needs: self.needs?,
        })
    }

    /// Its file's name: letters of the test's, and a hash, since some letters no file can have.
    pub fn file_name(&self) -> String {
        let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
        let letters: String = self.name.chars().take(40).map(plain).collect();
        format!("{letters}-{:016x}.toml", stream_of(&self.name))
    }

    /// The text of its file.
    pub fn to_toml(&self) -> String {
        let mut text = format!(
            "version = 1\nname = {}\nfile = {}\nline = {}\nformat = {}\nkeeps = {}\nbits = {}\n",
            quoted(&self.name),
            quoted(&self.file),
            self.line,
            quoted(&self.format.to_string()),
            self.keeps,
            self.bits,
        );
        if let Some(needs) = self.needs {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "needs = {needs}");
        }
        text + &format!("confirmed = {}\nheld = {}\n", self.confirmed, self.held)
    }

    /// Reads the text of a file; `path` is for errors.
    ///
    /// # Errors
    /// [`BaselineError::Text`] with the line.
    pub fn parse(path: &Path, text: &str) -> Result<Self, BaselineError> {
        let source = Source { path, text };
        let document = source.table()?;
        let table = document.get_ref();
        source.only(table, &KEYS)?;
        source.version(0..0, table.get("version"))?;
        let required = |name| source.required(0..0, name, table.get(name));
        let truth = |name| {
            let value = required(name)?;
            let truth = value.get_ref().as_bool();
            truth.ok_or_else(|| source.wrong(value.span(), "true or false belongs here"))
        };
        let format = required("format")?;
        let parsed = source.string(format)?.parse::<Format>();
        let line = required("line")?;
        let digits = |value| {
            let digits = source.whole(value)?;
            let small = u32::try_from(digits).ok();
            small.ok_or_else(|| source.wrong(value.span(), "too large a number"))
        };
        Ok(Self {
            name: source.string(required("name")?)?.to_owned(),
            file: source.string(required("file")?)?.to_owned(),
            line: digits(line)?,
            format: parsed.map_err(|error| source.wrong(format.span(), error.to_string()))?,
            keeps: source.number(required("keeps")?)?,
            bits: source.number(required("bits")?)?,
            needs: table.get("needs").map(digits).transpose()?,
            confirmed: truth("confirmed")?,
            held: truth("held")?,
        })
    }
}
