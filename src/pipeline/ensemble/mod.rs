//! Ensembles: the mean of what several runs predict, as one model in a run directory of its own.
//!
//! The members are copied into that directory as ordinary run directories, so that everything after works from it alone.

mod candidates;
mod fit_together;
mod judgement;
mod member_names;

use std::collections::BTreeMap;

use super::build::{BURN_VERSION, this_program};
use super::evaluate::{Evaluation, evaluate_splits, save_predictions, test_metrics};
use super::record::describe as describe_data;
use super::resume_checks::{check_same_data, located};
use super::{RunLocation, Split, write_report};
use crate::backend::{self, OpenDevice};
use crate::config::{BackendRequest, RunConfig, Selection, SplitConfig};
use crate::data::{self, Dataset, SplitIndices};
use crate::error::{Error, Result};
use crate::evaluation::{EvaluationReport, GreedySelection, best_threshold, greedy_selection};
use crate::pipeline::Predicted;
use crate::run_directory::{
    self, EnsembleCandidate, EnsembleMember, EnsembleRecord, OUT_OF_FOLD, RunDirectory, RunRecord, Status,
    readable_stem,
};
use burn_mlp_infer::model_file::ensemble_file;
use burn_mlp_infer::{ModelMetadata, RunIdentity};
use candidates::{Candidate, CandidateRun, candidates};
use fit_together::{check_fit, described, share_split};
use judgement::Judgement;
use member_names::member_names;

/// Names without a name of their own begin with this.
const STEM: &str = "ensemble";

/// How to make an ensemble.
#[derive(Debug, Clone, Copy, Default)]
pub struct EnsembleOptions {
    /// Chooses among the runs, by rows that none of them was trained on.
    pub greedy: bool,
    /// The backend to evaluate on; that of the first run by default.
    pub backend: Option<BackendRequest>,
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
    options: EnsembleOptions,
    location: &RunLocation,
    loading: data::Progress,
) -> Result<Ensemble> {
    let candidates = candidates(runs)?;
    check_fit(&candidates)?;
    RunDirectory::check_free(&location.out, location.name.as_deref())?;
    let first = &candidates[0].runs[0];
    let device = backend::open(options.backend.map_or_else(|| first.config.backend.parse(), Ok)?)?;
    let work = || Plan::new(&candidates, options, &device, loading)?.carry_out(location, &device);
    let failed = |message: String| format!("in the ensemble, {}", backend::device_failed(&message));
    backend::catch_failure(work).unwrap_or_else(|message| Err(Error::Training(failed(message))))
}

/// An ensemble before anything is written.
struct Plan<'c> {
    candidates: &'c [Candidate],
    /// The settings of the first run, without its fold.
    config: RunConfig,
    data: Dataset,
    split: SplitIndices,
    shares_split: bool,
    judgement: Option<Judgement>,
    greedy: Option<GreedySelection>,
    /// The share of each candidate in the mean.
    shares: Vec<f64>,
    threshold: Option<f32>,
    notes: Vec<String>,
}

impl<'c> Plan<'c> {
    fn new(
        candidates: &'c [Candidate],
        options: EnsembleOptions,
        device: &OpenDevice,
        loading: data::Progress,
    ) -> Result<Self> {
        let first = &candidates[0].runs[0];
        let shares_split = share_split(candidates);
        let shares = vec![1.0 / candidates.len() as f64; candidates.len()];
        let all = described(&chosen(candidates, &shares), RunIdentity::default());
        let config = without_fold(&first.config);
        let located = without_fold(&located(&first.run, &first.record, &first.config)?);
        let mut data = data::load_encoded(&located, all.table.as_ref(), loading)?;
        data.source.clone_from(&first.record.data.source);
        if !candidates[0].holds_out {
            check_same_data(&first.run, &first.record, &data)?;
        }
        let split = data.split_training_set(&config.split)?;
        let judgement = match shares_split {
            true => Judgement::by_validation_rows(candidates, &all, &data, &split, &device.device)?,
            false => Judgement::by_held_out_folds(candidates, &all, &device.device, loading)?,
        };
        let mut plan = Self {
            candidates,
            config,
            data,
            split,
            shares_split,
            judgement,
            greedy: None,
            shares,
            threshold: None,
            notes: Vec::new(),
        };
        if options.greedy {
            plan.choose_candidates()?;
        }
        plan.choose_threshold()?;
        Ok(plan)
    }

