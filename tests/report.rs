//! Pictures, tables and pages, judged by what they are made of: coordinates read back from the SVG,
//! pixels of the PNG, counts done by hand.

#[path = "report/files.rs"]
mod files;
#[path = "report/page.rs"]
mod page;
#[path = "report/text.rs"]
mod text;

use resvg::{tiny_skia, usvg};
use roundoff::report::{Characters, HeatMap, Histogram, Picture, Plot, Scale, Series, bounds};
use roundoff::{Domain, Format, Signedness};

/// The SVG, after a strict XML parser has read it and a renderer has drawn it.
fn drawn(picture: &Picture) -> String {
    let svg = picture.svg();
    let tree = usvg::Tree::from_str(&svg, &usvg::Options::default());
    tree.unwrap_or_else(|error| panic!("{error}: {svg}"));
    assert!(!svg.contains("NaN\"") && !svg.contains("inf\""), "{svg}");
    let (width, height) = picture.size();
    let png = picture.png(1.0).expect("a PNG");
    let pixels = tiny_skia::Pixmap::decode_png(&png).expect("a PNG that decodes");
    assert_eq!((pixels.width(), pixels.height()), (width, height));
    svg
}

/// Everything a plot can be drawn as, without a panic.
fn everything(plot: &Plot) -> String {
    for characters in [Characters::Braille, Characters::Colour, Characters::Ascii] {
        for width in [0, 20, 33, 80, 500, usize::MAX] {
            let text = plot.text(width, characters);
            let most = width.clamp(20, 500);
            if characters != Characters::Colour {
                let widest = text.lines().map(|line| line.chars().count()).max();
                assert!(widest <= Some(most), "{text}");
            }
        }
    }
    assert!(plot.text(80, Characters::Ascii).is_ascii());
    drawn(&plot.picture())
}

/// Middles of the round markers: `M x y a 3.8 3.8 ...` begins at their left.
fn circles(svg: &str) -> Vec<(f64, f64)> {
    let starts = svg
        .split("<path d=\"M")
        .skip(1)
        .filter(|path| path.contains("a3.8 3.8"));
    let number = |text: Option<&str>| text.and_then(|text| text.parse::<f64>().ok());
    let start = |path: &str| {
        let mut numbers = path.split(['a', ' ']);
        let (x, y) = (number(numbers.next()), number(numbers.next()));
        (x.expect("x") + 3.8, y.expect("y"))
    };
    starts.map(start).collect()
}

#[test]
fn a_power_law_is_a_straight_line_on_logarithmic_axes() {
    let power = |n: i32| (10f64.powi(n), 10f64.powi(-2 * n));
    let plot = Plot::new("t", "x", "y").with(Series::new("", (0..6).map(power)));
    let circles = circles(&everything(&plot));
    assert_eq!(circles.len(), 6);
    for pair in circles.windows(2) {
        let (dx, dy) = (pair[1].0 - pair[0].0, pair[1].1 - pair[0].1);
        let (first_dx, first_dy) = (circles[1].0 - circles[0].0, circles[1].1 - circles[0].1);
        assert!(
            (dx - first_dx).abs() < 0.21 && (dy - first_dy).abs() < 0.21,
            "{circles:?}"
        );
        // Downwards in pixels, as the values fall.
        assert!(dx > 50.0 && dy > 30.0, "{circles:?}");
    }
}

#[test]
fn equal_steps_are_equal_on_linear_axes() {
    let points = [(-2.0, -1.0), (0.0, 0.0), (2.0, 1.0), (6.0, 3.0)];
    let svg = everything(&Plot::new("t", "x", "y").with(Series::new("", points)));
    let found = circles(&svg);
    let scale = (found[1].0 - found[0].0) / 2.0;
    for ((x, _), at) in points.iter().zip(&found) {
        assert!((at.0 - found[1].0 - x * scale).abs() < 0.3, "{found:?}");
    }
}

