//! Writes an ensemble and evaluates it.

use std::collections::BTreeMap;

use super::candidates::CandidateRun;
use super::fit_together::described;
use super::member_names::member_names;
use super::plan::{Plan, chosen};
use super::{Ensemble, first_run, without_fold};
use crate::backend::OpenDevice;
use crate::data;
use crate::error::{Error, Result};
use crate::evaluation::EvaluationReport;
use crate::pipeline::build::{BURN_VERSION, this_program};
use crate::pipeline::evaluate::{Evaluation, evaluate_splits, save_predictions, test_metrics};
use crate::pipeline::record::describe as describe_data;
use crate::pipeline::resume_checks::located;
use crate::pipeline::{RunLocation, Split, write_report};
use crate::run_directory::{
    self, EnsembleCandidate, EnsembleMember, EnsembleRecord, OUT_OF_FOLD, RunDirectory, RunRecord, Status,
    readable_stem,
};
use burn_mlp_infer::model_file::ensemble_file;
use burn_mlp_infer::{ModelMetadata, RunIdentity};

/// Names of ensembles without a name of their own begin with this.
const STEM: &str = "ensemble";

impl Plan<'_> {
    pub fn carry_out(mut self, location: &RunLocation, device: &OpenDevice) -> Result<Ensemble> {
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
        let first = first_run(self.candidates);
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
        let first = first_run(self.candidates);
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
        let first = &first_run(self.candidates).record;
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
