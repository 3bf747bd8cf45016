//! Formats and roundings by name, with the nearest name for an unknown one.

use roundoff::block::{Length, ScaleRule};
use roundoff::format::{FormatParseError, NAMED};
use roundoff::numbers::{Numbers, NumbersParseError};
use roundoff::rounding::ALIASES;
use roundoff::{Format, Rounding, RoundingError, Saturation};

/// A format by name.
///
/// # Errors
/// The library's sentence, with the nearest name where one is near.
pub fn format(name: &str) -> Result<Format, String> {
    name.parse().map_err(|error| match error {
        FormatParseError::Unknown { .. } => match nearest(name, &format_names()) {
            Some(near) => format!(
                "unknown format \"{name}\": did you mean {near}? `roundoff formats` lists the names"
            ),
            None => error.to_string(),
        },
        other => other.to_string(),
    })
}

/// A set of numbers by name: a format, or posits, fixed point, blocks and whatever else there is.
///
/// # Errors
/// As [`format()`].
pub fn numbers(name: &str) -> Result<Numbers, String> {
    name.parse()
        .map_err(|error: NumbersParseError| match error {
            NumbersParseError::Float(_) => format(name).err().unwrap_or(error.to_string()),
            other => other.to_string(),
        })
}

/// A rule for the scale of blocks by name.
///
/// # Errors
/// The library's sentence, which has all names.
pub fn scale_rule(name: &str) -> Result<ScaleRule, String> {
    let parsed = name.parse();
    parsed.map_err(|error: roundoff::block::ScaleRuleError| error.to_string())
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

/// A rounding by name.
///
/// # Errors
/// As [`format()`].
pub fn rounding(name: &str) -> Result<Rounding, String> {
    name.parse().map_err(|error| match error {
        RoundingError::Name { .. } => match nearest(name, &rounding_names()) {
            Some(near) => format!("unknown rounding \"{name}\": did you mean {near}? `roundoff roundings` lists the names"),
            None => error.to_string(),
        },
        other => other.to_string(),
    })
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
    name.parse()
        .map_err(|error: RoundingError| error.to_string())
}

/// A device by name.
///
/// # Errors
/// The library's sentence, which has all names.
#[cfg(feature = "gpu")]
pub fn device(name: &str) -> Result<roundoff::gpu::Device, String> {
    let parsed = name.parse();
    parsed.map_err(|error: roundoff::gpu::DeviceNameError| error.to_string())
}

fn format_names() -> Vec<String> {
    let mut names: Vec<String> = NAMED
        .iter()
        .flat_map(|named| named.aliases.iter().chain([&named.name]))
        .filter(|name| name.len() > 2)
        .map(|name| (*name).to_owned())
        .collect();
    for width in 3..=16u32 {
        for precision in 1..=width {
            for suffix in ["se", "sf", "ue", "uf"] {
                let name = format!("Binary{width}p{precision}{suffix}");
                if name.parse::<Format>().is_ok() {
                    names.push(name);
                }
            }
        }
    }
    names
}

fn rounding_names() -> Vec<String> {
    ALIASES
        .iter()
        .flat_map(|alias| {
            [
                alias.short.to_owned(),
                alias.rounding.to_string(),
                alias.standard.to_owned(),
            ]
        })
        .collect()
}

/// The name with the fewest changed letters, if those are at most a third.
pub fn nearest<'a>(name: &str, names: &'a [String]) -> Option<&'a str> {
    // Longer than any name, and the distance is quadratic.
    if name.len() > 40 {
        return None;
    }
    let lower = name.to_ascii_lowercase().replace('_', "-");
    // A name that goes on as this one began, such as Binary8p4 without its ending.
    if let Some(longer) = names.iter().find(|known| {
        known.len() > 4 && lower.len() > 6 && known.to_ascii_lowercase().starts_with(&lower)
    }) {
        return Some(longer);
    }
    let distance = |known: &str| {
        let known = known.to_ascii_lowercase().replace('_', "-");
        strsim::osa_distance(&lower, &known)
    };
    let near = |known: &&String| known.len().abs_diff(name.len()) <= name.len().div_ceil(3);
    names
        .iter()
        .filter(near)
        .map(|known| (distance(known), known))
        .min_by_key(|(far, _)| *far)
        .filter(|(far, known)| *far <= known.len().min(name.len()).div_ceil(3))
        .map(|(_, known)| known.as_str())
}
