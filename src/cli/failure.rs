//! How a failure reaches the person: one sentence on standard error and an exit code.

use std::any::Any;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use burn_mlp::Result;
pub use burn_mlp::text::printable;

use super::console::red;

/// The exit code of `command`; its error, or its panic, is told.
pub fn exit_code_of(command: impl FnOnce() -> Result<ExitCode>) -> ExitCode {
    outcome(command).unwrap_or_else(|(sentence, code)| {
        tell(&sentence);
        ExitCode::from(code)
    })
}

/// What became of `command`: a failure's sentence and exit code, a panic's too.
fn outcome(command: impl FnOnce() -> Result<ExitCode>) -> std::result::Result<ExitCode, (String, u8)> {
    match catch_unwind(AssertUnwindSafe(command)) {
        Ok(result) => result.map_err(|error| (error.to_string(), error.exit_code())),
        Err(panic) => Err((sentence_of(panic.as_ref()), 1)),
    }
}

/// Answers a command line that cannot be read: help and version as they are, a mistake in one sentence.
pub fn usage(error: &clap::Error) -> ExitCode {
    if error.use_stderr() {
        tell(&usage_sentence(error));
    } else {
        let _ = error.print();
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

/// Clap writes a paragraph for the mistake, one for each tip, one for the usage and one for `--help`.
fn usage_sentence(error: &clap::Error) -> String {
    if error.kind() == clap::error::ErrorKind::InvalidUtf8 {
        return "an argument is not Unicode text; only RUN, files, --config and --out may be such paths".to_string();
    }
    let text = error.render().to_string();
    let joined = |paragraph: &str| paragraph.split_whitespace().collect::<Vec<_>>().join(" ");
    let told = text.split("\n\n").map(joined).filter(|paragraph| {
        !paragraph.is_empty() && !paragraph.starts_with("Usage:") && !paragraph.starts_with("For more information")
    });
    let told = told.collect::<Vec<_>>().join("; ");
    format!("{}; --help lists what there is", told.strip_prefix("error: ").unwrap_or(&told))
}

/// One sentence on standard error.
pub fn tell(sentence: &str) {
    let _ = writeln!(std::io::stderr(), "{} {}", red("error:"), printable(sentence));
}

fn sentence_of(panic: &(dyn Any + Send)) -> String {
    let message = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
    format!("internal error: {}; run again with -v to see where", message.unwrap_or("no reason given"))
}

/// Burn panics where a driver fails; the panic is caught and told as an error, so its own output is only for `-v`.
pub fn hide_panics(verbose: bool) {
    if !verbose {
        std::panic::set_hook(Box::new(|_| ()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_told_as_an_internal_error_with_exit_code_1() {
        let sentence = "internal error: index 3 is out of bounds; run again with -v to see where";
        let index = 3;
        let (told, code) = outcome(|| panic!("index {index} is out of bounds")).unwrap_err();
        assert_eq!((told.as_str(), code), (sentence, 1));
    }

    #[test]
    fn a_mistake_on_the_command_line_is_one_sentence() {
        use clap::Parser;
        let told = |arguments: &[&str]| {
            let arguments = ["burn-mlp"].iter().chain(arguments);
            usage_sentence(&crate::cli::args::Cli::try_parse_from(arguments).unwrap_err())
        };
        let end = "; --help lists what there is";
        assert_eq!(told(&["--nonsense"]), format!("unexpected argument '--nonsense' found{end}"));
        let tip = "unexpected argument '--epoch' found; tip: a similar argument exists: '--epochs'";
        assert_eq!(told(&["--epoch", "3"]), format!("{tip}{end}"));
        let split = "invalid value 'x' for '--split <SPLIT>' [possible values: test, valid, train]";
        assert_eq!(told(&["evaluate", "run", "--split", "x"]), format!("{split}{end}"));
    }

    #[test]
    fn an_error_is_told_in_its_own_words_with_its_own_exit_code() {
        let wrong = || Err(burn_mlp::Error::config("seed", "is wrong"));
        assert_eq!(outcome(wrong).unwrap_err(), ("seed is wrong".to_string(), 2));
    }
}
