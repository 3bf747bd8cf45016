//! The fewest digits: against trying them all.

use roundoff::arith::Site;
use roundoff::experiments::cases::Cases;
use roundoff::experiments::catalogue;
use roundoff::experiments::tune::{Range, Search, custom, named};
use roundoff::{Format, Rounder, Subnormals};

fn cases(kernel: &str, size: usize, condition: f64, seed: u64) -> Cases {
    let subject = catalogue::find(kernel).expect("it is there");
    Cases::generate(subject, size, condition, seed..seed + 4).expect("in range")
}

fn keep(cases: &Cases, floor: f64, digits: impl Fn(Site) -> u32) -> bool {
    let rounder = |site| Rounder::new(Format::precision_only(digits(site)).expect("in range"));
    cases.bits(rounder).expect("it runs") >= floor
}

#[test]
fn the_least_precision_passes_and_one_less_does_not() {
    for (kernel, size, condition, floor) in [
        ("softmax", 64, 8.0, 6.0),
        ("sum", 200, 1.0, 10.0),
        ("lu", 10, 100.0, 8.0),
    ] {
        let (seen, unseen) = (
            cases(kernel, size, condition, 0),
            cases(kernel, size, condition, 50),
        );
        let search = Search::new(&seen, &unseen, floor);
        let found = search.precision().expect("it runs").expect("53 are enough");
        assert!(keep(&seen, floor, |_| found.value), "{kernel}");
        assert!(!keep(&seen, floor, |_| found.value - 1), "{kernel}");
        assert_eq!(
            keep(&unseen, floor, |_| found.value),
            found.confirmed,
            "{kernel}"
        );
        // No result has more bits than its digits, and a few go on the way.
        assert!(
            (floor as u32..=floor as u32 + 12).contains(&found.value),
            "{kernel}: {found:?}"
        );
    }
}

#[test]
fn a_harder_input_does_not_confirm() {
    let (easy, hard) = (cases("sum", 101, 1.0, 0), cases("sum", 101, 1e5, 0));
    let found = Search::new(&easy, &hard, 8.0).precision().expect("it runs");
    let found = found.expect("53 are enough");
    assert!(!found.confirmed, "{found:?}");
}

#[test]
fn none_where_53_digits_are_not_enough() {
    let hard = cases("sum", 101, 1e12, 0);
    let search = Search::new(&hard, &hard, 50.0);
    assert_eq!(search.precision().expect("it runs"), None);
    assert_eq!(search.per_site(53).expect("it runs"), None);
}

#[test]
fn no_site_can_lose_a_digit() {
    let (seen, unseen) = (cases("softmax", 48, 8.0, 0), cases("softmax", 48, 8.0, 50));
    let search = Search::new(&seen, &unseen, 6.0);
    let start = search.precision().expect("it runs").expect("enough").value;
    let found = search
        .per_site(start)
        .expect("it runs")
        .expect("they start so");
    let digits = |site: Site| found.sites[site.index()].1;
    assert!(keep(&seen, 6.0, digits));
    assert!(
        found
            .sites
            .iter()
            .all(|(_, digits)| (1..=start).contains(digits))
    );
    for (site, own) in &found.sites {
        if *own > 1 {
            let less = |other: Site| digits(other) - u32::from(other == *site);
            assert!(!keep(&seen, 6.0, less), "{} could lose one", site.name());
        }
    }
    // Some operation needs fewer digits than the worst one.
    assert!(found.sites.iter().any(|(_, digits)| *digits < start));
    // The two-pass pair is not in this algorithm: its sites need nothing.
    let pair = found
        .sites
        .iter()
        .filter(|(site, _)| site.name().starts_with("pair"));
    assert!(pair.clone().count() == 2 && pair.clone().all(|(_, digits)| *digits == 1));
}

#[test]
fn the_range_ends_where_it_must() {
    let (seen, unseen) = (
        cases("softmax-naive", 32, 20.0, 0),
        cases("softmax-naive", 32, 20.0, 50),
    );
    let search = Search::new(&seen, &unseen, 6.0);
    let digits = search.precision().expect("it runs").expect("enough").value;
    let range = search.range(digits).expect("it runs").expect("f64's does");
    let with = |emin: i32, emax: i32| {
        let format = Format::custom(digits, emin, emax, Subnormals::Kept).expect("in range");
        seen.bits(|_| Rounder::new(format)).expect("it runs") >= 6.0
    };
    assert!(
        with(-1022, range.emax) && !with(-1022, range.emax - 1),
        "{range:?}"
    );
    assert!(
        with(range.emin, 1023) && !with(range.emin + 1, 1023),
        "{range:?}"
    );
    // e^x without the maximum taken off: far beyond 1.
    assert!(range.emax > 8, "{range:?}");
    // With it, the sum of at most 32 terms of at most 1.
    let (seen, unseen) = (
        cases("softmax", 32, 20.0, 0),
        cases("softmax", 32, 20.0, 50),
    );
    let search = Search::new(&seen, &unseen, 6.0);
    let inside = search.range(digits).expect("it runs").expect("f64's does");
    assert!(inside.emax <= 5, "{inside:?}");
}

#[test]
fn named_formats_that_do() {
    let range = Range {
        emin: -14,
        emax: 15,
        confirmed: true,
    };
    let names = |digits, range| -> Vec<&str> {
        named(digits, range)
            .iter()
            .map(|named| named.name)
            .collect()
    };
    let eleven = names(11, Some(range));
    assert_eq!(eleven[0], "binary16");
    assert!(
        eleven.contains(&"binary32") && !eleven.contains(&"bfloat16"),
        "{eleven:?}"
    );
    assert_eq!(names(53, Some(range)), ["binary64"]);
    assert!(names(54, None).is_empty());
    let format = custom(11, range).expect("in range");
    assert_eq!(
        (format.greatest(), format.least_normal()),
        (65504.0, 2f64.powi(-14))
    );
}
