//! Which classes are mistaken for which others: the confusion matrix as a heat map, and the most
//! frequent confusions as a list.

use super::sanitize::isolated;
use crate::evaluation::{ClassificationReport, ConfusionMatrix};
use crate::format::{count, percent};

/// Classes up to which the matrix is readable.
const MAX_MATRIX_CLASSES: usize = 60;

/// Confusions listed beside a matrix, and without one.
const MAX_LISTED: usize = 10;
const MAX_LISTED_ALONE: usize = 40;

/// Longer names are written vertically above their columns.
const MAX_HORIZONTAL_NAME: usize = 3;

/// The view of the section.
#[derive(Debug)]
pub(super) struct Confusions {
    /// `None` for too many classes.
    pub matrix: Option<Matrix>,
    /// What predicting the most probable class would count, if a threshold decides.
    pub most_probable: Option<Matrix>,
    /// "dog at a probability of 0.3712 or more", if a threshold decides.
    pub threshold: Option<String>,
    pub classes: String,
    /// The most frequent first.
    pub listed: Vec<Confusion>,
    /// Number of ordered pairs of classes that are confused at all.
    pub pairs: String,
    /// Whether there are more than the listed ones.
    pub has_more: bool,
    pub mistakes: String,
}

/// The heat map.
#[derive(Debug)]
pub(super) struct Matrix {
    pub names: Vec<String>,
    pub has_vertical_names: bool,
    pub rows: Vec<MatrixRow>,
}

/// The row of a true class.
#[derive(Debug)]
pub(super) struct MatrixRow {
    pub name: String,
    pub cells: Vec<MatrixCell>,
}

/// How often the true class of the row was predicted as the class of the column.
#[derive(Debug, PartialEq)]
pub(super) struct MatrixCell {
    /// Empty for zero.
    pub count: String,
    pub is_correct: bool,
    /// Intensity of the colour, 0 to 100. For mistakes it grows with the square root of their
    /// share, so that few are visible, too.
    pub heat: u32,
    /// Shown while the cell is hovered.
    pub tooltip: String,
}

/// A class mistaken for another.
#[derive(Debug, PartialEq)]
pub(super) struct Confusion {
    pub true_name: String,
    pub predicted_name: String,
    pub count: String,
    /// Share of the rows of the true class.
    pub share: String,
}

impl Confusions {
    pub fn new(report: &ClassificationReport, names: &[String]) -> Self {
        let counts = &report.confusion_matrix;
        let classes = counts.classes();
        let has_matrix = classes <= MAX_MATRIX_CLASSES;
        let pairs = confused_pairs(counts);
        let max_listed = if has_matrix { MAX_LISTED } else { MAX_LISTED_ALONE };
        let mistakes = pairs.iter().map(|pair| pair.2 as usize).sum();
        Self {
            matrix: has_matrix.then(|| Matrix::new(counts, names)),
            most_probable: report.most_probable.as_ref().map(|counts| Matrix::new(counts, names)),
            threshold: report
                .decision()
                .zip(names.get(1))
                .map(|(decision, positive)| format!("{} {decision}", isolated(positive))),
            classes: count(classes),
            listed: pairs.iter().take(max_listed).map(|&pair| Confusion::new(counts, names, pair)).collect(),
            pairs: count(pairs.len()),
            has_more: pairs.len() > max_listed,
            mistakes: count(mistakes),
        }
    }
}

impl Matrix {
    fn new(counts: &ConfusionMatrix, names: &[String]) -> Self {
        let largest = largest_share(counts);
        let row = |class: usize| MatrixRow {
            name: names[class].clone(),
            cells: (0..names.len())
                .map(|predicted| MatrixCell::new(counts, names, [class, predicted], largest))
                .collect(),
        };
        Self {
            has_vertical_names: names.iter().any(|name| name.chars().count() > MAX_HORIZONTAL_NAME),
            rows: (0..names.len()).map(row).collect(),
            names: names.to_vec(),
        }
    }
}

impl MatrixCell {
    fn new(counts: &ConfusionMatrix, names: &[String], [class, predicted]: [usize; 2], largest: f64) -> Self {
        let (number, support) = (counts.rows()[class][predicted], counts.support(class));
        let is_correct = class == predicted;
        let share = number as f64 / support.max(1) as f64;
        let intensity = if is_correct { share } else { (share / largest).sqrt() };
        if number == 0 {
            return Self { count: String::new(), is_correct, heat: 0, tooltip: String::new() };
        }
        let (true_name, predicted_name) = (isolated(&names[class]), isolated(&names[predicted]));
        let what = match is_correct {
            true => format!("{true_name} predicted correctly"),
            false => format!("{true_name} predicted as {predicted_name}"),
        };
        let tooltip = format!("{what}: {} of {} ({})", count(number as usize), count(support as usize), percent(share));
        Self { count: count(number as usize), is_correct, heat: (100.0 * intensity).ceil() as u32, tooltip }
    }
}

impl Confusion {
    fn new(counts: &ConfusionMatrix, names: &[String], (class, predicted, number): (usize, usize, u64)) -> Self {
        Self {
            true_name: names[class].clone(),
            predicted_name: names[predicted].clone(),
            count: count(number as usize),
            share: percent(number as f64 / counts.support(class).max(1) as f64),
        }
    }
}

/// Returns the largest share of its true class that any confusion has.
fn largest_share(counts: &ConfusionMatrix) -> f64 {
    let share = |&(class, _, number): &(usize, usize, u64)| number as f64 / counts.support(class).max(1) as f64;
    confused_pairs(counts).iter().map(share).fold(f64::MIN_POSITIVE, f64::max)
}

/// Returns true class, predicted class and count of each confusion, the most frequent first.
fn confused_pairs(counts: &ConfusionMatrix) -> Vec<(usize, usize, u64)> {
    let all =
        counts.rows().iter().enumerate().flat_map(|(class, row)| {
            row.iter().enumerate().map(move |(predicted, &number)| (class, predicted, number))
        });
    let mut pairs: Vec<_> = all.filter(|&(class, predicted, number)| class != predicted && number > 0).collect();
    pairs.sort_by_key(|&(class, predicted, number)| (std::cmp::Reverse(number), class, predicted));
    pairs
}
