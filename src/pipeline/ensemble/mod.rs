//! Ensembles: the mean of what several runs predict, as one model in a run directory of its own.
//!
//! The members are copied into that directory as ordinary run directories, so that everything after works from it alone.

mod candidates;
mod fit_together;
mod judgement;
mod making;
mod member_names;
mod own_rows;
mod plan;
mod same_rows;

use super::{Evaluation, RunLocation};
use crate::backend;
use crate::config::{BackendRequest, DataConfig, RunConfig, SplitConfig};
use crate::data;
use crate::error::{Error, Result};
use crate::run_directory::{RunDirectory, RunRecord, Status};
use candidates::{Candidate, CandidateRun, candidates};
use fit_together::check_fit;
pub(super) use own_rows::{check_has_split, load_for};
use plan::Plan;

/// How to make an ensemble.
#[derive(Debug, Clone, Default)]
pub struct EnsembleOptions {
    /// Chooses among the runs, by rows that none of them was trained on.
    pub greedy: bool,
    /// The backend to evaluate on; that of the first run by default.
    pub backend: Option<BackendRequest>,
    /// Where the runs' data is now, if it has moved.
    pub source: Option<String>,
    /// The directory with the source's files, if they have moved.
    pub data_dir: Option<String>,
}

/// An ensemble that has been made.
#[derive(Debug)]
pub struct Ensemble {
    /// Its directory.
    pub run: RunDirectory,
    /// The final content of its run.json.
    pub record: RunRecord,
    /// Its metrics: of the rows of all folds, each predicted only by members that held it out, or of the validation rows
    /// that all members share, and of the test rows.
    pub evaluations: Vec<(String, Evaluation)>,
    /// Remarks for the user, each a sentence.
    pub notes: Vec<String>,
}

/// Makes an ensemble of `runs`, each a run or a cross-validation, all of whose runs become members.
///
/// # Errors
/// If the runs do not fit together, one has not finished, their data has changed, or the members are to be chosen and
/// there are no rows to choose by. Nothing is left behind.
pub fn ensemble(
    runs: &[RunDirectory],
    options: &EnsembleOptions,
    location: &RunLocation,
    loading: data::Progress,
) -> Result<Ensemble> {
    check_free(location)?;
    let candidates = candidates(runs, options)?;
    check_fit(&candidates)?;
    let own_backend = || first_run(&candidates).config.backend.parse();
    let device = backend::open(options.backend.map_or_else(own_backend, Ok)?)?;
    let work = || Plan::new(&candidates, options, &device, loading)?.carry_out(location, &device);
    let failed = |message: String| format!("in the ensemble, {}", backend::device_failed(&message));
    backend::catch_failure(work).unwrap_or_else(|message| Err(Error::Training(failed(message))))
}

/// Checks that the ensemble's name is free, before any work.
fn check_free(location: &RunLocation) -> Result<()> {
    let unfinished = location.name.as_ref().and_then(|name| {
        let run = RunDirectory::open(&location.out.join(name)).ok()?;
        let record = run.read_record().ok()?;
        (record.ensemble.is_some() && record.status == Status::Killed).then_some(run)
    });
    match unfinished {
        Some(run) => {
            let problem = "is an ensemble that was not completed; remove it, or choose another --name";
            Err(Error::run(run.path(), problem))
        }
        None => RunDirectory::check_free(&location.out, location.name.as_deref()),
    }
}

impl EnsembleOptions {
    /// Returns a run's configuration with the places where its data is now.
    fn moved(&self, config: RunConfig) -> Result<RunConfig> {
        let data = DataConfig {
            source: self.source.clone().unwrap_or_else(|| config.data.source.clone()),
            dir: self.data_dir.clone().unwrap_or_else(|| config.data.dir.clone()),
            ..config.data.clone()
        };
        RunConfig { data, ..config.clone() }.with_new_paths_absolute(&config)
    }
}

/// The run whose settings are the ensemble's; there is at least one.
fn first_run(candidates: &[Candidate]) -> &CandidateRun {
    &candidates[0].runs[0]
}

/// The settings of a run that holds out no fold.
fn without_fold(config: &RunConfig) -> RunConfig {
    let split = SplitConfig { folds: 0, fold: 0, repeat: SplitConfig::default().repeat, ..config.split.clone() };
    RunConfig { split, ..config.clone() }
}
