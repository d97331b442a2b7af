//! Precision, recall and F1 of each class.

use crate::evaluation::{ClassMetrics, EvaluationReport, MeanMetrics};
use crate::format::{count, percent};

/// More classes than this are folded away, behind the weakest ones.
const OPEN_CLASSES: usize = 40;

/// The weakest that are shown of many.
const WEAKEST: usize = 20;

/// The section's tables.
#[derive(Debug)]
pub(super) struct ClassTable {
    /// The lowest F1 first; only of many classes.
    pub weakest: Vec<ClassCells>,
    /// All, in the order of the class indices.
    pub classes: Vec<ClassCells>,
    pub means: Vec<ClassCells>,
    pub total: String,
}

/// A line, in words.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ClassCells {
    pub name: String,
    pub precision: String,
    pub recall: String,
    pub f1: String,
    pub support: String,
}

impl ClassTable {
    pub fn new(report: &EvaluationReport, names: &[String]) -> Self {
        let cells = |(class, name): (&ClassMetrics, &String)| ClassCells {
            name: name.clone(),
            precision: percent(class.precision),
            recall: percent(class.recall),
            f1: percent(class.f1),
            support: count(class.support as usize),
        };
        let classes: Vec<ClassCells> = report.classes.iter().zip(names).map(cells).collect();
        let mean = |name: &str, mean: &MeanMetrics| ClassCells {
            name: name.to_string(),
            precision: percent(mean.precision),
            recall: percent(mean.recall),
            f1: percent(mean.f1),
            support: count(report.samples),
        };
        let means = vec![mean("macro mean", &report.macro_mean), mean("weighted mean", &report.weighted_mean)];
        Self { weakest: weakest(report, &classes), total: count(classes.len()), classes, means }
    }
}

fn weakest(report: &EvaluationReport, classes: &[ClassCells]) -> Vec<ClassCells> {
    if classes.len() <= OPEN_CLASSES {
        return Vec::new();
    }
    let mut order: Vec<usize> = (0..classes.len()).collect();
    order.sort_by(|&one, &other| report.classes[one].f1.total_cmp(&report.classes[other].f1).then(one.cmp(&other)));
    order.into_iter().take(WEAKEST).map(|class| classes[class].clone()).collect()
}
