//! How a failure reaches the person: one sentence on standard error and an exit code.

use std::any::Any;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use burn_mlp::Result;

use super::console::red;

/// The exit code of `command`; its error, or its panic, is told.
pub fn exit_code_of(command: impl FnOnce() -> Result<ExitCode>) -> ExitCode {
    match catch_unwind(AssertUnwindSafe(command)) {
        Ok(Ok(code)) => code,
        Ok(Err(error)) => {
            tell(&error.to_string());
            ExitCode::from(error.exit_code())
        }
        Err(panic) => {
            tell(&sentence_of(panic.as_ref()));
            ExitCode::FAILURE
        }
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

/// Names of files and classes are other people's text: control characters would move the cursor or worse.
pub fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_a_failure_and_a_sentence() {
        hide_panics(false);
        assert_eq!(exit_code_of(|| panic!("index {} is out of bounds", 3)), ExitCode::FAILURE);
        let panic = catch_unwind(|| panic!("index {} is out of bounds", 3)).map(|()| ()).unwrap_err();
        let sentence = "internal error: index 3 is out of bounds; run again with -v to see where";
        assert_eq!(sentence_of(panic.as_ref()), sentence);
    }
}
