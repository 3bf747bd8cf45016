//! The nearest of the names there are: what error messages suggest.

/// The name with the fewest letters inserted, left out, changed or swapped with their neighbour, if
/// those are at most a third; before it one that goes on as this one begins, of seven letters and more.
/// Capitals are no others, nor is `_` than `-`.
///
/// ```
/// use roundoff::nearest::nearest;
/// let names = ["formats", "roundings", "Binary8p4se"];
/// assert_eq!(nearest("fromats", names.into_iter()), Some("formats"));
/// assert_eq!(nearest("binary8p4", names.into_iter()), Some("Binary8p4se"));
/// assert_eq!(nearest("colour", names.into_iter()), None);
/// ```
pub fn nearest<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    // Longer than any name, and the distance is quadratic.
    let letters = name.chars().take(81).count();
    if letters > 80 {
        return None;
    }
    let plain = |name: &str| name.to_ascii_lowercase().replace('_', "-");
    let wanted = plain(name);
    let names: Vec<(String, &str)> = names.map(|known| (plain(known), known)).collect();
    let begins = |(known, _): &&(String, &str)| letters > 6 && known.starts_with(&wanted);
    if let Some((_, longer)) = names.iter().find(begins) {
        return Some(longer);
    }
    let far = |known: &str| strsim::osa_distance(&wanted, known);
    let near = |(known, _): &&(String, &str)| known.len().abs_diff(letters) <= letters.div_ceil(3);
    names
        .iter()
        .filter(near)
        .map(|(plain, known)| (far(plain), *known))
        .min_by_key(|(far, _)| *far)
        .filter(|(far, known)| *far <= known.len().min(letters).div_ceil(3))
        .map(|(_, known)| known)
}

/// What to say of an unknown name: "did you mean ...?" with the nearest one, or else what there is.
///
/// ```
/// use roundoff::nearest::did_you_mean;
/// let names = ["formats", "roundings"];
/// let help = |name| did_you_mean(name, names.into_iter(), || format!("there are {}", names.join(", ")));
/// assert_eq!(help("fromats"), "did you mean formats?");
/// assert_eq!(help("colour"), "there are formats, roundings");
/// ```
pub fn did_you_mean<'a>(
    name: &str,
    names: impl Iterator<Item = &'a str>,
    otherwise: impl FnOnce() -> String,
) -> String {
    match nearest(name, names) {
        Some(near) => format!("did you mean {near}?"),
        None => otherwise(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_changed_swapped_and_left_out() {
        let far = strsim::osa_distance;
        assert_eq!(far("kitten", "sitting"), 3);
        assert_eq!(far("fomrats", "formats"), 1);
        assert_eq!(far("", "abc"), 3);
        let names = ["formats", "roundings", "seeds"];
        assert_eq!(nearest("fromats", names.into_iter()), Some("formats"));
        assert_eq!(nearest("colour", names.into_iter()), None);
        assert_eq!(nearest(&"x".repeat(1 << 20), names.into_iter()), None);
    }
}
