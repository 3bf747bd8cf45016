//! JUnit XML, as CI systems read it: the dialect of Jenkins' `junit-10.xsd`.

use roundoff::robust::baseline::Standings;

use super::sentence;

/// Text that XML 1.0 can hold, marks escaped.
fn escaped(text: &str) -> String {
    let mut safe = String::new();
    for c in text.chars() {
        match c {
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            '"' => safe.push_str("&quot;"),
            '\n' => safe.push_str("&#10;"),
            '\t' => safe.push_str("&#9;"),
            // No XML 1.0 document has these.
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => safe.push('\u{fffd}'),
            c => safe.push(c),
        }
    }
    safe
}

pub fn suite(tests: &[Standings]) -> String {
    let count = |code| {
        tests
            .iter()
            .filter(|test| test.standing.code() == code)
            .count()
    };
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n<testsuite name=\"roundoff\" \
         tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\">\n",
        tests.len(),
        count(1),
        count(2)
    );
    for test in tests {
        let class = match &test.record {
            Some(record) => escaped(&record.file),
            None => "roundoff.toml".to_owned(),
        };
        let head = format!(
            "<testcase classname=\"{class}\" name=\"{}\"",
            escaped(&test.name)
        );
        let message = escaped(&sentence(test));
        text += &match test.standing.code() {
            0 => format!("{head}/>\n"),
            1 => format!("{head}><failure message=\"{message}\"/></testcase>\n"),
            _ => format!("{head}><skipped message=\"{message}\"/></testcase>\n"),
        };
    }
    text + "</testsuite>\n</testsuites>\n"
}
