//! The page's text; a browser looks at it in `tests/report_browser.rs`.

use roundoff::report::table::Cell;
use roundoff::report::{Page, Plot, Series, Table};

fn page() -> String {
    let mut rows = Table::new(["<format>", "error"]);
    for (name, error) in [
        ("a&b", 1.0 / 3.0),
        ("\"quoted\" 'too'", f64::NAN),
        ("</td><script>x</script>", 7.0),
    ] {
        rows.push([name.into(), error.into()]).expect("a row");
    }
    rows.push([Cell::Empty, Cell::Empty]).expect("a row");
    assert!(rows.push([Cell::Empty]).is_err());
    let plot = Plot::new("<b>", "x", "y").with(Series::new("</svg><script>", [(1.0, 2.0)]));
    Page::new("<title> & more")
        .fact("seed", "<7>")
        .command("roundoff sweep 'a&b' > /dev/null")
        .heading("<h1>")
        .text("<i>")
        .picture("<caption>", &plot.picture())
        .table("</caption>", &rows)
        .html()
}

#[test]
fn everything_is_escaped() {
    let html = page();
    // One script, the page's own, and it is the last thing.
    assert_eq!(html.matches("<script").count(), 1, "{html}");
    assert_eq!(html.matches("</script>").count(), 1);
    for text in [
        "a&amp;b",
        "&quot;quoted&quot;",
        "&lt;format&gt;",
        "&lt;7&gt;",
        "&lt;i&gt;",
        "&lt;caption&gt;",
    ] {
        assert!(html.contains(text), "{text}");
    }
    assert!(
        html.contains("data-v=\"0.3333333333333333\""),
        "exact values sort"
    );
    assert!(html.contains("class=\"number\""));
}

#[test]
fn nothing_is_fetched() {
    let html = page();
    for word in ["http:", "https:", "//", "src=", "href=", "@import", "url("] {
        // The script's comments have slashes of their own.
        let before = html.split("<script>").next().expect("text");
        assert!(!before.contains(word), "{word}");
    }
    assert!(html.contains("default-src 'none'"));
}

#[test]
fn long_tables_are_cut_and_say_so() {
    let mut rows = Table::new(["n"]);
    for n in 0..2500 {
        rows.push([f64::from(n).into()]).expect("a row");
    }
    let html = Page::new("t").table("", &rows).html();
    assert_eq!(html.matches("<tr>").count(), 2001);
    assert!(html.contains("The first 2,000 of 2,500 rows."));
}