#[test]
fn labels_are_what_they_stand_for() {
    // Powers of two on x and of ten on y: each label has its place.
    let points = (0..11).map(|n| (2f64.powi(n), 10f64.powi(-n)));
    let svg = everything(&Plot::new("t", "x", "y").with(Series::new("", points)));
    for label in [">1<", ">4<", ">1024<", ">10⁻²<", ">10⁻¹⁰<"] {
        assert!(svg.contains(label), "{label}: {svg}");
    }
    let circles = circles(&svg);
    // The tick under the last point: its text is centred there.
    let last = svg
        .split("<text ")
        .find(|text| text.contains(">1024<"))
        .expect("the label");
    let x: f64 = last
        .split('"')
        .nth(1)
        .and_then(|x| x.parse().ok())
        .expect("x");
    let frame: f64 = svg
        .split("<svg x=\"")
        .nth(1)
        .and_then(|x| x.split('"').next()?.parse().ok())
        .expect("the frame");
    assert!(
        (circles[10].0 + frame - x).abs() < 0.3,
        "{} {frame} {x}",
        circles[10].0
    );
}

#[test]
fn nothing_and_one_point() {
    let empty = Plot::new("", "", "");
    assert!(everything(&empty).contains("no finite values"));
    assert!(everything(&empty.clone().with(Series::new("a", []))).contains("no finite values"));
    for point in [
        (1.0, 1.0),
        (0.0, 0.0),
        (-3.0, 1e-300),
        (f64::MAX, f64::MIN),
        (5e-324, 5e-324),
    ] {
        for scale in [Scale::Auto, Scale::Linear, Scale::Log] {
            let plot = empty.clone().with(Series::new("one", [point]));
            everything(&plot.x_scale(scale).y_scale(scale));
        }
    }
    everything(
        &empty
            .x_names(["only"])
            .with(Series::new("one", [(0.0, 1.0), (7.0, 2.0)])),
    );
}

#[test]
fn what_is_not_finite_is_told_and_not_drawn_as_a_value() {
    let points = [
        (1.0, 1e-3),
        (2.0, f64::NAN),
        (3.0, f64::INFINITY),
        (4.0, f64::NEG_INFINITY),
        (100.0, 1.0),
        (5.0, 0.0),
        (f64::NAN, 1.0),
        (f64::INFINITY, 1.0),
        (0.0, 1.0),
    ];
    let svg = everything(
        &Plot::new("t", "x", "y")
            .x_scale(Scale::Log)
            .with(Series::new("", points)),
    );
    assert_eq!(circles(&svg).len(), 2);
    assert!(svg.contains("× 3 points: not finite"));
    assert!(svg.contains("▼ 1 point: zero or less"));
    assert!(svg.contains("3 points without a place on the x axis"));
}

#[test]
fn the_widest_range_of_doubles() {
    let points = [(f64::MIN, f64::MIN), (0.0, 0.0), (f64::MAX, f64::MAX)];
    let found = circles(&everything(
        &Plot::new("t", "x", "y").with(Series::new("", points)),
    ));
    assert!(
        (found[0].0 + found[2].0 - 2.0 * found[1].0).abs() < 0.3,
        "{found:?}"
    );
    let points = [(5e-324, f64::MAX), (1.0, 1.0), (f64::MAX, 5e-324)];
    let found = circles(&everything(
        &Plot::new("t", "x", "y").with(Series::new("", points)),
    ));
    // log10 of 5e-324, 1 and 1.8e308: -323.3, 0, 308.3.
    let part = (found[1].0 - found[0].0) / (found[2].0 - found[0].0);
    assert!((part - 323.306 / 631.560).abs() < 1e-3, "{part}");
    // Values that differ in the last digit alone.
    let next = 1.0f64.next_up();
    everything(
        &Plot::new("t", "x", "y").with(Series::new("", [(1.0, 1e300), (next, 1e300f64.next_up())])),
    );
}

