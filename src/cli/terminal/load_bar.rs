//! A live bar while data is downloaded or read.

use burn_mlp::data::{LoadProgress, LoadStage};

use super::console::Console;

const DOWNLOAD_BAR: &str = "{prefix} [{bar:24}] {bytes} of {total_bytes}, {eta} left";
const READING_BAR: &str = "{prefix} [{bar:24}] {human_pos} of {human_len}, {eta} left";

/// Shows how much data is loaded. Each downloaded file also prints a line.
#[derive(Debug, Default)]
pub struct LoadBar {
    shown: Option<String>,
}

impl LoadBar {
    pub fn show(&mut self, console: &mut Console, progress: &LoadProgress) {
        let (name, template) = match progress.stage {
            LoadStage::Download(file) => (format!("downloading {file}"), DOWNLOAD_BAR),
            LoadStage::Reading(things) => (format!("reading {things}"), READING_BAR),
        };
        if self.shown.as_ref() != Some(&name) {
            let prefix = match progress.stage {
                LoadStage::Download(_) => {
                    console.line(&name);
                    String::new()
                }
                LoadStage::Reading(_) => name.clone(),
            };
            console.start_bar(progress.total.unwrap_or(0), prefix, template);
            self.shown = Some(name);
        }
        console.move_bar(progress.done, String::new());
    }
}
