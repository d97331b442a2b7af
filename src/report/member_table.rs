//! The members of an ensemble, and what each run that it was made of adds.

use super::sanitize::{report_link, short_name};
use crate::config::Selection;
use crate::format::{count, loss, metric_name, number, percent};
use crate::run_directory::{EnsembleCandidate, EnsembleRecord, OUT_OF_FOLD, RunDirectory, RunRecord, TestMetrics};

/// The view of the section.
#[derive(Debug)]
pub(super) struct MemberTable {
    /// Says which rows the runs are evaluated on.
    pub caption: String,
    /// "accuracy", or "RMSE".
    pub metric: String,
    pub rows: Vec<CandidateCells>,
    pub members: Vec<MemberLink>,
}

/// The formatted values of a run, or of the runs of a cross-validation.
#[derive(Debug)]
pub(super) struct CandidateCells {
    pub name: String,
    /// Number of members, share, its own metric and loss, and the loss of the ensemble without it.
    pub cells: [String; 5],
}

/// A member with the way to its own report, if there is one.
#[derive(Debug)]
pub(super) struct MemberLink {
    pub name: String,
    pub share: String,
    pub report: Option<String>,
}

impl MemberTable {
    pub fn new(run: &RunDirectory, ensemble: &EnsembleRecord, record: &RunRecord) -> Self {
        let has_threshold = record.used_for_selection.contains(&Selection::Threshold);
        let caption = match ensemble.judged_by.as_deref() {
            Some(OUT_OF_FOLD) => {
                "Each run on the rows of all folds, each predicted only by the run that held it out. A loss that is \
                 higher without a run shows what the run adds."
            }
            Some(_) => {
                "Each run on the validation rows, on which none was trained. A loss that is higher without a run \
                 shows what the run adds."
            }
            None => "Every row was used to train some run, so what each adds cannot be judged.",
        };
        let chosen = match ensemble.greedy_losses {
            Some(_) => " Greedy selection on these rows chose the runs and their shares.",
            None => "",
        };
        let accuracy = if has_threshold { " The accuracy is that of the more probable class." } else { "" };
        let link = |name: &String, share: f64| MemberLink {
            name: short_name(name),
            share: percent(share),
            report: run.path().join(name).join("report.html").is_file().then(|| report_link(name)),
        };
        Self {
            caption: format!("{caption}{chosen}{accuracy}"),
            metric: match record.data.target_names.len() {
                0 => "accuracy".to_string(),
                targets => metric_name("RMSE", targets),
            },
            rows: ensemble.candidates.iter().map(CandidateCells::new).collect(),
            members: ensemble.members.iter().map(|member| link(&member.name, member.share)).collect(),
        }
    }
}

impl CandidateCells {
    fn new(candidate: &EnsembleCandidate) -> Self {
        let shown = |metrics: Option<TestMetrics>, show: &dyn Fn(TestMetrics) -> Option<String>| {
            metrics.and_then(show).unwrap_or_else(|| "–".to_string())
        };
        let judged = |metrics: TestMetrics| metrics.accuracy.map(percent).or_else(|| metrics.rmse.map(number));
        let loss_of = |metrics: TestMetrics| Some(loss(metrics.loss));
        Self {
            name: short_name(&candidate.name),
            cells: [
                count(candidate.members.len()),
                percent(candidate.share),
                shown(candidate.alone, &judged),
                shown(candidate.alone, &loss_of),
                shown(candidate.without, &loss_of),
            ],
        }
    }
}
