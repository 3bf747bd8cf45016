//! Lines that GitHub's runner shows beside the source (workflow commands).

use roundoff::robust::baseline::{Standing, Standings};

use super::sentence;

/// One line for each test that a reader should look at.
pub fn lines(tests: &[Standings]) -> String {
    let line = |test: &Standings| {
        let level = match &test.standing {
            Standing::Same => return None,
            Standing::Fewer { .. } => "notice",
            // That the job fails is the exit code's business.
            _ => "warning",
        };
        let place = match &test.record {
            Some(record) => format!(
                " file={},line={}",
                property(&record.file.replace('\\', "/")),
                record.line
            ),
            None => String::new(),
        };
        let message = data(&format!("{}: {}", test.name, sentence(test)));
        Some(format!("::{level}{place}::{message}\n"))
    };
    tests.iter().filter_map(line).collect()
}

/// What would end a message.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// What would end a property too.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
