//! The page in a real browser: tables sort, pictures zoom, colours switch, a phone has no sideways
//! scrolling, nothing is fetched.
//!
//! `ROUNDOFF_BROWSER` names the browser (Chromium or Chrome), else it is looked for on the path. Where
//! there is none the tests say so and pass, unless `ROUNDOFF_REQUIRE_BROWSER` is 1.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use roundoff::Format;
use roundoff::report::{HeatMap, Histogram, Page, Plot, Series, Table, bounds};
use serde_json::Value;

const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];

fn browser() -> Option<PathBuf> {
    let named = std::env::var_os("ROUNDOFF_BROWSER").map(PathBuf::from);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let found = || {
        let all = NAMES
            .iter()
            .flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
        all.into_iter().find(|file| file.is_file())
    };
    let browser = named.or_else(found);
    if browser.is_none() {
        let required = std::env::var("ROUNDOFF_REQUIRE_BROWSER").is_ok_and(|set| set == "1");
        assert!(!required, "no browser, and ROUNDOFF_REQUIRE_BROWSER is 1");
        println!("skipped: no browser; install chromium or set ROUNDOFF_BROWSER");
    }
    browser
}

/// A folder of this test, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder =
            std::env::temp_dir().join(format!("roundoff-page-{}-{number}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The page as the browser has it after `script`, which leaves its answer as JSON.
fn ask(browser: &Path, html: &str, script: &str, options: &[&str]) -> Value {
    let folder = Folder::new();
    let page = folder.0.join("page.html");
    let script = format!(
        "<script>{{ const answer = (() => {{ {script} }})(); const pre = document.createElement('pre'); \
         pre.id = 'answer'; pre.textContent = JSON.stringify(answer); document.body.append(pre) }}</script></body>"
    );
    fs::write(&page, html.replace("</body>", &script)).expect("the page");
    let out = folder.0.join("dom");
    let mut child = Command::new(browser)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
        ])
        .args([
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ])
        .arg(format!(
            "--user-data-dir={}",
            folder.0.join("profile").display()
        ))
        .args(options)
        .arg("--dump-dom")
        .arg(format!("file://{}", page.display()))
        .stdout(fs::File::create(&out).expect("a file"))
        .stderr(Stdio::null())
        .spawn()
        .expect("the browser starts");
    let started = Instant::now();
    loop {
        match child.try_wait().expect("the browser's end") {
            Some(status) => break assert!(status.success(), "{status}"),
            None if started.elapsed() > Duration::from_secs(120) => {
                let _ = child.kill();
                panic!("the browser took more than two minutes");
            }
            None => std::thread::sleep(Duration::from_millis(20)),
        }
    }
    let dom = fs::read_to_string(&out).expect("what it printed");
    let answer = dom
        .split("<pre id=\"answer\">")
        .nth(1)
        .and_then(|rest| rest.split("</pre>").next());
    let answer = answer.unwrap_or_else(|| panic!("no answer in {dom}"));
    let answer = answer
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
    serde_json::from_str(&answer).unwrap_or_else(|error| panic!("{error}: {answer}"))
}

fn page() -> String {
    let mut rows = Table::new([
        "format",
        "error",
        "a rather long name of a column",
        "another long name of a column",
    ]);
    let errors = [
        10.0,
        9.0,
        1e-5,
        f64::NAN,
        f64::INFINITY,
        -2.5,
        123456.789,
        f64::NEG_INFINITY,
    ];
    for (place, error) in errors.into_iter().enumerate() {
        let name = ["b", "<a>", "&c", "d"][place % 4];
        rows.push([
            name.into(),
            error.into(),
            (place as f64).into(),
            "words, words, words".into(),
        ])
        .expect("a row");
    }
    let n = || (1..20).map(|k| f64::from(k) * 10.0);
    let plot = (0..8).fold(Plot::new("title", "size", "error"), |plot, k| {
        plot.with(Series::new(
            format!("series {k}"),
            n().map(move |n| (n, n * f64::from(k + 1))),
        ))
    });
    let plot = plot.with(Series::bound("bound", bounds::gamma(Format::BFLOAT16, n())));
    let map = HeatMap::new("map", "x", ["a", "b"], "y", ["c"], vec![1.0, f64::NAN]).expect("a map");
    let mut histogram = Histogram::new(Format::OCP_E5M2);
    histogram.add(&[1.0, 2.0, 1e-9, 1e9]);
    Page::new("A page")
        .fact("seed", "18446744073709551615")
        .command(&format!(
            "roundoff sweep sum --formats {}",
            "bfloat16,".repeat(40)
        ))
        .picture("a plot", &plot.picture())
        .picture("a map", &map.picture())
        .picture("a histogram", &histogram.picture())
        .table("rows", &rows)
        .html()
}

const SORT: &str = "
    const heads = [...document.querySelectorAll('th button')];
    const cells = (column) => [...document.querySelectorAll('tbody tr')].map((row) => row.cells[column].textContent);
    const orders = [];
    for (const [head, column] of [[1, 1], [1, 1], [0, 0], [0, 0], [2, 2]]) {
        heads[head].click();
        orders.push(cells(column));
    }
    return { orders, sorted: [...document.querySelectorAll('th')].map((head) => head.ariaSort),
        right: getComputedStyle(document.querySelector('td.number')).textAlign };";

