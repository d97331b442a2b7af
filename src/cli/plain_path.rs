//! Trains on a path or a source that is given instead of a command: `burn-mlp my.csv`.

use std::ffi::OsString;
use std::path::Path;

use burn_mlp::config::Source;
use clap::Parser;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::args::Cli;

/// Parses the command line. Commands come first, so that a directory called `report` is `./report`.
pub fn parse(arguments: Vec<OsString>) -> Result<Cli, clap::Error> {
    match Cli::try_parse_from(&arguments) {
        Err(error) if is_data(&error) => {
            let (program, rest) = arguments.split_at(1.min(arguments.len()));
            Cli::try_parse_from([program, &["train".into()], rest].concat())
        }
        parsed => parsed,
    }
}

/// Whether the word that is not a command names data.
fn is_data(error: &clap::Error) -> bool {
    match error.get(ContextKind::InvalidSubcommand) {
        Some(ContextValue::String(word)) => {
            // Options before the word make it a conflict.
            let is_unknown = matches!(error.kind(), ErrorKind::InvalidSubcommand | ErrorKind::ArgumentConflict);
            // A path that does not exist is refused as one, not as a command.
            let looks_like_path = word.contains([':', '/', '\\']) || Path::new(word).extension().is_some();
            is_unknown && (looks_like_path || word.parse::<Source>().is_ok())
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args::Command;

    fn parsed(arguments: &[&str]) -> Result<Cli, clap::Error> {
        parse(["burn-mlp"].iter().chain(arguments).map(OsString::from).collect())
    }

    #[test]
    fn a_path_or_source_in_place_of_a_command_is_trained_on() {
        for arguments in [&["src"][..], &["--epochs", "3", "src"], &["digits"], &["-q", "csv:none.csv"], &["-"]] {
            let command = parsed(arguments).unwrap().command;
            let Some(Command::Train(command)) = command else { panic!("{arguments:?} {command:?}") };
            assert_eq!(command.into_args().source.as_deref(), arguments.last().copied());
        }
    }

    #[test]
    fn a_mistyped_command_is_still_one() {
        let message = parsed(&["trian"]).unwrap_err().to_string();
        assert!(message.contains("unrecognized subcommand 'trian'") && message.contains("'train'"), "{message}");
        assert!(parsed(&["evaluat", "run"]).is_err());
        assert!(matches!(parsed(&["report", "x"]).unwrap().command, Some(Command::Report(_))));
    }
}