#[test]
fn hostile_names_are_text() {
    let name = "</title><script>alert(1)</script>&\"'\u{0}\u{1b}[31m\u{fffe}";
    let plot = Plot::new(name, name, name)
        .x_names([name, "b"])
        .with(Series::new(name, [(0.0, 1.0), (1.0, 2.0)]))
        .with(Series::bound(name, [(0.0, 3.0)]).coloured_as(name));
    let svg = everything(&plot);
    assert!(!svg.contains("<script") && svg.contains("&lt;script&gt;"));
    assert!(!plot.text(80, Characters::Braille).contains('\u{1b}'));
    let map = HeatMap::new(name, name, [name], name, [name], vec![1.0]).expect("a map");
    assert!(!drawn(&map.picture()).contains("<script"));
    let long = "x".repeat(10_000);
    let many = (0..300).map(|number| Series::new(format!("{number} {long}"), [(1.0, 1.0)]));
    let plot = many.fold(Plot::new(&long, &long, &long), Plot::with);
    assert!(everything(&plot).contains("and 276 more"));
    let text = plot.text(80, Characters::Ascii);
    assert!(text.contains("and 276 more"), "{text}");
}

/// Names that differ only at their ends are whole, over several lines where one is too short.
#[test]
fn long_names_of_a_legend_are_not_cut() {
    let of = |ending: &str| {
        format!(
            "softmax-three-pass-recompute binary16/stochastic-a:23 to binary32/pairwise {ending}"
        )
    };
    let longer = format!(
        "{} {}",
        of("condition 1000 and seed"),
        of("7 and more of it to say")
    );
    let [one, two] = ["size 1024", "size 2048"].map(of);
    let series = |name: &str| Series::new(name, vec![(1.0, 2.0), (2.0, 3.0)]);
    let plot = Plot::new("long", "x", "y")
        .with(series(&one))
        .with(series(&two))
        .with(series(&longer));
    let svg = drawn(&plot.picture());
    assert!(
        svg.contains("size 1024<") && svg.contains("size 2048<"),
        "{svg}"
    );
    assert!(svg.contains("to say<") && !svg.contains('…'), "{svg}");
    // What three lines do not hold is cut, and says so.
    let endless = drawn(
        &Plot::new("long", "x", "y")
            .with(series(&"letters ".repeat(200)))
            .picture(),
    );
    assert_eq!(endless.matches('…').count(), 1);
}

#[test]
fn a_million_points_are_a_small_picture_that_loses_no_peak() {
    let count = 1_000_000u32;
    // A line with one peak, and a cloud that fills the frame.
    let line = (0..count).map(|n| {
        (
            f64::from(n),
            if n == 777_777 { 50.0 } else { f64::from(n % 7) },
        )
    });
    let plot = Plot::new("t", "x", "y").y_scale(Scale::Linear);
    let plot = plot.with(Series::new("line", line));
    let svg = drawn(&plot.picture());
    assert!(svg.len() < 100_000, "{} bytes", svg.len());
    assert!(
        svg.contains(">50<") || svg.contains(">40<"),
        "the axis reaches the peak"
    );
    // The peak is the highest place of the path: 4 % of 300 pixels below the upper edge.
    let path = svg
        .split("<path d=\"")
        .filter(|path| path.len() > 1000)
        .last()
        .expect("the line");
    let heights = path.split(['M', 'L']).filter_map(|point| {
        let data = point.split('"').next()?;
        data.split_once(' ')?.1.parse::<f64>().ok()
    });
    let highest = heights.fold(f64::INFINITY, f64::min);
    assert!((highest - 300.0 * 0.04 / 1.08).abs() < 0.3, "{highest}");
    let word = |n: u32, salt: u32| {
        f64::from(
            (n ^ salt)
                .wrapping_mul(0x9e37_79b1)
                .rotate_left(13)
                .wrapping_mul(0x85eb_ca6b),
        )
    };
    let cloud = (0..count).map(|n| (word(n, 1), word(n, 77)));
    let svg = drawn(
        &Plot::new("t", "x", "y")
            .with(Series::new("cloud", cloud))
            .picture(),
    );
    assert!(svg.len() < 400_000, "{} bytes", svg.len());
    assert!(!svg.contains("stroke-linejoin"), "no line through a cloud");
    // None finite.
    let lost = (0..count).map(|n| (f64::from(n), f64::NAN));
    let svg = drawn(
        &Plot::new("t", "x", "y")
            .with(Series::new("", lost))
            .picture(),
    );
    assert!(
        svg.contains("1,000,000 points: not finite"),
        "{}",
        svg.len()
    );
    assert!(svg.len() < 100_000, "{} bytes", svg.len());
}

