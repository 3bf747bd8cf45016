//! A table for a job's summary.

use roundoff::robust::baseline::{Standing, Standings};

use super::{asked_and_needed, needs, sentence};
use crate::show;

/// Text that stays in its cell: no mark of Markdown or HTML acts.
fn cell(text: &str) -> String {
    let mut safe = String::new();
    for c in show::printable(text).chars() {
        match c {
            '<' => safe.push_str("&lt;"),
            '&' => safe.push_str("&amp;"),
            '|' | '*' | '_' | '`' | '[' | ']' | '\\' | '~' => {
                safe.push('\\');
                safe.push(c);
            }
            c => safe.push(c),
        }
    }
    safe
}

pub fn table(tests: &[Standings]) -> String {
    let mut text = String::from(
        "### Digits that tests need\n\n| | test | format | keeps | before | needs | |\n|---|---|---|---:|---:|---:|---|\n",
    );
    for test in tests {
        let mark = match (&test.standing, test.standing.code()) {
            (Standing::Fewer { .. }, _) => "fewer",
            (_, 0) => "ok",
            (_, 1) => "**failed**",
            _ => "undecided",
        };
        let [format, keeps, before] = asked_and_needed(test);
        text += &format!(
            "| {mark} | {} | {} | {keeps} | {before} | {} | {} |\n",
            cell(&test.name),
            cell(&format),
            needs(test),
            cell(&sentence(test)),
        );
    }
    text
}
