//! The one place that prints. Lines also go to the run's log, without colours.

use std::io::Write;

use burn_mlp::artifact::RunDirectory;
use console::{Style, strip_ansi_codes};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::args::Verbosity;

/// Prints lines to standard output and a live bar to standard error.
pub struct Console {
    verbosity: Verbosity,
    bar: ProgressBar,
    /// Lines printed before the run directory is known.
    pending: Vec<String>,
    log: Option<std::path::PathBuf>,
}

impl Console {
    pub fn new(verbosity: Verbosity) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        Self { verbosity, bar, pending: Vec::new(), log: None }
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

    /// From here on lines go to this run's log, those printed so far included.
    pub fn log_to(&mut self, run: &RunDirectory) {
        self.log = Some(run.path().join("log.txt"));
        for line in std::mem::take(&mut self.pending) {
            self.log(&line);
        }
    }

    fn log(&mut self, text: &str) {
        let text = strip_ansi_codes(text).into_owned();
        match &self.log {
            None => self.pending.push(text),
            Some(path) => {
                // A log that cannot be written must not end a training.
                if let Ok(mut file) = std::fs::OpenOptions::new().append(true).create(true).open(path) {
                    let _ = writeln!(file, "{text}");
                }
            }
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

/// Prints a line. A closed pipe (`burn-mlp runs | head -1`) is not an error.
pub fn print(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
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
