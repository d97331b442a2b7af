//! The one place that prints. Lines also go to the run's log, without colours.

use std::io::{self, ErrorKind, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard};

use burn_mlp::artifact::RunDirectory;
use burn_mlp::text::disturbs_terminal;
use burn_mlp::{Error, Result};
use console::{Style, strip_ansi_codes};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

use super::args::Verbosity;
use super::failure::printable;

/// Prints lines to standard output and a live bar to standard error.
pub struct Console {
    verbosity: Verbosity,
    bar: ProgressBar,
    /// Lines printed before the run directory is known.
    pending: Vec<String>,
    /// The run whose log takes the lines.
    run: Option<RunDirectory>,
}

impl Console {
    pub fn new(verbosity: Verbosity) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        Self { verbosity, bar, pending: Vec::new(), run: None }
    }

    pub fn verbose(&self) -> bool {
        self.verbosity.verbose
    }

    /// A line about what goes on; silent under `--quiet`.
    pub fn line(&mut self, text: impl AsRef<str>) {
        let text = text.as_ref();
        if !self.verbosity.quiet {
            self.bar.suspend(|| print(text));
        }
        self.log(text);
    }

    /// A line that is the command's answer, printed under `--quiet` too.
    pub fn answer(&mut self, text: impl AsRef<str>) {
        let text = text.as_ref();
        self.bar.suspend(|| print(text));
        self.log(text);
    }

    /// A sentence on standard error about what may be wrong; silent under `--quiet`.
    pub fn warn(&mut self, sentence: &str) {
        let sentence = printable(sentence);
        if !self.verbosity.quiet {
            self.bar.suspend(|| {
                let _ = writeln!(io::stderr(), "{} {sentence}", yellow("warning:"));
            });
        }
        self.log(&format!("warning: {sentence}"));
    }

    /// From here on lines belong to no run or to the next one.
    pub fn leave_log(&mut self) {
        self.run = None;
        self.pending.clear();
    }

    /// From here on lines go to this run's log, those since the start or [`leave_log`](Self::leave_log) included.
    pub fn log_to(&mut self, run: &RunDirectory) {
        self.run = Some(run.clone());
        for line in std::mem::take(&mut self.pending) {
            self.log(&line);
        }
    }

    fn log(&mut self, text: &str) {
        let text = strip_ansi_codes(text).into_owned();
        match &self.run {
            None => self.pending.push(text),
            // A log that cannot be written must not end a training; `check_output` tells of it at the end.
            Some(run) => run.append_log(&text).unwrap_or_else(keep),
        }
    }

    /// A failure that is told on standard error; the run's log ends with it.
    pub fn log_failure(&mut self, error: &Error) {
        if self.run.is_some() {
            self.log(&format!("error: {}", printable(&error.to_string())));
        }
    }

    /// Shows a live bar of `total` units; invisible where standard error is no terminal.
    pub fn start_bar(&mut self, total: u64, template: &str) {
        self.bar.finish_and_clear();
        let target = if self.verbosity.quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        self.bar = ProgressBar::with_draw_target(Some(total), target).with_style(style.progress_chars("=> "));
    }

    /// A bar with a text before it.
    pub fn start_epoch_bar(&mut self, total: u64, prefix: String, template: &str) {
        self.start_bar(total, template);
        self.bar.set_prefix(prefix);
    }

    pub fn move_bar(&self, position: u64, message: String) {
        self.bar.set_position(position);
        self.bar.set_message(message);
    }

    pub fn end_bar(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// `value` as JSON of several lines. What a terminal would act on stands as an escape, which means the same in JSON.
pub fn json(value: &impl Serialize) -> Result<String> {
    shown_json(&serde_json::to_string_pretty(value))
}

/// `value` as JSON on one line, with the same escapes.
pub fn json_line(value: &impl Serialize) -> Result<String> {
    shown_json(&serde_json::to_string(value))
}

fn shown_json(text: &serde_json::Result<String>) -> Result<String> {
    let text = text.as_ref().map_err(|error| Error::data("the output", error.to_string()))?;
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        match character != '\n' && disturbs_terminal(character) {
            true => shown.push_str(&format!("\\u{:04x}", u32::from(character))),
            false => shown.push(character),
        }
    }
    Ok(shown)
}

/// The first reason why standard output, or a run's log, did not take a line.
static OUTPUT_FAILURE: Mutex<Option<Error>> = Mutex::new(None);

/// Whoever reads standard output has left.
static PIPE_CLOSED: AtomicBool = AtomicBool::new(false);

/// Whether more lines can still reach somebody.
pub fn is_heard() -> bool {
    !PIPE_CLOSED.load(Ordering::Relaxed)
}

/// Prints a line. Work goes on where that fails; [`check_output`] tells of it at the end.
pub fn print(text: &str) {
    keep_failure(writeln!(io::stdout(), "{text}"));
}

fn keep_failure(written: io::Result<()>) {
    match written {
        // A closed pipe (`burn-mlp runs | head -1`) is not an error.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => PIPE_CLOSED.store(true, Ordering::Relaxed),
        Err(error) => {
            keep(Error::data("standard output", format!("cannot be written to: {error}")));
        }
        Ok(()) => (),
    }
}

fn keep(error: Error) {
    output_failure().get_or_insert(error);
}

fn output_failure() -> MutexGuard<'static, Option<Error>> {
    OUTPUT_FAILURE.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// Whether everything printed has reached standard output and the run's log.
pub fn check_output() -> Result<()> {
    keep_failure(io::stdout().flush());
    output_failure().take().map_or(Ok(()), Err)
}

pub fn bold(text: impl AsRef<str>) -> String {
    Style::new().bold().apply_to(text.as_ref()).to_string()
}

pub fn dim(text: impl AsRef<str>) -> String {
    Style::new().dim().apply_to(text.as_ref()).to_string()
}

pub fn green(text: impl AsRef<str>) -> String {
    Style::new().green().apply_to(text.as_ref()).to_string()
}

pub fn yellow(text: impl AsRef<str>) -> String {
    Style::new().yellow().apply_to(text.as_ref()).to_string()
}

pub fn red(text: impl AsRef<str>) -> String {
    Style::new().red().apply_to(text.as_ref()).to_string()
}
