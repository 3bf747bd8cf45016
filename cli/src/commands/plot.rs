//! `roundoff plot`: columns of an experiment's rows as a figure.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use roundoff::report::table::Keep;
use roundoff::report::{Picture, Scale, Table};

use crate::failure::Failure;
use crate::output::Output;
use crate::{show, terminal};

/// Draws a column of an experiment's rows against another
#[derive(Args, Debug)]
#[command(after_help = "\
Without -o the plot is drawn in characters, as wide as the terminal. Values that
are not finite are crosses at the upper edge.

Examples:
  roundoff plot rows.csv --x size --y error --group format
  roundoff plot rows.parquet --x size --y error --group format,rounding -o error.svg
  roundoff plot rows.jsonl --x precision --y size --heat error -o map.png")]
pub struct Plot {
    /// The rows: .csv, .jsonl or .parquet
    #[arg(value_name = "ROWS")]
    input: PathBuf,

    /// The column along x: numbers, or names such as formats
    #[arg(long, value_name = "COLUMN")]
    x: String,

    /// The column along y
    #[arg(long, value_name = "COLUMN")]
    y: String,

    /// One series for each value of these columns
    #[arg(short, long, value_name = "COLUMN,COLUMN", value_delimiter = ',')]
    group: Vec<String>,

    /// A column with a bound, drawn as dashed lines
    #[arg(long, value_name = "COLUMN", conflicts_with = "heat")]
    bound: Option<String>,

    /// A heat map of this column over x and y
    #[arg(long, value_name = "COLUMN", conflicts_with = "group")]
    heat: Option<String>,

    /// Where the figure goes: .svg or .png
    #[arg(short, long, value_name = "FIGURE")]
    output: Option<PathBuf>,

    /// How x is spread: log where values differ by a factor of 50 (auto), linear, log
    #[arg(long, value_name = "SCALE", default_value = "auto")]
    x_scale: Spread,

    /// The same of y, or of the colour of a heat map
    #[arg(long, value_name = "SCALE", default_value = "auto")]
    y_scale: Spread,

    /// Pixels of a PNG for each of the figure's 640 across
    #[arg(long, value_name = "N", default_value_t = 2.0)]
    scale: f32,

    /// On the terminal: ASCII only
    #[arg(long)]
    ascii: bool,
}

/// [`Scale`] by name.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Spread {
    Auto,
    Linear,
    Log,
}

impl From<Spread> for Scale {
    fn from(spread: Spread) -> Self {
        match spread {
            Spread::Auto => Self::Auto,
            Spread::Linear => Self::Linear,
            Spread::Log => Self::Log,
        }
    }
}

impl Plot {
    pub fn run(&self) -> Result<(), Failure> {
        if let Some(output) = &self.output {
            Kind::of(output)?;
        }
        let group: Vec<&str> = self.group.iter().map(String::as_str).collect();
        let mut wanted = vec![self.x.as_str(), &self.y];
        wanted.extend(&group);
        wanted.extend(self.bound.iter().chain(&self.heat).map(String::as_str));
        let rows = Table::read(&self.input, Keep::Columns(&wanted))?;
        if let Some(heat) = &self.heat {
            let map = rows
                .heat(&self.x, &self.y, heat)?
                .scale(self.y_scale.into());
            let Some(output) = &self.output else {
                return Err(Failure::Usage(
                    "a heat map is not drawn in characters; name a .svg or .png file with -o"
                        .to_owned(),
                ));
            };
            return save(&map.picture(), output, self.scale);
        }
        let mut plot = rows
            .plot(&self.x, &self.y, &group)?
            .x_scale(self.x_scale.into())
            .y_scale(self.y_scale.into());
        if let Some(bound) = &self.bound {
            plot = rows.add_bound(plot, &self.x, bound, &group)?;
        }
        match &self.output {
            Some(output) => save(&plot.picture(), output, self.scale),
            None => {
                let characters = terminal::characters(self.ascii);
                show::print(&plot.text(terminal::width(), characters))
            }
        }
    }
}

/// The kinds of figures.
enum Kind {
    Svg,
    Png,
}

impl Kind {
    fn of(path: &Path) -> Result<Self, Failure> {
        let extension = path.extension().unwrap_or_default().to_ascii_lowercase();
        match extension.to_str() {
            Some("svg") => Ok(Self::Svg),
            Some("png") => Ok(Self::Png),
            _ => Err(Failure::Usage(format!(
                "{}: a figure's name must end in .svg or .png",
                path.display()
            ))),
        }
    }
}

/// Writes a figure, whole or not at all.
///
/// # Errors
/// [`Failure`] for another kind of file, a scale that makes no pixels, and what the system says.
pub(super) fn save(picture: &Picture, path: &Path, scale: f32) -> Result<(), Failure> {
    let bytes = match Kind::of(path)? {
        Kind::Svg => picture.svg().into_bytes(),
        Kind::Png => picture
            .png(scale)
            .map_err(|error| Failure::Usage(format!("{error}; choose another --scale")))?,
    };
    publish(&bytes, path)?;
    show::print(&format!("Written to {}.\n", path.display()))
}

/// Writes a file, whole or not at all.
///
/// # Errors
/// What the system says.
pub(super) fn publish(bytes: &[u8], path: &Path) -> Result<(), Failure> {
    let mut output = Output::create(path)?;
    let written = output.file().write_all(bytes);
    written.map_err(|error| output.failed(error))?;
    output.publish()
}
