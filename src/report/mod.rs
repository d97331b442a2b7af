//! `report.html`: HTML and SVG from a run directory, nothing else. One self-contained file without scripts; the same run
//! directory gives the same bytes.
//!
//! `page` gathers what the run's files say, one view per section, and `templates/report/` lays the views out. Charts are drawn
//! by plotters on an `axis` of round ticks; what cannot be read is a sentence in its section's place.

mod axis;
mod calibration;
mod chart;
mod class_table;
mod confusions;
mod curves;
mod epoch_table;
mod facts;
mod first_layer;
mod ink;
mod marks;
mod mistakes;
mod page;
mod picture;
mod reading;
mod settings;
mod summary;
mod text;

use askama::Template;

use crate::artifact::RunDirectory;
use crate::{Error, Result};
use page::Page;
use reading::Reading;

/// The report of `run` as HTML.
///
/// # Errors
/// A sentence when the run's record cannot be read. Any other file that is missing or damaged is told in the report.
pub fn html(run: &RunDirectory) -> Result<String> {
    let reading = Reading::new(run)?;
    let page = Page::new(&reading)?;
    page.render().map_err(|error| Error::run(run.report_path(), format!("cannot be made: {error}")))
}

/// Writes the report of `run` into its directory, as whoever holds the run's lock.
///
/// # Errors
/// As [`html`], and when the file cannot be written.
pub fn write(run: &RunDirectory) -> Result<()> {
    run.write_report(&html(run)?)
}

#[cfg(test)]
mod tests;
