//! The command line: parses it, runs the command and prints. No other module prints or knows clap.

mod args;
mod commands;
mod common_args;
mod plain_path;
mod process;
mod setting_args;
mod setting_flags;
mod terminal;
mod usage_error;
mod value_parsers;

use std::process::ExitCode;

use burn_mlp::Result;
use clap::CommandFactory;

use args::{Cli, Command};
use commands::{
    backends, bench, compare, config, data, ensemble, evaluate, export, gradcheck, inspect, predict, report, runs,
    serve, train, walkthrough,
};
use process::signals;
use terminal::console::Console;
use terminal::{failure, output};

/// Parses the command line, runs the command and returns the exit code of the process.
pub fn run() -> ExitCode {
    let cli = match plain_path::parse(std::env::args_os().collect()) {
        Ok(cli) => cli,
        Err(error) => return usage_error::report(&error),
    };
    signals::ignore_file_size_limit();
    failure::hide_panics(cli.verbosity.verbose);
    failure::exit_code_of(|| {
        let code = dispatch(cli)?;
        output::check()?;
        Ok(code)
    })
}

fn dispatch(cli: Cli) -> Result<ExitCode> {
    let mut console = Console::new(cli.verbosity);
    match cli.command {
        None => train::run(&cli.train, &mut console),
        Some(Command::Train(command)) => train::run(&command.into_args(), &mut console),
        Some(Command::Ensemble(args)) => ensemble::run(&args, &mut console),
        Some(Command::Evaluate(args)) => evaluate::run(&args, &mut console),
        Some(Command::Inspect(args)) => inspect::run(&args, &mut console),
        Some(Command::Data(args)) => data::run(&args, &mut console),
        Some(Command::Predict(args)) => predict::run(&args, &mut console),
        Some(Command::Serve(args)) => serve::run(&args, &mut console),
        Some(Command::Report(args)) => report::run(&args, &mut console),
        Some(Command::Export(args)) => export::run(&args, &mut console),
        Some(Command::Runs(args)) => runs::run(&args),
        Some(Command::Backends(args)) => backends::run(&args),
        Some(Command::Compare(args)) => compare::run(&args, &mut console),
        Some(Command::Bench(args)) => bench::run(&args, &mut console),
        Some(Command::Gradcheck(args)) => gradcheck::run(&args, &mut console),
        Some(Command::Walkthrough(args)) => walkthrough::run(&args, &mut console),
        Some(Command::Config(args)) => config::run(&args, &mut console),
        Some(Command::Completions { shell }) => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "burn-mlp", &mut script);
            output::print(&String::from_utf8_lossy(&script));
            Ok(ExitCode::SUCCESS)
        }
    }
}
