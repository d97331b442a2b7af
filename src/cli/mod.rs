//! The commands. Only this room prints.

mod args;
mod backends;
mod bench;
mod child_process;
mod compare;
mod config;
mod console;
mod data;
mod evaluate;
mod export;
mod failure;
mod gradcheck;
mod inspect;
mod load_bar;
mod numbers;
mod one_run;
mod predict;
mod progress;
mod quiet_drivers;
mod report;
mod runs;
mod seeds;
mod serve;
mod setting_args;
mod signals;
mod tables;
mod train;

use std::process::ExitCode;

use args::{Cli, Command};
use burn_mlp::{Result, format};
use clap::{CommandFactory, Parser};
use console::Console;

/// Reads the command line, runs the command and returns the process's exit code.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return failure::usage(&error),
    };
    signals::survive_file_size_limit();
    failure::hide_panics(cli.verbosity.verbose);
    failure::exit_code_of(|| {
        let code = dispatch(cli)?;
        console::check_output()?;
        Ok(code)
    })
}

fn dispatch(cli: Cli) -> Result<ExitCode> {
    let mut console = Console::new(cli.verbosity);
    match cli.command {
        None => train::run(&cli.train, &mut console),
        Some(Command::Train(args)) => train::run(&args, &mut console),
        Some(Command::Evaluate(args)) => evaluate::run(&args, &mut console),
        Some(Command::Inspect(args)) => inspect::run(&args),
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
        Some(Command::Config(args)) => config::run(&args),
        Some(Command::Completions { shell }) => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "burn-mlp", &mut script);
            console::print(&String::from_utf8_lossy(&script));
            Ok(ExitCode::SUCCESS)
        }
    }
}
