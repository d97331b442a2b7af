//! Colours and weights of text. Without a terminal, and under `NO_COLOR`, text stays plain.

use console::Style;

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
