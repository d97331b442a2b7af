//! Runs side by side: their settings, their metrics, and whether their models' mistakes differ by
//! more than chance. Each run is compared with the first. Everything is read from the run
//! directories; a file that cannot be read becomes a sentence, and the rest is still compared.

mod agreement;
mod charts;
mod comparison;
mod environment;
mod error_comparison;
mod error_phrasing;
mod errors;
mod errors_view;
mod loaded_run;
mod metrics;
mod mistakes;
mod mistakes_view;
mod page;
mod phrasing;
mod same_rows;
mod selection;
mod settings;

pub use agreement::Agreement;
pub use comparison::{ComparedRun, Comparison};
pub(super) use comparison::{distinct, letter};
pub use error_comparison::ErrorComparison;
pub use errors::ErrorsRow;
pub use metrics::{MetricRow, Unit};
pub use mistakes::MistakesRow;
pub use phrasing::{difference_texts, p_value, settings_sentence, value_texts};
pub use settings::{DifferingSetting, SettingsComparison};

#[cfg(test)]
mod tests;
