//! Reports a command line that cannot be parsed, in one sentence like every other error.

use std::process::ExitCode;

use super::terminal::failure;

/// Prints help and version as they are, and a mistake in one sentence. Returns clap's exit code.
pub fn report(error: &clap::Error) -> ExitCode {
    if error.use_stderr() {
        failure::report(&sentence(error));
    } else {
        let _ = error.print();
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

/// Joins clap's paragraphs: one for the mistake and one for each tip. Drops those for the usage and
/// `--help`.
fn sentence(error: &clap::Error) -> String {
    if error.kind() == clap::error::ErrorKind::InvalidUtf8 {
        return "an argument is not valid Unicode; only RUN, files, --config and --out may be such paths".to_string();
    }
    let text = error.render().to_string();
    let joined = |paragraph: &str| paragraph.split_whitespace().collect::<Vec<_>>().join(" ");
    let paragraphs = text.split("\n\n").map(joined).filter(|paragraph| {
        !paragraph.is_empty() && !paragraph.starts_with("Usage:") && !paragraph.starts_with("For more information")
    });
    let problem = paragraphs.collect::<Vec<_>>().join("; ");
    format!("{}; see --help", problem.strip_prefix("error: ").unwrap_or(&problem))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::args::Cli;

    #[test]
    fn a_mistake_is_reported_in_one_sentence() {
        let sentence_for = |arguments: &[&str]| {
            let arguments = ["burn-mlp"].iter().chain(arguments);
            sentence(&Cli::try_parse_from(arguments).unwrap_err())
        };
        assert_eq!(sentence_for(&["--qqqqqq"]), "unexpected argument '--qqqqqq' found; see --help");
        let tip = "unexpected argument '--epoch' found; tip: a similar argument exists: '--epochs'; see --help";
        assert_eq!(sentence_for(&["--epoch", "3"]), tip);
        let split = "invalid value 'x' for '--split <SPLIT>' [possible values: test, valid, train]; see --help";
        assert_eq!(sentence_for(&["evaluate", "run", "--split", "x"]), split);
    }
}