#[test]
fn several_values_at_one_x_have_their_median_on_the_line() {
    let points = [
        (1.0, 1.0),
        (1.0, 9.0),
        (1.0, 2.0),
        (2.0, 5.0),
        (2.0, 5.0),
        (2.0, 1.0),
    ];
    let plot = Plot::new("t", "x", "y")
        .y_scale(Scale::Linear)
        .with(Series::new("", points));
    let svg = everything(&plot);
    let found = circles(&svg);
    // Sorted by x: 1, 9, 2 then 5, 5, 1. The line goes from that of 2 to that of 5.
    let line = svg
        .split("<path d=\"")
        .find(|path| path.contains("stroke-linejoin"))
        .expect("a line");
    let ends: Vec<f64> = line
        .split('"')
        .next()
        .map(|data| {
            data.split(['M', 'L', ' '])
                .filter_map(|x| x.parse().ok())
                .collect()
        })
        .expect("data");
    assert_eq!(ends, [found[2].0, found[2].1, found[3].0, found[3].1]);
}

#[test]
fn bounds_are_those_of_the_books() {
    // gamma_n of Higham, lemma 3.1, in exact fractions: 3 / (2048 - 3) for n = 3, u = 2^-11.
    assert_eq!(
        bounds::gamma(Format::BINARY16, [3.0]),
        [(3.0, (3.0 / 2048.0) / (1.0 - 3.0 / 2048.0))]
    );
    assert_eq!(
        bounds::gamma(Format::BINARY16, [2048.0, 4096.0, f64::NAN]),
        []
    );
    // lambda sqrt(n) u = 8 / 256 and n u^2 / (1 - u) = 16 / (256 255), x of them: x + x^2 / 2 + ...
    let probable = bounds::probabilistic(Format::BFLOAT16, 2.0, [16.0, -1.0]);
    let x = 8.0 / 256.0 + 16.0 / (256.0 * 255.0);
    let near = x + x * x / 2.0 + x * x * x / 6.0;
    assert_eq!((probable.len(), probable[0].0), (1, 16.0));
    assert!((probable[0].1 / near - 1.0).abs() < 1e-5, "{probable:?}");
    assert_eq!(
        bounds::unit_roundoff([1, 53, 4000]),
        [(1.0, 0.5), (53.0, 2f64.powi(-53)), (4000.0, 5e-324)]
    );
    // A bound far off does not press the points flat.
    let series = Series::new("a", [(1.0, 1e-3), (2.0, 2e-3)]);
    let alone = everything(&Plot::new("t", "x", "y").with(series.clone()));
    let far = Series::bound("b", [(1.0, 1e12), (2.0, 1e12)]);
    let with = everything(&Plot::new("t", "x", "y").with(series).with(far));
    assert_eq!(circles(&alone), circles(&with));
}

#[test]
fn maps_show_every_cell() {
    let values = vec![1.0, 10.0, 100.0, 1000.0, f64::NAN, 0.0];
    let map = HeatMap::new("t", "x", ["a", "b", "c"], "y", ["d", "e"], values).expect("a map");
    let svg = drawn(&map.picture());
    for told in [
        "a, d: 1<",
        "c, d: 100<",
        "b, e: NaN",
        "dark, 1 cell",
        "white, 1 cell",
    ] {
        assert!(svg.contains(told), "{told}: {svg}");
    }
    assert!(HeatMap::new("t", "x", ["a"], "y", ["b"], vec![]).is_err());
    let none: [&str; 0] = [];
    drawn(
        &HeatMap::new("t", "x", none, "y", none, vec![])
            .expect("empty")
            .picture(),
    );
    drawn(
        &HeatMap::new("t", "x", none, "y", ["a", "b"], vec![])
            .expect("empty")
            .picture(),
    );
    // A million cells are put together, and the worst of each stays.
    let side = 1000;
    let names: Vec<String> = (0..side).map(|n| n.to_string()).collect();
    let mut values = vec![1.0; side * side];
    values[123_456] = 1e6;
    let map = HeatMap::new("t", "x", names.clone(), "y", names, values).expect("a map");
    let svg = drawn(&map.picture());
    assert!(svg.len() < 300_000, "{} bytes", svg.len());
    // The brightest colour is that of the scale's end, and of one cell.
    assert_eq!(svg.matches("#fde725").count(), 2);
}

