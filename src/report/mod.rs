//! `report.html`: one self-contained file of HTML and SVG without scripts. The same run directory
//! gives the same bytes.
//!
//! `run_data` reads the run's files, `page` holds one view per section, and `templates/report/`
//! lays them out. A section whose file cannot be read contains a sentence that says why. The
//! comparison of runs shares `chart`, `run_data` and `sanitize`.

mod annotations;
mod calibration;
pub(crate) mod chart;
mod class_table;
mod configuration;
mod confusions;
mod epoch_table;
mod first_layer;
mod fold_table;
mod importance_table;
mod member_table;
mod metadata;
mod number_charts;
pub(crate) mod number_rows;
mod numbers;
mod page;
pub(crate) mod png_image;
pub(crate) mod run_data;
pub(crate) mod sanitize;
mod summary;
mod training_curves;
mod two_class_curves;
mod worst_mistakes;

use askama::Template;

use crate::run_directory::{RunDirectory, RunRecord, Status};
use crate::{Error, Result};
use page::Page;

/// Renders the report of `run` as HTML.
///
/// # Errors
/// [`Error::Run`] if run.json cannot be read. Any other missing or damaged file is reported on the
/// page.
pub fn html(run: &RunDirectory) -> Result<String> {
    render(run, run.read_record()?)
}

/// Writes the report into the directory of `run`. The caller holds the lock of the run and is not
/// training it, so a run recorded as running was killed.
///
/// # Errors
/// As for [`html`], or if the file cannot be written.
pub fn write(run: &RunDirectory) -> Result<()> {
    let mut record = run.read_record()?;
    if record.status == Status::Running {
        record.status = Status::Killed;
    }
    run.write_report(&render(run, record)?)
}

fn render(run: &RunDirectory, record: RunRecord) -> Result<String> {
    let page = Page::new(run, record)?;
    page.render().map_err(|error| Error::run(run.report_path(), format!("cannot be rendered: {error}")))
}

#[cfg(test)]
mod tests;
