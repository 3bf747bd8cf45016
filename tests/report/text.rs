//! Plots in characters.

use roundoff::report::{Characters, Plot, Series};

#[test]
fn a_rising_line_rises() {
    let plot = Plot::new("", "", "").with(Series::new(
        "",
        (0..40).map(|n| (f64::from(n), f64::from(n))),
    ));
    let text = plot.text(60, Characters::Ascii);
    let rows: Vec<Option<usize>> = text
        .lines()
        .filter_map(|line| Some(line.split_once('|')?.1.find('a')))
        .collect();
    // From above: the letters' first columns go left.
    let columns: Vec<usize> = rows.into_iter().flatten().collect();
    assert!(
        columns.len() > 10 && columns.is_sorted_by(|a, b| a > b),
        "{text}"
    );
}

#[test]
fn braille_dots_are_where_the_points_are() {
    // Ends of the span stand 4 % from the edges: the first and the last column and row of dots
    // are free of them, the diagonal's corners are not.
    let plot = Plot::new("", "", "").with(Series::new("", [(0.0, 0.0), (1.0, 1.0)]));
    let text = plot.text(40, Characters::Braille);
    let dots: u32 = text
        .chars()
        .filter(|c| ('\u{2800}'..='\u{28ff}').contains(c))
        .map(|c| (c as u32 - 0x2800).count_ones())
        .sum();
    // A line of about 2 dots a column of 34 characters.
    assert!((55..=90).contains(&dots), "{dots}: {text}");
    assert!(!text.contains('a'), "{text}");
}

#[test]
fn series_are_told_apart_and_bounds_are_dots() {
    let line = |k: f64| (1..30).map(move |n| (f64::from(n), k * f64::from(n)));
    let plot = Plot::new("title", "size", "error")
        .with(Series::new("one", line(1.0)))
        .with(Series::new("two", line(3.0)))
        .with(Series::bound("limit", line(9.0)).coloured_as("two"));
    let text = plot.text(70, Characters::Ascii);
    for part in ["title", "size", "error", "a one", "b two", ". limit"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let drawn: String = text
        .lines()
        .filter_map(|line| line.split_once('|'))
        .map(|(_, row)| row)
        .collect();
    for mark in ['a', 'b', '.'] {
        assert!(drawn.matches(mark).count() > 10, "{mark}: {text}");
    }
    let colours = plot.text(70, Characters::Colour);
    assert!(colours.contains("\u{1b}[34m") && colours.contains("\u{1b}[31m"));
    // Every colour is taken back.
    assert_eq!(
        colours.matches("\u{1b}[0m").count() * 2,
        colours.matches('\u{1b}').count()
    );
}
