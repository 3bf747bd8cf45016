//! The command `roundoff`, as a library so that tests and fuzz targets reach its parts.
//!
//! | room | what is in it |
//! |---|---|
//! | [`commands`] | one file a command: its arguments and what it does |
//! | [`files`] | reading and writing `.npy`, `.npz` and `.safetensors` |
//! | [`stream`] | rounding and measuring an array that goes by in pieces |
//! | [`output`] | an output file that appears whole or not at all |
//! | [`place`] | on the CPU, on a GPU, and which it was |
//! | [`names`] | formats and roundings by name, with the nearest name for an unknown one |
//! | [`show`] | numbers, tables and JSON on standard output |
//! | [`terminal`] | how wide the terminal is and what it can show |
//! | [`failure`] | what went wrong, in one sentence |

pub mod commands;
pub mod failure;
pub mod files;
pub mod names;
pub mod output;
pub mod place;
pub mod show;
pub mod stream;
pub mod terminal;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use commands::Command;
use failure::Failure;

const EXAMPLES: &str = "\
Examples:
  roundoff chop model.safetensors --format bfloat16
  roundoff chop x.npy -o y.npy --format ocp-e4m3 --rounding stochastic
  roundoff formats ocp-e4m3 --values
  roundoff roundings

Exit codes: 0 done, 1 a check failed, 2 bad usage or a bad file.";

/// What happens to your numbers when the arithmetic has fewer bits?
#[derive(Parser, Debug)]
#[command(name = "roundoff", version, after_help = EXAMPLES, max_term_width = 100)]
#[command(disable_help_subcommand = true, subcommand_required = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

/// Runs the command line and says how it went; every message has been printed.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::try_parse_from(args) {
        Ok(arguments) => arguments,
        Err(error) => return usage(&error),
    };
    match arguments.command.run() {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever read our output has read enough.
        Err(Failure::Closed) => ExitCode::SUCCESS,
        Err(Failure::Command(error)) => usage(&error),
        Err(failure) => {
            complain(&failure.to_string());
            ExitCode::from(failure.code())
        }
    }
}

/// One sentence on standard error. Where even that is closed, the exit code has to do.
fn complain(sentence: &str) {
    use std::io::Write;
    // Names come from files: no control character of theirs reaches the terminal.
    let _ = writeln!(std::io::stderr(), "roundoff: {}", show::printable(sentence));
}

/// Clap's help as it is; its errors in one sentence.
fn usage(error: &clap::Error) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            let _ = error.print();
            ExitCode::SUCCESS
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand | ErrorKind::MissingSubcommand => {
            let _ = error.print();
            ExitCode::from(2)
        }
        _ => {
            let rendered = error.render().to_string();
            let told = rendered.split("\n\nUsage:").next().unwrap_or(&rendered);
            let told = told
                .split("\n\nFor more information")
                .next()
                .unwrap_or(told);
            let words: Vec<&str> = told.split_whitespace().collect();
            let sentence = words.join(" ").replace(" tip: ", "; ");
            let sentence = sentence.strip_prefix("error: ").unwrap_or(&sentence);
            // A name that was refused has a sentence of its own after clap's.
            let own = sentence
                .strip_prefix("invalid value ")
                .and_then(|rest| rest.split_once(">': "))
                .filter(|(_, own)| own.contains([';', ':', '?']));
            match own {
                Some((_, own)) => complain(own),
                None => complain(&format!("{sentence}; see `roundoff --help`")),
            }
            ExitCode::from(2)
        }
    }
}
