//! `report.html`: HTML and SVG from a run directory, nothing else. One self-contained file without scripts; the same run
//! directory gives the same bytes.
//!
//! `page` gathers what the run's files say, one view per section, and `templates/report/` lays the views out. Charts are drawn
//! by plotters on an `axis` of round ticks; what cannot be read is a sentence in its section's place.

pub(crate) mod axis;
mod calibration;
pub(crate) mod chart;
mod class_table;
mod confusions;
pub(crate) mod curves;
mod epoch_table;
mod facts;
mod first_layer;
pub(crate) mod ink;
mod marks;
mod mistakes;
mod page;
mod picture;
pub(crate) mod reading;
mod settings;
mod summary;
pub(crate) mod text;

use askama::Template;

use crate::run_directory::{RunDirectory, RunRecord, Status};
use crate::{Error, Result};
use page::Page;
use reading::Reading;

/// The report of `run` as HTML.
///
/// # Errors
/// A sentence when the run's record cannot be read. Any other file that is missing or damaged is told in the report.
pub fn html(run: &RunDirectory) -> Result<String> {
    html_of(run, run.read_record()?)
}

fn html_of(run: &RunDirectory, record: RunRecord) -> Result<String> {
    let page = Page::new(&Reading::new(run, record))?;
    page.render().map_err(|error| Error::run(run.report_path(), format!("cannot be made: {error}")))
}

/// Writes the report of `run` into its directory, as whoever holds the run's lock and does not train it: one that is
/// recorded as running was killed.
///
/// # Errors
/// As [`html`], and when the file cannot be written.
pub fn write(run: &RunDirectory) -> Result<()> {
    let mut record = run.read_record()?;
    if record.status == Status::Running {
        record.status = Status::Killed;
    }
    run.write_report(&html_of(run, record)?)
}

#[cfg(test)]
mod tests;
