//! How a failure reaches the person: one sentence on standard error and an exit code.

use std::any::Any;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use burn_mlp::Result;
pub use burn_mlp::error::printable;

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

fn tell(sentence: &str) {
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
    fn an_error_is_told_in_its_own_words_with_its_own_exit_code() {
        let wrong = || Err(burn_mlp::Error::config("seed", "is wrong"));
        assert_eq!(outcome(wrong).unwrap_err(), ("seed: is wrong".to_string(), 2));
    }
}
