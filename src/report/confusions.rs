//! Which classes are taken for which: a heat map with counts, and the largest confusions in words.

use super::text::isolated;
use crate::evaluation::{ConfusionMatrix, EvaluationReport};
use crate::format::{count, percent};

/// The most classes whose matrix a person can read.
const MOST_CLASSES: usize = 60;

/// The largest confusions that are listed beside a matrix, and in place of one.
const LISTED: usize = 10;
const LISTED_ALONE: usize = 40;

/// A name longer than this stands upright above its column.
const LEVEL_NAME: usize = 3;

/// The section's parts.
#[derive(Debug)]
pub(super) struct Confusions {
    /// Nothing for too many classes.
    pub matrix: Option<Matrix>,
    pub classes: String,
    pub largest: Vec<Confusion>,
    /// Ordered pairs of different classes that are confused at all.
    pub pairs: String,
    /// Whether the largest are not all.
    pub has_more: bool,
    pub mistakes: String,
}

/// The heat map as a table.
#[derive(Debug)]
pub(super) struct Matrix {
    pub names: Vec<String>,
    pub has_upright_names: bool,
    pub rows: Vec<MatrixRow>,
}

/// A true class's row.
#[derive(Debug)]
pub(super) struct MatrixRow {
    pub name: String,
    pub cells: Vec<MatrixCell>,
}

/// How often one class was taken for one.
#[derive(Debug, PartialEq)]
pub(super) struct MatrixCell {
    /// Empty for zero.
    pub count: String,
    pub is_right: bool,
    /// Strength of the colour, 0 to 100: mistakes by the square root of their part of the largest, so that few show too.
    pub heat: u32,
    /// What a pointer on it is told.
    pub told: String,
}

/// One class taken for another.
#[derive(Debug, PartialEq)]
pub(super) struct Confusion {
    pub true_name: String,
    pub predicted_name: String,
    pub count: String,
    /// Of the true class's rows.
    pub share: String,
}

impl Confusions {
    pub fn new(report: &EvaluationReport, names: &[String]) -> Self {
        let counts = &report.confusion_matrix;
        let classes = counts.classes();
        let has_matrix = classes <= MOST_CLASSES;
        let pairs = confused_pairs(counts);
        let listed = if has_matrix { LISTED } else { LISTED_ALONE };
        let mistakes = pairs.iter().map(|pair| pair.2 as usize).sum();
        Self {
            matrix: has_matrix.then(|| Matrix::new(counts, names)),
            classes: count(classes),
            largest: pairs.iter().take(listed).map(|&pair| Confusion::new(counts, names, pair)).collect(),
            pairs: count(pairs.len()),
            has_more: pairs.len() > listed,
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
            has_upright_names: names.iter().any(|name| name.chars().count() > LEVEL_NAME),
            rows: (0..names.len()).map(row).collect(),
            names: names.to_vec(),
        }
    }
}

impl MatrixCell {
    fn new(counts: &ConfusionMatrix, names: &[String], [class, predicted]: [usize; 2], largest: f64) -> Self {
        let (number, support) = (counts.rows()[class][predicted], counts.support(class));
        let is_right = class == predicted;
        let share = number as f64 / support.max(1) as f64;
        let strength = if is_right { share } else { (share / largest).sqrt() };
        if number == 0 {
            return Self { count: String::new(), is_right, heat: 0, told: String::new() };
        }
        let (true_name, predicted_name) = (isolated(&names[class]), isolated(&names[predicted]));
        let what = match is_right {
            true => format!("{true_name} recognised"),
            false => format!("{true_name} taken for {predicted_name}"),
        };
        let told = format!("{what}: {} of {} ({})", count(number as usize), count(support as usize), percent(share));
        Self { count: count(number as usize), is_right, heat: (100.0 * strength).ceil() as u32, told }
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

/// The largest confusion's share of its true class.
fn largest_share(counts: &ConfusionMatrix) -> f64 {
    let share = |&(class, _, number): &(usize, usize, u64)| number as f64 / counts.support(class).max(1) as f64;
    confused_pairs(counts).iter().map(share).fold(f64::MIN_POSITIVE, f64::max)
}

/// True class, predicted class and count of each confusion, the largest first.
fn confused_pairs(counts: &ConfusionMatrix) -> Vec<(usize, usize, u64)> {
    let all =
        counts.rows().iter().enumerate().flat_map(|(class, row)| {
            row.iter().enumerate().map(move |(predicted, &number)| (class, predicted, number))
        });
    let mut pairs: Vec<_> = all.filter(|&(class, predicted, number)| class != predicted && number > 0).collect();
    pairs.sort_by_key(|&(class, predicted, number)| (std::cmp::Reverse(number), class, predicted));
    pairs
}
