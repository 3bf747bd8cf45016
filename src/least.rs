//! The least number of which a property holds that holds of all greater ones, or nearly.

/// The least precision that a search found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Least {
    /// The least number that passed.
    pub value: u32,
    /// Did a run of its own, by another seed, pass as well?
    pub confirmed: bool,
}

/// Bisection over `from..=to`, then one confirming trial of what was found, with a number of
/// its own: `passes(value, trial)`, trial 0 in the search and 1 in the confirmation. None if `to`
/// itself fails.
///
/// What passes may not be all from some number on (rounding errors are not monotone): then it is
/// *a* number that passes beside one that fails, and the confirming trial says how far to trust it.
///
/// # Errors
/// Those of `passes`.
///
/// ```
/// use roundoff::least::{Least, least};
/// let found = least::<()>(1, 53, |precision, _| Ok(precision >= 11));
/// assert_eq!(found, Ok(Some(Least { value: 11, confirmed: true })));
/// ```
pub fn least<E>(
    from: u32,
    to: u32,
    mut passes: impl FnMut(u32, u64) -> Result<bool, E>,
) -> Result<Option<Least>, E> {
    if from > to || !passes(to, 0)? {
        return Ok(None);
    }
    // Fails (or lies) below `low`; passes at `high`.
    let (mut low, mut high) = (from, to);
    while low < high {
        let middle = low + (high - low) / 2;
        match passes(middle, 0)? {
            true => high = middle,
            false => low = middle + 1,
        }
    }
    Ok(Some(Least {
        value: high,
        confirmed: passes(high, 1)?,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_every_threshold() {
        for threshold in 1..=53 {
            let found = least::<()>(1, 53, |p, _| Ok(p >= threshold));
            let expected = Least {
                value: threshold,
                confirmed: true,
            };
            assert_eq!(found, Ok(Some(expected)));
        }
        assert_eq!(least::<()>(1, 53, |_, _| Ok(false)), Ok(None));
        assert_eq!(least::<()>(2, 1, |_, _| Ok(true)), Ok(None));
    }

    #[test]
    fn says_when_it_is_not_confirmed() {
        let found = least::<()>(1, 53, |p, trial| Ok(p >= 9 + u32::from(trial == 1)));
        let expected = Least {
            value: 9,
            confirmed: false,
        };
        assert_eq!(found, Ok(Some(expected)));
    }

    #[test]
    fn an_error_ends_it() {
        assert_eq!(least(1, 53, |_, _| Err("broken")), Err("broken"));
    }
}