    fn choose_candidates(&mut self) -> Result<()> {
        if self.candidates.len() < 2 {
            let problem =
                "chooses among several runs or seeds, but there is only one of them; leave it out, or give more";
            return Err(Error::config("--greedy", problem));
        }
        let Some(judgement) = &self.judgement else {
            let problem = "needs rows that no run was trained on: runs with the same validation rows (the same split.seed and \
                           split.valid), or cross-validations of the same rows";
            return Err(Error::config("--greedy", problem));
        };
        let chosen = greedy_selection(&judgement.predicted, |mean| judgement.loss(mean));
        let added: usize = chosen.times.iter().sum();
        if added == 0 {
            return Err(Error::config("--greedy", "finds no run with a finite loss"));
        }
        self.shares = chosen.times.iter().map(|&times| times as f64 / added as f64).collect();
        self.greedy = Some(chosen);
        Ok(())
    }

    /// Chooses the threshold of two classes by the rule of the first run.
    fn choose_threshold(&mut self) -> Result<()> {
        let Some(rule) = self.config.threshold_rule()? else { return Ok(()) };
        let Some(judgement) = &self.judgement else {
            let note = "the members' thresholds are not used, and there are no rows to choose one for the ensemble: the more \
                        probable class is predicted";
            self.notes.push(note.to_string());
            return Ok(());
        };
        let evaluation = judgement.evaluate(&judgement.mean(&self.shares), None, &self.config)?;
        if let Predicted::Classes(predictions) = &evaluation.predictions {
            self.threshold = Some(best_threshold(predictions, rule));
        }
        Ok(())
    }

    /// What the rows that judge have chosen.
    fn used_for_selection(&self) -> Vec<Selection> {
        let Some(judgement) = &self.judgement else { return Vec::new() };
        let runs = || self.candidates.iter().flat_map(|candidate| &candidate.runs);
        let is_chosen = |selection: &Selection| match selection {
            Selection::Members => self.greedy.is_some(),
            Selection::Threshold => self.threshold.is_some(),
            // A held-out fold chooses nothing in its run.
            Selection::Epoch | Selection::LearningRate => {
                judgement.by == Split::Valid.name()
                    && runs().any(|run| run.record.used_for_selection.contains(selection))
            }
        };
        Selection::ALL.iter().copied().filter(is_chosen).collect()
    }

    fn carry_out(mut self, location: &RunLocation, device: &OpenDevice) -> Result<Ensemble> {
        let mut record = self.record(location, device)?;
        let identity = RunIdentity { identity_hash: record.identity_hash.clone(), data_hash: record.data.hash.clone() };
        let members = chosen(self.candidates, &self.shares);
        let metadata = described(&members, identity);
        let metadata = ModelMetadata { threshold: self.threshold, ..metadata };
        record.parameters = metadata.parameters();
        let files: Vec<Vec<u8>> = members.iter().map(|(run, ..)| run.file.clone()).collect();
        let damaged = |problem: String| Error::data("the ensemble's model file", problem);
        let file = ensemble_file(&metadata, &files).map_err(damaged)?;
        let config = self.config.to_toml()?;
        let name = location.name.as_deref();
        let (run, _lock) = RunDirectory::create(&location.out, name, &readable_stem(STEM), &config, &mut record)?;
        let written = self.write(&run, &mut record, &members, &file, &metadata, device);
        match written {
            Ok(evaluations) => Ok(Ensemble { run, record, evaluations, notes: std::mem::take(&mut self.notes) }),
            Err(error) => {
                // A part of an ensemble is of no use, and nothing else is in its directory.
                let _ = std::fs::remove_dir_all(run.path());
                Err(error)
            }
        }
    }

    fn write(
        &self,
        run: &RunDirectory,
        record: &mut RunRecord,
        members: &[(&CandidateRun, String, f64)],
        file: &[u8],
        metadata: &ModelMetadata,
        device: &OpenDevice,
    ) -> Result<Vec<(String, Evaluation)>> {
        let first = &self.candidates[0].runs[0];
        let started_in = first.run.started_in(&first.record);
        if started_in.is_dir() {
            record.started_in = run.way_to(&started_in)?;
        }
        for (member, name, _) in members {
            member.run.copy_into(run.path(), name)?;
        }
        run.write_model(file)?;
        run.write_record(record)?;
        let evaluations = self.evaluate(run, metadata, device)?;
        let test = evaluations.iter().find(|(rows, _)| rows == Split::Test.name());
        record.test = test.map(|(_, test)| test_metrics(&test.report));
        record.status = Status::Finished;
        run.write_record(record)?;
        write_report(run)?;
        Ok(evaluations)
    }

