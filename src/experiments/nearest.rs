//! The nearest of the names there are.

/// The name with the fewest changed letters, if those are at most a third.
pub(crate) fn nearest<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    // Longer than any name, and the distance is quadratic.
    let wanted: Vec<char> = name.chars().take(81).collect();
    if wanted.len() > 80 {
        return None;
    }
    names
        .map(|known| (distance(&wanted, known), known))
        .min_by_key(|(far, _)| *far)
        .filter(|(far, known)| *far <= known.len().min(wanted.len()).div_ceil(3))
        .map(|(_, known)| known)
}

/// Letters to insert, leave out, change or swap with their neighbour (Damerau 1964, optimal string
/// alignment).
fn distance(a: &[char], b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 0..a.len() {
        let mut next = vec![i + 1];
        for j in 0..b.len() {
            let change = last[j] + usize::from(a[i] != b[j]);
            let mut least = change.min(last[j + 1] + 1).min(next[j] + 1);
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                least = least.min(before[j - 1] + 1);
            }
            next.push(least);
        }
        before = std::mem::replace(&mut last, next);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_changed_swapped_and_left_out() {
        let far = |a: &str, b| distance(&a.chars().collect::<Vec<_>>(), b);
        assert_eq!(far("kitten", "sitting"), 3);
        assert_eq!(far("fomrats", "formats"), 1);
        assert_eq!(far("", "abc"), 3);
        let names = ["formats", "roundings", "seeds"];
        assert_eq!(nearest("fromats", names.into_iter()), Some("formats"));
        assert_eq!(nearest("colour", names.into_iter()), None);
        assert_eq!(nearest(&"x".repeat(1 << 20), names.into_iter()), None);
    }
}