#[test]
fn maps_of_numbers_and_of_kinds() {
    let names = || ["a", "b", "c"];
    let map = |values: Vec<f64>| HeatMap::new("t", "x", names(), "y", names(), values);
    let some = || map((0..9).map(f64::from).collect()).expect("a map");
    // Powers of ten at the cells' edges, in place of names.
    let svg = drawn(&some().logarithmic((1.0, 1000.0), (1e-3, 1e9)).picture());
    for label in [">1<", ">10<", ">1000<", ">10⁶<"] {
        assert!(svg.contains(label), "{label}: {svg}");
    }
    assert!(!svg.contains(">a<"), "{svg}");
    // Ends that are no logarithmic axis leave the names.
    for (low, high) in [
        (0.0, 1.0),
        (-1.0, 1.0),
        (1.0, 1.0),
        (2.0, 1.0),
        (f64::NAN, 1.0),
        (1.0, f64::INFINITY),
    ] {
        let svg = drawn(&some().logarithmic((low, high), (1.0, 2.0)).picture());
        assert!(svg.contains(">a<") && svg.contains(">b<"), "{svg}");
    }
    // What is beyond the ends has the ends' colours: four cells each, and the scale's own.
    let svg = drawn(&some().ends(3.5, 4.5).untold().picture());
    assert!(svg.contains("#440154") && svg.contains("#fde725") && !svg.contains("a, a"));
    for (low, high) in [
        (f64::NAN, 1.0),
        (1.0, 1.0),
        (f64::NEG_INFINITY, f64::INFINITY),
    ] {
        drawn(&some().ends(low, high).picture());
    }
    // Kinds: a name each, whether or not there is a cell; others are white, NaN dark.
    let values = vec![0.0, 1.0, 1.9, 2.0, 7.0, -1.0, f64::NAN, 0.0, 1e300];
    let svg = drawn(
        &map(values)
            .expect("a map")
            .kinds(["one", "two", "<three>"])
            .picture(),
    );
    for told in [
        ">one<",
        ">two<",
        "&lt;three&gt;",
        "dark, 1 cell",
        "white, 3 cells: none of these",
    ] {
        assert!(svg.contains(told), "{told}: {svg}");
    }
    drawn(&some().kinds((0..20).map(|n| n.to_string())).picture());
}

/// Each picture once, where it belongs, and as large as the rows and columns need.
#[test]
fn a_grid_of_pictures() {
    let plot = |title: &str| Plot::new(title, "x", "y").picture();
    let all = [plot("first"), plot("second & last"), plot("third")];
    let (width, height) = all[0].size();
    let grid = Picture::grid("all", 2, &all);
    assert_eq!(grid.size(), (2 * width, 2 * height));
    let svg = drawn(&grid);
    for (title, x, y) in [
        ("first", 0, 0),
        ("second &amp; last", width, 0),
        ("third", 0, height),
    ] {
        let place = format!("<svg x=\"{x}\" y=\"{y}\"");
        let (_, inside) = svg.split_once(&place).expect("its place");
        let (inside, _) = inside.split_once("no finite values").expect("its text");
        assert!(inside.contains(title), "{title}: {inside}");
    }
    // No columns are one; no pictures are none, and no PNG.
    assert_eq!(Picture::grid("all", 0, &all).size(), (width, 3 * height));
    assert_eq!(Picture::grid("all", 9, &all).size(), (3 * width, height));
    assert!(Picture::grid("none", 2, &[]).png(1.0).is_err());
}

