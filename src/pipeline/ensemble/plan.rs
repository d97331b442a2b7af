//! What an ensemble is made of, before anything is written.

use super::candidates::{Candidate, CandidateRun};
use super::fit_together::{described, share_split};
use super::judgement::{Judgement, LoadedFolds};
use super::member_names::member_names;
use super::same_rows::check_same_rows;
use super::{EnsembleOptions, first_run, without_fold};
use crate::backend::OpenDevice;
use crate::config::{RunConfig, Selection};
use crate::data::{self, Dataset, SplitIndices};
use crate::error::{Error, Result};
use crate::evaluation::{GreedySelection, best_threshold, greedy_selection};
use crate::pipeline::resume_checks::located;
use crate::pipeline::{Predicted, Split};
use burn_mlp_infer::RunIdentity;

/// An ensemble before anything is written.
pub(super) struct Plan<'c> {
    pub candidates: &'c [Candidate],
    /// The settings of the first run, without its fold.
    pub config: RunConfig,
    pub data: Dataset,
    pub split: SplitIndices,
    pub shares_split: bool,
    pub judgement: Option<Judgement>,
    pub greedy: Option<GreedySelection>,
    /// The share of each candidate in the mean.
    pub shares: Vec<f64>,
    pub threshold: Option<f32>,
    pub notes: Vec<String>,
}

impl<'c> Plan<'c> {
    pub fn new(
        candidates: &'c [Candidate],
        options: &EnsembleOptions,
        device: &OpenDevice,
        loading: data::Progress,
    ) -> Result<Self> {
        let first = first_run(candidates);
        let shares_split = share_split(candidates);
        let shares = vec![1.0 / candidates.len() as f64; candidates.len()];
        let all = described(&chosen(candidates, &shares), RunIdentity::default());
        let config = without_fold(&first.config);
        let located = without_fold(&located(&first.run, &first.record, &first.config)?);
        let mut data = data::load_encoded(&located, all.table.as_ref(), loading)?;
        data.source.clone_from(&first.record.data.source);
        let mut folds = LoadedFolds::default();
        check_same_rows(candidates, &data, &mut folds, loading)?;
        let split = data.split_training_set(&config.split)?;
        let judgement = match shares_split {
            _ if starts_from_weights(candidates) => None,
            true => Judgement::by_validation_rows(candidates, &all, &data, &split, &device.device)?,
            false => Judgement::by_held_out_folds(candidates, &all, &device.device, &mut folds, loading)?,
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
        let number_loss = self.config.training.number_loss();
        let Some(judgement) = &self.judgement else {
            if starts_from_weights(self.candidates) {
                let problem = "cannot tell what a run adds that started from given weights (training.init_from): they may have \
                               been trained on any rows";
                return Err(Error::config("--greedy", problem));
            }
            let problem = "needs rows that no run was trained on: runs with the same validation rows (the same split.seed and \
                           split.valid), or cross-validations of the same rows";
            return Err(Error::config("--greedy", problem));
        };
        let chosen = greedy_selection(&judgement.predicted, |mean| judgement.loss(mean, number_loss));
        let added: usize = chosen.times.iter().sum();
        if added == 0 {
            return Err(Error::config("--greedy", "finds no run with a finite loss"));
        }
        self.shares = chosen.times.iter().map(|&times| times as f64 / added as f64).collect();
        self.greedy = Some(chosen);
        Ok(())
    }

    /// Chooses the threshold of two classes by the rule of the first run that has one.
    fn choose_threshold(&mut self) -> Result<()> {
        let rules: Vec<&str> = runs(self.candidates).map(|run| run.config.evaluation.threshold.as_str()).collect();
        let Some(&rule) = rules.iter().find(|rule| !rule.is_empty()) else { return Ok(()) };
        let Some(judgement) = &self.judgement else {
            let note = "no rows are left to choose a threshold by, so the ensemble predicts the more probable class";
            self.notes.push(note.to_string());
            return Ok(());
        };
        if rules.iter().any(|other| *other != rule) {
            self.notes.push(format!("the runs have different rules for the threshold; the ensemble uses {rule}"));
        }
        self.config.evaluation.threshold = rule.to_string();
        let evaluation = judgement.evaluate(&judgement.mean(&self.shares), None, &self.config)?;
        if let (Predicted::Classes(predictions), Some(rule)) = (&evaluation.predictions, self.config.threshold_rule()?)
        {
            self.threshold = Some(best_threshold(predictions, rule));
        }
        Ok(())
    }

    /// What the rows that judge have chosen.
    pub fn used_for_selection(&self) -> Vec<Selection> {
        let Some(judgement) = &self.judgement else { return Vec::new() };
        let is_chosen = |selection: &Selection| match selection {
            Selection::Members => self.greedy.is_some(),
            Selection::Threshold => self.threshold.is_some(),
            // A held-out fold chooses nothing in its run.
            Selection::Epoch | Selection::LearningRate => {
                judgement.by == Split::Valid.name()
                    && runs(self.candidates).any(|run| run.record.used_for_selection.contains(selection))
            }
        };
        Selection::ALL.iter().copied().filter(is_chosen).collect()
    }
}

/// All runs of `candidates`.
pub(super) fn runs(candidates: &[Candidate]) -> impl Iterator<Item = &CandidateRun> {
    candidates.iter().flat_map(|candidate| &candidate.runs)
}

/// Whether a run started from given weights, of which nobody knows the rows that trained them.
fn starts_from_weights(candidates: &[Candidate]) -> bool {
    runs(candidates).any(|run| run.record.initial_weights_sha256.is_some())
}

/// The runs of candidates that have a share, each with its name in the ensemble and its own share.
pub(super) fn chosen<'c>(candidates: &'c [Candidate], shares: &[f64]) -> Vec<(&'c CandidateRun, String, f64)> {
    let mut members = Vec::new();
    for ((candidate, names), &share) in candidates.iter().zip(member_names(candidates)).zip(shares) {
        if share > 0.0 {
            let share = share / candidate.runs.len() as f64;
            members.extend(candidate.runs.iter().zip(names).map(|(run, name)| (run, name, share)));
        }
    }
    members
}
