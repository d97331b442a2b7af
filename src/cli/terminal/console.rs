//! Prints lines, warnings and a live bar. Lines also go to the run's log, without colours.

use std::io::{self, Write};
use std::time::Duration;

use burn_mlp::Error;
use burn_mlp::run_directory::RunDirectory;
use burn_mlp::text::printable;
use console::strip_ansi_codes;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::colour::yellow;
use super::output::{print, record_failure};
use super::verbosity::Verbosity;

/// Prints lines to standard output and a live bar to standard error.
pub struct Console {
    verbosity: Verbosity,
    bar: ProgressBar,
    /// Lines printed before the run directory is known.
    pending: Vec<String>,
    /// The run whose log receives the lines.
    run: Option<RunDirectory>,
    /// What live bars begin with while lines only go to the log.
    hidden_under: Option<String>,
}

impl Console {
    pub fn new(verbosity: Verbosity) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        Self { verbosity, bar, pending: Vec::new(), run: None, hidden_under: None }
    }

    /// A console that prints nothing: for the log of a run that trains beside others.
    pub fn for_log(&self) -> Self {
        Self::new(Verbosity { quiet: true, ..self.verbosity })
    }

    pub fn verbose(&self) -> bool {
        self.verbosity.verbose
    }

    /// Prints a line about progress, unless `--quiet`.
    pub fn line(&mut self, text: impl AsRef<str>) {
        let text = text.as_ref();
        if !self.verbosity.quiet && self.hidden_under.is_none() {
            self.bar.suspend(|| print(text));
        }
        self.log(text);
    }

    /// Prints a line of the command's result, also under `--quiet`.
    pub fn result(&mut self, text: impl AsRef<str>) {
        let text = text.as_ref();
        self.bar.suspend(|| print(text));
        self.log(text);
    }

    /// Prints a warning on standard error, unless `--quiet`.
    pub fn warn(&mut self, sentence: &str) {
        self.labelled("warning:", sentence);
    }

    /// Prints a note on standard error, unless `--quiet`.
    pub fn note(&mut self, sentence: &str) {
        self.labelled("note:", sentence);
    }

    fn labelled(&mut self, label: &str, sentence: &str) {
        let sentence = printable(sentence);
        self.on_standard_error(&format!("{} {sentence}", yellow(label)));
        self.log(&format!("{label} {sentence}"));
    }

    /// Prints what was chosen for the user on standard error, unless `--quiet`.
    pub fn remark(&mut self, sentence: &str) {
        let sentence = printable(sentence);
        self.on_standard_error(&sentence);
        self.log(&sentence);
    }

    fn on_standard_error(&self, line: &str) {
        if !self.verbosity.quiet && self.hidden_under.is_none() {
            self.bar.suspend(|| {
                let _ = writeln!(io::stderr(), "{line}");
            });
        }
    }

    /// Sends lines, warnings and notes only to the log from here on: those of one of many runs. Live bars begin with `label`.
    pub fn hide_lines(&mut self, label: String) {
        self.hidden_under = Some(label);
    }

    /// Prints lines again.
    pub fn show_lines(&mut self) {
        self.hidden_under = None;
    }

    /// Detaches the log: lines from here on belong to the next run, if any.
    pub fn leave_log(&mut self) {
        self.run = None;
        self.pending.clear();
    }

    /// Attaches the log of `run`. Lines since the start, or since [`leave_log`](Self::leave_log),
    /// are written to it too.
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
            // A log that cannot be written must not end a training run; `output::check` reports it at
            // the end.
            Some(run) => run.append_log(&text).unwrap_or_else(record_failure),
        }
    }

    /// Writes a failure to the run's log. It is printed by the caller.
    pub fn log_failure(&mut self, error: &Error) {
        if self.run.is_some() {
            self.log(&format!("error: {}", printable(&error.to_string())));
        }
    }

    /// Shows a live bar of `total` units with `prefix` before it. It stays invisible unless
    /// standard error is a terminal.
    pub fn start_bar(&mut self, total: u64, prefix: impl Into<String>, template: &str) {
        self.bar.finish_and_clear();
        let target = if self.verbosity.quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        self.bar = ProgressBar::with_draw_target(Some(total), target).with_style(style.progress_chars("=> "));
        let label = self.hidden_under.as_ref().map(|label| format!("{label} ")).unwrap_or_default();
        self.bar.set_prefix(format!("{label}{}", prefix.into()));
    }

    /// Shows the time on the bar while nothing moves it.
    pub fn keep_bar_ticking(&self) {
        self.bar.enable_steady_tick(Duration::from_secs(1));
    }

    pub fn move_bar(&self, position: u64, message: String) {
        self.bar.set_position(position);
        self.bar.set_message(message);
    }

    pub fn end_bar(&mut self) {
        self.bar.finish_and_clear();
    }
}
