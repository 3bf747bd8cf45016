//! The commands: each file has its arguments and what it does.

mod accept;
mod bessel;
mod cases;
mod check;
mod chop;
#[cfg(feature = "gpu")]
mod devices;
mod eval;
mod eval_integer;
mod eval_kernel;
mod faults;
mod formats;
mod histogram;
mod kappa;
mod kernels_on_gpu;
mod merge;
mod plot;
mod replay;
mod report;
mod roundings;
mod sensitivity;
mod softmax;
mod sweep;
mod tune;
mod vectors;
mod verdict;

use clap::Subcommand;

use crate::failure::Failure;

/// What can be asked for. The documentation of each is its own.
#[allow(missing_docs)]
#[derive(Subcommand, Debug)]
pub enum Command {
    Formats(formats::Formats),
    Roundings(roundings::Roundings),
    Chop(chop::Chop),
    #[cfg(feature = "gpu")]
    Devices(devices::Devices),
    Eval(eval::Eval),
    Sweep(Box<sweep::Sweep>),
    Merge(merge::Merge),
    Replay(replay::Replay),
    Vectors(vectors::Vectors),
    Kappa(kappa::Kappa),
    Plot(plot::Plot),
    Histogram(histogram::HistogramOf),
    Report(report::Report),
    Faults(faults::FaultsCommand),
    Sensitivity(sensitivity::Sensitivity),
    Tune(tune::Tune),
    Verdict(verdict::Verdict),
    Check(check::Check),
    Accept(accept::Accept),
}

impl Command {
    /// Does it.
    ///
    /// # Errors
    /// [`Failure`]: one sentence and an exit code.
    pub fn run(&self) -> Result<(), Failure> {
        match self {
            Self::Formats(command) => command.run(),
            Self::Roundings(command) => command.run(),
            Self::Chop(command) => command.run(),
            #[cfg(feature = "gpu")]
            Self::Devices(command) => command.run(),
            Self::Eval(command) => command.run(),
            Self::Sweep(command) => command.run(),
            Self::Merge(command) => command.run(),
            Self::Replay(command) => command.run(),
            Self::Vectors(command) => command.run(),
            Self::Kappa(command) => command.run(),
            Self::Plot(command) => command.run(),
            Self::Histogram(command) => command.run(),
            Self::Report(command) => command.run(),
            Self::Faults(command) => command.run(),
            Self::Sensitivity(command) => command.run(),
            Self::Tune(command) => command.run(),
            Self::Verdict(command) => command.run(),
            Self::Check(command) => command.run(),
            Self::Accept(command) => command.run(),
        }
    }
}
