//! How wide the terminal is and what it can show.

use std::io::IsTerminal;

use roundoff::report::Characters;

/// Columns of the terminal: `COLUMNS` where it is set, 80 where nobody knows.
pub fn width() -> usize {
    let set = std::env::var("COLUMNS")
        .ok()
        .and_then(|columns| columns.parse().ok());
    set.or_else(|| terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)))
        .filter(|width| *width > 0)
        .unwrap_or(80)
}

/// Colours on a terminal unless `NO_COLOR` is set; ASCII where the locale has no Unicode.
pub fn characters(ascii: bool) -> Characters {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    // The first of these that is set counts (POSIX, 8.2).
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set);
    let unicode = locale.is_none_or(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    });
    let dumb = set("TERM").is_some_and(|term| term == "dumb");
    match std::io::stdout().is_terminal() {
        _ if ascii || !unicode => Characters::Ascii,
        true if set("NO_COLOR").is_none() && !dumb => Characters::Colour,
        _ => Characters::Braille,
    }
}
