//! The runs of which an ensemble may be made.

use std::collections::BTreeMap;

use super::EnsembleOptions;
use crate::config::RunConfig;
use crate::error::{Error, Result};
use crate::pipeline::configuration;
use crate::run_directory::{GroupRecord, RunDirectory, RunRecord, Status};
use burn_mlp_infer::{ModelMetadata, RunIdentity};

/// A trained run that may be a member.
pub(super) struct CandidateRun {
    pub run: RunDirectory,
    pub record: RunRecord,
    pub config: RunConfig,
    pub metadata: ModelMetadata,
    /// The bytes of its model file.
    pub file: Vec<u8>,
}

/// A run, or the runs of a cross-validation with one seed.
pub(super) struct Candidate {
    pub name: String,
    pub runs: Vec<CandidateRun>,
    /// Whether each run has held out a fold.
    pub holds_out: bool,
}

impl CandidateRun {
    fn read(run: RunDirectory, options: &EnsembleOptions) -> Result<Self> {
        let record = run.read_record()?;
        if !matches!(record.status, Status::Finished | Status::StoppedEarly) {
            return Err(unfinished(&run, &record));
        }
        let (config, file) = (options.moved(configuration(&run)?)?, run.read_model()?);
        let unusable = |problem: String| Error::run(run.model_path(), problem);
        let metadata = ModelMetadata::of_file(&file).map_err(unusable)?;
        let identity = RunIdentity { identity_hash: record.identity_hash.clone(), data_hash: record.data.hash.clone() };
        metadata.check_run(&identity).map_err(unusable)?;
        Ok(Self { run, record, config, metadata, file })
    }
}

/// Reads `runs` and the runs of groups among them.
///
/// # Errors
/// If one is given twice, is itself an ensemble or has not finished, or there are fewer than two.
pub(super) fn candidates(runs: &[RunDirectory], options: &EnsembleOptions) -> Result<Vec<Candidate>> {
    let mut candidates = Vec::new();
    for run in runs {
        let record = run.read_record()?;
        match (&record.ensemble, &record.group) {
            (Some(_), _) => {
                return Err(Error::run(run.path(), "is itself an ensemble; give the runs that it was made of"));
            }
            (None, Some(group)) => candidates.extend(of_group(run, group, options)?),
            (None, None) => {
                let runs = vec![CandidateRun::read(run.clone(), options)?];
                candidates.push(Candidate { name: run.name().to_string(), runs, holds_out: false });
            }
        }
    }
    if candidates.iter().map(|candidate| candidate.runs.len()).sum::<usize>() < 2 {
        return Err(Error::config("RUN", "names one run; give two or more, or a cross-validation"));
    }
    check_distinct(&candidates)?;
    name_apart(&mut candidates);
    Ok(candidates)
}

/// Refuses a model that would count twice.
fn check_distinct(candidates: &[Candidate]) -> Result<()> {
    let mut seen = BTreeMap::new();
    for run in candidates.iter().flat_map(|candidate| &candidate.runs) {
        if let Some(other) = seen.insert(run.metadata.tensors_sha256.as_str(), run) {
            let problem = format!("has the same model as {}, which would count twice", other.run.path().display());
            return Err(Error::run(run.run.path(), problem));
        }
    }
    Ok(())
}

/// Calls candidates of the same name by their paths.
fn name_apart(candidates: &mut [Candidate]) {
    let mut counts = BTreeMap::<String, usize>::new();
    candidates.iter().for_each(|candidate| *counts.entry(candidate.name.clone()).or_default() += 1);
    for candidate in candidates {
        if counts.get(&candidate.name).is_some_and(|count| *count > 1)
            && let [run] = candidate.runs.as_slice()
        {
            candidate.name = run.run.path().display().to_string();
        }
    }
}

fn unfinished(run: &RunDirectory, record: &RunRecord) -> Error {
    let problem =
        format!("has the status {}, so it cannot be a member; finish it with `burn-mlp --resume`", record.status);
    Error::run(run.path(), problem)
}

/// The runs of a group, those of each repeat and seed together.
fn of_group(directory: &RunDirectory, group: &GroupRecord, options: &EnsembleOptions) -> Result<Vec<Candidate>> {
    let mut candidates: Vec<((usize, u64), Candidate)> = Vec::new();
    for listed in directory.group_runs(&group.runs) {
        let planned = listed.planned;
        let has_finished = matches!(
            &listed.record,
            Some(Ok(record)) if matches!(record.status, Status::Finished | Status::StoppedEarly)
        );
        let Some(run) = listed.run.filter(|_| has_finished) else {
            let problem = format!("has not finished its run {}; finish all with `burn-mlp --resume`", planned.name);
            return Err(Error::run(directory.path(), problem));
        };
        let run = CandidateRun::read(run, options)?;
        let key = (planned.repeat, planned.seed);
        match candidates.iter_mut().find(|(other, _)| *other == key) {
            Some((_, candidate)) => candidate.runs.push(run),
            None => {
                let name = name_of(directory.name(), group, key);
                candidates.push((key, Candidate { name, runs: vec![run], holds_out: true }));
            }
        }
    }
    Ok(candidates.into_iter().map(|(_, candidate)| candidate).collect())
}

fn name_of(directory: &str, group: &GroupRecord, (repeat, seed): (usize, u64)) -> String {
    let mut name = directory.to_string();
    if group.repeats > 1 {
        name += &format!(", repeat {repeat}");
    }
    if group.seeds.len() > 1 {
        name += &format!(", seed {seed}");
    }
    name
}