#[test]
fn values_are_counted_where_they_are() {
    // OCP E4M3 by its table: 2^-9 the least, 2^-6 the least normal, 448 the greatest.
    let mut histogram = Histogram::new(Format::OCP_E4M3);
    let (least, normal) = (1.0 / 512.0, 1.0 / 64.0);
    let below = [5e-324, -1e-300, least * 0.999];
    let subnormal = [least, -least, normal * 0.999];
    let inside = [normal, -1.0, 448.0, 447.0];
    let above = [448.0f64.next_up(), -1e308, f64::MAX];
    let others = [0.0, -0.0, f64::INFINITY, f64::NEG_INFINITY, f64::NAN];
    for part in [&below[..], &subnormal, &inside, &above, &others] {
        histogram.add(part);
    }
    let parts = histogram.parts();
    assert_eq!(
        (parts.below, parts.subnormal, parts.normal, parts.above),
        (3, 3, 4, 3)
    );
    assert_eq!(
        (parts.zeros, parts.infinite, parts.nan, parts.count),
        (2, 2, 1, 18)
    );
    assert_eq!(parts.negative, 5);
    let svg = drawn(&histogram.picture());
    for mark in ["greatest 448<", "least normal 2⁻⁶<", "least subnormal 2⁻⁹<"] {
        assert!(svg.contains(mark), "{mark}: {svg}");
    }
}

#[test]
fn histograms_of_any_format_and_no_values() {
    let formats = [
        Format::BINARY64,
        Format::OCP_E8M0,
        Format::OCP_E2M1,
        Format::DLFLOAT16,
        Format::p3109(8, 1, Signedness::Unsigned, Domain::Finite).expect("a format"),
        Format::p3109(3, 2, Signedness::Signed, Domain::Extended).expect("a format"),
        Format::precision_only(3).expect("a format"),
    ];
    for format in formats {
        let mut histogram = Histogram::new(format).titled("<b> & \u{1b}");
        for values in [&[][..], &[f64::NAN], &[1.0], &[5e-324, f64::MAX, -1.0]] {
            histogram.add(values);
            drawn(&histogram.picture());
            for width in [0, 30, 100, usize::MAX] {
                assert!(histogram.text(width, true).is_ascii());
                assert!(!histogram.text(width, false).contains('\u{1b}'));
            }
        }
    }
}

#[test]
fn every_binade_has_its_bar() {
    // One value in 2^-3, two in 2^-2, four in 2^0: heights by the logarithm.
    let mut histogram = Histogram::new(Format::BINARY16);
    histogram.add(&[0.125, 0.25, 0.4999, 1.0, 1.5, 1.75, 1.999]);
    let svg = drawn(&histogram.picture());
    for told in ["2⁻³ to 2⁻²: 1<", "2⁻² to 2⁻¹: 2<", "2⁰ to 2¹: 4<"] {
        assert!(svg.contains(told), "{told}: {svg}");
    }
    assert!(!svg.contains("2⁻¹ to 2⁰: "), "no bar for nothing");
}

#[test]
fn the_same_bytes_every_time() {
    let plot = Plot::new("t", "x", "y").with(Series::new(
        "a",
        (1..99).map(|n| (f64::from(n), 0.3f64.powi(n))),
    ));
    let (first, second) = (plot.picture(), plot.clone().picture());
    assert_eq!(first.svg(), second.svg());
    assert_eq!(first.png(2.0), second.png(2.0));
    for scale in [0.0, -1.0, f32::NAN, f32::INFINITY, 1e6, 1e-6] {
        assert!(first.png(scale).is_err(), "{scale}");
    }
    // The letters are drawn: the font is in the crate, whatever the machine has.
    let png = first.png(1.0).expect("a PNG");
    let pixels = tiny_skia::Pixmap::decode_png(&png).expect("pixels");
    let dark = |x: u32, y: u32| pixels.pixel(x, y).is_some_and(|pixel| pixel.red() < 100);
    // The title "t" is a letter of 17 pixels at 12, 24.
    let ink = (10..24)
        .flat_map(|x| (8..26).map(move |y| (x, y)))
        .filter(|(x, y)| dark(*x, *y));
    assert!(ink.count() > 10);
}
