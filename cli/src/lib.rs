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

use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches, Parser};

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
    let arguments: Arguments = match parsed(args) {
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

/// The words of a command. What follows an option is its value, though it may begin with a sign: so a
/// negative seed is told what a seed is.
pub(crate) fn parsed<P: CommandFactory + FromArgMatches>(
    words: impl IntoIterator<Item = OsString>,
) -> Result<P, clap::Error> {
    fn signed(command: clap::Command) -> clap::Command {
        let signed_option = |arg: clap::Arg| match arg.get_action().takes_values() {
            true if !arg.is_positional() => arg.allow_negative_numbers(true),
            _ => arg,
        };
        command.mut_args(signed_option).mut_subcommands(signed)
    }
    let mut command = signed(P::command());
    let matches = command.try_get_matches_from_mut(words)?;
    P::from_arg_matches(&matches).map_err(|error| error.format(&mut command))
}

/// One sentence on standard error. Where even that is closed, the exit code has to do.
fn complain(sentence: &str) {
    use std::io::Write;
    // Names come from files: no control character of theirs reaches the terminal, nor a screen of letters.
    let sentence = show::printable(&show::cut(sentence));
    let _ = writeln!(std::io::stderr(), "roundoff: {sentence}");
}

/// What a number that was refused should have been, in place of what the standard library says.
fn number_wanted(told: &str) -> Option<String> {
    Some(match told {
        "invalid digit found in string" | "cannot parse integer from empty string" => {
            "write a whole number from 0 up, such as 7".to_owned()
        }
        "number too large to fit in target type" => {
            "it is too large; write a lesser number".to_owned()
        }
        "number would be zero for non-zero type" => "write a whole number from 1 up".to_owned(),
        "invalid float literal" | "cannot parse float from empty string" => {
            "write a number, such as 0.5 or 1e-3".to_owned()
        }
        _ => {
            let (_, range) = told.split_once(" is not in ")?;
            let (least, greatest) = range.split_once("..=")?;
            format!("write a whole number from {least} to {greatest}")
        }
    })
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
        ErrorKind::InvalidUtf8 => {
            complain("a word of the command is no UTF-8; rename the file that it names");
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
                .and_then(|rest| rest.split_once(">': ").or(rest.split_once("]': ")))
                .filter(|(_, own)| own.contains([';', ':', '?']));
            let number = sentence
                .rsplit_once(": ")
                .and_then(|(what, told)| Some(format!("{what}: {}", number_wanted(told)?)));
            match (own, number) {
                (Some((_, own)), _) => complain(own),
                (None, Some(number)) => complain(&number),
                (None, None) => complain(&format!("{sentence}; see `roundoff --help`")),
            }
            ExitCode::from(2)
        }
    }
}
