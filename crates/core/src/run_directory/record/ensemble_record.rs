//! The ensemble section of `run.json`: several runs whose mean is one model.

use serde::{Deserialize, Serialize};

use super::run_record::TestMetrics;

/// The runs of an ensemble.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EnsembleRecord {
    /// The members, in the order of the model file. Each is a run directory in that of the ensemble.
    pub members: Vec<EnsembleMember>,
    /// What the ensemble was made of.
    pub candidates: Vec<EnsembleCandidate>,
    /// Whether all members were trained on the same rows, so that the validation rows of one are those of all.
    pub shares_split: bool,
    /// The rows that the candidates are evaluated on, none of which any candidate was trained on: `valid` or
    /// `out-of-fold`; `None` if there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub judged_by: Option<String>,
    /// The loss, or squared error in standard deviations, of the ensemble on these rows after each step of a greedy
    /// selection; `None` if all candidates were taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub greedy_losses: Option<Vec<f64>>,
}

/// A run of an ensemble.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EnsembleMember {
    /// Name of its directory.
    pub name: String,
    /// Its share of the mean; the shares of all members sum to 1.
    pub share: f64,
}

/// A run, or the runs of a cross-validation with one seed, of which an ensemble may be made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EnsembleCandidate {
    /// The run's name, or the group's with repeat and seed.
    pub name: String,
    /// The names of its members' directories; none if greedy selection did not choose it.
    pub members: Vec<String>,
    /// Its share of the mean.
    pub share: f64,
    /// Its own metrics, if there are rows to evaluate it on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alone: Option<TestMetrics>,
    /// The metrics of the ensemble without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub without: Option<TestMetrics>,
}
