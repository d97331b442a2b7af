//! Precision, recall and F1 of each class.

use crate::evaluation::{ClassMetrics, ClassificationReport, MeanMetrics};
use crate::format::{count, percent};

/// If there are more classes, the full table is folded away below the weakest ones.
const MAX_OPEN_CLASSES: usize = 40;

/// Number of weakest classes shown then.
const WEAKEST: usize = 20;

/// The view of the section.
#[derive(Debug)]
pub(super) struct ClassTable {
    /// The classes with the lowest F1, lowest first; empty if there are few classes.
    pub weakest: Vec<ClassCells>,
    /// All classes, in the order of their indices.
    pub classes: Vec<ClassCells>,
    pub means: Vec<ClassCells>,
    pub total: String,
    /// Says how many classes the macro mean leaves out, if any.
    pub absent: Option<String>,
}

/// The formatted values of one row.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ClassCells {
    pub name: String,
    pub precision: String,
    pub recall: String,
    pub f1: String,
    pub support: String,
}

impl ClassTable {
    pub fn new(report: &ClassificationReport, names: &[String]) -> Self {
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
        let absent = report.absent_note();
        Self { weakest: weakest(report, &classes), total: count(classes.len()), classes, means, absent }
    }
}

fn weakest(report: &ClassificationReport, classes: &[ClassCells]) -> Vec<ClassCells> {
    if classes.len() <= MAX_OPEN_CLASSES {
        return Vec::new();
    }
    let mut order: Vec<usize> = (0..classes.len()).collect();
    order.sort_by(|&a, &b| report.classes[a].f1.total_cmp(&report.classes[b].f1).then(a.cmp(&b)));
    order.into_iter().take(WEAKEST).map(|class| classes[class].clone()).collect()
}
