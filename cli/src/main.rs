//! The command `roundoff`.

fn main() -> std::process::ExitCode {
    roundoff_cli::run(std::env::args_os())
}
