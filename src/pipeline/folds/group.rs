//! A group while it trains.

use std::collections::BTreeMap;

use super::endings::Endings;
use super::out_of_fold::OutOfFold;
use super::shared_data::SharedData;
use super::side_by_side::{self, Job};
use super::{CrossValidation, FoldRun, FoldsObserver, GroupConfigs};
use crate::backend::Backend;
use crate::config::{BackendRequest, RunConfig};
use crate::data::Progress;
use crate::error::Result;
use crate::evaluation::EvaluationReport;
use crate::pipeline::evaluate::test_metrics;
use crate::pipeline::{Completed, PipelineObserver, RunLocation, resume_on, run_on, write_report};
use crate::run_directory::{GroupRun, OUT_OF_FOLD, RunDirectory, RunLock, RunRecord, Status};
use crate::training::StopSignal;

/// A group that trains.
pub(super) struct Group {
    pub runs: Runs,
    pub record: RunRecord,
    pub _lock: RunLock,
}

impl Group {
    /// Trains all runs that have not finished, evaluates, and records how it ended.
    pub fn complete(
        mut self,
        jobs: usize,
        stop: &StopSignal,
        observer: &mut dyn FoldsObserver,
    ) -> Result<CrossValidation> {
        match self.train_and_evaluate(jobs, stop, observer) {
            Ok((runs, evaluation)) => {
                self.record.status = if evaluation.is_some() { Status::Finished } else { Status::Interrupted };
                self.record.reason = evaluation.is_none().then(|| "it was asked to stop".to_string());
                let Self { runs: Runs { group, .. }, mut record, .. } = self;
                group.write_record(&mut record)?;
                write_report(&group)?;
                Ok(CrossValidation { group, record, runs, evaluation })
            }
            Err(error) => {
                (self.record.status, self.record.reason) = (Status::Failed, Some(error.to_string()));
                // If the disk refuses this too, the run's own error still matters most.
                let _ = self.runs.group.write_record(&mut self.record);
                let _ = write_report(&self.runs.group);
                Err(error)
            }
        }
    }

    fn train_and_evaluate(
        &mut self,
        jobs: usize,
        stop: &StopSignal,
        observer: &mut dyn FoldsObserver,
    ) -> Result<(Vec<FoldRun>, Option<EvaluationReport>)> {
        observer.prepared(&self.runs.configs, &self.runs.group, &self.record)?;
        let planned = self.record.group.as_ref().map_or(Vec::new(), |group| group.runs.clone());
        let backend: Backend = self.runs.configs.saved.backend.parse::<BackendRequest>()?.into();
        let mut endings = Endings::new(planned.clone());
        if jobs > 1 && backend.trains_side_by_side() {
            let job = |(index, planned): (usize, GroupRun)| {
                let observer = observer.run_beside_others(&planned);
                Job { index, planned, observer }
            };
            let waiting = planned.into_iter().enumerate().map(job).collect();
            let ended = |index, completed| endings.add(index, completed, observer);
            side_by_side::train(&self.runs, waiting, jobs, stop, ended)?;
        } else {
            for (index, planned) in planned.iter().enumerate() {
                if stop.is_requested() || endings.has_failed() {
                    break;
                }
                let completed = self.runs.train(planned, stop, observer.run(index, planned));
                endings.add(index, completed, observer);
            }
        }
        let (runs, parts) = endings.finished()?;
        let Some(parts) = parts else { return Ok((runs, None)) };
        let OutOfFold { report, records } = OutOfFold::new(parts, &self.runs.configs.saved)?;
        self.runs.group.write_prediction_records(OUT_OF_FOLD, &records)?;
        self.runs.group.write_evaluation(&BTreeMap::from([(OUT_OF_FOLD, &report)]))?;
        self.record.test = Some(test_metrics(&report));
        Ok((runs, Some(report)))
    }
}

/// What the runs of a group have in common.
pub(super) struct Runs {
    pub configs: GroupConfigs,
    /// The group's directory, which contains those of the runs.
    pub group: RunDirectory,
    /// The command line that started the group.
    pub arguments: Vec<String>,
    pub data: SharedData,
}

impl Runs {
    /// Trains the run, or continues it. Of a finished run, only the evaluation is made again.
    pub fn train(
        &self,
        planned: &GroupRun,
        stop: &StopSignal,
        observer: &mut dyn PipelineObserver,
    ) -> Result<Completed> {
        let load = |config: &RunConfig, progress: Progress| self.data.load(config, progress);
        let path = self.group.path().join(&planned.name);
        if path.exists() {
            let run = RunDirectory::open(&path)?;
            return resume_on(&self.configs.of_started(&run, planned)?, load, run, stop, observer);
        }
        let location = RunLocation {
            out: self.group.path().to_path_buf(),
            name: Some(planned.name.clone()),
            arguments: self.arguments.clone(),
        };
        run_on(&self.configs.of_new(planned), load, &location, stop, observer)
    }
}