#[test]
fn tables_sort() {
    let Some(browser) = browser() else { return };
    let answer = ask(&browser, &page(), SORT, &[]);
    let order = |place: usize| -> Vec<&str> {
        let order = answer["orders"][place].as_array().expect("an order");
        order.iter().filter_map(Value::as_str).collect()
    };
    // NaN is last both ways; what is short on the page sorts by its exact value.
    assert_eq!(
        order(0),
        ["-inf", "-2.5", "1e-5", "9", "10", "1.235e5", "inf", "NaN"]
    );
    assert_eq!(
        order(1),
        ["inf", "1.235e5", "10", "9", "1e-5", "-2.5", "-inf", "NaN"]
    );
    assert_eq!(order(2), ["&c", "&c", "<a>", "<a>", "b", "b", "d", "d"]);
    assert_eq!(order(3), ["d", "d", "b", "b", "<a>", "<a>", "&c", "&c"]);
    assert_eq!(order(4), ["0", "1", "2", "3", "4", "5", "6", "7"]);
    assert_eq!(answer["sorted"][2], "ascending");
    assert_eq!(answer["sorted"][1], Value::Null);
    assert_eq!(answer["right"], "right");
}

const ZOOM: &str = "
    const svg = document.querySelector('figure svg'), views = [svg.getAttribute('viewBox')];
    const [near, far, whole] = document.querySelectorAll('figure .tools button');
    const step = (act) => { act(); views.push(svg.getAttribute('viewBox')) };
    const box = svg.getBoundingClientRect();
    const at = (type, x, y) => svg.dispatchEvent(new PointerEvent(type,
        { clientX: box.left + box.width * x, clientY: box.top + box.height * y, button: 0, pointerId: 1, bubbles: true }));
    svg.setPointerCapture = () => {};
    step(() => near.click());
    step(() => { at('pointerdown', .5, .5); at('pointermove', .4, .5); at('pointerup', .4, .5) });
    step(() => at('pointermove', .1, .1));
    step(() => far.click());
    step(() => near.click());
    step(() => whole.click());
    step(() => far.click());
    return views.map((view) => view.split(' ').map(Number));";

#[test]
fn pictures_zoom() {
    let Some(browser) = browser() else { return };
    let answer = ask(&browser, &page(), ZOOM, &[]);
    let view = |place: usize| -> Vec<f64> {
        let view = answer[place].as_array().expect("a view");
        view.iter().filter_map(Value::as_f64).collect()
    };
    let whole = view(0);
    assert!((view(1)[2] - whole[2] / 1.6).abs() < 1e-6, "{answer}");
    assert!(
        (view(1)[0] - (whole[2] - view(1)[2]) / 2.0).abs() < 1e-6,
        "about the middle: {answer}"
    );
    // Dragged to the left by a tenth: a tenth of what is seen further to the right.
    assert!(
        (view(2)[0] - view(1)[0] - view(1)[2] / 10.0).abs() < 1e-6,
        "{answer}"
    );
    assert_eq!(view(2), view(3), "let go");
    assert_eq!(view(4), whole, "no farther than the whole");
    assert_eq!((view(6), view(7)), (whole.clone(), whole));
}

/// Contrasts of all kinds of ink with the paper after WCAG 2.1, and what scrolls sideways.
const LOOK: &str = "
    const light = (css) => { const [r, g, b] = css.match(/[0-9.]+/g).map(Number).map((c) => c / 255)
        .map((c) => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b };
    const look = () => {
        const paper = light(getComputedStyle(document.querySelector('.paper')).fill);
        const contrasts = {};
        for (const kind of ['ink', 'dim', 's0', 's1', 's2', 's3', 's4', 's5', 's6', 's7']) {
            const ink = light(getComputedStyle(document.querySelector('svg .' + kind)).color);
            contrasts[kind] = (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
        }
        return { paper, contrasts, theme: document.documentElement.dataset.theme };
    };
    const button = document.getElementById('theme'), looks = [look()];
    for (let k = 0; k < 3; k++) { button.click(); looks.push(look()) }
    const fetched = performance.getEntriesByType('resource').length;
    return { looks, width: innerWidth, scroll: document.documentElement.scrollWidth, fetched };";

fn check_look(answer: &Value, dark: bool) {
    for (place, (theme, dark)) in [
        ("auto", dark),
        ("light", false),
        ("dark", true),
        ("auto", dark),
    ]
    .into_iter()
    .enumerate()
    {
        let look = &answer["looks"][place];
        assert_eq!(look["theme"], theme, "{answer}");
        let paper = look["paper"].as_f64().expect("a number");
        assert_eq!(paper < 0.2, dark, "{theme}: {answer}");
        for (kind, contrast) in look["contrasts"].as_object().expect("contrasts") {
            // WCAG 2.1: 4.5 for text, 3 for graphics.
            let least = if kind.starts_with('s') { 3.0 } else { 4.5 };
            assert!(
                contrast.as_f64() >= Some(least),
                "{theme}, {kind}: {contrast}"
            );
        }
    }
    assert_eq!(answer["fetched"], 0);
}

#[test]
fn colours_follow_the_system_and_the_switch() {
    let Some(browser) = browser() else { return };
    check_look(
        &ask(
            &browser,
            &page(),
            LOOK,
            &["--blink-settings=preferredColorScheme=1"],
        ),
        false,
    );
    check_look(
        &ask(
            &browser,
            &page(),
            LOOK,
            &["--blink-settings=preferredColorScheme=0"],
        ),
        true,
    );
}

#[test]
fn a_phone_scrolls_only_downwards() {
    let Some(browser) = browser() else { return };
    // The narrowest window that a headless browser makes may be wider; the page is judged as it is.
    let answer = ask(&browser, &page(), LOOK, &["--window-size=390,844"]);
    let (width, scroll) = (
        answer["width"].as_f64().expect("a width"),
        answer["scroll"].as_f64(),
    );
    assert!(width <= 520.0, "{width}");
    assert!(scroll <= Some(width), "{answer}");
}
