//! Formats and roundings by name, with the nearest name for an unknown one.

use std::fmt::Display;
use std::str::FromStr;

use roundoff::block::{Length, ScaleRule};
use roundoff::numbers::Numbers;
use roundoff::rounding::ALIASES;
use roundoff::{Format, Rounding, Saturation, Signedness};

/// A format by name.
///
/// # Errors
/// The library's sentence, with the nearest name where one is near.
pub fn format(name: &str) -> Result<Format, String> {
    let error = match read(name) {
        Ok(format) => return Ok(format),
        Err(error) => error,
    };
    let what = match name.parse() {
        Ok(Numbers::Posit(_)) => "posits",
        Ok(Numbers::Takum(_)) => "takums",
        Ok(Numbers::Logarithmic(_)) => "logarithms",
        Ok(Numbers::Wrapped(_)) => "fixed point that wraps around",
        Ok(Numbers::Integer(_)) => "integers with a shared scale",
        // Blocks have a sentence of their own, with the format of their elements.
        _ => return Err(error),
    };
    Err(format!(
        "\"{name}\" names {what}, and here a floating-point or fixed-point format is wanted: \
         `roundoff formats` lists them"
    ))
}

/// A set of numbers by name: a format, or posits, fixed point, blocks and whatever else there is.
///
/// # Errors
/// As [`format()`].
pub fn numbers(name: &str) -> Result<Numbers, String> {
    read(name)
}

fn read<T: FromStr<Err: Display>>(name: &str) -> Result<T, String> {
    name.parse().map_err(|error: T::Err| error.to_string())
}

/// A set whose values have codes of their own, by name.
///
/// # Errors
/// As [`numbers()`]; and which set has the codes of those that share a scale.
pub fn coded(name: &str) -> Result<Numbers, String> {
    let numbers = numbers(name)?;
    let (what, single) = match &numbers {
        Numbers::Block(format) => ("blocks", format.element().to_string()),
        Numbers::Integer(scheme) => {
            let integer = scheme.integer;
            let unsigned = match integer.signedness() {
                Signedness::Signed => "",
                Signedness::Unsigned => "u",
            };
            ("integers", format!("{unsigned}q{}.0", integer.bits()))
        }
        _ => return Ok(numbers),
    };
    Err(format!(
        "\"{name}\" names {what} with a shared scale, and here numbers with codes of their own are \
         wanted: say {single} for their codes"
    ))
}

/// A rule for the scale of blocks by name.
///
/// # Errors
/// The library's sentence, which has all names.
pub fn scale_rule(name: &str) -> Result<ScaleRule, String> {
    read(name)
}

/// The length of blocks.
///
/// # Errors
/// What it has to be.
pub fn block_length(text: &str) -> Result<Length, String> {
    match text.parse() {
        _ if text == "tensor" => Ok(Length::Tensor),
        Ok(length) => Ok(Length::Of(length)),
        Err(_) => Err(format!(
            "a block of \"{text}\" values: give 1 or more, or tensor for one scale"
        )),
    }
}

/// An axis of a tensor.
///
/// # Errors
/// What it has to be.
pub fn axis(text: &str) -> Result<i32, String> {
    let wrong = |_| format!("axis \"{text}\": axes count from 0, and from -1 at the end");
    text.parse().map_err(wrong)
}

/// A rounding by name.
///
/// # Errors
/// As [`format()`].
pub fn rounding(name: &str) -> Result<Rounding, String> {
    read(name)
}

/// The short name of a rounding, where it has one.
pub fn short(rounding: Rounding) -> String {
    let alias = ALIASES.iter().find(|alias| alias.rounding == rounding);
    alias.map_or_else(|| rounding.to_string(), |alias| alias.short.to_owned())
}

/// A saturation by name.
///
/// # Errors
/// The library's sentence, which has all names.
pub fn saturation(name: &str) -> Result<Saturation, String> {
    read(name)
}

/// A device by name.
///
/// # Errors
/// The library's sentence, which has all names.
#[cfg(feature = "gpu")]
pub fn device(name: &str) -> Result<roundoff::gpu::Device, String> {
    read(name)
}
