//! How a failure reaches the person: one sentence on standard error and an exit code.

use std::io::Write;
use std::process::ExitCode;

use burn_mlp::Error;

use super::console::red;

/// Prints the error's sentence.
pub fn report(error: &Error) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "{} {}", red("error:"), printable(&error.to_string()));
    ExitCode::from(error.exit_code())
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
