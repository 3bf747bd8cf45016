//! The Python literal in an npy header: a dictionary of three known keys, and no more of Python.

use super::NpyError;

/// What the dictionary says: `descr`, `fortran_order`, `shape`.
pub(super) fn dictionary(text: &str) -> Result<(String, bool, Vec<u64>), NpyError> {
    let mut rest = Rest(text);
    let (mut descr, mut fortran_order, mut shape) = (None, None, None);
    rest.expect('{', "no dictionary")?;
    while !rest.take('}') {
        let key = rest.string()?;
        rest.expect(':', "no colon after a key")?;
        let again = match key {
            "descr" => descr.replace(rest.description()?).is_some(),
            "fortran_order" => fortran_order.replace(rest.boolean()?).is_some(),
            "shape" => shape.replace(rest.tuple()?).is_some(),
            _ => return Err(NpyError::Header("an unknown key")),
        };
        if again {
            return Err(NpyError::Header("a key twice"));
        }
        if !rest.take(',') {
            rest.expect('}', "no comma between entries")?;
            break;
        }
    }
    if !rest.0.trim().is_empty() {
        return Err(NpyError::Header("text after the dictionary"));
    }
    match (descr, fortran_order, shape) {
        (Some(descr), Some(fortran_order), Some(shape)) => Ok((descr, fortran_order, shape)),
        _ => Err(NpyError::Header("a key is missing")),
    }
}

/// What is left of the text.
struct Rest<'a>(&'a str);

impl<'a> Rest<'a> {
    /// Steps over one character, if it is next.
    fn take(&mut self, wanted: char) -> bool {
        self.0 = self.0.trim_start();
        match self.0.strip_prefix(wanted) {
            Some(rest) => {
                self.0 = rest;
                true
            }
            None => false,
        }
    }

    fn expect(&mut self, wanted: char, otherwise: &'static str) -> Result<(), NpyError> {
        match self.take(wanted) {
            true => Ok(()),
            false => Err(NpyError::Header(otherwise)),
        }
    }

    /// A string without escapes: no key or type has any.
    fn string(&mut self) -> Result<&'a str, NpyError> {
        let quote = match (self.take('\''), self.0) {
            (true, _) => '\'',
            _ if self.take('"') => '"',
            _ => return Err(NpyError::Header("no string where one should be")),
        };
        let (string, rest) = self
            .0
            .split_once(quote)
            .ok_or(NpyError::Header("a string without end"))?;
        self.0 = rest;
        match string.contains(['\\', '\n']) {
            true => Err(NpyError::Header("an escape in a string")),
            false => Ok(string),
        }
    }

    /// A type: a string; a list is that of a structured array.
    fn description(&mut self) -> Result<String, NpyError> {
        match self.take('[') || self.take('(') {
            true => Err(NpyError::Structured),
            false => self.string().map(str::to_owned),
        }
    }

    fn boolean(&mut self) -> Result<bool, NpyError> {
        self.0 = self.0.trim_start();
        for (word, value) in [("True", true), ("False", false)] {
            if let Some(rest) = self.0.strip_prefix(word) {
                self.0 = rest;
                return Ok(value);
            }
        }
        Err(NpyError::Header("neither True nor False"))
    }

    /// A tuple of lengths. Python 2 wrote `3L`.
    fn tuple(&mut self) -> Result<Vec<u64>, NpyError> {
        let mut lengths = Vec::new();
        self.expect('(', "the shape is no tuple")?;
        while !self.take(')') {
            self.0 = self.0.trim_start();
            let digits = self.0.bytes().take_while(u8::is_ascii_digit).count();
            let (number, rest) = self.0.split_at(digits);
            self.0 = rest.strip_prefix('L').unwrap_or(rest);
            if number.is_empty() {
                return Err(NpyError::Header("a length that is no number"));
            }
            lengths.push(number.parse().map_err(|_| NpyError::Shape)?);
            if !self.take(',') {
                self.expect(')', "no comma between lengths")?;
                break;
            }
        }
        Ok(lengths)
    }
}
