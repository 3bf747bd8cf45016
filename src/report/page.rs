//! One HTML page that needs nothing else: no network, no other file.
//!
//! Style and script are in the page, and its content policy forbids it to fetch anything. Without
//! script it is still read; with it tables sort, pictures zoom and the colours can be switched.

use super::number;
use super::picture::Picture;
use super::svg::escape;
use super::table::{Cell, Table};

const STYLE: &str = include_str!("page/page.css");
const SCRIPT: &str = include_str!("page/page.js");

/// Rows of a table that a page shows; the others are counted.
pub const MOST_ROWS: usize = 2000;

/// A page on its way.
///
/// ```
/// use roundoff::report::{Page, Plot, Series, Table};
/// let mut rows = Table::new(["format", "error"]);
/// rows.push(["<mine>".into(), 0.25.into()])?;
/// let html = Page::new("Sums & co")
///     .fact("seed", "7")
///     .command("roundoff sweep sum --seed 7")
///     .heading("Rows")
///     .table("Every run", &rows)
///     .picture("A line", &Plot::new("t", "x", "y").with(Series::new("a", [(1.0, 2.0)])).picture())
///     .html();
/// assert!(html.starts_with("<!DOCTYPE html>") && html.contains("&lt;mine&gt;"));
/// # Ok::<(), roundoff::report::TableError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Page {
    title: String,
    facts: Vec<(String, String)>,
    command: Option<String>,
    body: String,
}

impl Page {
    /// An empty one, which says the version of this crate.
    pub fn new(title: &str) -> Self {
        Self {
            title: title.to_owned(),
            facts: vec![(
                "version".to_owned(),
                format!("roundoff {}", env!("CARGO_PKG_VERSION")),
            )],
            command: None,
            body: String::new(),
        }
    }

    /// Says in the header what the run was made with: seed, device, saturation. A name that is there
    /// has a new value.
    pub fn fact(mut self, name: &str, value: &str) -> Self {
        let value = value.to_owned();
        match self.facts.iter_mut().find(|fact| fact.0 == name) {
            Some(fact) => fact.1 = value,
            None => self.facts.push((name.to_owned(), value)),
        }
        self
    }

    /// Says in the header which command makes the same again.
    pub fn command(mut self, command: &str) -> Self {
        self.command = Some(command.to_owned());
        self
    }

    /// A heading.
    pub fn heading(mut self, text: &str) -> Self {
        self.body += &format!("<h2>{}</h2>\n", escape(text));
        self
    }

    /// A paragraph.
    pub fn text(mut self, text: &str) -> Self {
        self.body += &format!("<p>{}</p>\n", escape(text));
        self
    }

    /// A picture that zooms; an empty caption is none.
    pub fn picture(mut self, caption: &str, picture: &Picture) -> Self {
        self.body += &format!(
            "<figure>\n<div class=\"zoom\">{}</div>\n<figcaption>{}<span class=\"tools\"></span></figcaption>\n</figure>\n",
            picture.inline(),
            escape(caption)
        );
        self
    }

    /// A table that sorts by the column clicked: numbers to four digits, exact where the pointer
    /// rests. It has at most [`MOST_ROWS`] rows, and says so.
    pub fn table(mut self, caption: &str, table: &Table) -> Self {
        let numeric: Vec<bool> = table
            .names()
            .iter()
            .map(|name| table.column(name).is_ok_and(Table::is_numeric))
            .collect();
        let class = |place: usize| match numeric.get(place) {
            Some(true) => " class=\"number\"",
            _ => "",
        };
        let mut html = String::from("<section class=\"table\">\n<div class=\"scroll\"><table>\n");
        html += &format!("<caption>{}</caption>\n<thead><tr>", escape(caption));
        for (place, name) in table.names().iter().enumerate() {
            let (class, name) = (class(place), escape(name));
            html +=
                &format!("<th scope=\"col\"{class}><button type=\"button\">{name}</button></th>");
        }
        html += "</tr></thead>\n<tbody>\n";
        for row in table.rows().take(MOST_ROWS) {
            html += "<tr>";
            for (place, cell) in row.into_iter().enumerate() {
                html += &data(cell, class(place));
            }
            html += "</tr>\n";
        }
        html += "</tbody></table></div>\n";
        let (shown, all) = (table.len().min(MOST_ROWS), table.rows_in_file());
        if shown < all {
            html += &format!(
                "<p class=\"note\">The first {} of {} rows.</p>\n",
                number::grouped(shown as u64),
                number::grouped(all as u64)
            );
        }
        self.body += &html;
        self.body += "</section>\n";
        self
    }

    /// The whole page.
    pub fn html(&self) -> String {
        let title = escape(&self.title);
        let facts: String = self
            .facts
            .iter()
            .map(|(name, value)| {
                format!(
                    "<div><dt>{}</dt><dd>{}</dd></div>\n",
                    escape(name),
                    escape(value)
                )
            })
            .collect();
        let command = self.command.as_ref().map_or(String::new(), |command| {
            format!(
                "<pre class=\"command\"><code>{}</code></pre>\n",
                escape(command)
            )
        });
        format!(
            "<!DOCTYPE html>\n<html lang=\"en\" data-theme=\"auto\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
             style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n\
             <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<header>\n\
             <div class=\"top\"><h1>{title}</h1>\
             <button type=\"button\" id=\"theme\" hidden>Colours: auto</button></div>\n\
             <dl>\n{facts}</dl>\n{command}</header>\n<main>\n{}</main>\n\
             <script>\n{SCRIPT}</script>\n</body>\n</html>\n",
            self.body
        )
    }
}

/// A cell; what sorts is in `data-v` where it is not what is shown.
fn data(cell: &Cell, class: &str) -> String {
    let exact = cell.to_string();
    let shown = match cell {
        Cell::Number(x) => number::short(*x),
        _ => exact.clone(),
    };
    let (text, value) = (escape(&shown), escape(&exact));
    match shown == exact {
        true => format!("<td{class}>{text}</td>"),
        false => format!("<td{class} data-v=\"{value}\" title=\"{value}\">{text}</td>"),
    }
}
