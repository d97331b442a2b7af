//! The whole of a run, in order: open the device, load the data, make the run directory, train, evaluate, record, report.

mod evaluate;
mod notes;
mod observer;
mod ready;
mod record;
mod same_run;
#[cfg(feature = "export")]
mod tensorboard;

use std::path::PathBuf;

pub use evaluate::{Evaluation, Part, evaluate, judge};
pub use notes::{absent_classes, skipped_files};
pub use observer::{PipelineObserver, Prepared};
pub use ready::fitting_split;
pub use same_run::configuration;
#[cfg(feature = "export")]
pub use tensorboard::with_tensorboard;

use crate::artifact::{RunDirectory, RunRecord, readable_stem};
use crate::config::{RunConfig, Source};
use crate::data::{self, Data};
use crate::error::{Error, Result};
use crate::training::{Outcome, StopSignal, is_complete};
use ready::Ready;
use record::Recording;
use same_run::{check_epochs, check_same_data, check_same_initial_weights};

/// Where a run lands and what it is called.
#[derive(Debug, Clone, Default)]
pub struct Place {
    /// Directory that holds the runs.
    pub out: PathBuf,
    /// The run's name; a free one is found if there is none.
    pub name: Option<String>,
    /// The command line that asked for the run, kept in its record.
    pub arguments: Vec<String>,
}

/// A run that came to its end.
#[derive(Debug)]
pub struct Completed {
    /// Where it is saved.
    pub run: RunDirectory,
    /// How the training went.
    pub outcome: Outcome,
    /// What run.json says at the end.
    pub record: RunRecord,
    /// The kept model on each split that has rows: `valid`, `test`.
    pub evaluations: Vec<(Part, Evaluation)>,
}

/// Trains a new run.
///
/// # Errors
/// Before anything is written: a wrong configuration, no such device, unusable data. Later errors are also recorded in
/// the run directory, from which the run can be resumed.
pub fn run(
    config: &RunConfig,
    place: &Place,
    stop: &StopSignal,
    observer: &mut dyn PipelineObserver,
) -> Result<Completed> {
    run_on(config, |config, progress| data::load(config, progress), place, stop, observer)
}

/// Trains a new run on data of one's own: `load` makes it, from any burn-dataset `Dataset` by
/// [`Samples::from_dataset`](crate::data::Samples::from_dataset). The configuration's `data` section is then only a
/// label, so such a run cannot be resumed or evaluated from the command line.
///
/// # Errors
/// As [`run`].
pub fn run_on(
    config: &RunConfig,
    load: impl FnOnce(&RunConfig, data::Progress) -> Result<Data>,
    place: &Place,
    stop: &StopSignal,
    observer: &mut dyn PipelineObserver,
) -> Result<Completed> {
    config.validate()?;
    RunDirectory::check_free(&place.out, place.name.as_deref())?;
    let label = config.data.source.parse::<Source>()?.short_name();
    let config = &config.with_absolute_paths()?;
    let mut prepared = Ready::new(config, load, stop, observer)?;
    prepared.read_initial_weights(config)?;
    if stop.is_requested() {
        return Err(Error::Interrupted("before the training began; nothing was saved".to_string()));
    }
    let stem = readable_stem(&format!("{label}-{}", prepared.device.backend));
    let mut record = record::new_record(config, &prepared, &place.arguments)?;
    let name = place.name.as_deref();
    let (run, lock) = RunDirectory::create(&place.out, name, &stem, &config.to_toml()?, &mut record)?;
    let recording = Recording::new(&run, record);
    prepared.complete(config, run, lock, recording, stop, observer)
}

/// Goes on with an earlier run. `config` may differ from the run's own in what [`RunConfig::check_resume`] allows.
///
/// # Errors
/// As [`run`]; also if another process works on the run, or its data is not what it was.
pub fn resume(
    config: &RunConfig,
    run: RunDirectory,
    stop: &StopSignal,
    observer: &mut dyn PipelineObserver,
) -> Result<Completed> {
    config.validate()?;
    config.check_resume(&configuration(&run)?)?;
    let lock = run.lock()?;
    check_epochs(config, &run)?;
    let mut prepared = Ready::new(config, |config, progress| data::load(config, progress), stop, observer)?;
    let record = run.read_record()?;
    check_same_data(&run, &record, &prepared.data)?;
    // With an epoch saved, the run goes on from there and its first weights are not asked for.
    if run.newest_checkpoint()?.is_none() {
        prepared.read_initial_weights(config)?;
        check_same_initial_weights(&run, config, &record, &prepared)?;
    }
    if let Some(warning) = notes::other_burn(&record) {
        observer.warned(&warning);
    }
    let earlier = configuration(&run)?;
    if is_complete(&run, config)? && is_complete(&run, &earlier)? {
        // Nothing new is trained, so what is said of the run stays as it is.
        let recording = Recording::new(&run, record);
        return prepared.complete(&earlier, run, lock, recording, stop, observer);
    }
    run.write_config(&config.to_toml()?)?;
    let recording = Recording::resume(&run, config, &prepared, record)?;
    prepared.complete(config, run, lock, recording, stop, observer)
}

/// Writes the run's report.html, in a program that has the feature.
fn write_report(run: &RunDirectory) -> Result<()> {
    #[cfg(feature = "report")]
    crate::report::write(run)?;
    let _ = run;
    Ok(())
}
