//! The group section of `run.json`: ordinary runs in one directory that belong together.

use serde::{Deserialize, Serialize};

/// The name in evaluation.json and predictions/ of the rows of all folds, each predicted by the run that held it out.
pub const OUT_OF_FOLD: &str = "out-of-fold";

/// The runs of a cross-validation. Each is a run directory in that of the group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupRecord {
    /// Number of folds of each division.
    pub folds: usize,
    /// Number of random divisions into folds.
    pub repeats: usize,
    /// Seeds, with each of which every fold is trained.
    pub seeds: Vec<u64>,
    /// All planned runs, in the order in which they start.
    pub runs: Vec<GroupRun>,
}

/// A run of a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupRun {
    /// Name of its directory.
    pub name: String,
    pub seed: u64,
    /// The division, from 1.
    pub repeat: usize,
    /// The held-out fold, from 1.
    pub fold: usize,
}

impl GroupRecord {
    /// Plans a run for each of `seeds`, repeat and fold.
    pub fn new(folds: usize, repeats: usize, seeds: Vec<u64>) -> Self {
        let run = |repeat: usize, fold: usize, seed: u64| {
            let mut name = format!("fold-{fold}");
            if repeats > 1 {
                name = format!("repeat-{repeat}-{name}");
            }
            if seeds.len() > 1 {
                name = format!("{name}-seed-{seed}");
            }
            GroupRun { name, seed, repeat, fold }
        };
        let divisions = (1..=repeats).flat_map(|repeat| (1..=folds).map(move |fold| (repeat, fold)));
        let runs =
            divisions.flat_map(|(repeat, fold)| seeds.iter().map(move |&seed| run(repeat, fold, seed))).collect();
        Self { folds, repeats, seeds, runs }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_only_what_differs() {
        let names = |group: GroupRecord| group.runs.into_iter().map(|run| run.name).collect::<Vec<_>>();
        assert_eq!(names(GroupRecord::new(2, 1, vec![7])), ["fold-1", "fold-2"]);
        let names = names(GroupRecord::new(2, 2, vec![0, 1]));
        assert_eq!((names.len(), names[0].as_str()), (8, "repeat-1-fold-1-seed-0"));
        assert_eq!(names[7], "repeat-2-fold-2-seed-1");
    }
}
