//! The runs of a group, as far as they have come.

use std::collections::BTreeMap;

use super::{GroupRun, RunDirectory, RunRecord};
use crate::Result;
use crate::evaluation::EvaluationReport;

/// A planned run of a group.
#[derive(Debug)]
pub struct ListedGroupRun {
    pub planned: GroupRun,
    /// Its directory, once it has started.
    pub run: Option<RunDirectory>,
    /// Content of its run.json, or why it cannot be read; `None` before it has started.
    pub record: Option<Result<RunRecord>>,
    /// The metrics of the fold that it held out, once it has finished.
    pub report: Option<EvaluationReport>,
}

impl RunRecord {
    /// Says which of its `runs` has gone on since this group was evaluated; `None` if none has.
    pub fn outdated_by(&self, runs: &[ListedGroupRun]) -> Option<String> {
        let resumed_later = |run: &&ListedGroupRun| {
            let record = run.record.as_ref().and_then(|record| record.as_ref().ok());
            record.and_then(|record| record.resumed.last()).is_some_and(|resumption| resumption.time > self.updated)
        };
        let name = &runs.iter().find(resumed_later)?.planned.name;
        Some(format!(
            "{name} went on after the evaluation of all rows; `burn-mlp --resume {}` makes it again",
            self.name
        ))
    }
}

impl RunDirectory {
    /// Returns the runs that are planned in this group, in the order in which they start.
    pub fn group_runs(&self, planned: &[GroupRun]) -> Vec<ListedGroupRun> {
        planned.iter().map(|planned| self.group_run(planned)).collect()
    }

    fn group_run(&self, planned: &GroupRun) -> ListedGroupRun {
        let not_started = ListedGroupRun { planned: planned.clone(), run: None, record: None, report: None };
        let path = self.path().join(&planned.name);
        if !path.exists() {
            return not_started;
        }
        match RunDirectory::open(&path) {
            Ok(run) => {
                let reports = run.read_evaluation::<BTreeMap<String, EvaluationReport>>().ok().flatten();
                let report = reports.and_then(|mut reports| reports.remove("test"));
                ListedGroupRun { record: Some(run.read_record()), run: Some(run), report, ..not_started }
            }
            Err(error) => ListedGroupRun { record: Some(Err(error)), ..not_started },
        }
    }
}
