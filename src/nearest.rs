//! The nearest of the names there are.

/// The name with the fewest letters inserted, left out, changed or swapped with their neighbour, if
/// those are at most a third.
pub(crate) fn nearest<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    // Longer than any name, and the distance is quadratic.
    let letters = name.chars().take(81).count();
    if letters > 80 {
        return None;
    }
    names
        .map(|known| (strsim::osa_distance(name, known), known))
        .min_by_key(|(far, _)| *far)
        .filter(|(far, known)| *far <= known.len().min(letters).div_ceil(3))
        .map(|(_, known)| known)
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
