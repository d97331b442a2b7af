//! Whether the runs of an ensemble have the same data and the same test rows.

use super::candidates::{Candidate, CandidateRun};
use super::judgement::LoadedFolds;
use super::{first_run, without_fold};
use crate::config::RunConfig;
use crate::data::{self, Dataset};
use crate::error::{Error, Result};
use crate::pipeline::resume_checks::{check_same_data, located};

/// What tells the rows of undivided data: the data's hash, and that of which rows test.
type Rows = (String, Option<String>);

/// Checks that every run was trained on rows of `data`, which is not divided into folds, and on none of its test rows.
///
/// # Errors
/// [`Error::Run`] for the first run with other data or other test rows, or whose data has changed.
pub(super) fn check_same_rows(
    candidates: &[Candidate],
    data: &Dataset,
    folds: &mut LoadedFolds,
    loading: data::Progress,
) -> Result<()> {
    let expected: Rows = (data.hash(), data.drawn_test_hash.clone());
    let mut undivided: Option<(RunConfig, Rows)> = None;
    for run in candidates.iter().flat_map(|candidate| &candidate.runs) {
        if run.config.split.fold == 0 {
            let found = (run.record.data.hash.clone(), run.record.data.drawn_test_hash.clone());
            refuse_others(candidates, run, &expected, &found)?;
            continue;
        }
        folds.load(run, loading)?;
        let config = without_fold(&located(&run.run, &run.record, &run.config)?);
        let found = match &undivided {
            Some((loaded, rows)) if *loaded == config => rows.clone(),
            _ => {
                let whole = data::load(&config, loading)?;
                (whole.hash(), whole.drawn_test_hash.clone())
            }
        };
        refuse_others(candidates, run, &expected, &found)?;
        undivided = Some((config, found));
    }
    match candidates.iter().flat_map(|candidate| &candidate.runs).find(|run| run.config.split.fold == 0) {
        Some(run) => check_same_data(&run.run, &run.record, data),
        None => Ok(()),
    }
}

fn refuse_others(candidates: &[Candidate], run: &CandidateRun, expected: &Rows, found: &Rows) -> Result<()> {
    let first = first_run(candidates);
    let problem = match (expected.0 == found.0, expected.1 == found.1) {
        (true, true) => return Ok(()),
        // The data of the first run itself has changed.
        _ if std::ptr::eq(first, run) => return Err(changed(run)),
        (false, _) => "it has other data, or other test rows".to_string(),
        (true, false) => {
            "its test rows are others; train both with the same split.seed, split.group, split.time and csv.test_fraction"
                .to_string()
        }
    };
    Err(Error::run(run.run.path(), format!("does not fit {}: {problem}", first.run.name())))
}

fn changed(run: &CandidateRun) -> Error {
    let problem = "was trained on data that its source no longer holds; restore the data, or say with --data or --data-dir \
                   where it is";
    Error::run(run.run.path(), problem)
}
