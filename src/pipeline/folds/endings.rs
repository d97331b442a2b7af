//! How the runs of a group end.

use std::collections::BTreeMap;

use super::out_of_fold::FoldEvaluation;
use super::{FoldRun, FoldsObserver};
use crate::error::{Error, Result};
use crate::pipeline::{Completed, Split};
use crate::run_directory::{GroupRun, Status};

/// The runs of a group that have ended. They may end in any order, and are reported in that of the group.
pub(super) struct Endings {
    planned: Vec<GroupRun>,
    /// Those that wait for an earlier one, by their place.
    waiting: BTreeMap<usize, Result<Completed>>,
    /// The place of the next one to report.
    next: usize,
    runs: Vec<FoldRun>,
    parts: Vec<FoldEvaluation>,
    /// The first error.
    failure: Option<Error>,
}

impl Endings {
    pub fn new(planned: Vec<GroupRun>) -> Self {
        let (waiting, runs, parts) = (BTreeMap::new(), Vec::new(), Vec::new());
        Self { planned, waiting, next: 0, runs, parts, failure: None }
    }

    /// Takes the ending of the run at `index`, and reports those whose turn it is.
    pub fn add(&mut self, index: usize, completed: Result<Completed>, observer: &mut dyn FoldsObserver) {
        self.waiting.insert(index, completed);
        while let Some(completed) = self.waiting.remove(&self.next) {
            let planned = self.planned[self.next].clone();
            self.next += 1;
            if let Err(error) = completed.and_then(|completed| self.take(&planned, completed, observer)) {
                observer.run_failed(&planned, &error);
                self.failure.get_or_insert(error);
            }
        }
    }

    fn take(&mut self, planned: &GroupRun, completed: Completed, observer: &mut dyn FoldsObserver) -> Result<()> {
        let Completed { run, record, evaluations, .. } = completed;
        if record.status == Status::Interrupted {
            return Ok(());
        }
        let held_out = evaluations.into_iter().find(|(split, _)| *split == Split::Test);
        let Some((_, evaluation)) = held_out else {
            return Err(Error::run(run.path(), "has no evaluation of its fold; resume it"));
        };
        let run = FoldRun { planned: planned.clone(), run, record, report: evaluation.report.clone() };
        observer.run_finished(&run);
        self.parts.push(FoldEvaluation::new(&run, evaluation)?);
        self.runs.push(run);
        Ok(())
    }

    pub fn has_failed(&self) -> bool {
        self.failure.is_some()
    }

    /// The finished runs, and their evaluations if all have finished.
    ///
    /// # Errors
    /// That of the first run that has failed.
    pub fn finished(self) -> Result<(Vec<FoldRun>, Option<Vec<FoldEvaluation>>)> {
        match self.failure {
            Some(error) => Err(error),
            None => {
                let all = self.runs.len() == self.planned.len();
                Ok((self.runs, all.then_some(self.parts)))
            }
        }
    }
}
