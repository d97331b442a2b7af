//! Reports a failure as one sentence on standard error and an exit code.

use std::any::Any;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use burn_mlp::Result;
use burn_mlp::text::printable;

use super::colour::red;

/// Runs `command`, reports its error or panic, and returns the exit code.
pub fn exit_code_of(command: impl FnOnce() -> Result<ExitCode>) -> ExitCode {
    outcome(command).unwrap_or_else(|(sentence, code)| {
        report(&sentence);
        ExitCode::from(code)
    })
}

/// The command's exit code, or the sentence and exit code of its error or panic.
fn outcome(command: impl FnOnce() -> Result<ExitCode>) -> std::result::Result<ExitCode, (String, u8)> {
    match catch_unwind(AssertUnwindSafe(command)) {
        Ok(result) => result.map_err(|error| (error.to_string(), error.exit_code())),
        Err(panic) => Err((panic_sentence(panic.as_ref()), 1)),
    }
}

/// Prints an error on standard error.
pub fn report(sentence: &str) {
    let _ = writeln!(std::io::stderr(), "{} {}", red("error:"), printable(sentence));
}

fn panic_sentence(panic: &(dyn Any + Send)) -> String {
    let message = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
    format!("internal error: {}; run again with -v to see where", message.unwrap_or("no reason given"))
}

/// Silences the panic hook unless `verbose`. Burn panics when a driver fails; the panic is caught
/// and reported as an error.
pub fn hide_panics(verbose: bool) {
    if !verbose {
        std::panic::set_hook(Box::new(|_| ()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_internal_error_with_exit_code_1() {
        let expected = "internal error: index 3 is out of bounds; run again with -v to see where";
        let index = 3;
        let (sentence, code) = outcome(|| panic!("index {index} is out of bounds")).unwrap_err();
        assert_eq!((sentence.as_str(), code), (expected, 1));
    }

    #[test]
    fn an_error_keeps_its_message_and_exit_code() {
        let wrong = || Err(burn_mlp::Error::config("seed", "is wrong"));
        assert_eq!(outcome(wrong).unwrap_err(), ("seed is wrong".to_string(), 2));
    }
}