    /// Evaluates the ensemble on all rows that no member was trained on.
    fn evaluate(
        &self,
        run: &RunDirectory,
        metadata: &ModelMetadata,
        device: &OpenDevice,
    ) -> Result<Vec<(String, Evaluation)>> {
        let splits: &[Split] = if self.shares_split { &[Split::Valid, Split::Test] } else { &[Split::Test] };
        let first = &self.candidates[0].runs[0];
        let located = without_fold(&located(&first.run, &first.record, &first.config)?);
        // Greedy selection may have left out runs with an encoding of their own.
        let data = data::load_encoded(&located, metadata.table.as_ref(), &mut |_| ())?;
        let evaluated = evaluate_splits(run, &self.config, &data, &self.split, &device.device, splits)?;
        let mut evaluations: Vec<(String, Evaluation)> =
            evaluated.into_iter().map(|(split, evaluation)| (split.name().to_string(), evaluation)).collect();
        if let Some(judgement) = self.judgement.as_ref().filter(|judgement| judgement.by == OUT_OF_FOLD) {
            let mean = judgement.mean(&self.shares);
            let mut evaluation = judgement.evaluate(&mean, self.threshold, &self.config)?;
            evaluation.report.set_used_for_selection(self.used_for_selection());
            save_predictions(run, OUT_OF_FOLD, &evaluation.predictions, &judgement.rows, &data.class_names)?;
            let mut reports: BTreeMap<String, EvaluationReport> = run.read_evaluation()?.unwrap_or_default();
            reports.insert(OUT_OF_FOLD.to_string(), evaluation.report.clone());
            run.write_evaluation(&reports)?;
            evaluations.insert(0, (OUT_OF_FOLD.to_string(), evaluation));
        }
        Ok(evaluations)
    }

    fn record(&self, location: &RunLocation, device: &OpenDevice) -> Result<RunRecord> {
        let first = &self.candidates[0].runs[0].record;
        let mut record = RunRecord::new("");
        let weights = first.initial_weights_sha256.clone();
        record.arguments.clone_from(&location.arguments);
        record.seed = first.seed;
        record.crate_version = env!("CARGO_PKG_VERSION").to_string();
        record.burn_version = BURN_VERSION.to_string();
        record.config_hash = self.config.hash(weights.as_deref())?;
        record.identity_hash = self.config.identity_hash(weights.as_deref())?;
        record.initial_weights_sha256 = weights;
        record.backend = device.backend.to_string();
        record.device.clone_from(&device.name);
        record.software_adapter = device.software;
        record.data = describe_data(&self.data, &self.split);
        if !self.shares_split {
            record.data.train_rows += std::mem::take(&mut record.data.valid_rows);
        }
        record.layer_sizes.clone_from(&first.layer_sizes);
        record.used_for_selection = self.used_for_selection();
        record.sessions.push(run_directory::Session::here(0, &record.backend, &record.device, this_program()));
        record.ensemble = Some(self.ensemble_record()?);
        Ok(record)
    }

    fn ensemble_record(&self) -> Result<EnsembleRecord> {
        let names = member_names(self.candidates);
        let mut candidates = Vec::with_capacity(self.candidates.len());
        for (index, (candidate, names)) in self.candidates.iter().zip(names).enumerate() {
            let share = self.shares[index];
            let metrics = |shares: &[f64]| match &self.judgement {
                Some(judgement) => judgement.metrics(shares, &self.config),
                None => Ok(None),
            };
            let only = |kept: bool| -> Vec<f64> {
                let share = |(other, &share): (usize, &f64)| if (other == index) == kept { share } else { 0.0 };
                self.shares.iter().enumerate().map(share).collect()
            };
            let alone: Vec<f64> = (0..self.candidates.len()).map(|other| f64::from(u8::from(other == index))).collect();
            candidates.push(EnsembleCandidate {
                name: candidate.name.clone(),
                members: if share > 0.0 { names } else { Vec::new() },
                share,
                alone: metrics(&alone)?,
                without: if share > 0.0 { metrics(&only(false))? } else { None },
            });
        }
        let members = chosen(self.candidates, &self.shares);
        Ok(EnsembleRecord {
            members: members.into_iter().map(|(_, name, share)| EnsembleMember { name, share }).collect(),
            candidates,
            shares_split: self.shares_split,
            judged_by: self.judgement.as_ref().map(|judgement| judgement.by.to_string()),
            greedy_losses: self.greedy.as_ref().map(|greedy| greedy.losses.clone()),
        })
    }
}

/// The settings of a run that holds out no fold.
fn without_fold(config: &RunConfig) -> RunConfig {
    let split = SplitConfig { folds: 0, fold: 0, repeat: SplitConfig::default().repeat, ..config.split.clone() };
    RunConfig { split, ..config.clone() }
}

/// The runs of candidates that have a share, each with its name in the ensemble and its own share.
fn chosen<'c>(candidates: &'c [Candidate], shares: &[f64]) -> Vec<(&'c CandidateRun, String, f64)> {
    let mut members = Vec::new();
    for ((candidate, names), &share) in candidates.iter().zip(member_names(candidates)).zip(shares) {
        if share > 0.0 {
            let share = share / candidate.runs.len() as f64;
            members.extend(candidate.runs.iter().zip(names).map(|(run, name)| (run, name, share)));
        }
    }
    members
}
